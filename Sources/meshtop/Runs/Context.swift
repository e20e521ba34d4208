import Collectors
import Configuration
import Model

/// What a command works with. Handed in, so that a test can run a command on a list of observations.
struct Context {
    let settings: Settings
    let environment: [String: String]
    let out: Output
    let errors: Output
    let signals: Signals
    /// Starts collecting from live sources.
    var startFeed: (FeedRequest) throws(CommandFailure) -> any Feed

    /// Prints a message for the user on stderr.
    func say(_ text: String) { errors.write("meshtop: \(text)\n") }
}

/// What a live command asks of the collector.
struct FeedRequest {
    /// The endpoints to begin with.
    var endpoints: [ManagementAddress]
    var managementPort: Int?
    var discovers: Bool
    var options: SessionOptions
    /// Logs that are read besides.
    var logs: LogOptions
    /// The metrics server that is asked besides.
    var prometheus: PrometheusOptions?
    /// The health endpoints of applications that are asked besides.
    var probes: [ProbeTarget]
    /// The authorities that secure servers are checked with, if not the system's.
    var authorities: String?
    /// Whether members are asked for their remoting state.
    var asksBridge: Bool
    /// Whether everything is to be asked at once, because the command prints once and ends.
    var isOneShot: Bool
    /// Whether no source was named, so that this machine's default ports are tried.
    var isDefault: Bool
    /// Whether a screen is open. It reports what it shows, so that expensive queries are limited to that.
    var hasViewer = false

    /// What the settings say; without any source, this machine at the default ports.
    init(_ settings: Settings, isOneShot: Bool) {
        let given = settings.management
        logs = settings.logs
        probes = settings.probes
        authorities = settings.text(.caFile)
        asksBridge = settings.setting(.bridge)?.value != .on(false)
        endpoints = settings.usesDefaultSources ? ((try? ManagementAddress("localhost")).map { [$0] } ?? []) : given
        managementPort = settings.integer(.managementPort)
        // A demo has no such switch; it always discovers.
        discovers = settings.setting(.discover)?.value != .on(false)
        options = SessionOptions(
            interval: settings.duration(.interval) ?? .seconds(2), timeout: settings.duration(.timeout) ?? .seconds(2),
            allPairs: settings.isOn(.allPairs), graph: settings.graph)
        prometheus = settings.prometheus(graph: options.graph, at: settings.time(.at).flatMap { $0.instant })
        self.isOneShot = isOneShot
        isDefault = settings.usesDefaultSources
    }

    /// How long a first answer of all sources may take: the given ones on both default ports, then those that were found.
    /// Queries of a metrics server may take longer.
    var patience: Duration { options.timeout * (prometheus == nil ? 3 : 11) + .milliseconds(500) }
}

/// Why a command cannot do its work; printed on stderr, exit 1.
struct CommandFailure: Error {
    let message: String
    var exit: Int32 = 1
}

extension Settings {
    /// Whether no source was named, so that this machine's default ports are tried.
    var usesDefaultSources: Bool {
        management.isEmpty && list(.events).isEmpty && text(.prometheus) == nil && probes.allSatisfy(\.needsMembers)
    }
}

/// The message when no source was named and none was found.
enum DefaultSources {
    static let advice =
        "no management endpoint answered at http://localhost:8558 or http://localhost:7626, which are tried when none is given; "
        + "name one with --management HOST[:PORT], or try `meshtop demo`"
}

extension Context {
    /// A session that records if the settings say so.
    func makeSession() throws(CommandFailure) -> Session {
        guard let path = settings.text(.record) else { return Session() }
        do {
            return Session(journal: try JournalWriter(path: path))
        } catch {
            throw CommandFailure(message: "--record: \(error.message)")
        }
    }
}

extension TimeValue {
    /// The moment that is meant, by the present day; `nil` if the system does not know it.
    var instant: Timestamp? {
        switch self {
        case .instant(let moment): moment
        case .clock(let second): SystemTime.today(at: second, now: SystemTime.now)
        }
    }
}
