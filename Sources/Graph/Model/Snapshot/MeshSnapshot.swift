// SPDX-License-Identifier: Apache-2.0
/// The whole picture at one moment: what the screens, `snapshot`, `watch` and `check` print. Made by `Mesh.snapshot()` alone.
package struct MeshSnapshot: Hashable, Sendable {
    /// The moment of the newest observation in it.
    package var at: Timestamp
    /// What the run was asked to do.
    package var options: SessionOptions
    /// The worst of all clusters, of the health endpoints, and of the traffic.
    package var health: Health
    /// Sorted by kind, then target.
    package var sources: [SourceSnapshot]
    /// Sorted by id.
    package var clusters: [ClusterSnapshot]
    /// What happened, in one order over all observers; screens show it.
    package var events: EventLog
    /// What bounds made us drop.
    package var dropped: DroppedCounts
    /// The service graph; `nil` until a Prometheus has answered.
    package var graph: ShownGraph?
    /// The answers that the graph was made of, for screens that show another type of graph.
    package var telemetry: Telemetry?
    /// Which workload each member belongs to, where that is known.
    package var workloads: [UniqueAddress: WorkloadName]
    /// How the traffic went lately.
    package var trend: TrafficTrend
    /// The health endpoints of applications that are asked, sorted by id.
    package var probes: [ProbeSnapshot]
    /// What is known of Kubernetes; `nil` where it is not watched.
    package var kubernetes: KubernetesSnapshot?
    /// What is known of Istio's configuration; `nil` where none of its objects was read.
    package var istio: IstioSnapshot?
    /// What is wrong and why: the root of the worst incident first.
    package var findings: [Finding]
    /// Findings that belong together, those that are going on first.
    package var incidents: [Incident]

    /// Every property as given.
    package init(
        at: Timestamp, options: SessionOptions, health: Health, sources: [SourceSnapshot], clusters: [ClusterSnapshot],
        events: EventLog = EventLog(), dropped: DroppedCounts, graph: ShownGraph? = nil,
        telemetry: Telemetry? = nil, workloads: [UniqueAddress: WorkloadName] = [:],
        trend: TrafficTrend = TrafficTrend(), probes: [ProbeSnapshot] = [], kubernetes: KubernetesSnapshot? = nil,
        istio: IstioSnapshot? = nil, findings: [Finding] = [], incidents: [Incident] = []
    ) {
        self.at = at
        self.options = options
        self.health = health
        self.sources = sources
        self.clusters = clusters
        self.events = events
        self.dropped = dropped
        self.graph = graph
        self.telemetry = telemetry
        self.workloads = workloads
        self.trend = trend
        self.probes = probes
        self.kubernetes = kubernetes
        self.istio = istio
        self.findings = findings
        self.incidents = incidents
    }
}

extension MeshSnapshot {
    /// The newest of the events, oldest first, for places that show a few.
    package var recentEntries: [EventLog.Entry] { events.newestEntries(500) }
}

/// What bounds made us drop, by kind.
package struct DroppedCounts: Hashable, Sendable {
    /// Events, lines that waited for too long included.
    package var events = 0
    /// Rows of metrics that were left out.
    package var samples = 0
    /// Lines of logs.
    package var lines = 0
    /// Impossible states that this process met: bugs that a debug build would have stopped at. Shown by `doctor`, in no document.
    package var impossible = 0

    /// Nothing was dropped.
    package init() {}
}

/// A source, as far as it is read.
package struct SourceSnapshot: Hashable, Sendable {
    /// Its kind and target.
    package var id: SourceID
    /// The cluster it belongs to; `nil` until it first answered, if the user gave no name.
    package var cluster: String?
    /// The member whose endpoint this is, once known.
    package var member: Address?
    /// Whether it delivers.
    package var state: SourceState
    /// Since when the state is what it is.
    package var stateSince: Timestamp
    /// How old its last success is.
    package var freshness: Freshness
    /// When it last delivered.
    package var lastSuccess: Timestamp?
    /// How long its last answer took.
    package var latency: Duration?
    /// The newest latencies, oldest first, at most 20.
    package var recentLatencies: [Duration]
    /// Why it does not deliver; `nil` while it does.
    package var failure: SourceFailure?
    /// Failures in a row.
    package var failuresInARow: Int
    /// When it is asked next; `nil` for streams that are open.
    package var nextAttempt: Timestamp?
    /// Events that a stream delivered since it was first opened.
    package var events: Int
    /// What is worth knowing of its answers besides: what a metrics server reports and what it does not.
    package var notes: [String]
    /// How far a log was read; `nil` for other kinds.
    package var log: LogReading?
    /// What it reported of associations and could not be used.
    package var rejected: RejectedInputs

    /// Every property as given.
    package init(
        id: SourceID, cluster: String?, member: Address?, state: SourceState, stateSince: Timestamp,
        freshness: Freshness, lastSuccess: Timestamp?, latency: Duration?, recentLatencies: [Duration],
        failure: SourceFailure?, failuresInARow: Int, nextAttempt: Timestamp?, events: Int, notes: [String] = [],
        log: LogReading? = nil, rejected: RejectedInputs = RejectedInputs()
    ) {
        self.id = id
        self.cluster = cluster
        self.member = member
        self.state = state
        self.stateSince = stateSince
        self.freshness = freshness
        self.lastSuccess = lastSuccess
        self.latency = latency
        self.recentLatencies = recentLatencies
        self.failure = failure
        self.failuresInARow = failuresInARow
        self.nextAttempt = nextAttempt
        self.events = events
        self.notes = notes
        self.log = log
        self.rejected = rejected
    }
}
