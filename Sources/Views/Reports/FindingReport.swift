// SPDX-License-Identifier: Apache-2.0
package import Model

/// Findings in plain lines: for `snapshot -o text`, for `-o brief`, and for the one line of `check`.
package enum FindingReport {
    /// Maximum number of incidents, and of effects, that the brief form names.
    private static let maximumNamed = 6
    /// Of how many incidents the brief form says everything.
    private static let maximumFull = 3

    /// The roots of what is going on, the worst first.
    static func roots(_ snapshot: MeshSnapshot) -> [Finding] {
        snapshot.incidents.filter { $0.state == .open }.compactMap { incident in
            snapshot.findings.first { $0.id == incident.root }
        }.filter { $0.severity > .info }
    }

    /// The cause of each incident in one sentence, as sure as it is.
    static func sentences(_ snapshot: MeshSnapshot) -> [String] {
        roots(snapshot).map { $0.confidence == .suspect ? "probably \($0.title)" : $0.title }
    }

    /// Each incident with cause, impact and what to do; nothing where nothing is wrong.
    ///
    /// - Parameters:
    ///   - snapshot: the picture.
    ///   - full: of how many incidents everything is said; of others the cause alone.
    /// - Returns: lines without line feeds.
    static func lines(_ snapshot: MeshSnapshot, full: Int = .max) -> [String] {
        var lines: [String] = []
        for (place, root) in roots(snapshot).enumerated() {
            let age = (snapshot.at - root.since).ageText
            lines.append(
                "\(root.severity.rawValue): \(root.title)  (\(root.rule.rawValue), \(root.confidence.rawValue), \(age))"
            )
            lines += others(in: root, snapshot)
            if place >= full { continue }
            if let cause = root.cause { lines.append("  cause: \(cause)") }
            let impacts = root.impacts.map(\.text)
            if !impacts.isEmpty { lines.append("  impact: \(impacts.joined(separator: "; "))") }
            lines.append("  next: \(root.next)")
            lines += root.commands.map { "  run: \($0)" }
            let effects = root.explains.compactMap { id in snapshot.findings.first { $0.id == id && $0.isOpen } }
            if !effects.isEmpty {
                lines.append(
                    "  effects: \(effects.prefix(maximumNamed).map(\.rule.rawValue).joined(separator: ", "))\(effects.count > maximumNamed ? " and \(effects.count - maximumNamed) more" : "")"
                )
            }
        }
        let over = snapshot.incidents.filter { $0.state == .over }
        lines += over.prefix(maximumNamed).map { incident in
            "over: \(incident.title)  (\(incident.since), took \(((incident.until ?? incident.since) - incident.since).ageText))"
        }
        return lines
    }

    /// What else of the incident nothing explains, one line a rule: several faults at once are several causes.
    private static func others(in root: Finding, _ snapshot: MeshSnapshot) -> [String] {
        let open = snapshot.findings.filter {
            $0.incident == root.incident && $0.id != root.id && $0.isOpen && $0.explainedBy == nil
                && $0.severity > .info
        }
        var rules: [FindingRule] = []
        for finding in open where !rules.contains(finding.rule) { rules.append(finding.rule) }
        return rules.prefix(maximumNamed).compactMap { rule in
            let same = open.filter { $0.rule == rule }
            guard let first = same.first else { return nil }
            let more = same.count > 1 ? ", and \(same.count - 1) more" : ""
            return "  also: \(first.title)\(more)  (\(rule.rawValue), \(first.confidence.rawValue))"
        }
    }

    /// The mesh in few lines, the cause first: for people in chats and for agents. A sick mesh of 100 members stays below 6,000 characters.
    ///
    /// - Parameter snapshot: the picture.
    /// - Returns: lines, each with a line feed.
    package static func brief(_ snapshot: MeshSnapshot) -> String {
        var lines = ["\(snapshot.health.level.rawValue) at \(snapshot.at)"]
        let found = self.lines(snapshot, full: maximumFull)
        lines += found.prefix(30).map { String($0.prefix(240)) }
        if found.count > 30 { lines.append("and \(found.count - 30) lines more") }
        if found.isEmpty { lines += snapshot.health.reasons.prefix(maximumNamed).map { "  \(String($0.prefix(160)))" } }
        for cluster in snapshot.clusters.prefix(maximumNamed) { lines += brief(cluster, at: snapshot.at) }
        let failing = snapshot.sources.filter { $0.state == .failing }
        lines.append("sources: \(snapshot.sources.count - failing.count) of \(snapshot.sources.count) deliver")
        lines += failing.prefix(3).map { "  \($0.id): \($0.failure?.code.rawValue ?? "failing")" }
        if failing.count > 3 { lines.append("  and \(failing.count - 3) more fail") }
        return lines.map { "\($0.printable)\n" }.joined()
    }

    private static func brief(_ cluster: ClusterSnapshot, at: Timestamp) -> [String] {
        let present = cluster.currentMembers
        let up = present.count { $0.status == .up }
        let unreachable = present.filter { !$0.unreachableBy.isEmpty }
        let counts = cluster.associationCounts
        var text =
            "cluster \(cluster.id): \(up) of \(cluster.expected?.count ?? present.count) Up, leader \(cluster.leader?.hostPort ?? "none agreed")"
        if !unreachable.isEmpty { text += "; unreachable \(unreachable.map(\.node.address).enumeration)" }
        if counts.gated > 0 { text += "; \(counts.gated) gated" }
        if counts.quarantined > 0 { text += "; \(counts.quarantined) quarantined" }
        var lines: [String] = []
        if let downing = cluster.downing {
            text += "; downing \(downing.strategyName)\(downing.decisionNotBefore.map { ", decides at \($0)" } ?? "")"
            if let forecast = downing.forecastSentence(at: at) { lines.append("  \(String(forecast.prefix(400)))") }
        }
        return [text] + lines
    }
}
