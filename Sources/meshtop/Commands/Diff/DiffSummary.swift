// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// What differs between two snapshot documents, in the words of people who run the cluster: health first, then members that came, went,
/// restarted or changed, the leader, findings, counts of associations, sources.
struct DiffSummary {
    /// One line each, the sign in front: `+` came, `-` went, `~` changed.
    private(set) var lines: [String] = []

    init(from old: JSONTree, to new: JSONTree) {
        compareHealth(old, new, of: "everything")
        let clusters = Pairs(old.list("clusters"), new.list("clusters")) { $0.text("id") }
        for cluster in clusters.all { compare(cluster.old, cluster.new, clusters.all.count > 1 ? cluster.id : nil) }
        compareFindings(old, new)
        compareSources(old, new)
    }

    /// The fields of elements whose changes are said in these words.
    private static let said: [(list: String, fields: Set<String>)] = [
        (
            "members[",
            ["status", "uid", "ready", "alive", "leader", "oldest", "unreachableBy", "health", "pod", "removedAt"]
        ),
        ("findings[", ["confidence"]), ("sources[", ["state", "error"]),
    ]

    /// Whether a change of the documents is in these words already, so that it need not be said by its path too.
    static func covers(_ change: DocumentChange) -> Bool {
        var rest = Substring(change.path)
        if rest.hasPrefix("clusters[") {
            guard let place = rest.firstRange(of: "].")?.upperBound else { return true }
            rest = rest[place...]
            if rest == "leader" || rest.hasPrefix("associationCounts") { return true }
        }
        if rest.hasPrefix("health") { return true }
        guard let list = said.first(where: { rest.hasPrefix($0.list) }) else { return false }
        // Elements are named by addresses and numbers; their fields follow the last bracket.
        guard let field = rest.ranges(of: "].").last.map({ rest[$0.upperBound...] }) else { return true }
        return list.fields.contains(String(field.prefix { $0 != "." }))
    }

    // MARK: - Parts

    private mutating func compareHealth(_ old: JSONTree, _ new: JSONTree, of what: String) {
        let (before, after) = (old["health"]?.text("level"), new["health"]?.text("level"))
        let reasons = new.healthReasons
        guard before != after || old.healthReasons != reasons else { return }
        let why = reasons.isEmpty ? "" : ": " + reasons.prefix(3).joined(separator: "; ")
        let level = after ?? "not known"
        lines.append(
            "~ health of \(what): \(before == after ? "still \(level)" : "\(before ?? "not known") -> \(level)")\(why)")
    }

    private mutating func compare(_ old: JSONTree?, _ new: JSONTree?, _ name: String?) {
        guard let new else { return lines.append("- cluster \(old?.text("id") ?? "?") is gone") }
        let place = name.map { "\($0): " } ?? ""
        if old == nil { lines.append("+ cluster \(new.text("id") ?? "?")") }
        if let old, name != nil { compareHealth(old, new, of: name ?? "") }
        let members = Pairs(old?.currentMembers ?? [], new.currentMembers) { $0.text("address") }
        for member in members.all {
            if let line = Self.line(member.id, member.old, member.new) { lines.append(line.with(place)) }
        }
        guard let old else { return }
        let (before, after) = (old.text("leader") ?? "none agreed on", new.text("leader") ?? "none agreed on")
        if before != after { lines.append("~ \(place)leader: \(before) -> \(after)") }
        let (had, has) = (members.all.count { $0.old != nil }, members.all.count { $0.new != nil })
        if had != has { lines.append("~ \(place)members: \(had) -> \(has)") }
        compareCounts(old["associationCounts"], new["associationCounts"], place)
    }

    private mutating func compareCounts(_ old: JSONTree?, _ new: JSONTree?, _ place: String) {
        for state in ["gated", "quarantined", "idle", "active", "unknown"] {
            let (before, after) = (old?.number(state), new?.number(state))
            guard let before, let after, before != after else { continue }
            lines.append("~ \(place)associations \(state): \(before) -> \(after)")
        }
    }

