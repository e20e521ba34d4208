import Model

/// What a stream said, and when.
struct Told<Value: Sendable> {
    var value: Value
    var at: Timestamp
}

/// What the stream said that the latest view does not show yet, or never will.
struct Overlay {
    /// Nodes that left are remembered for this long: an event about them that comes late is no news.
    static let keptGone = Duration.seconds(60)

    var statuses: [UniqueAddress: Told<MemberStatus>] = [:]
    var unreachable: [UniqueAddress: Told<Bool>] = [:]
    var leader: Told<Address?>?
    /// When each node that the observer listed ceased to be listed.
    var gone: [UniqueAddress: Timestamp] = [:]

    mutating func forgetGone(before moment: Timestamp) {
        let longAgo = moment - Self.keptGone
        if gone.contains(where: { $0.value < longAgo }) { gone = gone.filter { $0.value >= longAgo } }
        if statuses.contains(where: { $0.value.at < longAgo }) { statuses = statuses.filter { $0.value.at >= longAgo } }
    }
}

extension ObserverState {
    /// What a poll changes against what was reported last, by the former view and the stream. The overlay forgets what the view now shows.
    mutating func differences(from old: MembershipView, to new: MembershipView) -> [Difference] {
        var found: [Difference] = []
        if old.members !== new.members {
            found += statusDifferences(from: old.members.members, to: new.members.members)
        }
        if old.unreachable != new.unreachable || !overlay.unreachable.isEmpty {
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
                overlay.gone[old[left].node] = requestedAt
                left += 1
            } else {
                add(&found, new[right].node, from: nil, to: new[right].status)
                right += 1
            }
        }
        return found
    }

    /// A status that the stream has told already is not told again, and an answer that is behind the stream does not take it back.
    private mutating func add(
        _ found: inout [Difference], _ node: UniqueAddress, from old: MemberStatus?, to new: MemberStatus
    ) {
        guard let told = overlay.statuses.isEmpty ? nil : overlay.statuses[node] else {
            if old != new { found.append(.status(node, from: old, to: new)) }
            return
        }
        guard told.value != new, new.canFollow(told.value) else {
            if told.value == new { overlay.statuses[node] = nil }
            return
        }
        overlay.statuses[node] = nil
        found.append(.status(node, from: told.value, to: new))
    }

    // MARK: - Reachability

    private mutating func reachabilityDifferences(
        from old: MembershipView, to new: MembershipView
    ) -> [Difference] {
        let before = Set(subjects(of: old, or: new))
        let after = Set(subjects(of: new, or: old))
        return before.union(after).union(overlay.unreachable.keys).sorted().compactMap { node in
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
        let told = overlay.unreachable[node]
        guard (told?.value ?? wasUnreachable) != isUnreachable, new.members[node] != nil else {
            if new.members[node] != nil || !isRecent(told?.at) { overlay.unreachable[node] = nil }
            return nil
        }
        if isRecent(told?.at) { return nil }
        if !isUnreachable, isTerminated(node, wasTold: told != nil) {
            overlay.unreachable[node] = told ?? Told(value: true, at: requestedAt)
            return nil
        }
        overlay.unreachable[node] = nil
        return .reachability(node, isReachable: !isUnreachable)
    }

    /// Terminated subjects are never listed by the endpoint: the stream alone can take them back, and one that was lost must first tell
    /// the current state again.
    private func isTerminated(_ node: UniqueAddress, wasTold: Bool) -> Bool {
        streamUnreachable[node] != nil || (wasTold && !hasReplay)
    }

    // MARK: - Leader

    private mutating func leaderDifference(from old: Address?, to new: Address?) -> Difference? {
        let reported = overlay.leader.map(\.value) ?? old
        guard reported != new else {
            overlay.leader = nil
            return nil
        }
        if isRecent(overlay.leader?.at) { return nil }
        overlay.leader = nil
        return .leader(from: reported, to: new)
    }

    /// Whether the stream spoke after the poll was sent, or so shortly before that the answer may not know it.
    private func isRecent(_ toldAt: Timestamp?) -> Bool {
        guard let toldAt else { return false }
        return toldAt + Self.publicationLag >= requestedAt
    }
}

extension MemberStatus {
    /// Whether one incarnation can go from `former` to this status, possibly by way of others (`Member.allowedTransitions`). Only the
    /// preparation of a full shutdown ends against the order of priority.
    func canFollow(_ former: MemberStatus) -> Bool {
        switch (former, self) {
        case _ where former == self: false
        case (.removed, _): false
        case (.unknown, _), (_, .unknown): true
        case (.readyForShutdown, .leaving), (.readyForShutdown, .exiting), (.readyForShutdown, .down): true
        case (.leaving, .readyForShutdown), (.exiting, .readyForShutdown), (.down, .readyForShutdown): false
        default: priority > former.priority
        }
    }
}
