// SPDX-License-Identifier: Apache-2.0
import Model

/// One member in full: identity, health, its own view, the views of its observers, its events.
enum MemberPage {
    static func lines(
        of node: UniqueAddress, in clusterID: String, _ context: ScreenContext, width: Int
    ) -> [StyledLine] {
        guard let cluster = context.picture.cluster(clusterID),
            let index = cluster.snapshot.members.firstIndex(where: { $0.node == node })
        else {
            return [
                .empty,
                StyledLine(
                    "\(node.address.hostPort), uid \(node.uidText(context.glyphs)), is no longer listed.", .heading),
                StyledLine("Removed members are shown for 60 s. esc goes back.", .muted),
            ]
        }
        let row = MemberRow(cluster: cluster, index: index)
        return identity(row, context) + health(row, context, width: width) + [.empty]
            + ObserverTable.lines(row, context, width: width) + events(row, context)
    }

    private static func identity(_ row: MemberRow, _ context: ScreenContext) -> [StyledLine] {
        let member = row.member
        let isOld = context.freshness(member.observedAt) >= .stale && !row.isRemoved
        let name = StyledLine(" \(member.status.name)", isOld ? .stale : member.status.role)
        var status =
            (isOld ? StyledLine(member.status.glyph(in: context.glyphs), .stale) : member.sign(in: context.glyphs))
            + name
        status.append(" for \(Format.span(context.age(of: member.since)))")
        let marks = [
            member.isLeader == true ? "leader" : "", member.isOldest == true ? "oldest" : "",
        ].filter { !$0.isEmpty }
        if !marks.isEmpty { status.append("   \(marks.joined(separator: ", "))", .joining) }
        var lines = [
            StyledLine(member.node.address.text, .title),
            .field("Status", status),
            .field("Uid", StyledLine(member.node.uidText(context.glyphs)) + StyledLine(incarnation(row), .degraded)),
            .field("Data centre", StyledLine(member.roles.dataCenter)),
        ]
        let roles = member.visibleRoles
        lines.append(.field("Roles", StyledLine(roles.isEmpty ? context.glyphs.none : roles)))
        if let pod = context.snapshot.kubernetes?.pod(of: member.node) { lines += self.pod(pod, context) }
        let age = Format.age(context.age(of: member.observedAt))
        lines.append(
            .field(
                "Observed",
                StyledLine(
                    "\(Format.clock(member.observedAt, zone: context.zone)), \(age) ago",
                    context.freshness(member.observedAt) == .fresh ? .plain : .stale)))
        return lines
    }

    /// What Kubernetes says of its pod.
    private static func pod(_ row: KubernetesSnapshot.PodRow, _ context: ScreenContext) -> [StyledLine] {
        let pod = row.pod
        var status = StyledLine("\(pod.readyWord) ") + StyledLine(pod.statusWord, PodLine.role(pod))
        if pod.restarts > 0 { status.append("  \(Format.count(pod.restarts, "restart"))", .degraded) }
        if let trouble = PodLine.trouble(row, context) { status = status + StyledLine("  ") + trouble }
        let owner = row.workload.map { "\($0.kind) \($0.name)" } ?? context.glyphs.none
        let revision = row.revision.map { ", revision \($0)" } ?? ""
        return [
            .field("Pod", StyledLine("\(pod.name.namespace)/\(pod.name.name)\(pod.node.map { " on \($0)" } ?? "")")),
            .field("Pod status", status), .field("Workload", StyledLine(owner + revision)),
        ]
    }

    /// The same address with another uid is another node.
    private static func incarnation(_ row: MemberRow) -> String {
        let others = row.cluster.snapshot.members.filter {
            $0.node.address == row.member.node.address && $0.node.uid != row.member.node.uid
        }
        guard let other = others.first else { return "" }
        return row.isRemoved
            ? "   replaced by uid \(other.node.uidText(.unicode))" : "   replaces uid \(other.node.uidText(.unicode))"
    }

    private static func health(_ row: MemberRow, _ context: ScreenContext, width: Int) -> [StyledLine] {
        let member = row.member
        let level = member.health.level
        var head = StyledLine("\(level.glyph(in: context.glyphs)) \(level.rawValue)", level.role)
        if let since = member.health.since { head.append(" for \(Format.span(context.age(of: since)))") }
        let reasons = member.health.reasons.flatMap { TextFitting.wrap($0, width: max(10, width - 15)) }
        return [.field("Health", head)] + reasons.map { .field("", StyledLine($0)) } + [
            MemberDetail.probe("Ready", member.ready, row, context),
            MemberDetail.probe("Alive", member.alive, row, context),
        ] + (member.startup == nil ? [] : [MemberDetail.probe("Started", member.startup, row, context)])
            + ProbeLines.lines(probes(of: member, context), context) + ownView(row, context, width: width)
    }

    private static func probes(of member: MemberSnapshot, _ context: ScreenContext) -> [ProbeSnapshot] {
        member.removedAt == nil
            ? context.snapshot.probes.filter { $0.members.contains(member.node.address) } : []
    }

    private static func ownView(_ row: MemberRow, _ context: ScreenContext, width: Int) -> [StyledLine] {
        let line = MemberDetail.ownView(row, context)
        guard line.width > width, let label = line.spans.first, let value = line.spans.last else { return [line] }
        let rest = TextFitting.wrap(line.spans.dropFirst().map(\.text).joined(), width: max(10, width - 2))
        return [StyledLine(label.text, .heading)] + rest.map { StyledLine("  " + $0, value.style.role) }
    }

    private static func events(_ row: MemberRow, _ context: ScreenContext) -> [StyledLine] {
        let address = row.member.node.address
        let own = context.snapshot.recentEntries.filter {
            $0.event.cluster == row.cluster.snapshot.id
                && ($0.event.subject == address || $0.event.observer == address)
        }
        guard !own.isEmpty else { return [] }
        return [.empty, StyledLine("what happened to it and what it reported, the newest first", .heading)]
            + EventRow.lines(own.reversed(), context)
    }
}
