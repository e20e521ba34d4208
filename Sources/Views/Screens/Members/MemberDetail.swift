// SPDX-License-Identifier: Apache-2.0
import Model

/// What is known of one member, before what its observers say.
enum MemberDetail {
    /// Three lines at most, for below or beside the table.
    static func summary(_ row: MemberRow, _ context: ScreenContext, width: Int) -> [StyledLine] {
        let member = row.member
        var head = StyledLine(member.node.address.hostPort, .title)
        if let uid = member.node.knownUid { head.append("  uid \(uid)", .muted) }
        head.append("  \(member.status.name) for \(Format.span(context.age(of: member.since)))", .plain)
        return [head] + reasons(member).prefix(2) + [ownView(row, context)]
    }

    static func reasons(_ member: MemberSnapshot) -> [StyledLine] {
        member.health.reasons.map { StyledLine($0, member.health.level.role) }
    }

    /// What the member itself reports, and whether meshtop receives it.
    static func ownView(_ row: MemberRow, _ context: ScreenContext) -> StyledLine {
        var line = StyledLine("its own view: ", .heading)
        guard let view = row.cluster.view(of: row.member.node.address) else {
            return line + StyledLine("\(context.glyphs.none) never heard", .unknown)
        }
        if view.origin == .log || view.origin == .prometheus { return ownLog(view, context) }
        guard view.observerUid == nil || view.observerUid == row.member.node.uid else {
            return line + StyledLine("\(context.glyphs.none) its address belongs to another incarnation", .removed)
        }
        let age = context.age(of: view.observedAt)
        let freshness = context.freshness(view.observedAt)
        let members = Format.count(view.members.members.count, "member")
        let lost = view.unreachable.isEmpty ? "all reachable" : "\(view.unreachable.count) unreachable"
        let leader = view.leader.map { row.cluster.names.text(of: $0, .distinct) } ?? "none"
        line.append("\(members), \(lost), leader \(leader)", freshness == .fresh ? .plain : .stale)
        if freshness > .fresh { line.append(", \(Format.age(age)) old", .stale) }
        return line
    }

    /// Log lines name members to which something happened; they do not say which are healthy.
    private static func ownLog(_ view: ViewSnapshot, _ context: ScreenContext) -> StyledLine {
        let named = Format.count(max(0, view.members.members.count - 1), "other member")
        var line = StyledLine(view.origin == .log ? "its own log: " : "its exporter: ", .heading)
        let lost = view.unreachable.isEmpty ? "" : ", \(view.unreachable.count) unreachable"
        let freshness = context.freshness(view.observedAt)
        line.append(
            "names \(named)\(lost)\(view.leader == nil ? "" : ", says that it leads")",
            freshness == .fresh ? .plain : .stale)
        if freshness > .fresh { line.append(", read \(Format.age(context.age(of: view.observedAt))) ago", .stale) }
        return line
    }

    static func probe(_ label: String, _ answer: ProbeAnswer?, _ row: MemberRow, _ context: ScreenContext) -> StyledLine
    {
        var text: StyledLine
        switch answer {
        case .passed: text = StyledLine("yes", .healthy)
        case .notPassed(let detail): text = StyledLine(detail.isEmpty ? "no" : "no: \(detail)", .passing)
        case .unavailable(let detail): text = StyledLine("\(context.glyphs.none) \(detail)", .unknown)
        case nil:
            let source = context.picture.source(of: row.member.node.address)
            let why = source == nil ? "not asked" : source?.state == .failing ? "no answer" : "not asked yet"
            text = StyledLine("\(context.glyphs.none) \(why)", .unknown)
        }
        let heard = context.picture.heard(row.member, in: row.cluster)
        if answer != nil, let heard, context.freshness(heard) > .fresh {
            text.append("  [\(Format.age(context.age(of: heard)))]", .stale)
        }
        return .field(label, text)
    }
}

/// The subject as each observer sees it: one line per observer, and one for meshtop itself.
enum ObserverTable {
    static func lines(_ row: MemberRow, _ context: ScreenContext, width: Int) -> [StyledLine] {
        let cluster = row.cluster
        let form = cluster.names.form(width: max(8, width / 3))
        let nameWidth = min(cluster.names.width(of: form), max(8, width / 3))
        var lines = [StyledLine("as seen by", .heading)]
        let views = cluster.snapshot.views.filter { $0.observer != row.member.node.address }
        let judged = views.map { (view: $0, verdict: Verdict(of: row.member, in: $0)) }
        let ordered = judged.filter { $0.verdict.isBad } + judged.filter { !$0.verdict.isBad }
        let verdicts = ordered.map { $0.verdict.line($0.view, cluster, context) }
        let verdictWidth = min(32, verdicts.map(\.width).max() ?? 0)
        for ((view, _), verdict) in zip(ordered, verdicts) {
            let name = TextFitting.cutMiddle(
                cluster.names.text(of: view.observer, form), to: nameWidth, glyphs: context.glyphs)
            let pair = pair(view, row, context)
            let gap = pair.spans.isEmpty ? 0 : max(2, verdictWidth + 2 - verdict.width)
            lines.append(
                StyledLine("  " + TextFitting.pad(name, to: nameWidth) + "  ") + verdict
                    + StyledLine(String(repeating: " ", count: gap)) + pair)
        }
        return lines + [meshtop(row.member, nameWidth, context)]
    }

