internal import Model

/// The event stream of one node: when it is opened, when it is given up, what its bytes mean. Virtual time, no sockets.
///
/// Each opening begins with a replay of the current state (akka.md §2.3), which replaces what earlier openings said.
struct EventStreamSession {
    /// The server sends a heartbeat every 10 s; two missed ones and some patience.
    static let silenceLimit = Duration.seconds(25)
    /// A replay without a leader has no mark of its end; this long after the opening it is over.
    static let replayLimit = Duration.milliseconds(500)
    /// A stream that has lasted so long was a success; one that ends earlier makes the pauses longer.
    static let provenAfter = Duration.seconds(5)

    /// What bytes turned out to be.
    enum Output: Equatable {
        case observation(Observation.Payload)
        /// The stream makes no sense any more and must be opened anew.
        case broken(SourceFailure)
    }

    private enum State {
        /// Not open; tried when the back-off says so.
        case waiting
        case opening
        case open(since: Timestamp, isReplaying: Bool)
        /// The server has no such stream.
        case missing
    }

    /// Whose stream it is.
    let member: Address
    private let request: HTTPRequest
    private let decoder: DomainEventDecoder
    private var state = State.waiting
    private var parser = EventStreamParser()
    private var lastSign: Timestamp?
    private var isShuttingDown = false
    private(set) var backoff = Backoff()

    init(member: Address, request: HTTPRequest, decoder: DomainEventDecoder) {
        self.member = member
        self.request = request
        self.decoder = decoder
    }

    // MARK: - Questions

    /// Whether a first outcome is known: the replay is in, or the stream has failed.
    var isSettled: Bool {
        switch state {
        case .open(_, let isReplaying): !isReplaying
        case .missing: true
        case .waiting, .opening: backoff.isFailing
        }
    }

    /// Whether the server has answered and the stream has not ended.
    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Whether the server has no such stream.
    var isMissing: Bool {
        if case .missing = state { true } else { false }
    }

    /// When it wants to be opened, if it is not.
    func wantsOpening(at now: Timestamp, interval: Duration) -> Bool {
        guard case .waiting = state else { return false }
        return backoff.dueAt(interval: interval, isListed: false).map { $0 <= now } ?? true
    }

    /// The next moment at which `check` has something to do.
    func deadline() -> Timestamp? {
        guard case .open(let since, let isReplaying) = state else { return nil }
        return isReplaying ? since + Self.replayLimit : lastSign.map { $0 + Self.silenceLimit }
    }

    // MARK: - Events

    /// A request for the stream was made.
    mutating func open() {
        state = .opening
        parser = EventStreamParser()
        isShuttingDown = false
    }

    /// The server has answered 200.
    mutating func opened(at now: Timestamp) -> [Output] {
        state = .open(since: now, isReplaying: true)
        lastSign = now
        return [.observation(.streamOpened)]
    }

    /// The stream has ended, or could not be opened.
    mutating func fail(at now: Timestamp) {
        if case .open(let since, _) = state, now - since >= Self.provenAfter { backoff.succeed() }
        backoff.fail(at: now)
        state = .waiting
    }

    /// The server has no such stream: it is not asked again.
    mutating func giveUp() { state = .missing }

    /// The node answers again: there is no reason to wait.
    mutating func expectReturn() { backoff.expectReturn() }

    /// Bytes have come.
    mutating func receive(_ bytes: [UInt8], at now: Timestamp) -> [Output] {
        guard case .open = state else { return [] }
        lastSign = now
        var outputs: [Output] = []
        for event in parser.receive(bytes) {
            outputs += take(event)
            if case .broken = outputs.last { break }
        }
        return outputs
    }

    /// Looks at the deadlines.
    mutating func check(at now: Timestamp) -> [Output] {
        guard case .open(let since, let isReplaying) = state else { return [] }
        if isReplaying, now - since >= Self.replayLimit { return endReplay() }
        guard let lastSign, now - lastSign >= Self.silenceLimit else { return [] }
        let text = "GET \(request.url): no sign of life for \(Self.silenceLimit.inSeconds) s; the stream is opened anew"
        return [.broken(SourceFailure(.timeout, text))]
    }

    // MARK: -

    private mutating func take(_ event: EventStreamParser.Event) -> [Output] {
        switch event {
        case .heartbeat: return [.observation(.streamHeartbeat)]
        case .overlong:
            return [.broken(SourceFailure(.tooLarge, "GET \(request.url): an event is longer than the limit"))]
        case .message(let type, let data):
            do throws(JSONError) { return take(try decoder.decode(data, type: type)) } catch {
                return [.broken(HTTPFailures.format("event: \(error.message)", request: request))]
            }
        }
    }

    /// The leader comes behind all members in a replay; what follows of it, the leaders of roles, changes nothing that was seen.
    ///
    /// A node that shuts down clears its own table and calls every member removed (seen in all flavours): no news about anybody.
    private mutating func take(_ event: DomainEvent) -> [Output] {
        guard case .open(_, let isReplaying) = state, !isShuttingDown else { return [] }
        isShuttingDown = event == .shuttingDown
        let output = Output.observation(.streamEvent(event, replayed: isReplaying))
        guard isReplaying, case .leaderChanged = event else { return [output] }
        return [output] + endReplay()
    }

    private mutating func endReplay() -> [Output] {
        guard case .open(let since, true) = state else { return [] }
        state = .open(since: since, isReplaying: false)
        return [.observation(.streamReplayed)]
    }
}
