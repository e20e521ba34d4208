// SPDX-License-Identifier: Apache-2.0
import Model

/// What the timeline was opened for: the events of one member, pair or cluster.
enum TimelineFocus: Hashable, Sendable {
    case cluster(String)
    case member(cluster: String, Address)
    /// Both directions between two members.
    case pair(cluster: String, Address, Address)

    /// The events of a subject; nil if it has none of its own.
    init?(_ subject: Subject) {
        switch subject {
        case .cluster(let cluster): self = .cluster(cluster)
        case .member(let cluster, let node): self = .member(cluster: cluster, node.address)
        case .pair(let pair):
            self = .pair(cluster: pair.cluster, pair.observer.address, pair.subject.address)
        case .group, .source, .incident, .pod, .workload, .object, .node, .edge, .event: return nil
        }
    }

    func accepts(_ event: MeshEvent) -> Bool {
        switch self {
        case .cluster(let cluster): event.cluster == cluster
        case .member(let cluster, let member):
            (event.observer == member || event.subject == member) && event.cluster == cluster
        case .pair(let cluster, let one, let other):
            event.cluster == cluster
                && ((event.observer == one && event.subject == other)
                    || (event.observer == other && event.subject == one))
        }
    }

    func words(_ names: AddressNames, _ glyphs: GlyphSet) -> String {
        switch self {
        case .cluster(let cluster): return "cluster \(cluster)"
        case .member(_, let member): return "about or by \(names.text(of: member, .distinct))"
        case .pair(_, let one, let other):
            let both = [one, other].map { names.text(of: $0, .distinct) }
            return "between \(both[0]) and \(both[1])"
        }
    }
}

/// Which events the timeline shows.
struct TimelineFilter: Hashable, Sendable {
    var kind: MeshEvent.Kind?
    var least = MeshEvent.Severity.notice
    var observer: TimelineLane?
    /// Text in any case, in the event's words or in the log line that it comes from.
    var text: String?

    var isEmpty: Bool { self == TimelineFilter() }

    /// In words, for the line above the events; nil if everything is shown.
    func words(_ names: AddressNames) -> String? {
        var parts: [String] = []
        if let kind { parts.append(kind.word) }
        if least > .notice { parts.append(least == .warning ? "warnings and failures" : "failures") }
        if let observer {
            parts.append(
                "reported by \(observer.observer.map { names.text(of: $0, .distinct) } ?? "no known observer")")
        }
        if let text { parts.append("with \"\(text)\"") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

/// Which events are wanted, chosen in one step.
enum EventChoice: Equatable, Sendable {
    case everything
    /// Nothing less severe than this.
    case least(MeshEvent.Severity)
    case kind(MeshEvent.Kind)
}

/// A filter, ready to be asked of many events.
struct TimelineQuestion: Hashable, Sendable {
    let filter: TimelineFilter
    let focus: TimelineFocus?
    private let needle: [UInt8]

    init(_ filter: TimelineFilter = TimelineFilter(), _ focus: TimelineFocus? = nil) {
        self.filter = filter
        self.focus = focus
        needle = Array((filter.text ?? "").utf8).map(TextSearch.folded)
    }

    var isOpen: Bool { filter.isEmpty && focus == nil }

    func accepts(_ event: MeshEvent) -> Bool {
        if let kind = filter.kind, event.kind != kind { return false }
        if event.severity < filter.least { return false }
        if let lane = filter.observer, event.observer != lane.observer || event.cluster != lane.cluster { return false }
        if let focus, !focus.accepts(event) { return false }
        guard !needle.isEmpty else { return true }
        return TextSearch.contains(needle, in: event.text)
            || (event.evidence.map { TextSearch.contains(needle, in: $0.text) } ?? false)
    }

    /// Whether everything that passes this question passed the former one too: then only those events need to be checked again.
    func isNarrower(than former: TimelineQuestion) -> Bool {
        guard focus == former.focus || former.focus == nil else { return false }
        guard filter.kind == former.filter.kind || former.filter.kind == nil,
            filter.least >= former.filter.least,
            filter.observer == former.filter.observer || former.filter.observer == nil
        else { return false }
        return former.needle.isEmpty || !Search.matches(of: former.needle, in: needle).isEmpty
    }
}

extension MeshEvent.Kind {
    /// In the words of the screens.
    var word: String {
        switch self {
        case .member: "members"
        case .reachability: "reachability"
        case .leader: "leaders"
        case .association: "associations"
        case .phi: "phi"
        case .sbr: "downing"
        case .shutdown: "shutdown"
        case .bootstrap: "bootstrap"
        case .lease: "leases"
        case .pod: "pods"
        case .other: "other"
        }
    }

    /// The same in very little room.
    var brief: String {
        switch self {
        case .member: "member"
        case .reachability: "reach"
        case .leader: "lead"
        case .association: "assoc"
        case .phi: "phi"
        case .sbr: "sbr"
        case .shutdown: "stop"
        case .bootstrap: "boot"
        case .lease: "lease"
        case .pod: "pod"
        case .other: "other"
        }
    }
}
