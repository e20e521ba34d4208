import Graph

/// When what was true of one node's opinions changed: facts are compared only where they had been still for a while.
struct TruthChanges {
    /// On both sides of a change nothing is compared: the recorder and meshtop do not look at the same instant.
    static let margin = Duration.seconds(2)
    /// A node that was not heard of for longer may have changed in any way meanwhile.
    private static let gap = Duration.milliseconds(2500)

    /// By fact: the times between which it changed.
    private var intervals: [String: [ClosedRange<Timestamp>]] = [:]
    /// When everything of the node may have changed.
    private var whole: [ClosedRange<Timestamp>] = []

    init(_ samples: [TruthSample], from start: Timestamp, to end: Timestamp) {
        guard let first = samples.first, let last = samples.last else { return }
        if end - last.at > Self.gap { whole.append(last.at...end) }
        // A node that began, or began anew, during the recording.
        if first.at - start > Self.gap { whole.append(start...first.at) }
        for (before, after) in zip(samples, samples.dropFirst()) where before.at <= after.at {
            let isOther = before.uid != after.uid || before.isMember != after.isMember
            if after.at - before.at > Self.gap || isOther { whole.append(before.at...after.at) }
            note("member", before.memberFacts, after.memberFacts, before.at...after.at)
            note("reachability", before.reachabilityFacts, after.reachabilityFacts, before.at...after.at)
            note("availability", before.availabilityFacts, after.availabilityFacts, before.at...after.at)
            note("association", before.associationFacts, after.associationFacts, before.at...after.at)
        }
        for transition in samples.flatMap({ $0.transitions ?? [] }) {
            let at = Timestamp(milliseconds: transition.atMs)
            intervals["association \(transition.peer)", default: []].append(at...at)
        }
    }

    private mutating func note(
        _ kind: String, _ before: [String: String], _ after: [String: String], _ time: ClosedRange<Timestamp>
    ) {
        for key in Set(before.keys).union(after.keys) where before[key] != after[key] {
            intervals["\(kind) \(key)", default: []].append(time)
        }
    }

    /// Whether a fact had not changed for a while and would not for a while.
    func isStill(_ kinds: [String], _ peer: String, at now: Timestamp) -> Bool {
        let all = whole + kinds.flatMap { intervals["\($0) \(peer)"] ?? [] }
        return all.allSatisfy { now < $0.lowerBound - Self.margin || now > $0.upperBound + Self.margin }
    }
}
