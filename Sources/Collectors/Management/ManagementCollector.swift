// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Asks the management endpoints of clusters, finds the members from what they say, and turns answers and failures into observations.
///
/// The rules: one tick for all members, whose requests start together; a bounded number in flight, and never two for one endpoint; back-off;
/// what a failing source said is kept by the fold. Only GET, for nothing else can be expressed.
struct ManagementCollector: Collector {
    /// Maximum number of requests that run at once; streams are not counted.
    static let maximumRequests = 16
    /// Maximum number of members whose health checks are asked in a tick, for each costs two requests.
    static let maximumChecksPerTick = 20
    /// How long after the first answer health checks and streams begin.
    static let secondPhaseDelay = Duration.milliseconds(500)
    /// How long a source that was found stays after the last voting view has listed its member.
    static let unlistedTime = Duration.seconds(60)
    /// Events that come within this time after the first are answered by one poll.
    static let repollDelay = Duration.milliseconds(100)

    /// An inquiry at a source.
    struct Errand: Hashable, Sendable {
        let source: SourceKey
        let inquiry: Inquiry
    }

    /// When health checks and streams are asked for.
    enum Phase: Equatable {
        /// Nothing has answered yet; only members are asked. → `delayed`, or `all` if everything is asked at once
        case membersOnly
        /// Something has answered. → `all`, at that time
        case delayed(until: Timestamp)
        /// Everything is asked. It stays so.
        case all
    }

    let options: ManagementOptions
    let context: CollectorContext
    let decoders = ManagementDecoders()
    var sources = SourceTable()
    var streams: [SourceKey: EventStreamSession] = [:]
    /// When members are asked again because their streams reported a change.
    var repollDue: [SourceKey: Timestamp] = [:]
    var listing = Listing()
    var phase: Phase
    var outbox = Outbox()
    var settling = Settling()
    private(set) var ledger: RequestLedger<Errand>
    private var ticker: Ticker
    private var plan = PollPlan()
    var seeds = SeedTable()

    /// - Parameters:
    ///   - options: where to begin, and what is asked.
    ///   - context: what every collector is given.
    init(_ options: ManagementOptions, _ context: CollectorContext) {
        self.options = options
        self.context = context
        phase = context.isOneShot ? .all : .membersOnly
        ledger = RequestLedger(context.requests, maximum: Self.maximumRequests)
        ticker = Ticker(interval: context.interval)
    }

    // MARK: - Questions

    var now: Timestamp { outbox.now }

    var nextWake: Timestamp? {
        let secondPhase: Timestamp? = if case .delayed(let until) = phase { until } else { nil }
        let streamDeadlines = streams.values.compactMap { $0.deadline() }
        return ([ticker.next, secondPhase, repollDue.values.min()] + streamDeadlines).compactMap { $0 }.min()
    }

    /// One for each member, some to spare, one for each stream.
    var connectionsWanted: Int { sources.count + Self.maximumRequests + streams.count }

    func isSettled(at now: Timestamp) -> Bool { settling.isSettled }

    // MARK: - Inputs

    mutating func start(at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        for seed in options.seeds { add(seed) }
        return finish()
    }

    mutating func add(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        if case .management(let seed) = target { add(seed) }
        return finish()
    }

    mutating func remove(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction] {
        outbox.now = now
        if case .management(let seed) = target, let number = seeds.remove(seed) {
            for key in sources.order where sources[key]?.seed == number { remove(key) }
        }
        return finish()
    }

    /// The log of a node that starts, or is welcomed by a cluster, says that its endpoint will answer again.
    mutating func follow(_ observations: [Observation], at now: Timestamp) -> [CollectorAction] {
        setTime(now)
        for observation in observations {
            guard case .lifecycle(let line, late: false) = observation.payload, let observer = line.observer else {
                continue
            }
            switch line.kind {
            case .started, .welcomed: expectReturn(of: observer)
            default: break
            }
        }
        return finish()
    }

    mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
        setTime(now)
        guard let wake = nextWake, wake <= now else { return [] }
        if let due = ticker.due(at: now) { tick(due) }
        if case .delayed(let until) = phase, until <= now { beginSecondPhase() }
        repoll()
        for key in streams.keys.sorted() {
            let outputs = streams[key]?.check(at: now) ?? []
            apply(outputs, ofStream: key)
        }
        return finish()
    }

    mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] {
        setTime(now)
        guard let errand = ledger.errand(of: event.id) else { return [] }
        settling.touch(errand.source)
        switch event {
        case .answered(let id, let response):
            ledger.end(id)
            handle(response, to: errand)
            askNextCheck(of: errand.source)
        case .failed(let id, let failure):
            ledger.end(id)
            handle(failure, of: errand)
            askNextCheck(of: errand.source)
        case .opened: apply(streams[errand.source]?.opened(at: now) ?? [], ofStream: errand.source)
        case .chunk(_, let bytes): apply(streams[errand.source]?.receive(bytes, at: now) ?? [], ofStream: errand.source)
        }
        return finish()
    }

    /// Asks every member now, also those whose back-off says otherwise, and counts the interval from here.
    mutating func pollNow(at now: Timestamp) -> [CollectorAction] {
        setTime(now)
        for key in sources.order { sources[key]?.state.expectReturn() }
        for key in streams.keys { streams[key]?.expectReturn() }
        tick(now)
        return finish()
    }

    // MARK: - For the extensions

    /// Puts an inquiry in the queue, unless it runs or waits already. A stream does not wait.
    mutating func ask(_ inquiry: Inquiry, of key: SourceKey) {
        guard let source = sources[key] else { return }
        let errand = Errand(source: key, inquiry: inquiry)
        guard inquiry == .events else { return ledger.add(errand) }
        guard !ledger.isRunning(errand) else { return }
        streams[key]?.open()
        outbox.append(.start(ledger.beginAtOnce(errand), source.request(.events, timeout: context.timeout)))
    }

    /// Whether a request for a whole answer runs or waits at the source.
    func isAsking(_ key: SourceKey) -> Bool {
        [.members, .ready, .alive, .startup, .bridge].contains { ledger.contains(Errand(source: key, inquiry: $0)) }
    }

    mutating func cancel(_ inquiry: Inquiry, of key: SourceKey) {
        if let id = ledger.cancel(Errand(source: key, inquiry: inquiry)) { outbox.append(.cancel(id)) }
    }

    private mutating func add(_ seed: ManagementSeed) {
        guard let number = seeds.add(seed) else { return }
        if seed.pod == nil {
            for endpoint in seed.endpoints {
                let origin = SourceOrigin(cluster: seed.name, isConfigured: !seed.isFound, member: nil)
                add(endpoint, origin, seed: number)
            }
        } else {
            tryNextEndpoint(of: number, after: nil)
        }
        // Without an endpoint there is nothing to wake up for.
        if ticker.next == nil { ticker.start(at: now) }
    }

    /// Adds a source and asks it, unless its endpoint has one.
    mutating func add(_ endpoint: Endpoint, _ origin: SourceOrigin, seed: Int?) {
        let source = ManagementSource(endpoint: endpoint, origin: origin, seed: seed)
        guard let key = sources.add(source) else { return }
        settling.touch(key)
        outbox.emit(.sourceAdded(origin), from: source.id)
        ask(.members, of: key)
    }

    mutating func remove(_ key: SourceKey) {
        removeStream(of: key)
        dropBridge(of: key)
        settling.touch(key)
        for inquiry in Inquiry.allCases { cancel(inquiry, of: key) }
        guard let source = sources.remove(key) else { return }
        listing.set(nil, of: key)
        outbox.emit(.sourceRemoved, from: source.id)
    }

    // MARK: - Ticks

    private mutating func setTime(_ now: Timestamp) {
        outbox.now = now
        ticker.check(at: now)
    }

    private mutating func tick(_ due: Timestamp) {
        ticker.advance(from: due, at: now)
        noteListed()
        dropUnlisted()
        let (order, sources, listing, now, interval) = (sources.order, sources, listing, now, context.interval)
        let chosen = plan.choose(
            count: order.count, maximum: PollBudget.membersPerTick,
            isEligible: { place in
                guard let source = sources[order[place]] else { return false }
                return source.state.isDue(
                    at: now, interval: interval, isLikelyToReturn: listing.lists(source))
            },
            isUrgent: { place in sources[order[place]].map { listing.mayHaveNews($0) } ?? false })
        for position in chosen { ask(.members, of: order[position]) }
        if phase == .all { for position in chosen { askBridge(order[position]) } }
        for position in chosen { askSeeds(of: order[position]) }
        askDueChecks(of: chosen.map { order[$0] })
        openStreams()
    }

    /// Brings everything to where it must be after an input.
    private mutating func finish() -> [CollectorAction] {
        for cluster in listing.update() { discover(cluster) }
        while let (id, errand) = ledger.next() { begin(id, errand) }
        settling.judge { [sources, streams, options] key in
            sources[key]?.isSettled(streams[key], withBridge: options.asksBridge) ?? true
        }
        return outbox.drain()
    }

    private mutating func begin(_ id: RequestID, _ errand: Errand) {
        guard let source = sources[errand.source] else { return ledger.end(id) }
        outbox.append(.start(id, source.request(errand.inquiry, timeout: context.timeout)))
    }
}

/// Which sources have not given their first answers. A source is judged again only after something has happened to it.
struct Settling {
    private var unsettled: Set<SourceKey> = []
    private var touched: Set<SourceKey> = []

    /// Whether every source has given its first answers or failed to.
    var isSettled: Bool { unsettled.isEmpty }

    /// Something has happened to a source.
    mutating func touch(_ key: SourceKey) { touched.insert(key) }

    /// Judges the sources to which something has happened.
    mutating func judge(_ isSettled: (SourceKey) -> Bool) {
        for key in touched {
            if isSettled(key) { unsettled.remove(key) } else { unsettled.insert(key) }
        }
        touched = []
    }
}

/// The decoders of management endpoints, with the words that they share.
struct ManagementDecoders {
    let members: MembersDecoder
    let events: DomainEventDecoder
    let bridge: BridgeDecoder

    init() {
        let vocabulary = MemberVocabulary()
        members = MembersDecoder(maximumBody: ManagementSource.maximumBody, vocabulary: vocabulary)
        events = DomainEventDecoder(vocabulary: vocabulary)
        bridge = BridgeDecoder(vocabulary: vocabulary)
    }
}

extension Listing {
    /// Whether a voting view lists the source's member.
    func lists(_ source: ManagementSource) -> Bool {
        guard let member = source.member, let cluster = source.cluster else { return false }
        return lists(member, in: cluster) ?? false
    }

    /// Whether a source may have news: it has not answered yet, fails, or is unreachable for a member.
    fileprivate func mayHaveNews(_ source: ManagementSource) -> Bool {
        source.state.current == nil || (source.member.map { isUnreachable($0) } ?? false)
    }
}
