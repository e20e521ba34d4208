// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Keeps what requests to the API server are made with: files are read again each minute, a plug-in is run again before its answer expires and
/// once when the server refuses us.
struct KubernetesCredentials {
    /// How often files are read again.
    static let period = Duration.seconds(60)
    /// How long before its end a credential is replaced.
    static let leeway = Duration.seconds(10)
    /// How long nothing is tried after a failure.
    static let retryPause = Duration.seconds(15)
    /// How long after a refusal another one does not make us try again.
    static let refusalPause = Duration.seconds(5)

    /// Whether there is something to ask with.
    private enum State {
        /// Nothing was read yet, or the plug-in runs for the first time. → `good`, `bad`
        case missing
        /// There is. → `good`, `bad`
        case good
        /// There is not. → `good`, `bad`
        case bad(SourceFailure)
    }

    private let identity: KubernetesIdentity
    private let environment: [String: String]
    private let read: FileReader.Function
    private var state = State.missing
    private var known: HTTPAccess?
    private var credential: ExecPlugin.Credential?
    private var process: ExecProcess?
    private var nextRead: Timestamp
    private var nextRun: Timestamp?
    private var refusedAt: Timestamp?

    init(
        _ identity: KubernetesIdentity, environment: [String: String], read: @escaping FileReader.Function,
        at now: Timestamp
    ) {
        self.identity = identity
        self.environment = environment
        self.read = read
        nextRead = now
        if identity.plugin != nil { nextRun = now }
    }

    /// What may be slept on while a plug-in runs.
    var descriptors: [Int32] { process?.descriptors ?? [] }

    /// When `advance` is to be called at the latest.
    func nextWake(_ now: Timestamp) -> Timestamp {
        let waiting = process.map { $0.nextWake(now) } ?? nextRun
        return waiting.map { min($0, nextRead) } ?? nextRead
    }

    /// Why nothing can be asked.
    var failure: SourceFailure? { if case .bad(let failure) = state { failure } else { nil } }

    /// Whether there is something to ask with.
    var isGood: Bool { if case .good = state { true } else { false } }

    /// The server refuses us (401): everything is read again, and the plug-in is run again, once.
    mutating func refuse(at now: Timestamp) {
        if let refusedAt, now - refusedAt < Self.refusalPause { return }
        refusedAt = now
        nextRead = now
        if identity.plugin != nil, process == nil { nextRun = now }
    }

    /// Does what is due.
    ///
    /// - Parameter now: the time.
    /// - Returns: what requests are made with from now on, if that is another than before.
    mutating func advance(to now: Timestamp) -> Result<HTTPAccess, SourceFailure>? {
        if let outcome = process?.poll(at: now), let plugin = identity.plugin {
            process = nil
            return finish(plugin, outcome, at: now)
        }
        if let due = nextRun, due <= now, process == nil, let plugin = identity.plugin {
            nextRun = nil
            return start(plugin, at: now)
        }
        guard nextRead <= now else { return nil }
        nextRead = now + Self.period
        return identity.plugin != nil && credential == nil ? nil : update(at: now)
    }

    private mutating func start(_ plugin: ExecPlugin, at now: Timestamp) -> Result<HTTPAccess, SourceFailure>? {
        guard !plugin.needsTerminal else {
            return fail(
                plugin.failure("it wants a terminal (interactiveMode: Always), which meshtop needs itself"), at: now)
        }
        do throws(SourceFailure) {
            process = try ExecProcess(plugin, environment: environment, at: now)
            return nil
        } catch {
            return fail(error, at: now)
        }
    }

    private mutating func finish(
        _ plugin: ExecPlugin, _ outcome: ExecProcess.Outcome, at now: Timestamp
    ) -> Result<HTTPAccess, SourceFailure>? {
        do throws(SourceFailure) {
            switch outcome {
            case .tooMuch: throw plugin.failure("it printed more than \(ExecPlugin.maximumAnswer >> 10) KiB")
            case .tooLong(let errors):
                throw plugin.failure(
                    "it gave no answer within \(ExecPlugin.timeLimit.components.seconds) s and was ended\(Self.said(errors))"
                )
            case .exited(let status, let output, let errors):
                guard status == 0 else {
                    let how =
                        status & 0x7F == 0
                        ? "failed with exit code \(status >> 8 & 0xFF)" : "was killed by signal \(status & 0x7F)"
                    throw plugin.failure("it \(how)\(Self.said(errors))")
                }
                let given = try plugin.credential(output)
                credential = given
                nextRun = given.expiresAt.map { max($0 - Self.leeway, now + Self.leeway) }
                return update(at: now)
            }
        } catch {
            return fail(error, at: now)
        }
    }

    /// The last line that a plug-in wrote to its standard error.
    private static func said(_ errors: [UInt8]) -> String {
        let lines = String(decoding: errors, as: UTF8.self).split(whereSeparator: \.isNewline)
        let last = lines.reversed().lazy.map { SafeText.line(of: $0, maximum: 200) }.first { !$0.isEmpty }
        return last.map { ": \(Secrets.masked($0))" } ?? ""
    }

    private mutating func update(at now: Timestamp) -> Result<HTTPAccess, SourceFailure>? {
        do throws(SourceFailure) {
            var access = try identity.access(read: read)
            if let token = credential?.token { access.headers.insert(.bearer(token), at: 0) }
            if let certificate = credential?.certificate { access.certificate = certificate }
            let isNew = access != known || !isGood
            (state, known) = (.good, access)
            return isNew ? .success(access) : nil
        } catch {
            return fail(error, at: now)
        }
    }

    private mutating func fail(_ failure: SourceFailure, at now: Timestamp) -> Result<HTTPAccess, SourceFailure>? {
        if identity.plugin != nil { nextRun = now + Self.retryPause }
        nextRead = min(nextRead, now + Self.retryPause)
        // What is there may still be good: the server will say.
        if known != nil, credential?.expiresAt.map({ $0 > now }) ?? true, identity.plugin != nil { return nil }
        let isNew = failure != self.failure
        state = .bad(failure)
        return isNew ? .failure(failure) : nil
    }

    /// Ends a plug-in that runs.
    func end() { process?.end() }
}

extension KubernetesIdentity {
    /// The plug-in that gives the credentials.
    var plugin: ExecPlugin? { if case .plugin(let plugin) = credential { plugin } else { nil } }
}
