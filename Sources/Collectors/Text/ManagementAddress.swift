// SPDX-License-Identifier: Apache-2.0
import Model

/// Where a management endpoint is, as given with `--management [NAME=]URL|HOST[:PORT]`.
package struct ManagementAddress: Hashable, Sendable {
    /// Maximum number of bytes of a host name (RFC 1035, 2.3.4).
    package static let maximumHost = 255

    /// What stands in front of a name whose records lead to hosts, rather than of a host.
    package static let recordSchemes = ["dns+srv", "dns+a"]

    /// The name given to the cluster, nil for that of its actor system.
    package var name: String?
    /// `http` or `https`, or one of ``recordSchemes``.
    package var scheme: String
    /// User information before the `@`, still percent-encoded; a secret, never to be shown or recorded.
    package var userInfo: String?
    /// Host name or address, an IPv6 address without its brackets.
    package var host: String
    /// The port, nil when it was left out (then 8558 is tried, after it 7626).
    package var port: Int?
    /// The path below which the endpoints lie: empty, or `/` and text without a `/` at its end.
    package var path: String

    /// Reads one address.
    ///
    /// - Parameter text: what was typed.
    /// - Throws: ``OptionError`` that says what is wrong with the text.
    package init(_ text: String) throws(OptionError) {
        var rest = text[...]
        if let equals = rest.firstIndex(of: "="), !rest[..<equals].contains(where: { ":/[@?".contains($0) }) {
            guard equals != rest.startIndex else { throw OptionError("the name before '=' is empty") }
            name = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
        }
        guard
            text.allSatisfy({ !$0.isWhitespace && $0.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F } }
            )
        else { throw OptionError("an address holds no blanks or control characters") }
        let record = Self.recordSchemes.first { rest.hasPrefix($0 + "://") }
        if let record { rest = "http://" + rest.dropFirst(record.count + 3) }
        let text = rest.contains("://") ? String(rest) : "http://" + rest
        let url = try Self.url(text)
        guard url.scheme == "http" || url.scheme == "https" else {
            throw OptionError("the scheme '\(url.scheme)' is neither http nor https")
        }
        guard url.query == nil, url.fragment == nil else {
            throw OptionError("the address may have no query and no fragment")
        }
        try Self.check(host: url.host)
        (scheme, userInfo, host, port) = (url.scheme, url.userInfo, url.host, url.port)
        path = String(url.path.reversed().drop { $0 == "/" }.reversed())
        if let record { scheme = record }
    }

    private static func url(_ text: String) throws(OptionError) -> ParsedURL {
        do throws(ParsedURL.Problem) {
            return try ParsedURL(text)
        } catch {
            let place = ParsedURL.place(in: text)
            switch error {
            case .noHost: throw OptionError("the host is missing")
            case .badPort:
                let port = place.lastIndex { $0 == ":" || $0 == "]" }.map { place[place.index(after: $0)...] } ?? place
                throw OptionError("'\(port)' is no port (1-65535)")
            case .bad: throw OptionError("'\(place)' is no host name")
            }
        }
    }

    /// Names that no resolver takes are refused before one is asked.
    private static func check(host: String) throws(OptionError) {
        let isWord = host.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-._%:".unicodeScalars.contains($0)
        }
        guard isWord, host.utf8.count <= maximumHost else { throw OptionError("'\(host)' is no host name") }
    }

    /// The address as a URL without secrets, for screens and documents.
    package var shown: String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(userInfo == nil ? "" : "***@")\(bracketed)\(port.map { ":\($0)" } ?? "")\(path)"
    }
}
