// SPDX-License-Identifier: Apache-2.0
import Model

extension ObserverState {
    /// What a poll changes against what was reported last, by the previous view and the stream. The overlay forgets what the view now shows.
    mutating func differences(from old: MembershipView, to new: MembershipView) -> [Difference] {
        var found: [Difference] = []
        if old.members !== new.members {
            found += statusDifferences(from: old.members.members, to: new.members.members)
        }
        if old.unreachable != new.unreachable || !stream.overlay.unreachable.isEmpty {
            found += reachabilityDifferences(from: old, to: new)
        }
        if let difference = leaderDifference(from: old.leader, to: new.leader) { found.append(difference) }
        return found
    }

    // MARK: - Statuses

    /// Walks two sorted lists side by side.
    private mutating func statusDifferences(from old: [Member], to new: [Member]) -> [Difference] {
        var found: [Difference] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, right < new.count, old[left].node == new[right].node {
                add(&found, old[left].node, from: old[left].status, to: new[right].status)
                (left, right) = (left + 1, right + 1)
            } else if right == new.count || (left < old.count && old[left].node < new[right].node) {
                add(&found, old[left].node, from: old[left].status, to: .removed)
                stream.overlay.departed[old[left].node] = requestedAt
                left += 1
            } else {
                add(&found, new[right].node, from: nil, to: new[right].status)
                right += 1
            }
        }
        return found
    }

    /// A status that the stream has reported already is not reported again, and an answer that is behind the stream does not take it back.
    private mutating func add(
        _ found: inout [Difference], _ node: UniqueAddress, from old: MemberStatus?, to new: MemberStatus
    ) {
        guard let said = stream.overlay.statuses.isEmpty ? nil : stream.overlay.statuses[node] else {
            if old != new { found.append(.status(node, from: old, to: new)) }
            return
        }
        guard said.value != new, new.canFollow(said.value) else {
            if said.value == new { stream.overlay.statuses[node] = nil }
            return
        }
        stream.overlay.statuses[node] = nil
        found.append(.status(node, from: said.value, to: new))
    }

    // MARK: - Reachability

    private mutating func reachabilityDifferences(
        from old: MembershipView, to new: MembershipView
    ) -> [Difference] {
        let before = Set(subjects(of: old, or: new))
        let after = Set(subjects(of: new, or: old))
        return before.union(after).union(stream.overlay.unreachable.keys).sorted().compactMap { node in
            reachabilityDifference(
                node, wasUnreachable: before.contains(node), isUnreachable: after.contains(node), in: new)
        }
    }

    private func subjects(of view: MembershipView, or other: MembershipView) -> [UniqueAddress] {
        zip(view.unreachable, view.unreachableNodes).compactMap { $1 ?? other.members[$0.subject]?.node }
    }

    private mutating func reachabilityDifference(
        _ node: UniqueAddress, wasUnreachable: Bool, isUnreachable: Bool, in new: MembershipView
    ) -> Difference? {
        let said = stream.overlay.unreachable[node]
        guard (said?.value ?? wasUnreachable) != isUnreachable, new.members[node] != nil else {
            if new.members[node] != nil || !isRecent(said?.at) { stream.overlay.unreachable[node] = nil }
            return nil
        }
        if isRecent(said?.at) { return nil }
        if !isUnreachable, isTerminated(node, wasSaid: said != nil) {
            stream.overlay.unreachable[node] = said ?? Timestamped(value: true, at: requestedAt)
            return nil
        }
        stream.overlay.unreachable[node] = nil
        return .reachability(node, isReachable: !isUnreachable)
    }

    /// Terminated subjects are never listed by the endpoint: the stream alone can take them back, and one that was lost must first replay
    /// the current state.
    private func isTerminated(_ node: UniqueAddress, wasSaid: Bool) -> Bool {
        stream.unreachable[node] != nil || (wasSaid && !stream.hasReplay)
    }

    // MARK: - Leader

    private mutating func leaderDifference(from old: Address?, to new: Address?) -> Difference? {
        let reported = stream.overlay.leader.map(\.value) ?? old
        guard reported != new else {
            stream.overlay.leader = nil
            return nil
        }
        if isRecent(stream.overlay.leader?.at) { return nil }
        stream.overlay.leader = nil
        return .leader(from: reported, to: new)
    }

    /// Whether the stream spoke after the poll was sent, or so shortly before that the answer may not know it.
    private func isRecent(_ saidAt: Timestamp?) -> Bool {
        guard let saidAt else { return false }
        return saidAt + Self.publicationLag >= requestedAt
    }
}

extension MemberStatus {
    /// Whether one incarnation can go from `previous` to this status, possibly by way of others (`Member.allowedTransitions`). Only the
    /// preparation of a full shutdown ends against the order of priority.
    func canFollow(_ previous: MemberStatus) -> Bool {
        switch (previous, self) {
        case _ where previous == self: false
        case (.removed, _): false
        case (.unknown, _), (_, .unknown): true
        case (.readyForShutdown, .leaving), (.readyForShutdown, .exiting), (.readyForShutdown, .down): true
        case (.leaving, .readyForShutdown), (.exiting, .readyForShutdown), (.down, .readyForShutdown): false
        default: priority > previous.priority
        }
    }
}
