// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("The set of collectors")
struct CollectorSetTests {
    /// Says what it got; finds what it is told to find.
    private struct Fake: Collector {
        let id: SourceID
        var requests: RequestIDs
        var outbox = Outbox()
        var nextWake: Timestamp?
        var isDone = false
        var found: [FoundTarget] = []

        init(_ name: String, _ context: CollectorContext) {
            id = SourceID(.kubernetes, name)
            requests = context.requests
        }

        private mutating func answer(_ text: String, at now: Timestamp) -> [CollectorAction] {
            outbox.now = now
            outbox.emit(.failed(SourceFailure(.other, text), retryAt: now), from: id)
            return outbox.drain()
        }

        mutating func start(at now: Timestamp) -> [CollectorAction] {
            let endpoint = Endpoint(host: "h", port: 1)
            let requests = (0..<2).map { _ in
                CollectorAction.start(
                    self.requests.next(), HTTPRequest(endpoint, path: "/", mode: .lines(timeout: .seconds(1))))
            }
            return answer("start", at: now) + requests + found.map { .found($0) }
        }

        mutating func advance(to now: Timestamp, unread: Int) -> [CollectorAction] {
            answer("advance \(unread)", at: now)
        }
        mutating func handle(_ event: HTTPEvent, at now: Timestamp) -> [CollectorAction] {
            isDone = true
            return answer("event \(event.id.number)", at: now)
        }
        mutating func follow(_ observations: [Observation], at now: Timestamp) -> [CollectorAction] {
            answer("follow \(observations.count)", at: now)
        }
        mutating func add(_ target: FoundTarget, at now: Timestamp) -> [CollectorAction] { answer("add", at: now) }
        func isSettled(at now: Timestamp) -> Bool { isDone }
        var connectionsWanted: Int { 3 }
        var descriptors: [Int32] { [7] }
    }

    private let now = Timestamp(milliseconds: 1_700_000_000_000)
    private let options = CollectorOptions([])
    private let seed = ManagementSeed(endpoints: [Endpoint(host: "10.0.0.1", port: 8558)])

    /// Two collectors that have begun, with what they said.
    private func pair() -> (CollectorSet, [CollectorAction]) {
        var set = CollectorSet()
        let actions = ["a", "b"].flatMap { name in set.start(options, at: now) { Fake(name, $0) } }
        return (set, actions)
    }

    private func said(_ actions: [CollectorAction]) -> [String] {
        actions.compactMap { action in
            guard case .emit(let observation, _) = action, case .failed(let failure, _) = observation.payload else {
                return nil
            }
            return "\(observation.source?.target ?? "") \(failure.message)"
        }
    }

    @Test("requests of two collectors never have one name, and each event comes to its owner only")
    func owners() throws {
        var (set, actions) = pair()
        let ids = actions.compactMap { if case .start(let id, _) = $0 { id } else { nil } }
        #expect(Set(ids).count == 4)
        let last = try #require(ids.last)
        #expect(said(set.handle(.opened(last, server: nil), at: now)) == ["b event 2"])
        #expect(said(set.handle(.chunk(ids[0], []), at: now)) == ["a event 1"])
        let nobody = RequestID(owner: CollectorID(number: 9), number: 1)
        #expect(set.handle(.failed(nobody, SourceFailure(.other, "")), at: now).isEmpty)
    }

    @Test("every input that concerns all reaches all, in their order")
    func inputs() {
        var (set, _) = pair()
        #expect(said(set.advance(to: now, unread: 5)) == ["a advance 5", "b advance 5"])
        let observation = Observation(at: now, source: nil, .tick)
        #expect(said(set.follow([observation], at: now)) == ["a follow 1", "b follow 1"])
        #expect(set.pollNow(at: now).isEmpty && set.look(at: TelemetryInterest(), at: now).isEmpty)
        #expect(set.connectionsWanted == 6 && set.descriptors == [7, 7])
    }

    @Test("it is settled when all are, and wakes for the first")
    func settled() {
        var (set, actions) = pair()
        #expect(set.nextWake == nil && !set.isSettled(at: now))
        for case .start(let id, _) in actions { _ = set.handle(.opened(id, server: nil), at: now) }
        #expect(set.isSettled(at: now))
        for delay in [5, 3] {
            _ = set.start(options, at: now) { context in
                var fake = Fake("c", context)
                fake.nextWake = now + .seconds(delay)
                return fake
            }
        }
        #expect(set.nextWake == now + .seconds(3))
    }

