internal import CLinux
internal import Glibc
package import Model
internal import Support

/// Runs the collector of management endpoints on one thread of its own: does what the state machine says, and feeds it what happens.
package final class CollectorThread: Sendable {
    /// Answers that are spread over some milliseconds are gathered for so long, so that they do not cost a wake-up each.
    private static let nap = Duration.milliseconds(10)
    private static let mostNaps = 6
    /// The pause in which the main thread may catch up when it has left very much unread.
    private static let congestionPause = Duration.milliseconds(50)

    private enum Command: Sendable {
        case pollNow
        case look(TelemetryInterest)
        case stop
    }

    private let options: CollectorOptions
    private let mailbox: Mailbox
    private let wakeUp: WakeUp
    private let clock: @Sendable () -> Timestamp
    private let commands = Locked<[Command]>([])
    private let thread = Locked<pthread_t?>(nil)

    /// Fails when the process has no descriptor left.
    ///
    /// - Parameters:
    ///   - options: where to begin, how often to ask.
    ///   - mailbox: where observations go.
    ///   - clock: the time now.
    package init?(
        options: CollectorOptions, mailbox: Mailbox,
        clock: @escaping @Sendable () -> Timestamp = { SystemClock.now }
    ) {
        guard let wakeUp = WakeUp() else { return nil }
        self.options = options
        self.mailbox = mailbox
        self.wakeUp = wakeUp
        self.clock = clock
    }

    /// Starts the thread. Signals that the process handles must be blocked before, for the thread inherits that.
    ///
    /// - Returns: whether there is a thread now.
    package func start() -> Bool {
        // The thread holds the object until `run` returns.
        let context = Unmanaged.passRetained(self).toOpaque()
        var created = pthread_t()
        guard pthread_create(&created, nil, runCollectorThread, context) == 0 else {
            Unmanaged<CollectorThread>.fromOpaque(context).release()
            return false
        }
        let handle = created
        thread.withLock { $0 = handle }
        return true
    }

    /// Asks every member now.
    package func pollNow() { send(.pollNow) }

    /// Tells what is looked at, so that it is asked for.
    ///
    /// - Parameter interest: instead of what was looked at before.
    package func look(at interest: TelemetryInterest) { send(.look(interest)) }

    /// Ends the thread and waits for that, 20 ms at most.
    package func stop() {
        send(.stop)
        let handle = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let handle { pthread_join(handle, nil) }
    }

    private func send(_ command: Command) {
        commands.withLock { $0.append(command) }
        wakeUp.wake()
    }

    // MARK: - On the thread

    fileprivate func run() {
        blockBrokenPipeSignal()
        guard let client = HTTPClient(connections: 64, authorities: options.authorities, wakeUp: wakeUp) else {
            return reportNoClient()
        }
        var collector = ManagementCollector(options: options)
        var prometheus = options.prometheus.map {
            PrometheusCollector($0, interval: options.interval, timeout: options.timeout)
        }
        var probes = ProbeCollector(options.probes, interval: options.interval, timeout: options.timeout)
        var batch = Batch()
        // Its catalogue of lines takes a millisecond to make, which nobody who reads no logs should wait for.
        let logs =
            options.logs.targets.isEmpty
            ? nil : LogCollector(options: options.logs, interval: options.interval, timeout: options.timeout)
        perform(collector.start(at: clock()), client, &batch)
        if let logs { perform(logs.start(at: clock()), client, &batch) }
        if let actions = prometheus?.start(at: clock()) { perform(actions, client, &batch) }
        perform(probes.start(at: clock()), client, &batch)
        post(&batch, collector, prometheus, &probes, logs, client)
        while step(&collector, &prometheus, &probes, logs, client, &batch) {}
    }

    /// One turn: sleep, gather, think, post. False when the thread is to end.
    private func step(
        _ collector: inout ManagementCollector, _ prometheus: inout PrometheusCollector?,
        _ probes: inout ProbeCollector, _ logs: LogCollector?, _ client: HTTPClient, _ batch: inout Batch
    ) -> Bool {
        let wake = [collector.nextWake, prometheus?.nextWake, probes.nextWake, logs?.nextWake].compactMap { $0 }.min()
        client.wait(timeout: wake.map { $0 - clock() } ?? .seconds(3600), descriptors: logs?.descriptors ?? [])
        // The first answers are passed on at once: somebody waits for the first picture.
        if batch.wasSettled, client.hasEvents { gather(client) }
        for command in takeCommands() {
            switch command {
            case .stop: return false
            case .look(let interest):
                if let actions = prometheus?.look(at: interest, at: clock()) { perform(actions, client, &batch) }
            case .pollNow:
                perform(collector.pollNow(at: clock()), client, &batch)
                if let actions = prometheus?.pollNow(at: clock()) { perform(actions, client, &batch) }
                perform(probes.pollNow(at: clock()), client, &batch)
            }
        }
        for event in client.takeEvents() {
            if LogCollector.owns(event.id) {
                logs?.handle(event, at: clock())
            } else if PrometheusCollector.owns(event.id) {
                if let actions = prometheus?.handle(event, at: clock()) {
                    // Nobody should wait for a graph until the next query is on its way.
                    perform(actions.filter(\.isEmission), client, &batch)
                    if batch.isNews { post(&batch, collector, prometheus, &probes, logs, client) }
                    perform(actions.filter { !$0.isEmission }, client, &batch)
                }
            } else if ProbeCollector.owns(event.id) {
                perform(probes.handle(event, at: clock()), client, &batch)
            } else {
                perform(collector.handle(event, at: clock()), client, &batch)
            }
            if case .answered(_, let response) = event { client.recycle(response.body) }
        }
        let now = clock()
        if collector.nextWake.map({ $0 <= now }) ?? false { perform(collector.advance(to: now), client, &batch) }
        if let wake = prometheus?.nextWake, wake <= now, let actions = prometheus?.advance(to: now) {
            perform(actions, client, &batch)
        }
        if probes.nextWake != nil { perform(probes.advance(to: now), client, &batch) }
        if let logs { perform(logs.turn(at: now, unread: mailbox.unread), client, &batch) }
        client.keepConnections(collector.connectionsWanted + probes.connectionsWanted)
        post(&batch, collector, prometheus, &probes, logs, client)
        while mailbox.isFull, commands.withLock({ $0.isEmpty }) { sleep(for: Self.congestionPause) }
        return true
    }

    /// Waits for what else comes just now, as long as it comes.
    private func gather(_ client: HTTPClient) {
        var count = 0
        for _ in 0..<Self.mostNaps where client.isBusy && client.eventCount > count {
            count = client.eventCount
            sleep(for: Self.nap)
            client.perform()
        }
    }

    private func perform(
        _ actions: [ManagementCollector.Action], _ client: HTTPClient, _ batch: inout Batch
    ) {
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
            }
        }
        if hasStarted { client.perform() }
    }

    private func post(
        _ batch: inout Batch, _ collector: borrowing ManagementCollector, _ prometheus: PrometheusCollector?,
        _ probes: inout ProbeCollector, _ logs: LogCollector?, _ client: HTTPClient
    ) {
        if probes.followsMembers, !batch.observations.isEmpty {
            perform(probes.follow(batch.observations, at: clock()), client, &batch)
        }
        let isSettled =
            collector.isSettled && (prometheus?.isSettled ?? true) && probes.isSettled
            && (logs?.isSettled(at: clock()) ?? true)
        guard !batch.observations.isEmpty || isSettled != batch.wasSettled else { return }
        mailbox.post(batch.observations, isNews: batch.isNews, isSettled: isSettled)
        batch = Batch(wasSettled: isSettled)
    }

    private func takeCommands() -> [Command] {
        commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }

    private func reportNoClient() {
        let failure = SourceFailure(.other, "libcurl cannot be started")
        let now = clock()
        let observations = options.seeds.flatMap(\.endpoints).flatMap { endpoint in
            let id = SourceID(.management, endpoint.url)
            let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
            return [
                Observation(at: now, source: id, .sourceAdded(origin)),
                Observation(at: now, source: id, .failed(failure, retryAt: now + .seconds(3600))),
            ]
        }
        mailbox.post(observations, isNews: true, isSettled: true)
    }
}

/// What one turn of the loop has to hand over.
private struct Batch {
    var observations: [Observation] = []
    var isNews = false
    var wasSettled = false
}

private func sleep(for duration: Duration) {
    meshtop_sleep_microseconds(Int(duration.wholeMicroseconds))
}

/// libcurl does not guard TLS writes against SIGPIPE when it may not use signals.
private func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
}

/// A function of the file, not a closure, so that it cannot be inferred to belong to the main actor.
private func runCollectorThread(context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<CollectorThread>.fromOpaque(context).takeRetainedValue().run()
    return nil
}

extension ManagementCollector.Action {
    fileprivate var isEmission: Bool {
        if case .emit = self { true } else { false }
    }
}
