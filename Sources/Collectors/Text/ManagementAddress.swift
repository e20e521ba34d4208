/// Where a management endpoint is, as given with `--management [NAME=]URL|HOST[:PORT]`.
package struct ManagementAddress: Hashable, Sendable {
    /// The name given to the cluster, nil for that of its actor system.
    package var name: String?
    /// `http` or `https`.
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
        scheme = try Self.scheme(&rest)
        let slash = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        path = try Self.path(rest[slash...])
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            userInfo = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        let (host, port) = try Self.hostAndPort(authority)
        self.host = host
        self.port = port
    }

    /// The address as a URL without secrets, for screens and documents.
    package var shown: String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(userInfo == nil ? "" : "***@")\(bracketed)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    private static func scheme(_ rest: inout Substring) throws(OptionError) -> String {
        guard let start = rest.firstIndex(of: ":"), rest[start...].hasPrefix("://") else { return "http" }
        let scheme = rest[..<start].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw OptionError("the scheme '\(scheme)' is neither http nor https")
        }
        rest = rest[start...].dropFirst(3)
        return scheme
    }

    private static func path(_ text: Substring) throws(OptionError) -> String {
        guard !text.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw OptionError("the address may have no query and no fragment")
        }
        var path = text
        while path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
    }

    private static func hostAndPort(_ text: Substring) throws(OptionError) -> (host: String, port: Int?) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw OptionError("'[' without ']' in the address") }
            let host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw OptionError("text after ']' that is no port") }
            return (try checked(host, ipv6: true), rest.isEmpty ? nil : try port(rest.dropFirst()))
        }
        let colons = text.count { $0 == ":" }
        if colons > 1 { return (try checked(text, ipv6: true), nil) }
        guard let colon = text.firstIndex(of: ":") else { return (try checked(text, ipv6: false), nil) }
        return (try checked(text[..<colon], ipv6: false), try port(text[text.index(after: colon)...]))
    }

    private static func checked(_ host: Substring, ipv6: Bool) throws(OptionError) -> String {
        guard !host.isEmpty else { throw OptionError("the host is missing") }
        let good = host.unicodeScalars.allSatisfy {
            let isWord = $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-._%".unicodeScalars.contains($0)
            return isWord || (ipv6 && $0 == ":")
        }
        guard good, host.utf8.count <= 255 else { throw OptionError("'\(host)' is no host name") }
        return String(host)
    }

    private static func port(_ text: Substring) throws(OptionError) -> Int {
        guard let port = Int(text), (1...65_535).contains(port), !text.hasPrefix("+") else {
            throw OptionError("'\(text)' is no port (1-65535)")
        }
        return port
    }
}
