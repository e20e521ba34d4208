// SPDX-License-Identifier: Apache-2.0
import Model

/// The health of one member, by the rules of CONTRACT.md ("Health of a member").
enum MemberHealth {
    /// Unreachable for longer than this is a failure: more than split brain resolvers commonly wait.
    static let toleratedUnreachability = Duration.seconds(20)
    /// Views may differ for this long: gossip takes its time.
    static let toleratedDifference = Duration.seconds(5)

    /// What the rules look at.
    struct Facts {
        var status: MemberStatus
        /// Whether a voting view lists it.
        var isListed: Bool
        var unreachableBy: [Address]
        var unreachableSince: Timestamp?
        var terminatedFor: [Address]
        var differsSince: Timestamp?
        var ready: ProbeAnswer?
        /// Of a node that is not ready, where it has the route.
        var startup: ProbeAnswer?
        /// How many members monitor it; for a member that lines make known, how many logs are read. Counts if it is unreachable.
        var observers: Int
        /// How much longer than an interval it takes until every view was renewed, in a mesh that is polled in rotation.
        var renewal: Duration
        /// The members with which it stands in a quarantine that is not harmless, on either side of it.
        var quarantinedWith: [Address] = []
        /// The current members that it has gated.
        var gatedTo: [Address] = []
        /// The peers that it cannot reach and that nothing has named as members.
        var strangers: [Address] = []
        /// What keeps it from joining or working, as its lines say.
        var troubles: [String] = []
        /// The members whose exporters report it as unreachable.
        var unreachableForMetrics: [Address] = []
        /// Whether it is known from lines of logs only.
        var isFromLogs = false
        /// Whether metrics are all that is known.
        var isFromMetrics = false
        /// What its application's health endpoints say against it.
        var probes: [ProbeFindings.Finding] = []

        /// The common case, without building a list of reasons: a mesh of a thousand is judged at every tick.
        var isPlainlyHealthy: Bool {
            if case .notPassed = ready { return false }
            if case .notPassed = startup { return false }
            return status == .up && unreachableBy.isEmpty && terminatedFor.isEmpty && differsSince == nil
                && quarantinedWith.isEmpty && gatedTo.isEmpty && probes.isEmpty && troubles.isEmpty
                && unreachableForMetrics.isEmpty
        }
    }

    /// - Returns: The level and its reasons, the worst first; `since` is the caller's to know.
    static func evaluate(_ facts: Facts, at now: Timestamp) -> Health {
        if facts.status == .removed { return Health(level: .unknown, reasons: ["removed from the cluster"]) }
        if facts.isFromLogs { return evaluateLines(facts, at: now) }
        guard facts.isListed else { return Health(level: .unknown, reasons: ["no voting view lists it"]) }
        if facts.isPlainlyHealthy { return Health(level: .healthy) }
        let known = [
            status(facts.status), unreachability(facts, at: now), termination(facts), difference(facts, at: now),
            readiness(facts.ready), start(facts), quarantine(facts), gates(facts), metrics(facts),
        ]
        let found = (known.compactMap { $0 } + troubles(facts) + probes(facts)).sorted { $0.level > $1.level }
        return Health(level: found.first?.level ?? .healthy, reasons: found.map(\.reason))
    }

    /// Lines report what goes wrong; that they are silent does not say that all is well, and a status may have changed unseen.
    private static func evaluateLines(_ facts: Facts, at now: Timestamp) -> Health {
        let known = [
            facts.status == .down || facts.isFromMetrics ? status(facts.status) : nil, unreachability(facts, at: now),
            termination(facts),
            quarantine(facts), gates(facts), strangers(facts), metrics(facts),
        ]
        let found = (known.compactMap { $0 } + troubles(facts) + probes(facts)).sorted { $0.level > $1.level }
        guard let worst = found.first else {
            return Health(level: .unknown, reasons: [facts.isFromMetrics ? metricsOnly : linesOnly])
        }
        return Health(level: worst.level, reasons: found.map(\.reason))
    }

    /// Why nothing is known to be well.
    static let linesOnly = "known from log lines only, which say what fails, not that all is well"

    static let metricsOnly = "known from metrics only, which have no leader, no uids and no phi"

    private typealias Reason = (level: Health.Level, reason: String)

    private static func status(_ status: MemberStatus) -> Reason? {
        switch status {
        case .down: (.failure, "Down")
        case .joining, .weaklyUp, .leaving, .exiting, .preparingForShutdown, .readyForShutdown:
            (.notReady, status.name)
        case .up, .removed, .unknown: nil
        }
    }

    private static func unreachability(_ facts: Facts, at now: Timestamp) -> Reason? {
        guard !facts.unreachableBy.isEmpty, let since = facts.unreachableSince else { return nil }
        let (count, all) = (facts.unreachableBy.count, max(facts.observers, facts.unreachableBy.count))
        let who =
            facts.isFromLogs
            ? "\(count) of the \(all) \(facts.isFromMetrics ? "exporters" : "logs") that are read"
            : "\(count) of the \(all) that monitor\(all == 1 ? "s" : "") it"
        return now - since > toleratedUnreachability
            ? (.failure, "unreachable by \(who) for more than 20 s") : (.degraded, "unreachable by \(who)")
    }

    private static func termination(_ facts: Facts) -> Reason? {
        facts.terminatedFor.isEmpty
            ? nil : (.degraded, "terminated for \(facts.terminatedFor.enumeration)")
    }

    private static func quarantine(_ facts: Facts) -> Reason? {
        guard !facts.quarantinedWith.isEmpty else { return nil }
        return (.failure, "quarantine with \(Set(facts.quarantinedWith).sorted().enumeration)")
    }

    private static func gates(_ facts: Facts) -> Reason? {
        facts.gatedTo.isEmpty ? nil : (.degraded, "gated to \(facts.gatedTo.enumeration)")
    }

    private static func strangers(_ facts: Facts) -> Reason? {
        facts.strangers.isEmpty
            ? nil : (.degraded, "cannot reach \(facts.strangers.enumeration), not known as a member")
    }

    private static func troubles(_ facts: Facts) -> [Reason] { facts.troubles.map { (.degraded, $0) } }

    /// Exporters report the gossip's reachability; where views show it themselves they are not asked.
    private static func metrics(_ facts: Facts) -> Reason? {
        guard !facts.unreachableForMetrics.isEmpty, facts.unreachableBy.isEmpty else { return nil }
        return (.degraded, "unreachable by the metrics of \(facts.unreachableForMetrics.enumeration)")
    }

    private static func difference(_ facts: Facts, at now: Timestamp) -> Reason? {
        guard let since = facts.differsSince, now - since > toleratedDifference + facts.renewal else { return nil }
        return (.degraded, "views of its partition differ about it")
    }

    private static func probes(_ facts: Facts) -> [Reason] { facts.probes.map { ($0.level, $0.reason) } }

    /// Its startup checks, unless they are those that keep it from being ready.
    private static func start(_ facts: Facts) -> Reason? {
        guard case .notPassed(let detail) = facts.startup, facts.ready != facts.startup else { return nil }
        return (.notReady, detail.isEmpty ? "not started" : "not started: \(detail)")
    }

    private static func readiness(_ answer: ProbeAnswer?) -> Reason? {
        guard case .notPassed(let detail) = answer else { return nil }
        return (.notReady, detail.isEmpty ? "not ready" : "not ready: \(detail)")
    }
}
