import Model

/// What the fold keeps of one observer: its latest view, and what its event stream has said since.
///
/// Polls and the stream tell the same story twice and race each other. What was reported last is the view, overlaid by what the stream
/// said and no view has shown yet (`Overlay`); so each change becomes one event whichever way it came first.
struct ObserverState {
    /// A node publishes to its stream and to its endpoint independently: an answer requested this soon after an event may not know it yet.
    static let publicationLag = Duration.seconds(1)

    let observer: Address
    var source: SourceID
    var view: MembershipView?
    var observedAt: Timestamp
    /// Whether the latest poll succeeded.
    var isAnswering = false
    var ready: ProbeAnswer?
    var alive: ProbeAnswer?
    /// Derived: the subjects of the view's records and the terminated ones, sorted by address.
    var unreachable: [UnreachableSubject] = []
    /// Derived: subjects that are dead to the observer for good.
    var terminated: [UniqueAddress] = []
    /// Derived: the leader by Akka's rule.
    var computedLeader: Address?
    /// What the stream has as unreachable, terminated subjects included.
    var streamUnreachable: [UniqueAddress: Timestamp] = [:]
    /// When the poll behind the view was sent.
    var requestedAt: Timestamp
    var overlay = Overlay()
    /// Terminated subjects as a bridge or a log told them. An incarnation that comes after one of them is another subject.
    var toldTerminated: [UniqueAddress: Timestamp] = [:]
    /// Our own failure detector over our polls of this observer.
    var polls: PollDetector?
    /// Whether all members of the view have a record.
    var isRegistered = false
    /// Whether the stream has told the current state, so that what it does not say is not so.
    var hasReplay = false
    /// Whether the observer said that it is shutting down: it then reports everybody as removed, which they are not.
    var isShuttingDown = false

    /// A difference between what was known and what is said now.
    enum Difference {
        case status(UniqueAddress, from: MemberStatus?, to: MemberStatus)
        case reachability(UniqueAddress, isReachable: Bool)
        case leader(from: Address?, to: Address?)
        case shutdown
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

    private var hasJoined: Bool { view?.own != nil }

    /// Takes an answer as a heartbeat of the incarnation that gave it.
    mutating func heard(_ view: MembershipView, clock: Int64, pollPeriod: Duration, at: Timestamp) {
        guard let uid = view.own?.node.uid else { return polls = nil }
        if polls?.isOf(uid) != true {
            polls = PollDetector(uid: uid, period: pollPeriod, at: at)
            toldTerminated = [:]
        }
        polls?.heartbeat(clock: clock, at: at)
    }

    // MARK: - Views

    /// Takes a new answer of `/cluster/members`.
    ///
    /// - Returns: What it changes for this observer; nothing for the first view of an incarnation, which is a state and not a change.
    mutating func take(_ next: MembershipView, requestedAt: Timestamp, at: Timestamp) -> [Difference] {
        let former = view
        self.requestedAt = requestedAt
        view = next
        observedAt = at
        guard let former, isSameIncarnation(former, next) else {
            begin(with: next, at: at)
            return []
        }
        let differences = differences(from: former, to: next)
        forgetGone(from: next)
        if !isDerived(from: former) { derive(at: at) }
        return differences
    }

    private func isSameIncarnation(_ old: MembershipView, _ new: MembershipView) -> Bool {
        guard let before = old.own?.node.uid, let after = new.own?.node.uid else { return false }
        return before == after
    }

    private mutating func begin(with view: MembershipView, at: Timestamp) {
        unreachable = []
        streamUnreachable = streamUnreachable.filter { view.members[$0.key] != nil }
        overlay = Overlay()
        derive(at: at)
    }

    private mutating func forgetGone(from view: MembershipView) {
        if !streamUnreachable.isEmpty {
            let longAgo = requestedAt - Self.publicationLag
            streamUnreachable = streamUnreachable.filter { $0.value > longAgo || view.members[$0.key] != nil }
        }
        overlay.forgetGone(before: requestedAt)
    }