    /// The observer's association to the subject, and the phi that it measures.
    private static func pair(_ view: ViewSnapshot, _ row: MemberRow, _ context: ScreenContext) -> StyledLine {
        let pairs = row.cluster.pairs
        guard let uid = view.observerUid, let observer = pairs.index(of: UniqueAddress(view.observer, uid: uid)),
            let subject = pairs.index(of: row.member.node), observer != subject
        else { return .empty }
        let facts = PairFacts(row.cluster, observer, subject)
        guard facts.row != nil || facts.isExpected == true else { return .empty }
        var line = facts.state(context.glyphs)
        if let gate = facts.gate(context.now) { line.append(", \(gate)", .degraded) }
        guard let phi = facts.phi else { return line }
        line.append(String(repeating: " ", count: max(2, 12 - line.width)))
        return line + PhiText.line(phi, context.glyphs)
    }

    /// What one view says of the subject.
    private enum Verdict {
        case reachable(Member)
        case unreachable(Member?, UnreachableSubject, byItself: Bool)
        case otherIncarnation(Member)
        case unlisted

        init(of member: MemberSnapshot, in view: ViewSnapshot) {
            let listed = view.members[member.node]
            let lost = view.unreachable.first {
                $0.subject == member.node.address && ($0.subjectUid ?? member.node.uid) == member.node.uid
            }
            if let lost {
                self = .unreachable(listed, lost, byItself: lost.observers.contains(view.observer))
            } else if let listed {
                self = .reachable(listed)
            } else if let other = view.members[member.node.address] {
                self = .otherIncarnation(other)
            } else {
                self = .unlisted
            }
        }

        var isBad: Bool {
            switch self {
            case .reachable: false
            case .unreachable, .otherIncarnation, .unlisted: true
            }
        }

        func line(_ view: ViewSnapshot, _ cluster: ClusterPicture, _ context: ScreenContext) -> StyledLine {
            let freshness = context.freshness(view.observedAt)
            var line: StyledLine
            switch self {
            case .reachable(let member):
                line = StyledLine("reachable    ", freshness == .fresh ? .plain : .stale) + status(member, context)
            case .unreachable(let member, let lost, let byItself):
                let since = Format.age(context.age(of: lost.since))
                line = StyledLine("\(lost.status.rawValue) \(since)  ", .unreachable)
                if let member { line = line + status(member, context) }
                if !byItself { line.append("  reported by \(observers(lost, cluster))", .muted) }
            case .otherIncarnation(let member):
                line = StyledLine("lists another incarnation: uid \(member.node.uid)", .degraded)
            case .unlisted:
                line = StyledLine(
                    view.members.members.isEmpty ? "has not joined: lists no members" : "does not list it", .degraded)
            }
            if freshness > .fresh { line.append("  [\(Format.age(context.age(of: view.observedAt)))]", .stale) }
            return line
        }

        private func status(_ member: Member, _ context: ScreenContext) -> StyledLine {
            StyledLine("\(member.status.glyph(in: context.glyphs)) ", member.status.role)
                + StyledLine(member.status.name)
        }

        private func observers(_ lost: UnreachableSubject, _ cluster: ClusterPicture) -> String {
            guard let first = lost.observers.first else { return "others" }
            let more = lost.observers.count > 1 ? " +\(lost.observers.count - 1)" : ""
            return cluster.names.text(of: first, .distinct) + more
        }
    }

    private static func meshtop(_ member: MemberSnapshot, _ nameWidth: Int, _ context: ScreenContext) -> StyledLine {
        let name = StyledLine("  " + TextFitting.pad("meshtop", to: nameWidth) + "  ", .muted)
        guard let source = context.picture.source(of: member.node.address) else {
            return name + StyledLine("does not read its management port", .unknown)
        }
        switch source.state {
        case .connecting: return name + StyledLine("no answer yet", .joining)
        case .ok:
            let latency = source.latency.map { " in \(Format.latency($0))" } ?? ""
            return name + StyledLine("answers\(latency)", .plain) + estimate(member, context)
        case .failing:
            let age = Format.age(context.age(of: source.stateSince))
            return name + StyledLine("no answer \(age): \(source.failure?.code.rawValue ?? "failing")", .failure)
                + estimate(member, context)
        }
    }

    /// meshtop's own estimate from its polls; no member of the cluster says so.
    private static func estimate(_ member: MemberSnapshot, _ context: ScreenContext) -> StyledLine {
        guard let phi = member.estimatedPhi else { return .empty }
        let text = PhiText.value(phi.value, isInfinite: phi.isInfinite, glyphs: context.glyphs)
        return StyledLine("   phi \(text) estimated", .muted)
    }
}
