internal import Model

/// Asks the management endpoints of clusters, finds the members from what they say, and turns answers and failures into observations.
///
/// A state machine: it gets events and the time, and says what to do; `CollectorThread` does it. The rules: one tick for all members, whose
/// requests start together; so many in flight at most, and never two for one endpoint; back-off; what a failing source said is kept by the
/// fold. Only GET, for nothing else can be expressed.
struct ManagementCollector {
    /// So many requests run at once; streams are not counted.
    static let requestLimit = 16
    /// So many members' health checks are asked per tick.
    static let checksPerTick = 20
    /// Health checks and streams begin so long after the first answer.
    static let secondPhaseDelay = Duration.milliseconds(500)
    /// A source that was found stays so long after the last voting view has listed its member.
    static let unlistedLimit = Duration.seconds(60)

    /// What to do.
    enum Action {
        case start(HTTPRequestID, HTTPRequest)
        case cancel(HTTPRequestID)
        /// `isNews`: the main thread's sleep is worth ending.
        case emit(Observation, isNews: Bool)
    }

    /// An inquiry at a source.
    struct Errand: Hashable, Sendable {
        let source: SourceKey
        let inquiry: Inquiry
    }

    let options: CollectorOptions
    var sources: [SourceKey: ManagementSource] = [:]
    /// The sources in the order in which they were added.
    var order: [SourceKey] = []
    var streams: [SourceKey: EventStreamSession] = [:]
    /// Events that come within this time after the first are answered by one poll.
    static let repollDelay = Duration.milliseconds(100)
    /// When members are asked again because their streams told of a change.
    var repollDue: [SourceKey: Timestamp] = [:]
    var listing = Listing()
    /// When health checks and streams begin; `nil` before the first answer and after they have begun.
    var secondPhaseAt: Timestamp?
    var secondPhaseHasBegun = false
    let membersDecoder: MembersDecoder
    let eventDecoder: DomainEventDecoder
    let bridgeDecoder: BridgeDecoder
    var now = Timestamp(microseconds: 0)
    private var knownIDs: [SourceID: SourceKey] = [:]
    private var running: [HTTPRequestID: Errand] = [:]
    private(set) var requests: [Errand: HTTPRequestID] = [:]
    private var gate = RequestGate<Errand>(limit: Self.requestLimit)
    private var plan = PollPlan()
    private var nextTick: Timestamp?
    private var nextKey = 0
    private var nextRequest: UInt64 = 0
    private var actions: [Action] = []
    /// Sources that have not given their first answers, and those of which that must be judged again.
    private var unsettled: Set<SourceKey> = []
    var touched: Set<SourceKey> = []

    init(options: CollectorOptions) {
        self.options = options
        let vocabulary = MemberVocabulary()
        membersDecoder = MembersDecoder(limit: ManagementSource.bodyLimit, vocabulary: vocabulary)
        eventDecoder = DomainEventDecoder(vocabulary: vocabulary)
        bridgeDecoder = BridgeDecoder(vocabulary: vocabulary)
    }

    // MARK: - What others see

    /// When `advance` is to be called at the latest.
    var nextWake: Timestamp? {
        let streamDeadlines = streams.values.compactMap { $0.deadline() }
        return ([nextTick, secondPhaseAt, repollDue.values.min()] + streamDeadlines).compactMap { $0 }.min()
    }

    /// How many requests run or wait, streams not counted.
    var requestsInFlight: Int { gate.count }

    /// How many idle connections should be kept: one for each member, some to spare, one for each stream.
    var connectionsWanted: Int { max(64, sources.count + Self.requestLimit + streams.count) }

    /// Whether every source has given its first answers or failed to.
    var isSettled: Bool { unsettled.isEmpty }

    // MARK: - Inputs

    /// Adds the seeds and asks them.
    mutating func start(at now: Timestamp) -> [Action] {
        self.now = now
        for (number, seed) in options.seeds.enumerated() {
            for endpoint in seed.endpoints {
                add(endpoint, SourceOrigin(cluster: seed.name, isConfigured: true, member: nil), seed: number)
            }
        }
        nextTick = now + options.interval
        return finish()
    }

    /// Does what is due.
    mutating func advance(to now: Timestamp) -> [Action] {
        setTime(now)
        if let due = nextTick, due <= now { tick(due) }
        if let due = secondPhaseAt, due <= now { beginSecondPhase() }
        repoll()
        for key in streams.keys.sorted() {
            let outputs = streams[key]?.check(at: now) ?? []
            apply(outputs, ofStream: key)
        }
        return finish()
    }

    /// Takes what became of a request.
    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [Action] {
        setTime(now)
        guard let errand = running[event.id] else { return [] }
        touched.insert(errand.source)
        switch event {
        case .answered(let id, let response):
            forget(id, errand)
            handle(response, to: errand)
            askNextCheck(of: errand.source)
        case .failed(let id, let failure):
            forget(id, errand)
            handle(failure, of: errand)
            askNextCheck(of: errand.source)
        case .opened: apply(streams[errand.source]?.opened(at: now) ?? [], ofStream: errand.source)
        case .chunk(_, let bytes): apply(streams[errand.source]?.receive(bytes, at: now) ?? [], ofStream: errand.source)
        }
        return finish()
    }

    /// Asks every member now, also those whose back-off says otherwise, and counts the interval from here.
    mutating func pollNow(at now: Timestamp) -> [Action] {
        setTime(now)
        for key in order { sources[key]?.backoff.expectReturn() }
        for key in streams.keys { streams[key]?.expectReturn() }
        tick(now)
        return finish()
    }

