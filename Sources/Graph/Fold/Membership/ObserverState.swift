// SPDX-License-Identifier: Apache-2.0
import Model

/// What the fold keeps of one observer: its latest view, and what its event stream has said since.
///
/// Polls and the stream report the same changes and race each other. What was reported last is the view, overlaid by what the stream
/// said and no view has shown yet (`Overlay`); so each change becomes one event whichever way it came first.
struct ObserverState {
    /// A node publishes to its stream and to its endpoint independently: an answer requested this soon after an event may not know it yet.
    static let publicationLag = Duration.seconds(1)

    let observer: Address
    var source: SourceID
    private(set) var view: MembershipView?
    private(set) var observedAt: Timestamp
    /// When the poll behind the view was sent.
    private(set) var requestedAt: Timestamp
    /// Whether the latest poll succeeded.
    var isAnswering = false
    var checks = HealthChecks()
    var derived = DerivedView()
    var stream = StreamState()
    /// Terminated subjects as a bridge or a log reported them. An incarnation that comes after one of them is another subject.
    private(set) var reportedTerminated: [UniqueAddress: Timestamp] = [:]
    /// All subjects that the observer's bridge has as terminated, by whomever, and when that was read: it knows better than what the
    /// stream said before. `nil` where no bridge answers.
    private(set) var gossiped: Timestamped<Set<UniqueAddress>>?
    /// Our own failure detector over our polls of this observer.
    private(set) var polls: PollDetector?
    /// Whether all members of the view have a record.
    var isRegistered = false

    /// A difference between what was known and what is said now.
    enum Difference {
        case status(UniqueAddress, from: MemberStatus?, to: MemberStatus)
        case reachability(UniqueAddress, isReachable: Bool)
        case leader(from: Address?, to: Address?)
        case shutdown
    }

    /// What follows from the view and the stream; see `derive`.
    struct DerivedView {
        /// The subjects of the view's records and the terminated ones, sorted by address.
        var unreachable: [UnreachableSubject] = []
        /// Subjects that are dead to the observer for good.
        var terminated: [UniqueAddress] = []
        /// The leader by Akka's rule.
        var leader: Address?
    }

    init(observer: Address, source: SourceID, at: Timestamp) {
        self.observer = observer
        self.source = source
        observedAt = at
        requestedAt = at
    }

    /// Whether the view votes: its last poll succeeded, it lists its observer, and it is not lost.
    func votes(at now: Timestamp, interval: Duration) -> Bool {
        isAnswering && view?.own != nil && Freshness(observedAt: observedAt, now: now, interval: interval) != .lost
    }

    /// Whether the observer itself has the subject as unreachable, as its view or anything newer says.
    func knowsUnreachable(_ subject: Address) -> Bool {
        guard let view else { return true }
        if let node = view.members[subject]?.node, let said = stream.overlay.unreachable[node] { return said.value }
        return view.reportsUnreachable(subject)
    }

    /// Counts an answer as a heartbeat of the incarnation that gave it.
    mutating func countHeartbeat(of view: MembershipView, clock: Int64, pollPeriod: Duration, at: Timestamp) {
        guard let uid = view.own?.node.uid else { return polls = nil }
        if polls?.isOf(uid) != true {
            polls = PollDetector(uid: uid, period: pollPeriod, at: at)
            reportedTerminated = [:]
        }
        polls?.heartbeat(clock: clock, at: at)
    }

    /// The latest poll failed: the view stays with its age, but does not vote.
    mutating func stopAnswering() {
        isAnswering = false
        checks = HealthChecks()
    }

    /// Records which subjects a bridge or a log reports as terminated.
    mutating func record(terminated subjects: [UniqueAddress: Timestamp]) {
        guard subjects != reportedTerminated else { return }
        reportedTerminated = subjects
        derive(at: observedAt)
    }

    /// Records which subjects the bridge's gossip has as terminated; `nil` when the bridge no longer answers.
    mutating func record(gossiped subjects: Timestamped<Set<UniqueAddress>>?) {
        let isSame = gossiped?.value == subjects?.value
        gossiped = subjects
        if !isSame || subjects != nil && !derived.terminated.isEmpty { derive(at: observedAt) }
    }

    // MARK: - Views

    /// Records a new answer of `/cluster/members`.
    ///
    /// - Returns: What it changes for this observer; nothing for the first view of an incarnation, which is a state and not a change.
    mutating func record(_ next: MembershipView, requestedAt: Timestamp, at: Timestamp) -> [Difference] {
        let previous = view
        self.requestedAt = requestedAt
        view = next
        observedAt = at
        guard let previous, isSameIncarnation(previous, next) else {
            begin(with: next, at: at)
            return []
        }
        let differences = differences(from: previous, to: next)
        forgetDeparted(from: next)
        if !isDerived(from: previous) { derive(at: at) }
        return differences
    }

