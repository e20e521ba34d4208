// SPDX-License-Identifier: Apache-2.0
package import Model

/// The snapshot for people and for simple scripts: `snapshot -o table`, `wide` and `text`.
package enum TextReport {
    /// One row per member, then one per edge of the service graph, where there is one.
    ///
    /// - Parameters:
    ///   - snapshot: the picture to print.
    ///   - isWide: whether to add uid, roles, data centre, readiness and health.
    /// - Returns: lines, each with a line feed.
    package static func table(_ snapshot: MeshSnapshot, isWide: Bool) -> String {
        var table = TextTable(isWide ? basicColumns + wideColumns : basicColumns)
        for cluster in snapshot.clusters {
            for member in cluster.members {
                let row = basicRow(member, cluster, now: snapshot.at)
                table.add(isWide ? row + wideRow(member) : row)
            }
        }
        let traffic = snapshot.graph.map { TrafficReport.edges(TrafficPicture(snapshot, $0), isWide: isWide) } ?? []
        let hasMembers = !snapshot.clusters.isEmpty || traffic.isEmpty
        let lines = (hasMembers ? table.lines : []) + (hasMembers && !traffic.isEmpty ? [""] : []) + traffic
        return lines.map { "\($0.printable)\n" }.joined()
    }

    /// Health with its reasons, then members, then traffic, then sources.
    ///
    /// - Parameter snapshot: the picture to print.
    /// - Returns: lines, each with a line feed.
    package static func text(_ snapshot: MeshSnapshot) -> String {
        var lines: [String] = []
        lines.append(
            "\(snapshot.health.level.rawValue)\(snapshot.health.since.map { " since \($0)" } ?? "")")
        lines += snapshot.health.reasons.map { "  \($0)" }
        let found = FindingReport.lines(snapshot)
        if !found.isEmpty { lines += [""] + found }
        for cluster in snapshot.clusters { lines += clusterLines(cluster, now: snapshot.at) }
        if let shown = snapshot.graph {
            let traffic = TrafficPicture(snapshot, shown)
            lines +=
                ["", TrafficReport.heading(traffic), ""] + GraphText.lines(snapshot, width: 120, glyphs: .ascii) + [""]
            lines += TrafficReport.edges(traffic, isWide: false).map { "  \($0)" }
            lines += shown.graph.notes.map { "  note: \($0)" }
        }
        lines.append("")
        lines += sourceLines(snapshot)
        return lines.map { "\($0.printable)\n" }.joined()
    }

    private static let basicColumns = ["CLUSTER", "MEMBER", "STATUS", "AGE", "UNREACHABLE BY", "LEADER", "OLDEST"]
    private static let wideColumns = ["UID", "ROLES", "DATA CENTER", "READY", "HEALTH", "OBSERVED"]

    private static func basicRow(_ member: MemberSnapshot, _ cluster: ClusterSnapshot, now: Timestamp) -> [String] {
        [
            cluster.id, member.node.address.hostPort, member.status.name, (now - member.since).ageText,
            observers(member.unreachableBy),
            word(member.isLeader), word(member.isOldest),
        ]
    }

    private static func wideRow(_ member: MemberSnapshot) -> [String] {
        [
            member.node.knownUid.map { String($0) } ?? "-", member.roles.names.joined(separator: ","),
            member.roles.dataCenter,
            word(member.ready?.verdict), member.health.level.rawValue,
            "\(member.observedAt) \(member.freshness.rawValue)",
        ]
    }

    /// At most eight by name, so that a row of a large mesh is still one that people can read.
    private static func observers(_ addresses: [Address]) -> String {
        let named = addresses.prefix(addresses.count > 8 ? 7 : 8).map(\.hostPort)
        let more = addresses.count > 8 ? ["+\(addresses.count - 7)"] : []
        return addresses.isEmpty ? "-" : (named + more).joined(separator: ",")
    }

    private static func word(_ value: Bool?) -> String {
        value.map { $0 ? "yes" : "no" } ?? "-"
    }

    private static func clusterLines(_ cluster: ClusterSnapshot, now: Timestamp) -> [String] {
        var table = TextTable(Array(basicColumns.dropFirst()))
        for member in cluster.members { table.add(Array(basicRow(member, cluster, now: now).dropFirst())) }
        let leader = cluster.leader?.hostPort ?? "none agreed"
        let title =
            "\(cluster.id)  \(cluster.stack.rawValue) \(cluster.transport.rawValue)  "
            + "\(cluster.health.level.rawValue)  leader \(leader)"
        let torn = cluster.partitions.count > 1 ? cluster.partitions : []
        let groups = torn.map { group in
            "  partition \(group.members.map(\.hostPort).joined(separator: ", "))  leader "
                + (group.leader?.hostPort ?? "none agreed")
        }
        return ["", title] + groups + table.lines.map { "  \($0)" }
    }

    private static func sourceLines(_ snapshot: MeshSnapshot) -> [String] {
        var table = TextTable(["SOURCE", "STATE", "AGE", "LATENCY", "ERROR"])
        for source in snapshot.sources {
            table.add([
                source.id.description, source.state.rawValue,
                source.lastSuccess.map { (snapshot.at - $0).ageText } ?? "never",
                source.latency.map { "\($0.secondsText)s" } ?? "-",
                source.failure.map { "\($0.code.rawValue): \($0.message)" } ?? "-",
            ])
        }
        return table.lines
    }
}

extension Duration {
    /// An age in its two largest units: `0s`, `14s`, `3m 2s`, `3h 4m`, `3d 4h`.
    package var ageText: String {
        let seconds = max(0, wholeMicroseconds / 1_000_000)
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m \(seconds % 60)s"
        case ..<86_400: return "\(seconds / 3600)h \(seconds / 60 % 60)m"
        default: return "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
        }
    }
}