    @Test("a target that one collector finds is asked by the one of its kind, and by none other")
    func found() {
        var set = CollectorSet()
        _ = set.start(options, at: now) { ManagementCollector(ManagementOptions(seeds: []), $0) }
        #expect(set.nextWake == nil, "without an endpoint there is nothing to wake up for")
        let actions = set.start(options, at: now) { context in
            var fake = Fake("names", context)
            fake.found = [.management(seed)]
            return fake
        }
        let asked = actions.compactMap { action -> (RequestID, String)? in
            if case .start(let id, let request) = action { (id, request.url) } else { nil }
        }
        #expect(asked.map(\.1).filter { $0.hasSuffix("/cluster/members") } == ["http://10.0.0.1:8558/cluster/members"])
        #expect(asked.first { $0.1.hasSuffix("/cluster/members") }?.0.owner == CollectorID(number: 0))
        #expect(said(actions) == ["names start"], "the finder is not offered its own")
        #expect(set.nextWake == now + options.interval)
        #expect(!actions.contains { if case .found = $0 { true } else { false } })
    }

    @Test("without libcurl every source that would be asked fails, and says why")
    func withoutClient() {
        let options = CollectorOptions([
            .management(ManagementOptions(seeds: [seed])),
            .prometheus(PrometheusOptions(endpoint: Endpoint(host: "p", port: 9090))),
        ])
        let observations = CollectorLoop.observationsWithoutClient(options, at: now)
        let failures = observations.compactMap { observation -> String? in
            guard case .failed(let failure, _) = observation.payload else { return nil }
            #expect(failure.message == "libcurl cannot be started")
            return observation.source?.target
        }
        #expect(failures == ["http://10.0.0.1:8558", "http://p:9090"])
    }
}

@Suite("What collectors share")
struct CollectorPartTests {
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    @Test(
        "ticks keep their distance; those that were slept through are not made up for; a clock that is set back delays none"
    )
    func ticker() {
        var ticker = Ticker(interval: .seconds(2))
        #expect(ticker.due(at: start) == nil && ticker.next == nil)
        ticker.start(at: start)
        #expect(ticker.due(at: start + .milliseconds(1999)) == nil)
        #expect(ticker.due(at: start + .milliseconds(1950), slack: .milliseconds(50)) == start + .seconds(2))
        ticker.advance(from: start + .seconds(2), at: start + .milliseconds(2100))
        #expect(ticker.next == start + .seconds(4))
        ticker.advance(from: start + .seconds(4), at: start + .seconds(60))
        #expect(ticker.next == start + .seconds(62))
        ticker.check(at: start + .seconds(60))
        #expect(ticker.next == start + .seconds(62))
        ticker.check(at: start)
        #expect(ticker.next == start + .seconds(2))
    }

    @Test("an errand runs once, under a name of its own; at the maximum the next one waits until one has ended")
    func ledger() throws {
        var ledger = RequestLedger<String>(RequestIDs(owner: CollectorID(number: 3)), maximum: 2)
        for errand in ["a", "b", "c", "a"] { ledger.add(errand) }
        let begun = (0..<3).map { _ in ledger.next() }
        let (first, second) = (try #require(begun[0]), try #require(begun[1]))
        #expect(begun[2] == nil)
        #expect([first.errand, second.errand] == ["a", "b"] && first.id != second.id)
        #expect(ledger.errand(of: first.id) == "a" && ledger.isRunning("a") && !ledger.isRunning("c"))
        #expect(ledger.contains("c"))
        ledger.end(first.id)
        #expect(ledger.errand(of: first.id) == nil && !ledger.contains("a"))
        let next = ledger.next()
        let third = try #require(next)
        #expect(third.errand == "c" && third.id.owner == CollectorID(number: 3))
        let cancelled = [ledger.cancel("b"), ledger.cancel("b")]
        #expect(cancelled == [second.id, nil])
        let stream = ledger.beginAtOnce("stream")
        #expect(ledger.isRunning("stream") && ledger.errand(of: stream) == "stream")
    }

    @Test("a polled source goes from unanswered to answering and failing and back, and keeps what it last answered")
    func pollState() {
        var state = PollState<Int>.unanswered
        #expect(state.answer == nil && state.retryAt(interval: .seconds(2), isLikelyToReturn: false) == nil)
        let (refused, reset) = (SourceFailure(.refused, "x"), SourceFailure(.reset, "y"))
        let news = [refused, refused, reset].map { state.fail($0, at: start) }
        #expect(news == [true, false, true] && state.failures == 3)
        #expect(state.retryAt(interval: .seconds(2), isLikelyToReturn: false) == start + .seconds(4))
        #expect(!state.isDue(at: start + .seconds(3), interval: .seconds(2), isLikelyToReturn: false))
        state.expectReturn()
        #expect(state.isDue(at: start, interval: .seconds(2), isLikelyToReturn: false))
        state.succeed(7)
        #expect(state.current == 7 && !state.isFailing && state.failures == 0)
        let isNews = state.fail(refused, at: start)
        #expect(isNews && state.answer == 7 && state.current == nil && state.failure == refused)
        state.succeed(8)
        state.expectReturn()
        #expect(state.current == 8)
    }
}
