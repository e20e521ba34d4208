// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The event stream of one node: when it is opened, when it is given up, what its bytes mean. Virtual time, no sockets.
///
/// Each opening begins with a replay of the current state (akka.md §2.3), which replaces what earlier openings said.
struct EventStreamSession {
    /// How long a stream may be silent: the server sends a heartbeat every 10 s, so two were missed.
    static let maximumSilence = Duration.seconds(25)
    /// How long a replay takes at most: one without a leader has no mark of its end.
    static let maximumReplay = Duration.milliseconds(500)
    /// A stream that has lasted this long was a success; one that ends earlier makes the pauses longer.
    static let provenAfter = Duration.seconds(5)

    /// What bytes turned out to be.
    enum Output: Equatable {
        case observation(Observation.Payload)
        /// The stream makes no sense any more and must be opened again.
        case broken(SourceFailure)
    }

    private enum State {
        /// Not open; opened when the back-off says so. → `opening`
        case waiting
        /// The request is on its way. → `open`, `waiting` (it failed), `missing`
        case opening
        /// The server has answered 200. → `waiting` (it has ended, is silent or makes no sense)
        case open(Open)
        /// The server has no such stream. It stays so.
        case missing
    }

    /// An open stream.
    private struct Open {
        let since: Timestamp
        var isReplaying = true
        var lastSign: Timestamp
        var parser = EventStreamParser()
        /// A node that shuts down clears its own table and calls every member removed (seen in all flavours): no news about anybody.
        var isShuttingDown = false
        /// Whom it has as unreachable, terminated ones included.
        var unreachable: Set<UniqueAddress> = []
    }

    /// Whose stream it is.
    let member: Address
    private let request: HTTPRequest
    private let decoder: DomainEventDecoder
    private var state = State.waiting
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
        case .open(let open): !open.isReplaying
        case .missing: true
        case .waiting, .opening: backoff.isFailing
        }
    }

    /// Whether the server has answered and the stream has not ended.
    var isOpen: Bool { if case .open = state { true } else { false } }

    /// Whether the server has no such stream.
    var isMissing: Bool { if case .missing = state { true } else { false } }

    /// Whether it is to be opened now.
    func wantsOpening(at now: Timestamp, interval: Duration) -> Bool {
        guard case .waiting = state else { return false }
        return backoff.dueAt(interval: interval, isLikelyToReturn: false).map { $0 <= now } ?? true
    }

    /// Whether it has somebody as unreachable of whom a later view says nothing: terminated, or a record that ended without an event because
    /// its observer was removed.
    ///
    /// - Parameter view: what the node's endpoint has answered since.
    /// - Returns: whether a replay would say more.
    func contradicts(_ view: MembershipView) -> Bool {
        guard case .open(let open) = state, !open.isReplaying else { return false }
        return open.unreachable.contains { view.members[$0] != nil && view.record(about: $0.address) == nil }
    }

    /// The next moment at which `check` has something to do.
    func deadline() -> Timestamp? {
        guard case .open(let open) = state else { return nil }
        return open.isReplaying ? open.since + Self.maximumReplay : open.lastSign + Self.maximumSilence
    }

    // MARK: - Inputs

    /// A request for the stream was made.
    mutating func open() { state = .opening }

    /// The server has answered 200.
    mutating func opened(at now: Timestamp) -> [Output] {
        state = .open(Open(since: now, lastSign: now))
        return [.observation(.streamOpened)]
    }

    /// The stream has ended, or could not be opened.
    mutating func fail(at now: Timestamp) {
        if case .open(let open) = state, now - open.since >= Self.provenAfter { backoff.succeed() }
        backoff.fail(at: now)
        state = .waiting
    }

    /// It is opened again at once, because only a replay says what holds now.
    mutating func reopen() { state = .waiting }

    /// The server has no such stream: it is not asked again.
    mutating func giveUp() { state = .missing }

    /// The node answers again: there is no reason to wait.
    mutating func expectReturn() { backoff.expectReturn() }

    /// Bytes have come.
    mutating func receive(_ bytes: [UInt8], at now: Timestamp) -> [Output] {
        guard case .open(var open) = state else { return [] }
        // Out of the state meanwhile, so that the parser's buffers are changed in place.
        state = .opening
        defer { state = .open(open) }
        open.lastSign = now
        var outputs: [Output] = []
        for event in open.parser.receive(bytes) {
            outputs += apply(event, &open)
            if case .broken = outputs.last { break }
        }
        return outputs
    }

    /// Looks at the deadlines.
    mutating func check(at now: Timestamp) -> [Output] {
        guard case .open(var open) = state else { return [] }
        if open.isReplaying, now - open.since >= Self.maximumReplay {
            let outputs = Self.endReplay(&open)
            state = .open(open)
            return outputs
        }
        guard now - open.lastSign >= Self.maximumSilence else { return [] }
        let text =
            "GET \(request.url): no sign of life for \(Self.maximumSilence.inSeconds) s; the stream is reopened"
        return [.broken(SourceFailure(.timeout, text))]
    }

    // MARK: -

    private func apply(_ event: EventStreamParser.Event, _ open: inout Open) -> [Output] {
        switch event {
        case .heartbeat: return [.observation(.streamHeartbeat)]
        case .overlong:
            return [.broken(SourceFailure(.tooLarge, "GET \(request.url): an event is longer than the limit"))]
        case .message(let type, let data):
            do throws(JSONError) { return Self.apply(try decoder.decode(data, type: type), &open) } catch {
                return [.broken(HTTPFailures.format("event: \(error.message)", request: request))]
            }
        }
    }

    /// The leader comes behind all members in a replay; what follows of it, the leaders of roles, changes nothing that was seen.
    private static func apply(_ event: DomainEvent, _ open: inout Open) -> [Output] {
        guard !open.isShuttingDown else { return [] }
        open.isShuttingDown = event == .shuttingDown
        switch event {
        case .unreachable(let member): open.unreachable.insert(member.node)
        case .reachable(let member), .memberRemoved(let member, _): open.unreachable.remove(member.node)
        case .member, .leaderChanged, .roleLeaderChanged, .shuttingDown, .dataCenterReachable, .dataCenterUnreachable,
            .unknown:
            break
        }
        let output = Output.observation(.streamEvent(event, replayed: open.isReplaying))
        guard open.isReplaying, case .leaderChanged = event else { return [output] }
        return [output] + endReplay(&open)
    }

    private static func endReplay(_ open: inout Open) -> [Output] {
        open.isReplaying = false
        return [.observation(.streamReplayed)]
    }
}
