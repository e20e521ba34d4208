// SPDX-License-Identifier: Apache-2.0
internal import Model

extension CollectorFactory {
    /// Reads the files of credentials that the user names for sources, again and again because they are replaced while we run.
    ///
    /// - Parameters:
    ///   - options: what is given.
    ///   - read: reads a file.
    /// - Returns: the factory; `nil` if nothing is given.
    package static func access(
        _ options: AccessOptions, read: @escaping FileReader.Function = FileReader.read
    ) -> CollectorFactory? {
        options.isEmpty ? nil : CollectorFactory(firstAnswerTimeouts: 0) { _ in AccessCollector(options, read: read) }
    }
}

/// Keeps the credentials of named sources as their files have them. It observes nothing itself: a source whose files cannot be read fails with the
/// reason.
struct AccessCollector: Collector {
    /// How often files are read again: tokens of Kubernetes and of cloud services are replaced minutes before they expire.
    static let period = Duration.seconds(60)

    private let options: AccessOptions
    private let read: FileReader.Function
    private var known: [SourceKind: Result<HTTPAccess, SourceFailure>] = [:]
    private var ticker = Ticker(interval: Self.period)

    init(_ options: AccessOptions, read: @escaping FileReader.Function) {
        self.options = options
        self.read = read
    }

    var nextWake: Timestamp? { ticker.next }

    func isSettled(at now: Timestamp) -> Bool { true }

    mutating func start(at now: Timestamp) -> [CollectorAction] {
        ticker.start(at: now)
        return readFiles()
    }

    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        ticker.check(at: now)
        guard let due = ticker.due(at: now) else { return [] }
        ticker.advance(from: due, at: now)
        return readFiles()
    }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] { [] }

    mutating func pollNow(at now: Timestamp) -> [CollectorAction] { readFiles() }

    private mutating func readFiles() -> [CollectorAction] {
        ScopedText.words.compactMap { _, kind in
            let access = access(of: kind)
            guard known[kind] != access else { return nil }
            known[kind] = access
            return .authorize(.given(kind), access)
        }
    }

    private func access(of kind: SourceKind) -> Result<HTTPAccess, SourceFailure> {
        do throws(SourceFailure) {
            return .success(try readAccess(of: kind))
        } catch {
            return .failure(error)
        }
    }

    private func readAccess(of kind: SourceKind) throws(SourceFailure) -> HTTPAccess {
        func text(_ list: KeyPath<AccessOptions, [ScopedText]>) -> String? {
            AccessOptions.text(of: options[keyPath: list], for: kind)
        }
        var access = HTTPAccess()
        let files = PEMFiles(read: read)
        if let path = text(\.authorities) {
            access.authorities = .pem(try files.certificates(path, option: "--ca-file"))
        }
        switch (text(\.certificates), text(\.keys)) {
        case (nil, nil): break
        case (let chain?, let key):
            // One file may hold both.
            access.certificate = HTTPAccess.Certificate(
                chain: try files.certificates(chain, option: "--cert-file"),
                key: try files.key(key ?? chain, option: key == nil ? "--cert-file" : "--key-file"))
        case (nil, _?): throw SourceFailure(.other, "--key-file is given without --cert-file")
        }
        if let path = text(\.tokens) {
            access.headers = [.bearer(try files.token(path, option: "--bearer-token-file"))]
        }
        access.serverName = text(\.serverNames)
        access.proxy = text(\.proxies).map { Secret($0) }
        return access
    }
}

extension HTTPAccess.Header {
    /// The header of a bearer token (RFC 6750, section 2.1).
    static func bearer(_ token: Secret) -> HTTPAccess.Header {
        HTTPAccess.Header(name: "Authorization", value: Secret("Bearer \(token.text)"))
    }

    /// The header of a user and a password (RFC 7617).
    static func basic(user: String, password: Secret) -> HTTPAccess.Header {
        let text = Base64.text(of: Array("\(user):\(password.text)".utf8))
        return HTTPAccess.Header(name: "Authorization", value: Secret("Basic \(text)"))
    }
}
