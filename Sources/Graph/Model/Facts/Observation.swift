// SPDX-License-Identifier: Apache-2.0
/// One fact that enters the program: when, from which source, what. The fold over observations is the only way to a snapshot, and the
/// journal is a list of them, so whatever changes what is printed must be an observation too: options, ticks, failures, the end.
package struct Observation: Hashable, Sendable {
    /// When it entered, by our clock.
    package var at: Timestamp
    /// `nil` for what the program itself adds: options, ticks, the end.
    package var source: SourceID?
    /// What was observed.
    package var payload: Payload

    /// Every property as given.
    package init(at: Timestamp, source: SourceID?, _ payload: Payload) {
        self.at = at
        self.source = source
        self.payload = payload
    }

    /// One fact of one kind.
    package enum Payload: Hashable, Sendable {
        /// The first observation of every run.
        case started(SessionOptions)
        /// A tick of the interval: derived facts are evaluated, and `watch` prints a snapshot.
        case tick
        /// Derived facts are evaluated between two ticks, because something has changed.
        case refresh
        /// The last observation of a run.
        case ended(EndReason, exit: Int32)

        /// Somebody has taken note of an incident, named by its id; `nil` of all that are over.
        case acknowledged(incident: String?)

        /// A source is read from now on.
        case sourceAdded(SourceOrigin)
        /// A source is no longer read, because no view lists its member.
        case sourceRemoved
        /// The source did not deliver; it is tried again at `retryAt`.
        case failed(SourceFailure, retryAt: Timestamp)

        /// An answer of `/cluster/members`.
        case membership(MembershipView, Reply)
        /// The same answer as the last one, byte for byte.
        case membershipUnchanged(Reply)
        /// An answer of `/ready`.
        case readiness(ProbeAnswer)
        /// An answer of `/alive`.
        case liveness(ProbeAnswer)
        /// What `/startup` answered, where a node has it.
        case startup(ProbeAnswer)

        /// An event stream was opened; it begins with a replay of the current state.
        case streamOpened
        /// An event of a stream.
        case streamEvent(DomainEvent, replayed: Bool)
        /// The replay at the beginning of a stream is complete.
        case streamReplayed
        /// A sign of life without content.
        case streamHeartbeat

        /// An event of a log; `late` if it was reported so late that it stands out of order.
        case lifecycle(LifecycleEvent, late: Bool)
        /// How far a log was read; its sign of life.
        case logProgress(LogProgress)
        /// An answer of the bridge.
        case bridge(BridgeReport, Reply)

        /// The answers of Prometheus to the queries of one refresh.
        case telemetry(Telemetry, Reply)
        /// What a metrics server reports of clusters.
        case metrics(MetricReport, Reply)
        /// The same as the last one.
        case metricsUnchanged(Reply)

        /// An answer of an application's health endpoint.
        case probed(ProbeReport, Reply)

        /// Objects of the Kubernetes API.
        case kubernetes(KubernetesReport)
        /// What a node answers to those that look for a cluster to join.
        case contactPoint(BootstrapSnapshot.Answer, seeds: [Address])
    }
}

/// The settings that a snapshot depends on.
package struct SessionOptions: Hashable, Sendable {
    /// Up to this many members every known pair has a row. In larger meshes plainly active pairs are only counted: a thousand members
    /// make a million pairs.
    package static let maximumMembersInFull = 200

    /// The time between two polls of a member.
    package var interval: Duration
    /// How long an answer may take.
    package var timeout: Duration
    /// Whether the documents list every pair and every view in full, however large the mesh.
    package var allPairs: Bool
    /// What the service graph shows.
    package var graph: GraphOptions
    /// How many members should be Up, by the name of the cluster; under the empty name where there is only one.
    package var expectedMembers: [String: Int]

    /// Every property as given.
    package init(
        interval: Duration = .seconds(2), timeout: Duration = .seconds(2), allPairs: Bool = false,
        graph: GraphOptions = GraphOptions(), expectedMembers: [String: Int] = [:]
    ) {
        self.interval = interval
        self.timeout = timeout
        self.allPairs = allPairs
        self.graph = graph
        self.expectedMembers = expectedMembers
    }
}

/// Where a source comes from.
package struct SourceOrigin: Hashable, Sendable {
    /// The cluster's name, if the user gave one; otherwise the actor system's name is it.
    package var cluster: String?
    /// Whether the user named the source; `false` if it was found in a membership list.
    package var isConfigured: Bool
    /// The member it belongs to, when it was found.
    package var member: Address?
    /// The workload or members whose health it reports, if it is an application's health endpoint.
    package var subject: ProbeSubject?
    /// The pod it belongs to, if it was found in one.
    package var pod: PodPlace?

    /// Every property as given.
    package init(
        cluster: String?, isConfigured: Bool, member: Address?, subject: ProbeSubject? = nil, pod: PodPlace? = nil
    ) {
        self.cluster = cluster
        self.isConfigured = isConfigured
        self.member = member
        self.subject = subject
        self.pod = pod
    }
}

/// The pod in which a source was found, and the way that leads there.
package struct PodPlace: Hashable, Sendable {
    /// The pod.
    package var pod: ObjectName
    /// The container, if the source is of one.
    package var container: String?
    /// How it is reached, and what was tried before; a clause.
    package var way: String

    /// Every property as given.
    package init(pod: ObjectName, container: String? = nil, way: String) {
        self.pod = pod
        self.container = container
        self.way = way
    }
}

/// What is known of an answer besides its body.
package struct Reply: Hashable, Sendable {
    /// From the start of the request to the last byte.
    package var latency: Duration
    /// The header `Server`: `akka-http/10.2.10`, `pekko-http/1.3.0`.
    package var server: String?

    /// Every property as given.
    package init(latency: Duration, server: String? = nil) {
        self.latency = latency
        self.server = server
    }
}

/// An answer of `/ready` or `/alive`.
package enum ProbeAnswer: Hashable, Sendable {
    case passed
    /// HTTP 500; the text names the failing check.
    case notPassed(String)
    /// No answer that says either: no such route, no answer in time.
    case unavailable(String)
}

/// Why a run ended; the words of the `end` line.
package enum EndReason: String, Hashable, Sendable, CaseIterable {
    case count
    case duration
    case signal
    case inputEnded = "input-ended"
    case outputClosed = "output-closed"
    case error
}
