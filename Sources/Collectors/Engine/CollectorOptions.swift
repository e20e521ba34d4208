/// A cluster's management endpoint as the user gave it.
package struct ManagementSeed: Hashable, Sendable {
    /// The ports tried when none is given: Akka Management's, then Pekko Management's.
    package static let defaultPorts = [8558, 7626]

    /// The name that the user gave to the cluster; `nil`: that of its actor system.
    package var name: String?
    /// Where it may be: the first of them that answers is it, in this order.
    package var endpoints: [Endpoint]

    /// - Parameters:
    ///   - name: the name that the user gave to the cluster, if any.
    ///   - endpoints: where it may be, in the order of preference.
    package init(name: String? = nil, endpoints: [Endpoint]) {
        self.name = name
        self.endpoints = endpoints
    }
}

/// What the collector of management endpoints is told at its start.
package struct CollectorOptions: Sendable {
    package var seeds: [ManagementSeed]
    /// The time between two polls of a member.
    package var interval: Duration
    /// How long an answer may take.
    package var timeout: Duration
    /// Whether members that a view lists are asked too.
    package var discovers: Bool
    /// The management port of members that were found; `nil`: the port that answered.
    package var managementPort: Int?
    /// Whether everything is asked at once, for a command that ends with the first picture. Otherwise health checks and streams follow
    /// half a second after the first answer, because a screen that is painted twice within 30 ms looks like one slow frame.
    package var isOneShot: Bool
    /// Whether members are asked for their remoting state.
    package var asksBridge: Bool
    /// The logs that are read besides.
    package var logs: LogOptions
    /// The metrics server that is asked besides.
    package var prometheus: PrometheusOptions?
    /// The health endpoints of applications that are asked besides.
    package var probes: [ProbeTarget]
    /// The authorities, in PEM, that secure servers are checked with; `nil`: the system's.
    package var authorities: String?
    /// So many event streams are held open at most; each costs a wake-up every 10 s, and all members of a cluster tell the same news.
    package var streamLimit: Int

    /// - Parameters:
    ///   - seeds: where to begin.
    ///   - interval: the time between two polls of a member.
    ///   - timeout: how long an answer may take.
    ///   - discovers: whether members that a view lists are asked too.
    ///   - managementPort: the management port of members that were found; `nil`: the port that answered.
    ///   - isOneShot: whether everything is asked at once.
    ///   - asksBridge: whether members are asked for their remoting state.
    ///   - logs: the logs that are read besides.
    ///   - prometheus: the metrics server that is asked besides.
    ///   - probes: the health endpoints of applications that are asked besides.
    ///   - authorities: a file of the authorities, in PEM, that secure servers are checked with; `nil`: the system's.
    ///   - streamLimit: so many event streams are held open.
    package init(
        seeds: [ManagementSeed], interval: Duration = .seconds(2), timeout: Duration = .seconds(2),
        discovers: Bool = true, managementPort: Int? = nil, isOneShot: Bool = false, asksBridge: Bool = false,
        logs: LogOptions = LogOptions(), prometheus: PrometheusOptions? = nil,
        probes: [ProbeTarget] = [], authorities: String? = nil, streamLimit: Int = 32
    ) {
        self.seeds = seeds
        self.interval = interval
        self.timeout = timeout
        self.discovers = discovers
        self.managementPort = managementPort
        self.isOneShot = isOneShot
        self.asksBridge = asksBridge
        self.logs = logs
        self.prometheus = prometheus
        self.probes = probes
        self.authorities = authorities
        self.streamLimit = streamLimit
    }
}

extension ManagementSeed {
    /// A seed as it was typed; without a port, the default ports of both forks are tried.
    ///
    /// - Parameter address: what `--management` was given.
    package init(_ address: ManagementAddress) {
        let ports = address.port.map { [$0] } ?? Self.defaultPorts
        self.init(
            name: address.name,
            endpoints: ports.map { port in
                Endpoint(
                    scheme: address.scheme, host: address.host, port: port, path: address.path,
                    userInfo: address.userInfo)
            })
    }
}