    // MARK: - Stream

    /// A stream was opened or lost: what the former one said holds no more, a replay will tell it again.
    mutating func forgetStream() {
        streamUnreachable = [:]
        hasReplay = false
        isShuttingDown = false
        if !terminated.isEmpty { derive(at: observedAt) }
    }

    /// The replay at the beginning of a stream is complete: whom it left out is reachable.
    mutating func finishReplay() -> [Difference] {
        hasReplay = true
        let recovered = overlay.unreachable.filter { node, told in
            told.value && streamUnreachable[node] == nil && view?.record(about: node.address) == nil
        }
        return recovered.keys.sorted().compactMap { node in
            overlay.unreachable[node] = nil
            return view?.members[node] == nil ? nil : .reachability(node, isReachable: true)
        }
    }

    /// Takes an event of the stream.
    ///
    /// - Returns: What it changes; nothing before the observer lists itself, because what it learns when it joins is a state and no change.
    mutating func take(_ event: DomainEvent, at: Timestamp) -> Difference? {
        guard !isShuttingDown else { return nil }
        switch event {
        case .member(let member): return takeStatus(member.node, member.status, at: at)
        case .memberRemoved(let member, _): return takeRemoval(member.node, at: at)
        case .unreachable(let member): return takeReachability(member.node, isReachable: false, at: at)
        case .reachable(let member): return takeReachability(member.node, isReachable: true, at: at)
        case .leaderChanged(let leader): return takeLeader(leader, at: at)
        case .shuttingDown:
            isShuttingDown = true
            return .shutdown
        case .dataCenterUnreachable, .dataCenterReachable, .roleLeaderChanged, .unknown: return nil
        }
    }

    private mutating func takeRemoval(_ node: UniqueAddress, at: Timestamp) -> Difference? {
        forgetUnreachable(node)
        overlay.unreachable[node] = nil
        return takeStatus(node, .removed, at: at)
    }

    private mutating func takeStatus(_ node: UniqueAddress, _ status: MemberStatus, at: Timestamp) -> Difference? {
        guard hasJoined, overlay.gone[node] == nil else { return nil }
        let known = overlay.statuses[node]?.value ?? view?.members[node]?.status
        guard let known else {
            guard status != .removed else { return nil }
            overlay.statuses[node] = Told(value: status, at: at)
            return .status(node, from: nil, to: status)
        }
        guard status.canFollow(known) else { return nil }
        overlay.statuses[node] = Told(value: status, at: at)
        return .status(node, from: known, to: status)
    }

    private mutating func takeReachability(_ node: UniqueAddress, isReachable: Bool, at: Timestamp) -> Difference? {
        let wasUnreachable = overlay.unreachable[node]?.value ?? isKnownUnreachable(node)
        if isReachable {
            forgetUnreachable(node)
        } else if streamUnreachable[node] == nil {
            streamUnreachable[node] = at
        }
        guard hasJoined, overlay.gone[node] == nil, wasUnreachable == isReachable else { return nil }
        overlay.unreachable[node] = Told(value: !isReachable, at: at)
        return .reachability(node, isReachable: isReachable)
    }

    private mutating func forgetUnreachable(_ node: UniqueAddress) {
        streamUnreachable[node] = nil
        if terminated.contains(node) { derive(at: observedAt) }
    }

    private func isKnownUnreachable(_ node: UniqueAddress) -> Bool {
        streamUnreachable[node] != nil || view?.record(about: node.address) != nil
    }

    private mutating func takeLeader(_ leader: Address?, at: Timestamp) -> Difference? {
        let known = overlay.leader.map(\.value) ?? view?.leader
        guard hasJoined, known != leader else { return nil }
        overlay.leader = Told(value: leader, at: at)
        return .leader(from: known, to: leader)
    }
}