    /// What became of a member; `nil` if nothing did.
    private static func line(_ address: String, _ old: JSONTree?, _ new: JSONTree?) -> String? {
        guard let new else {
            return "- member \(address) is gone, it was \(old?.text("status") ?? "of unknown status")"
        }
        guard let old else { return "+ member \(address) has come, \(new.text("status") ?? "of unknown status")" }
        if let before = old.text("uid"), let after = new.text("uid"), before != after {
            return
                "~ member \(address) restarted: uid \(before) -> \(after), now \(new.text("status") ?? "of unknown status")"
        }
        var changes: [String] = []
        for field in ["status", "ready", "alive", "leader", "oldest"] {
            let (before, after) = (old.shownField(field), new.shownField(field))
            if before != after { changes.append("\(field == "status" ? "" : "\(field) ")\(before) -> \(after)") }
        }
        let (before, after) = (old.list("unreachableBy").count, new.list("unreachableBy").count)
        if before != after {
            changes.append(
                after == 0 ? "reachable again" : "unreachable by \(after)\(before > 0 ? ", was by \(before)" : "")")
        }
        let (was, level) = (old["health"]?.text("level"), new["health"]?.text("level"))
        if was != level {
            changes.append("health \(was ?? "not known") -> \(level ?? "not known")")
        } else if old.healthReasons != new.healthReasons {
            changes.append("\(level ?? "not known"): \(new.healthReasons.joined(separator: ", "))")
        }
        let (pods, pod) = (old["pod"]?.text("name"), new["pod"]?.text("name"))
        if pods != pod { changes.append("pod \(pods ?? "none") -> \(pod ?? "none")") }
        return changes.isEmpty ? nil : "~ member \(address): \(changes.joined(separator: ", "))"
    }

    private mutating func compareFindings(_ old: JSONTree, _ new: JSONTree) {
        for finding in Pairs(old.openFindings, new.openFindings, { $0.text("id") }).all {
            let title = (finding.new ?? finding.old)?.text("title") ?? finding.id
            let severity = (finding.new ?? finding.old)?.text("severity").map { "\($0): " } ?? ""
            switch (finding.old, finding.new) {
            case (nil, _?): lines.append("+ finding \(severity)\(title)")
            case (_?, nil): lines.append("- finding \(severity)\(title)")
            case (let old?, let new?):
                let (before, after) = (old.text("confidence") ?? "?", new.text("confidence") ?? "?")
                if before != after { lines.append("~ finding \(title): \(before) -> \(after)") }
            case (nil, nil): break
            }
        }
    }

    private mutating func compareSources(_ old: JSONTree, _ new: JSONTree) {
        for source in Pairs(old.list("sources"), new.list("sources"), { $0.text("id") }).all {
            switch (source.old, source.new) {
            case (nil, let new?): lines.append("+ source \(source.id), \(new.text("state") ?? "?")")
            case (_?, nil): lines.append("- source \(source.id)")
            case (let old?, let new?):
                let (before, after) = (old.text("state") ?? "?", new.text("state") ?? "?")
                guard before != after else { continue }
                let why = new["error"]?.text("message").map { ": \($0)" } ?? ""
                lines.append("~ source \(source.id): \(before) -> \(after)\(why)")
            case (nil, nil): break
            }
        }
    }
}

/// The elements of two lists, by what they are about, in the order of the newer list; those that are gone follow.
private struct Pairs {
    struct Pair {
        let id: String
        let old: JSONTree?
        let new: JSONTree?
    }

    let all: [Pair]

    init(_ old: [JSONTree], _ new: [JSONTree], _ id: (JSONTree) -> String?) {
        let before = Dictionary(old.compactMap { tree in id(tree).map { ($0, tree) } }) { first, _ in first }
        var seen: Set<String> = []
        var pairs: [Pair] = []
        for tree in new {
            guard let name = id(tree), seen.insert(name).inserted else { continue }
            pairs.append(Pair(id: name, old: before[name], new: tree))
        }
        for tree in old {
            guard let name = id(tree), seen.insert(name).inserted else { continue }
            pairs.append(Pair(id: name, old: tree, new: nil))
        }
        all = pairs
    }
}

extension JSONTree {
    fileprivate var string: String? { if case .string(let text) = self { text } else { nil } }

    fileprivate func text(_ name: String) -> String? { self[name]?.string }

    fileprivate func number(_ name: String) -> Int? {
        if case .number(let number) = self[name] { Int(exactly: number) } else { nil }
    }

    fileprivate func list(_ name: String) -> [JSONTree] {
        if case .array(let elements) = self[name] { elements } else { [] }
    }

    fileprivate var healthReasons: [String] { self["health"]?.list("reasons").compactMap(\.string) ?? [] }

    /// A text, yes, no, or that it is not known.
    fileprivate func shownField(_ name: String) -> String {
        switch self[name] {
        case .string(let text): text
        case .bool(let bool): bool ? "yes" : "no"
        default: "not known"
        }
    }

    /// Members that were not removed, the newest incarnation of each address.
    fileprivate var currentMembers: [JSONTree] {
        list("members").filter { member in
            if case .string = member["removedAt"] { return false }
            return member.text("status") != "Removed"
        }
    }

    fileprivate var openFindings: [JSONTree] {
        list("findings").filter { if case .string = $0["until"] { false } else { true } }
    }
}

extension String {
    /// The line with the name of its cluster behind its sign.
    fileprivate func with(_ place: String) -> String { place.isEmpty ? self : "\(prefix(2))\(place)\(dropFirst(2))" }
}
