// SPDX-License-Identifier: Apache-2.0
/// What a metrics server reports of clusters in one answer: phi and membership, as exporters inside the members measure them.
///
/// All times are by the metrics server's clock; `evaluatedAt` ties it to ours. A series that the server holds for stale is not in the answer.
package struct MetricReport: Hashable, Sendable {
    /// When the server put the answer together.
    package var evaluatedAt: Timestamp
    /// Phi, by observer and peer.
    package var detectors: [Detector]
    /// Members as exporters report them, by observer and subject.
    package var records: [Record]
    /// Numbers of members as exporters count them.
    package var counts: [Count]
    /// How many series each rule found, also those that found none.
    package var findings: [Finding]
    /// Processes that do not get their work done, by observer.
    package var processes: [Process] = []
    /// What the server itself said about the answer, such as that it is partial; few.
    package var warnings: [String]
    /// Series that a rule found and that make no sense: without a peer, without an observer, not a number.
    package var unusable: Int

    /// Every property as given.
    package init(
        evaluatedAt: Timestamp, detectors: [Detector] = [], records: [Record] = [], counts: [Count] = [],
        findings: [Finding] = [], warnings: [String] = [], unusable: Int = 0
    ) {
        self.evaluatedAt = evaluatedAt
        self.detectors = detectors
        self.records = records
        self.counts = counts
        self.findings = findings
        self.warnings = warnings
        self.unusable = unusable
    }

    /// The member that reports a series.
    package enum Observer: Hashable, Sendable {
        /// A label says it.
        case address(Address)
        /// No label says it: the host that was scraped, as the label `instance` has it.
        case host(String)
    }

    /// A failure detector's phi.
    package struct Detector: Hashable, Sendable {
        /// The member whose detector it is.
        package var observer: Observer
        /// The subject that is monitored.
        package var peer: Address
        /// Infinity where it is infinite; a NaN never comes here.
        package var phi: Double
        /// `nil` where no metric reports it.
        package var threshold: Double?
        /// When the sample was taken, by the server's clock.
        package var at: Timestamp

        /// Every property as given.
        package init(observer: Observer, peer: Address, phi: Double, threshold: Double?, at: Timestamp) {
            self.observer = observer
            self.peer = peer
            self.phi = phi
            self.threshold = threshold
            self.at = at
        }
    }

    /// What a member's exporter says of a member that it monitors (Kamon, `ClusterInstrumentation`).
    package struct Record: Hashable, Sendable {
        /// The member whose exporter it is.
        package var observer: Observer
        /// The member that is reported.
        package var subject: Address
        /// `nil` where no metric reports it.
        package var status: MemberStatus?
        /// By the gossip's aggregated reachability, not by the observer alone; `nil` where no metric reports it.
        package var isUnreachable: Bool?
        /// When the sample was taken, by the server's clock.
        package var at: Timestamp

        /// Every property as given.
        package init(
            observer: Observer, subject: Address, status: MemberStatus?, isUnreachable: Bool?, at: Timestamp
        ) {
            self.observer = observer
            self.subject = subject
            self.status = status
            self.isUnreachable = isUnreachable
            self.at = at
        }
    }

    /// How many members of one kind a member's exporter counts.
    package struct Count: Hashable, Sendable {
        /// The member whose exporter it is.
        package var observer: Observer
        /// The actor system, if a label says it.
        package var system: String?
        /// Kamon's word: `up`, `weakly_up`, `unreachable`, `total`.
        package var word: String
        /// How many.
        package var count: Int

        /// Every property as given.
        package init(observer: Observer, system: String?, word: String, count: Int) {
            self.observer = observer
            self.system = system
            self.word = word
            self.count = count
        }
    }

    /// Exporters that are known by series of their own, as rules are named: Kamon, the JMX exporter, what that says of a cluster, and
    /// OpenTelemetry's agent.
    package static let kamon = "Kamon"
    package static let jmx = "JMX exporter"
    package static let jmxCluster = "JMX cluster state"
    package static let openTelemetry = "OpenTelemetry agent"
    package static let exporters = [kamon, jmx, jmxCluster, openTelemetry]

    /// What became of one rule.
    package struct Finding: Hashable, Sendable {
        /// What the rule is for: `phi`, `status`.
        package var rule: String
        /// How many series it found.
        package var series: Int

        /// Every property as given.
        package init(rule: String, series: Int) {
            self.rule = rule
            self.series = series
        }
    }

    /// Whether both report the same of the clusters, even if they were evaluated at different times.
    package func saysTheSame(as other: MetricReport) -> Bool {
        var copy = other
        copy.evaluatedAt = evaluatedAt
        return self == copy
    }
}
