// SPDX-License-Identifier: Apache-2.0
package import Model

/// One `--events`: what is read, and which member writes it, if the user says so.
package struct LogTarget: Hashable, Sendable {
    /// Where the lines come from.
    package enum Place: Hashable, Sendable {
        /// A file, by its path.
        case file(String)
        case standardInput
        /// A server that sends lines without an end. `path`: with its query.
        case stream(Endpoint, path: String)
        /// A container of a pod.
        case pod(PodLog)
    }

    /// Maximum number of characters of the source's name.
    static let maximumName = 200

    /// Where the lines come from.
    package let place: Place
    /// The observer of lines that do not name one.
    package let observer: ObserverName?

    /// Reads `[OBSERVER=]FILE|-|URL`. An equals sign belongs to the file's name, unless an observer stands before it.
    ///
    /// - Parameter text: what was typed.
    /// - Throws: ``OptionError`` that says what is wrong with it.
    package init(_ text: String) throws(OptionError) {
        var rest = text[...]
        var observer: ObserverName?
        if let mark = text.firstIndex(of: "="), let name = ObserverName(String(text[..<mark])) {
            observer = name
            rest = text[text.index(after: mark)...]
        }
        self.observer = observer
        guard !rest.isEmpty else { throw OptionError("--events \(text): names no file") }
        if rest == "-" {
            place = .standardInput
        } else if rest.hasPrefix("http://") || rest.hasPrefix("https://") {
            place = try Self.stream(String(rest))
        } else {
            place = .file(String(rest))
        }
    }

    /// The log of a container of a pod.
    init(_ log: PodLog) {
        place = .pod(log)
        observer = nil
    }

    private static func stream(_ text: String) throws(OptionError) -> Place {
        do throws(ParsedURL.Problem) {
            let url = try ParsedURL(text)
            let endpoint = Endpoint(
                scheme: url.scheme, host: url.host, port: url.port ?? (url.scheme == "https" ? 443 : 80),
                userInfo: url.userInfo, access: .given(.log))
            let path = url.path.isEmpty ? "/" : url.path
            return .stream(endpoint, path: path + (url.query.map { "?\($0)" } ?? ""))
        } catch {
            throw OptionError("--events: the URL has no valid host and port")
        }
    }

    /// The source's name: without a password, and without anything that a terminal would obey.
    package var id: SourceID {
        switch place {
        case .file(let path): SourceID(.log, SafeText.line(of: path, maximum: Self.maximumName))
        case .standardInput: SourceID(.log, "-")
        case .stream(let endpoint, let path):
            SourceID(.log, SafeText.line(of: endpoint.url + path, maximum: Self.maximumName))
        case .pod(let log): log.id
        }
    }

    /// What rules about names of files look at: the last part, without the endings of logs.
    var name: String {
        if case .pod(let log) = place { return log.pod.name }
        guard case .file(let path) = place else { return id.target }
        return path.split(separator: "/").last.map(String.init) ?? path
    }
}