    // MARK: - For the extensions

    mutating func emit(_ payload: Observation.Payload, from id: SourceID, isNews: Bool = true) {
        actions.append(.emit(Observation(at: now, source: id, payload), isNews: isNews))
    }

    /// Puts an inquiry in the queue, unless it runs or waits already.
    mutating func ask(_ inquiry: Inquiry, of key: SourceKey) {
        guard sources[key] != nil else { return }
        let errand = Errand(source: key, inquiry: inquiry)
        if inquiry != .events { return gate.add(errand) }
        if requests[errand] == nil { begin(errand) }
    }

    /// Whether a request for a whole answer runs or waits at the source.
    func isAsking(_ key: SourceKey) -> Bool {
        [.members, .ready, .alive, .bridge].contains { gate.contains(Errand(source: key, inquiry: $0)) }
    }

    mutating func cancel(_ inquiry: Inquiry, of key: SourceKey) {
        let errand = Errand(source: key, inquiry: inquiry)
        gate.remove(errand)
        guard let id = requests[errand] else { return }
        forget(id, errand)
        actions.append(.cancel(id))
    }

    /// Adds a source and asks it, unless its endpoint has one.
    mutating func add(_ endpoint: Endpoint, _ origin: SourceOrigin, seed: Int?) {
        let source = ManagementSource(endpoint: endpoint, origin: origin, seed: seed, member: origin.member)
        guard knownIDs[source.id] == nil else { return }
        let key = SourceKey(number: nextKey)
        nextKey += 1
        sources[key] = source
        order.append(key)
        touched.insert(key)
        knownIDs[source.id] = key
        emit(.sourceAdded(origin), from: source.id)
        ask(.members, of: key)
    }

    mutating func remove(_ key: SourceKey) {
        removeStream(of: key)
        dropBridge(of: key)
        touched.insert(key)
        for inquiry in Inquiry.allCases { cancel(inquiry, of: key) }
        guard let source = sources.removeValue(forKey: key) else { return }
        order.removeAll { $0 == key }
        knownIDs[source.id] = nil
        listing.set(nil, of: key)
        emit(.sourceRemoved, from: source.id)
    }

    // MARK: - Ticks

    /// The wall clock may be set back: then what was planned must not wait until it has caught up.
    private mutating func setTime(_ now: Timestamp) {
        self.now = now
        if let due = nextTick, due - now > options.interval { nextTick = now + options.interval }
    }

    private mutating func tick(_ due: Timestamp) {
        // Ticks keep their rhythm; those that were slept through are not made up for.
        let next = due + options.interval
        nextTick = next > now ? next : now + options.interval
        noteListed()
        dropUnlisted()
        let (order, sources, listing, now, options) = (order, sources, listing, now, options)
        let chosen = plan.choose(
            count: order.count, budget: PollBudget.membersPerTick,
            isEligible: { sources[order[$0]]?.isDue(at: now, options.interval, listing) ?? false },
            isUrgent: { sources[order[$0]]?.isUrgent(listing) ?? false })
        for position in chosen { ask(.members, of: order[position]) }
        if secondPhaseHasBegun || options.isOneShot { for position in chosen { askBridge(order[position]) } }
        askDueChecks(of: chosen.map { order[$0] })
        openStreams()
    }

    /// Brings everything to where it must be after an input.
    private mutating func finish() -> [Action] {
        for cluster in listing.update() { discover(cluster) }
        while let errand = gate.next() { begin(errand) }
        judgeSettled()
        defer { actions = [] }
        return actions
    }

    private mutating func judgeSettled() {
        for key in touched {
            if sources[key]?.isSettled(streams[key], withBridge: options.asksBridge) ?? true {
                unsettled.remove(key)
            } else {
                unsettled.insert(key)
            }
        }
        touched = []
    }

    private mutating func begin(_ errand: Errand) {
        guard let source = sources[errand.source] else { return gate.remove(errand) }
        nextRequest += 1
        let id = HTTPRequestID(number: nextRequest)
        running[id] = errand
        requests[errand] = id
        if errand.inquiry == .events { streams[errand.source]?.open() }
        actions.append(.start(id, source.request(errand.inquiry, timeout: options.timeout)))
    }

    private mutating func forget(_ id: HTTPRequestID, _ errand: Errand) {
        running[id] = nil
        requests[errand] = nil
        gate.remove(errand)
    }
}

extension ManagementSource {
    /// Whether its back-off lets it be asked in a tick. A little early counts: otherwise it would wait another interval.
    fileprivate func isDue(at now: Timestamp, _ interval: Duration, _ listing: Listing) -> Bool {
        guard let due = backoff.dueAt(interval: interval, isListed: isListed(listing)) else { return true }
        return due <= now + interval / 4
    }

    /// Whether the first answers are in, or are known not to come.
    fileprivate func isSettled(_ stream: EventStreamSession?, withBridge: Bool) -> Bool {
        guard settled.contains(.members) else { return false }
        guard isAnswering else { return true }
        guard settled.contains(.ready), settled.contains(.alive) else { return false }
        guard settled.contains(.bridge) || !withBridge else { return false }
        return stream?.isSettled ?? true
    }

    func isListed(_ listing: Listing) -> Bool {
        guard let member, let cluster else { return false }
        return listing.lists(member, in: cluster) ?? false
    }

    /// Whether something new may be heard of it: it has not answered yet, fails, or is unreachable for somebody.
    fileprivate func isUrgent(_ listing: Listing) -> Bool {
        !hasAnswer || backoff.isFailing || (member.map { listing.isUnreachable($0) } ?? false)
    }
}
