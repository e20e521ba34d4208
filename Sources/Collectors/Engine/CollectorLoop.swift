// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Model

/// What the main thread asks of the network thread.
enum CollectorCommand: Sendable {
    case pollNow
    case look(TelemetryInterest)
    case stop
}

/// The loop of the network thread: sleeps, passes inputs to the collectors, does what they say, and hands over what they observed.
struct CollectorLoop {
    /// Answers that are spread over some milliseconds are gathered by naps of this length, so that they do not cost a wake-up each.
    private static let nap = Duration.milliseconds(10)
    /// Maximum number of naps in a row.
    private static let maximumNaps = 6
    /// The pause in which the main thread may catch up when it has left very much unread.
    private static let congestionPause = Duration.milliseconds(50)
    /// The longest sleep when nothing is due.
    private static let longestSleep = Duration.seconds(3600)
    /// Idle connections that are kept at least: opening one costs more than keeping it.
    private static let minimumConnections = 64

    private var collectors = CollectorSet()
    private let client: HTTPClient
    private let mailbox: Mailbox
    private let clock: () -> Timestamp
    private var batch = Batch()

    /// What is to be handed over.
    private struct Batch {
        var observations: [Observation] = []
        var isNews = false
        /// Whether the last batch said that everything is settled.
        var wasSettled = false
    }

    /// - Parameters:
    ///   - client: makes the requests.
    ///   - mailbox: where observations go.
    ///   - clock: the time now.
    init(client: HTTPClient, mailbox: Mailbox, clock: @escaping () -> Timestamp) {
        self.client = client
        self.mailbox = mailbox
        self.clock = clock
    }

    /// Makes the collectors and lets them begin.
    mutating func start(_ options: CollectorOptions) {
        for factory in options.collectors { perform(collectors.start(options, at: clock(), make: factory.make)) }
        handOver()
    }

    /// One turn: sleep, gather, think, hand over.
    ///
    /// - Parameters:
    ///   - drainCommands: what the main thread has asked since the last turn.
    ///   - hasCommands: whether it has asked something.
    /// - Returns: false when the thread is to end.
    mutating func turn(drainCommands: () -> [CollectorCommand], hasCommands: () -> Bool) -> Bool {
        let sleep = collectors.nextWake.map { $0 - clock() } ?? Self.longestSleep
        client.wait(timeout: sleep, descriptors: collectors.descriptors)
        // The first answers are passed on at once: the user waits for the first picture.
        if batch.wasSettled, client.hasEvents { gather() }
        for command in drainCommands() {
            switch command {
            case .stop: return false
            case .look(let interest): perform(collectors.look(at: interest, at: clock()))
            case .pollNow: perform(collectors.pollNow(at: clock()))
            }
        }
        for event in client.drainEvents() {
            perform(collectors.handle(event, at: clock()))
            if case .answered(_, let response) = event { client.recycle(response.body) }
        }
        perform(collectors.advance(to: clock(), unread: mailbox.unread))
        client.keepConnections(max(Self.minimumConnections, collectors.connectionsWanted))
        handOver()
        while mailbox.isFull, !hasCommands() { Self.sleep(for: Self.congestionPause) }
        return true
    }

    /// Waits for what else comes just now, as long as it comes.
    private func gather() {
        var count = 0
        for _ in 0..<Self.maximumNaps where client.isBusy && client.eventCount > count {
            count = client.eventCount
            Self.sleep(for: Self.nap)
            client.perform()
        }
    }

    private mutating func perform(_ actions: [CollectorAction]) {
        var hasStarted = false
        for action in actions {
            switch action {
            case .start(let id, let request):
                client.start(request, id: id)
                hasStarted = true
            case .cancel(let id): client.cancel(id)
            case .emit(let observation, let isNews):
                batch.observations.append(observation)
                batch.isNews = batch.isNews || isNews
            case .flush: if batch.isNews { handOver() }
            case .authorize(let id, let access): client.setAccess(access, of: id)
            // The set has offered these to the other collectors.
            case .found, .lost: break
            }
        }
        if hasStarted { client.perform() }
    }

    private mutating func handOver() {
        if !batch.observations.isEmpty { perform(collectors.follow(batch.observations, at: clock())) }
        let isSettled = collectors.isSettled(at: clock())
        guard !batch.observations.isEmpty || isSettled != batch.wasSettled else { return }
        mailbox.post(batch.observations, isNews: batch.isNews, isSettled: isSettled)
        batch = Batch(wasSettled: isSettled)
    }

    private static func sleep(for duration: Duration) {
        meshtop_sleep_microseconds(Int(duration.wholeMicroseconds))
    }
}

extension CollectorLoop {
    /// What a run without libcurl observes: every source that would be asked at once fails.
    ///
    /// - Parameters:
    ///   - options: what would have been collected.
    ///   - now: the time.
    /// - Returns: the observations.
    static func observationsWithoutClient(_ options: CollectorOptions, at now: Timestamp) -> [Observation] {
        let failure = SourceFailure(.other, "libcurl cannot be started")
        var collectors = CollectorSet()
        var observations: [Observation] = []
        for factory in options.collectors {
            var actions = collectors.start(options, at: now, make: factory.make)
            for case .start(let id, _) in actions { actions += collectors.handle(.failed(id, failure), at: now) }
            for case .emit(let observation, _) in actions { observations.append(observation) }
        }
        return observations
    }
}
