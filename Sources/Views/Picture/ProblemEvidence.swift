// SPDX-License-Identifier: Apache-2.0
import Model

/// What supports a problem; looked up only for problems that are shown.
enum ProblemEvidence {
    /// Lines from the most to the least important.
    static func lines(of problem: Problem, _ picture: Picture, form: AddressNames.Form = .distinct) -> [String] {
        switch problem.subject {
        case .cluster(let id):
            guard let cluster = picture.cluster(id) else { return [] }
            return cluster.snapshot.bootstrap.map(lines) ?? sides(of: cluster, form)
        case .member(let id, let node):
            guard let cluster = picture.cluster(id),
                let member = cluster.snapshot.members.first(where: { $0.node == node })
            else { return [] }
            return member.health.reasons.dropFirst() + evidence(member, cluster, picture, form)
        case .source(let id):
            let failure = picture.snapshot.sources.first { $0.id == id }?.failure
            if id.kind == .probe, failure == nil { return ["its health endpoint says so: \(id.target)"] }
            return failure.map { ["\(id.target): \($0.message)"] } ?? []
        case .incident(let id): return incident(id, problem, picture.snapshot)
        case .event, .group, .pair, .pod, .workload, .object, .node, .edge: return []
        }
    }

    /// What is in the way, then who answers what.
    private static func lines(of bootstrap: BootstrapSnapshot) -> [String] {
        let blocker = bootstrap.blocker?.split(separator: "; ").map(String.init) ?? []
        let forms = bootstrap.formsBy.map { ["\($0) has the lowest address and is about to form it"] } ?? []
        let points = bootstrap.contactPoints.map { point in
            let seeds = point.seeds.map(\.hostPort).joined(separator: " ")
            let answer = point.answer.map { $0 == .none ? "answers that there is no cluster" : $0.rawValue }
            return
                "\(point.address)  \(point.pod?.name ?? "")  \(answer ?? "not asked yet")\(seeds.isEmpty ? "" : ": \(seeds)")"
        }
        return blocker + forms + points
    }

    /// Cause, impact, what to do; an incident that is over is one line.
    private static func incident(_ id: String, _ problem: Problem, _ snapshot: MeshSnapshot) -> [String] {
        guard !problem.isOver, let incident = snapshot.incidents.first(where: { $0.id == id }),
            let root = snapshot.findings.first(where: { $0.id == incident.root })
        else { return [] }
        var lines = [root.cause].compactMap { $0 }
        let impacts = root.impacts.filter { $0.kind != .members }.map(\.text)
        if !impacts.isEmpty { lines.append(impacts.joined(separator: "; ")) }
        lines.append("next  \(root.next)")
        if problem.effects > 0 {
            lines.append("+\(problem.effects) effects   Enter unfolds   \(root.commands.first ?? "")")
        }
        return lines
    }

    private static func sides(of cluster: ClusterPicture, _ form: AddressNames.Form) -> [String] {
        let sides = cluster.snapshot.partitions.map { group in
            let leader = group.leader.map { cluster.names.text(of: $0, form) } ?? "none"
            let members = group.members.prefix(12).map { cluster.names.text(of: $0, form) }.joined(separator: " ")
            let more = group.members.count > 12 ? " and \(group.members.count - 12) more" : ""
            return "led by \(leader): \(members)\(more)"
        }
        let cut = cluster.present.count { $0.isUnreachable && cluster.isOnlyCutOff($0) }
        return sides + (cut > 0 ? ["\(Format.count(cut, "member")) unreachable across the cut"] : [])
    }

    private static func evidence(
        _ member: MemberSnapshot, _ cluster: ClusterPicture, _ picture: Picture, _ form: AddressNames.Form
    ) -> [String] {
        var result: [String] = []
        if !member.unreachableBy.isEmpty {
            let who = member.unreachableBy.prefix(8).map { cluster.names.text(of: $0, form) }.joined(separator: " ")
            let more = member.unreachableBy.count > 8 ? " and \(member.unreachableBy.count - 8) more" : ""
            result.append("lost by \(who)\(more)")
        }
        if let source = picture.source(of: member.node.address) {
            result.append(answer(of: source))
        }
        return result
    }

    /// What meshtop itself gets from a member: no observer's opinion, but a hint.
    private static func answer(of source: SourceSnapshot) -> String {
        switch source.state {
        case .connecting: "its management port has not answered yet"
        case .ok: "its management port answers"
        case .failing:
            "its management port: \(source.failure?.code.rawValue ?? "failing"), \(source.failuresInARow) in a row"
        }
    }
}
