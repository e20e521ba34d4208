package import Model

/// The one line of `check`, in the form that monitoring systems read.
package enum CheckReport {
    /// The line and its exit status.
    ///
    /// - Parameters:
    ///   - snapshot: The picture to judge.
    ///   - failOn: The least bad level that is reported as a problem.
    /// - Returns: The text without a line feed; 0 ok, 1 warning, 2 critical, 3 unknown.
    package static func line(_ snapshot: MeshSnapshot, failOn: Health.Level) -> (text: String, exit: Int32) {
        let level = snapshot.health.level
        let (word, exit) = verdict(level, failOn: failOn)
        return ("MESHTOP \(word) - \(summary(snapshot)) | \(performanceData(snapshot))", exit)
    }

    private static func verdict(_ level: Health.Level, failOn: Health.Level) -> (String, Int32) {
        if level == .unknown { return ("UNKNOWN", 3) }
        if level < failOn || level == .healthy { return ("OK", 0) }
        return level == .failure ? ("CRITICAL", 2) : ("WARNING", 1)
    }

    private static func summary(_ snapshot: MeshSnapshot) -> String {
        let reasons = snapshot.health.reasons.prefix(3).map { $0.printable.replacingBars }
        let more = snapshot.health.reasons.count - reasons.count
        if !reasons.isEmpty { return reasons.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "") }
        let counts = Counts(snapshot)
        let who = counts.up == counts.members ? "all \(counts.up)" : "\(counts.up) of \(counts.members)"
        return "\(who) members Up, reachable by everyone"
    }

    private static func performanceData(_ snapshot: MeshSnapshot) -> String {
        let counts = Counts(snapshot)
        return "members=\(counts.members) up=\(counts.up) unreachable=\(counts.unreachable) gated=\(counts.gated) "
            + "quarantined=\(counts.quarantined) phi_max=\(phiText(counts.greatestPhi)) "
            + "sources_failing=\(counts.failingSources)"
    }

    /// `U` is the format's word for a value that is not known, and the only one for an infinite value.
    private static func phiText(_ phi: Double?) -> String {
        guard let phi, phi.isFinite else { return "U" }
        return "\((phi * 1000).rounded() / 1000)"
    }

    /// The numbers that `check` prints and `wait` compares.
    package struct Counts: Hashable, Sendable {
        package var members = 0
        package var up = 0
        package var unreachable = 0
        package var gated = 0
        package var quarantined = 0
        /// The greatest phi that any pair of current members measures; `nil` if none does.
        package var greatestPhi: Double?
        package var failingSources = 0

        /// - Parameter snapshot: The picture to count in; removed members do not count.
        package init(_ snapshot: MeshSnapshot) {
            for member in snapshot.clusters.flatMap(\.currentMembers) {
                members += 1
                if member.status == .up { up += 1 }
                if !member.unreachableBy.isEmpty { unreachable += 1 }
            }
            for cluster in snapshot.clusters {
                gated += cluster.associationCounts.gated
                quarantined += cluster.associationCounts.quarantined
            }
            greatestPhi = snapshot.clusters.flatMap(\.associations).filter(\.isCurrent)
                .compactMap { $0.phi?.magnitude }.max()
            failingSources = snapshot.sources.count { $0.state == .failing }
        }
    }
}

extension String {
    /// A bar would begin the performance data.
    fileprivate var replacingBars: String { String(map { $0 == "|" ? "/" : $0 }) }
}
