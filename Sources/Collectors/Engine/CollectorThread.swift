// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import Model
internal import Support

/// Collects on a thread of its own.
package final class CollectorThread: Sendable {
    private let options: CollectorOptions
    private let mailbox: Mailbox
    private let wakeUp: WakeUp
    private let clock: @Sendable () -> Timestamp
    private let commands = Locked<[CollectorCommand]>([])
    private let thread = Locked<pthread_t?>(nil)

    /// Fails when the process has no descriptor left.
    ///
    /// - Parameters:
    ///   - options: what is collected, and how.
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

    /// Polls every source now.
    package func pollNow() { send(.pollNow) }

    /// Reports what the viewer looks at, so that it is asked for.
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

    private func send(_ command: CollectorCommand) {
        commands.withLock { $0.append(command) }
        wakeUp.wake()
    }

    // MARK: - On the thread

    fileprivate func run() {
        blockBrokenPipeSignal()
        guard let client = HTTPClient(connections: 64, agent: options.agent, wakeUp: wakeUp) else {
            let observations = CollectorLoop.observationsWithoutClient(options, at: clock())
            return mailbox.post(observations, isNews: true, isSettled: true)
        }
        var loop = CollectorLoop(client: client, mailbox: mailbox, clock: clock)
        loop.start(options)
        while loop.turn(drainCommands: drainCommands, hasCommands: { commands.withLock { !$0.isEmpty } }) {}
    }

    private func drainCommands() -> [CollectorCommand] {
        commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }
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
