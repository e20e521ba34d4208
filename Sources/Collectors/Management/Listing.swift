// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The members that voting views list, and those that they call unreachable, per cluster: which are polled, and which first.
///
/// Equal lists are one object, so a thousand voters stand behind a few lists; only a list that appears or disappears costs more than
/// counting.
struct Listing: Sendable {
    /// A voting view, as far as it matters here.
    struct Vote: Sendable {
        let cluster: String
        let members: MemberList
        let unreachable: [UnreachableRecord]
    }

    private struct Counted: Sendable {
        let members: MemberList
        var voters: Int
    }

    private(set) var listed: [String: Set<Address>] = [:]
    private var votes: [SourceKey: Vote] = [:]
    private var lists: [String: [ObjectIdentifier: Counted]] = [:]
    /// How many views call a member unreachable.
    private var unreachable: [Address: Int] = [:]
    private var changed: Set<String> = []

    /// Takes a source's view in, or with `nil` out.
    mutating func set(_ vote: Vote?, of key: SourceKey) {
        if let former = votes.updateOrRemove(vote, key) { count(former, by: -1) }
        if let vote { count(vote, by: 1) }
    }

    /// Gathers the lists that have changed.
    ///
    /// - Returns: the clusters whose listed members may be others than before.
    mutating func update() -> [String] {
        guard !changed.isEmpty else { return [] }
        for cluster in changed { gather(cluster) }
        defer { changed = [] }
        return changed.sorted()
    }

    /// Whether a voting view of the cluster lists the member; `nil` when the cluster has no voting view, so that it is not known.
    func lists(_ member: Address, in cluster: String) -> Bool? { listed[cluster]?.contains(member) }

    /// Whether a voting view calls the member unreachable.
    func isUnreachable(_ member: Address) -> Bool { unreachable[member] != nil }

    private mutating func count(_ vote: Vote, by step: Int) {
        let list = ObjectIdentifier(vote.members)
        let voters = (lists[vote.cluster]?[list]?.voters ?? 0) + step
        if voters == 0 || (voters == 1 && step == 1) { changed.insert(vote.cluster) }
        // The list is held as long as it counts, so that no other one can get its identity.
        lists[vote.cluster, default: [:]][list] = voters > 0 ? Counted(members: vote.members, voters: voters) : nil
        for record in vote.unreachable {
            let observers = (unreachable[record.subject] ?? 0) + step
            unreachable[record.subject] = observers > 0 ? observers : nil
        }
    }

    private mutating func gather(_ cluster: String) {
        let lists = lists[cluster] ?? [:]
        guard !lists.isEmpty else {
            listed[cluster] = nil
            return
        }
        listed[cluster] = lists.values.reduce(into: []) { $0.formUnion($1.members.members.lazy.map(\.node.address)) }
    }
}

extension Dictionary {
    /// Sets or removes a value and returns the former one.
    fileprivate mutating func updateOrRemove(_ value: Value?, _ key: Key) -> Value? {
        if let value { updateValue(value, forKey: key) } else { removeValue(forKey: key) }
    }
}
