// SPDX-License-Identifier: Apache-2.0
package import Model

/// The one line of `check`, in the form that monitoring systems read.
package enum CheckReport {
    /// The line and its exit status.
    ///
    /// - Parameters:
    ///   - snapshot: the picture to judge.
    ///   - failOn: the least bad level that is reported as a problem.
    /// - Returns: the text without a line feed; 0 ok, 1 warning, 2 critical, 3 unknown.
    package static func line(_ snapshot: MeshSnapshot, failOn: Health.Level) -> (text: String, exit: Int32) {
        let level = snapshot.health.level
        let (word, exit) = verdict(level, failOn: failOn)
        let counts = MeshCounts(snapshot)
        return ("MESHTOP \(word) - \(summary(snapshot.health, counts)) | \(performanceData(counts))", exit)
    }

    private static func verdict(_ level: Health.Level, failOn: Health.Level) -> (String, Int32) {
        if level == .unknown { return ("UNKNOWN", 3) }
        if level < failOn || level == .healthy { return ("OK", 0) }
        return level == .failure ? ("CRITICAL", 2) : ("WARNING", 1)
    }

    private static func summary(_ health: Health, _ counts: MeshCounts) -> String {
        let reasons = health.reasons.prefix(3).map { $0.printable.replacingBars }
        let more = health.reasons.count - reasons.count
        if !reasons.isEmpty { return reasons.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "") }
        let (up, members) = (text(of: .up, counts), text(of: .members, counts))
        return "\(up == members ? "all \(up)" : "\(up) of \(members)") members Up, reachable by everyone"
    }

    private static func performanceData(_ counts: MeshCounts) -> String {
        MeshCounts.Name.performanceData.map { "\($0.rawValue)=\(text(of: $0, counts))" }.joined(separator: " ")
    }

    /// `U` is the format's word for a value that is not known, and the only one for an infinite value.
    private static func text(of name: MeshCounts.Name, _ counts: MeshCounts) -> String {
        guard let value = counts[name], value.isFinite else { return "U" }
        return name == .greatestPhi ? "\((value * 1000).rounded() / 1000)" : "\(Int64(value))"
    }
}

extension String {
    /// A bar would begin the performance data.
    fileprivate var replacingBars: String { String(map { $0 == "|" ? "/" : $0 }) }
}
