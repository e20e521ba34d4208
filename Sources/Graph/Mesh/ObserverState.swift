/// What the fold keeps of one observer: its latest view, and what its event stream has said since.
///
/// Polls and the stream tell the same story twice and race each other; `known` is what has already been reported, so that each change
/// becomes one event whichever way it came first.
struct ObserverState {
    let observer: Address
    var source: SourceID
    var view: MembershipView?
    var observedAt: Timestamp
    /// Whether the latest poll succeeded.
    var isAnswering = false
    var ready: ProbeAnswer?
    var alive: ProbeAnswer?
    /// Since when each subject of the view is unreachable.
    var unreachableSince: [Address: Timestamp] = [:]
    /// What the stream has as unreachable, terminated subjects included.
    var streamUnreachable: [UniqueAddress: Timestamp] = [:]
    /// When the poll behind the view was sent.
    var requestedAt: Timestamp
    private var overlay = Overlay()

    /// What the stream said that the latest view cannot have known yet.
    private struct Overlay {
        var statuses: [UniqueAddress: (status: MemberStatus, at: Timestamp)] = [:]
        var unreachable: [UniqueAddress: (isUnreachable: Bool, at: Timestamp)] = [:]
        var leader: (address: Address?, at: Timestamp)?

        mutating func forget(before moment: Timestamp) {
            statuses = statuses.filter { $0.value.at >= moment }
            unreachable = unreachable.filter { $0.value.at >= moment }
            if let at = leader?.at, at < moment { leader = nil }
        }
    }

    /// A difference between what was known and what is said now.
    enum Difference {
        case status(UniqueAddress, from: MemberStatus?, to: MemberStatus)
        case reachability(UniqueAddress, isReachable: Bool)
        case leader(from: Address?, to: Address?)
    }

    init(observer: Address, source: SourceID, at: Timestamp) {
        self.observer = observer
        self.source = source
        observedAt = at
        requestedAt = at
    }

    /// Its latest poll succeeded and it lists itself. A view that was not renewed for very long is nobody's vote.
    func votes(at now: Timestamp, interval: Duration) -> Bool {
        isAnswering && view?.own != nil && Freshness(observedAt: observedAt, now: now, interval: interval) != .lost
    }

    /// Subjects that the stream has as unreachable and the endpoint, asked well after, does not list: dead to the observer for good.
    var terminated: [UniqueAddress: Timestamp] {
        guard let view, !streamUnreachable.isEmpty else { return [:] }
        return streamUnreachable.filter { node, since in
            requestedAt > since + .seconds(1) && view.members[node] != nil && view.record(about: node.address) == nil
        }
    }

    // MARK: - Views

    /// Takes a new answer of `/cluster/members`.
    ///
    /// - Returns: What it changes for this observer; nothing for the first view of an incarnation, which is a state and not a change.
    mutating func take(_ next: MembershipView, requestedAt: Timestamp, at: Timestamp) -> [Difference] {
        self.requestedAt = requestedAt
        defer {
            view = next
            observedAt = at
            overlay.forget(before: requestedAt)
            updateUnreachableSince(at: at)
        }
        guard let view, isSameIncarnation(view, next) else {
            unreachableSince = [:]
            streamUnreachable = streamUnreachable.filter { next.members[$0.key] != nil }
            return []
        }
        return differences(from: view, to: next)
    }

    private func isSameIncarnation(_ old: MembershipView, _ new: MembershipView) -> Bool {
        guard let before = old.own?.node.uid, let after = new.own?.node.uid else { return false }
        return before == after
    }

    private func differences(from old: MembershipView, to new: MembershipView) -> [Difference] {
        var found: [Difference] = []
        if old.members !== new.members {
            found += statusDifferences(from: old.members.members, to: new.members.members)
        }
        if old.unreachable != new.unreachable || !overlay.unreachable.isEmpty {
            found += reachabilityDifferences(from: old, to: new)
        }
        let leader = overlay.leader?.address ?? old.leader
        let isToldLater = overlay.leader.map { $0.at >= requestedAt } ?? false
        if leader != new.leader, !isToldLater { found.append(.leader(from: leader, to: new.leader)) }
        return found
    }