    private func isSameIncarnation(_ old: MembershipView, _ new: MembershipView) -> Bool {
        guard let before = old.own?.node.uid, let after = new.own?.node.uid else { return false }
        return before == after
    }

    private mutating func begin(with view: MembershipView, at: Timestamp) {
        derived.unreachable = []
        stream.unreachable = stream.unreachable.filter { view.members[$0.key] != nil }
        stream.overlay = Overlay()
        derive(at: at)
    }

    private mutating func forgetDeparted(from view: MembershipView) {
        if !stream.unreachable.isEmpty {
            let longAgo = requestedAt - Self.publicationLag
            stream.unreachable = stream.unreachable.filter { $0.value > longAgo || view.members[$0.key] != nil }
        }
        stream.overlay.forgetDeparted(before: requestedAt)
    }

    // MARK: - Stream

    /// A stream was opened or lost: what the previous one said no longer holds, a replay will say it again.
    mutating func resetStream() {
        stream.reset()
        if !derived.terminated.isEmpty { derive(at: observedAt) }
    }

    /// The replay at the beginning of a stream is complete: subjects that it left out are reachable.
    mutating func finishReplay() -> [Difference] {
        stream.hasReplay = true
        let recovered = stream.overlay.unreachable.filter { node, said in
            said.value && stream.unreachable[node] == nil && view?.record(about: node.address) == nil
        }
        return recovered.keys.sorted().compactMap { node in
            stream.overlay.unreachable[node] = nil
            return view?.members[node] == nil ? nil : .reachability(node, isReachable: true)
        }
    }

    /// Records an event of the stream.
    ///
    /// - Returns: What it changes; nothing before the observer lists itself, because what it learns when it joins is a state and no change.
    mutating func record(_ event: DomainEvent, at: Timestamp) -> Difference? {
        guard !stream.isShuttingDown else { return nil }
        switch event {
        case .member(let member): return recordStatus(member.node, member.status, at: at)
        case .memberRemoved(let member, _): return recordRemoval(member.node, at: at)
        case .unreachable(let member): return recordReachability(member.node, isReachable: false, at: at)
        case .reachable(let member): return recordReachability(member.node, isReachable: true, at: at)
        case .leaderChanged(let leader): return recordLeader(leader, at: at)
        case .shuttingDown:
            stream.isShuttingDown = true
            return .shutdown
        case .dataCenterUnreachable, .dataCenterReachable, .roleLeaderChanged, .unknown: return nil
        }
    }

    private var hasJoined: Bool { view?.own != nil }

    private mutating func recordRemoval(_ node: UniqueAddress, at: Timestamp) -> Difference? {
        forgetUnreachable(node)
        stream.overlay.unreachable[node] = nil
        return recordStatus(node, .removed, at: at)
    }

    private mutating func recordStatus(_ node: UniqueAddress, _ status: MemberStatus, at: Timestamp) -> Difference? {
        guard hasJoined, stream.overlay.departed[node] == nil else { return nil }
        let known = stream.overlay.statuses[node]?.value ?? view?.members[node]?.status
        guard let known else {
            guard status != .removed else { return nil }
            stream.overlay.statuses[node] = Timestamped(value: status, at: at)
            return .status(node, from: nil, to: status)
        }
        guard status.canFollow(known) else { return nil }
        stream.overlay.statuses[node] = Timestamped(value: status, at: at)
        return .status(node, from: known, to: status)
    }

    private mutating func recordReachability(_ node: UniqueAddress, isReachable: Bool, at: Timestamp) -> Difference? {
        let wasUnreachable = stream.overlay.unreachable[node]?.value ?? isKnownUnreachable(node)
        if isReachable {
            forgetUnreachable(node)
        } else if stream.unreachable[node] == nil {
            stream.unreachable[node] = at
        }
        guard hasJoined, stream.overlay.departed[node] == nil, wasUnreachable == isReachable else { return nil }
        stream.overlay.unreachable[node] = Timestamped(value: !isReachable, at: at)
        return .reachability(node, isReachable: isReachable)
    }

    private mutating func forgetUnreachable(_ node: UniqueAddress) {
        stream.unreachable[node] = nil
        if derived.terminated.contains(node) { derive(at: observedAt) }
    }

    private func isKnownUnreachable(_ node: UniqueAddress) -> Bool {
        stream.unreachable[node] != nil || view?.record(about: node.address) != nil
    }

    private mutating func recordLeader(_ leader: Address?, at: Timestamp) -> Difference? {
        let known = stream.overlay.leader.map(\.value) ?? view?.leader
        guard hasJoined, known != leader else { return nil }
        stream.overlay.leader = Timestamped(value: leader, at: at)
        return .leader(from: known, to: leader)
    }
}
