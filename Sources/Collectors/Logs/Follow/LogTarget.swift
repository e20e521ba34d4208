package import Model

/// One `--events`: what is read, and who tells it, if the user says so.
package struct LogTarget: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case file(String)
        case standardInput
        case stream(Endpoint, path: String)
    }

    package let place: Place
    /// Who tells the lines that do not say it.
    package let observer: ObserverName?

    /// Reads `[OBSERVER=]FILE|-|URL`. An equals sign belongs to the file's name, unless an observer stands before it.
    ///
    /// - Parameter text: what was typed.
    /// - Throws: what is wrong with it.
    package init(_ text: String) throws(LogTargetError) {
        var rest = text[...]
        var observer: ObserverName?
        if let mark = text.firstIndex(of: "="), let name = ObserverName(String(text[..<mark])) {
            observer = name
            rest = text[text.index(after: mark)...]
        }
        self.observer = observer
        guard !rest.isEmpty else { throw LogTargetError(message: "--events \(text): names no file") }
        if rest == "-" {
            place = .standardInput
        } else if rest.hasPrefix("http://") || rest.hasPrefix("https://") {
            place = try Self.stream(String(rest))
        } else {
            place = .file(String(rest))
        }
    }

    private static func stream(_ url: String) throws(LogTargetError) -> Place {
        let scheme = url.hasPrefix("https") ? "https" : "http"
        let rest = url.dropFirst(scheme.count + 3)
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let (authority, path) = (rest[..<slash], String(rest[slash...]))
        let at = authority.lastIndex(of: "@")
        let place = at.map { authority[authority.index(after: $0)...] } ?? authority
        let userInfo = at.map { String(authority[..<$0]) }
        guard let (host, port) = hostAndPort(place, standard: scheme == "https" ? 443 : 80) else {
            throw LogTargetError(message: "--events: the URL has no valid host and port")
        }
        let endpoint = Endpoint(scheme: scheme, host: host, port: port, path: "", userInfo: userInfo)
        return .stream(endpoint, path: path.isEmpty ? "/" : path.hasPrefix("?") ? "/" + path : path)
    }

    private static func hostAndPort(_ text: Substring, standard: Int) -> (String, Int)? {
        var host = text
        var port = standard
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            (host, port) = (text[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let isPlain = host.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "[") }
        return host.isEmpty || !isPlain ? nil : (String(host), port)
    }

    /// The source's name: without a password, and without anything that a terminal would obey.
    package var id: SourceID {
        switch place {
        case .file(let path): SourceID(.log, SafeText.line(of: path, maximum: 200))
        case .standardInput: SourceID(.log, "-")
        case .stream(let endpoint, let path): SourceID(.log, SafeText.line(of: endpoint.url + path, maximum: 200))
        }
    }

    /// What rules about names of files look at: the last part, without the endings of logs.
    var name: String {
        guard case .file(let path) = place else { return id.target }
        return path.split(separator: "/").last.map(String.init) ?? path
    }
}

/// Why an `--events` cannot be read.
package struct LogTargetError: Error, Hashable, Sendable {
    /// One sentence for people.
    package let message: String
}