    /// Walks two sorted lists side by side.
    private func statusDifferences(from old: [Member], to new: [Member]) -> [Difference] {
        var found: [Difference] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, right < new.count, old[left].node == new[right].node {
                if old[left].status != new[right].status {
                    add(&found, old[left].node, from: old[left].status, to: new[right].status)
                }
                (left, right) = (left + 1, right + 1)
            } else if right == new.count || (left < old.count && old[left].node < new[right].node) {
                add(&found, old[left].node, from: old[left].status, to: .removed)
                left += 1
            } else {
                add(&found, new[right].node, from: nil, to: new[right].status)
                right += 1
            }
        }
        return found
    }

    /// A status that the stream has told already is not told again, and an answer older than the stream does not take it back.
    private func add(
        _ found: inout [Difference], _ node: UniqueAddress, from old: MemberStatus?, to new: MemberStatus
    ) {
        let told = overlay.statuses[node]
        if let told, told.at >= requestedAt, told.status.priority >= new.priority { return }
        let known = told?.status ?? old
        if known != new { found.append(.status(node, from: known, to: new)) }
    }

    private func reachabilityDifferences(from old: MembershipView, to new: MembershipView) -> [Difference] {
        let before = Set(old.unreachable.map(\.subject))
        let after = Set(new.unreachable.map(\.subject))
        return before.union(after).sorted().compactMap { subject in
            guard let node = (new.members[subject] ?? old.members[subject])?.node else { return nil }
            let told = overlay.unreachable[node]
            let isUnreachable = after.contains(subject)
            guard (told?.isUnreachable ?? before.contains(subject)) != isUnreachable else { return nil }
            return isToldOtherwise(node, told?.at, isUnreachable, in: new)
                ? nil : .reachability(node, isReachable: !isUnreachable)
        }
    }

    /// The stream spoke after the poll was sent, the subject is gone rather than back, or it is terminated, which the endpoint never lists.
    private func isToldOtherwise(
        _ node: UniqueAddress, _ toldAt: Timestamp?, _ isUnreachable: Bool, in new: MembershipView
    ) -> Bool {
        if let toldAt, toldAt >= requestedAt { return true }
        return !isUnreachable && (new.members[node] == nil || streamUnreachable[node] != nil)
    }

    private mutating func updateUnreachableSince(at: Timestamp) {
        guard let view, !view.unreachable.isEmpty || !unreachableSince.isEmpty else { return }
        let former = unreachableSince
        unreachableSince = [:]
        for record in view.unreachable {
            let told = streamUnreachable.first { $0.key.address == record.subject }?.value
            unreachableSince[record.subject] = former[record.subject] ?? told ?? at
        }
    }

    // MARK: - Stream

    /// A stream was opened or lost: what the former one said holds no more, a replay will tell it again.
    mutating func forgetStream() {
        streamUnreachable = [:]
    }

    /// Takes an event of the stream.
    ///
    /// - Returns: What it changes; nothing as long as there is no view to compare a replay with.
    mutating func take(_ event: DomainEvent, at: Timestamp) -> Difference? {
        switch event {
        case .member(let member): takeStatus(member.node, member.status, at: at)
        case .memberRemoved(let member, _): takeRemoval(member.node, at: at)
        case .unreachable(let member): takeReachability(member.node, isReachable: false, at: at)
        case .reachable(let member): takeReachability(member.node, isReachable: true, at: at)
        case .leaderChanged(let leader): takeLeader(leader, at: at)
        case .dataCenterUnreachable, .dataCenterReachable, .roleLeaderChanged, .shuttingDown, .unknown: nil
        }
    }

    private mutating func takeRemoval(_ node: UniqueAddress, at: Timestamp) -> Difference? {
        streamUnreachable[node] = nil
        return takeStatus(node, .removed, at: at)
    }

    private mutating func takeStatus(_ node: UniqueAddress, _ status: MemberStatus, at: Timestamp) -> Difference? {
        let known = overlay.statuses[node]?.status ?? view?.members[node]?.status
        guard view != nil, known != status, known != nil || status != .removed else { return nil }
        overlay.statuses[node] = (status, at)
        return .status(node, from: known, to: status)
    }

    private mutating func takeReachability(_ node: UniqueAddress, isReachable: Bool, at: Timestamp) -> Difference? {
        let wasUnreachable = overlay.unreachable[node]?.isUnreachable ?? isKnownUnreachable(node)
        streamUnreachable[node] = isReachable ? nil : streamUnreachable[node] ?? at
        guard view != nil, wasUnreachable == isReachable else { return nil }
        overlay.unreachable[node] = (!isReachable, at)
        return .reachability(node, isReachable: isReachable)
    }

    private func isKnownUnreachable(_ node: UniqueAddress) -> Bool {
        streamUnreachable[node] != nil || view?.record(about: node.address) != nil
    }

    private mutating func takeLeader(_ leader: Address?, at: Timestamp) -> Difference? {
        let known = overlay.leader?.address ?? view?.leader
        guard view != nil, known != leader else { return nil }
        overlay.leader = (leader, at)
        return .leader(from: known, to: leader)
    }
}
