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
        let counts = MeshCounts(snapshot)
        let (word, exit) = verdict(level(snapshot, counts), failOn: failOn)
        return ("MESHTOP \(word) - \(summary(snapshot, counts)) | \(performanceData(counts))", exit)
    }

    /// The line and its exit status for an expression that must hold.
    ///
    /// - Parameters:
    ///   - snapshot: the picture to judge.
    ///   - expression: what must hold.
    /// - Returns: the text without a line feed; 0 it holds, 2 it does not, 3 that is not known.
    package static func line(_ snapshot: MeshSnapshot, _ expression: MeshExpression) -> (text: String, exit: Int32) {
        let counts = MeshCounts(snapshot)
        let data = performanceData(counts)
        let unmet = expression.unmet(in: snapshot).joined(separator: ", ").printable.replacingBars
        let shown = expression.text.printable.replacingBars
        switch expression.holds(in: snapshot) {
        case true: return ("MESHTOP OK - \(shown) | \(data)", 0)
        case nil: return ("MESHTOP UNKNOWN - \(shown) depends on what is not known: \(unmet) | \(data)", 3)
        case false:
            let causes = FindingReport.sentences(snapshot).prefix(3).map { "; \($0.printable.replacingBars)" }.joined()
            return ("MESHTOP CRITICAL - \(shown) does not hold: \(unmet)\(causes) | \(data)", 2)
        }
    }

    /// Requests that are answered do not say that members are well of which nothing is known: what is unknown is never OK.
    private static func level(_ snapshot: MeshSnapshot, _ counts: MeshCounts) -> Health.Level {
        let level = snapshot.health.level
        return level == .healthy && !isKnown(counts) && !snapshot.isOfFiles ? .unknown : level
    }

    private static func isKnown(_ counts: MeshCounts) -> Bool { (counts[.members] ?? 0) > 0 }

    private static func verdict(_ level: Health.Level, failOn: Health.Level) -> (String, Int32) {
        if level == .unknown { return ("UNKNOWN", 3) }
        if level < failOn || level == .healthy { return ("OK", 0) }
        return level == .failure ? ("CRITICAL", 2) : ("WARNING", 1)
    }

    private static func summary(_ snapshot: MeshSnapshot, _ counts: MeshCounts) -> String {
        var reasons = snapshot.health.reasons
        if level(snapshot, counts) == .unknown { reasons = unknown(snapshot, counts) }
        reasons = causeFirst(reasons, snapshot)
        let shown = reasons.prefix(3).map { $0.printable.replacingBars }
        let more = reasons.count - shown.count
        if !shown.isEmpty { return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "") }
        let (up, members) = (text(of: .up, counts), text(of: .members, counts))
        return "\(up == members ? "all \(up)" : "\(up) of \(members)") members Up, reachable by everyone"
    }

    /// The causes stand before what members suffer from them; who only suffers is not named again.
    private static func causeFirst(_ reasons: [String], _ snapshot: MeshSnapshot) -> [String] {
        let causes = FindingReport.sentences(snapshot)
        guard !causes.isEmpty, snapshot.health.level > .healthy else { return reasons }
        let subjects = Set(FindingReport.roots(snapshot).flatMap(\.subjects)).compactMap {
            $0.split(separator: "@").last
        }
        let rest = reasons.filter { reason in
            !causes.contains(reason) && !subjects.contains { reason.contains($0) } && !reason.hasPrefix("and ")
        }
        return causes + rest
    }

    /// Why nothing can be said: what was asked and what came instead, before what is missing.
    private static func unknown(_ snapshot: MeshSnapshot, _ counts: MeshCounts) -> [String] {
        let failing = snapshot.sources.compactMap(\.failureText)
        let isTraffic = snapshot.clusters.isEmpty && snapshot.health.level != .unknown
        let missing = isTraffic ? ["traffic is healthy, but no member is known: name one with --management"] : []
        let reasons = missing + (failing.isEmpty ? snapshot.health.reasons : failing)
        return reasons.isEmpty ? ["no member is known"] : reasons
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

extension SourceSnapshot {
    /// What was asked, and why it does not deliver; `nil` while it does.
    package var failureText: String? {
        guard state == .failing, let failure else { return nil }
        let text = failure.message
        return text.contains(id.target) ? text : "\(id.target): \(text)"
    }
}
