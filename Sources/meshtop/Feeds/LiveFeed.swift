// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// The collector thread with its mailbox, as the main thread sees them.
final class LiveFeed: Feed {
    private let mailbox: Mailbox
    private let thread: CollectorThread
    private(set) var isSettled = false

    /// Starts collecting.
    ///
    /// - Parameter request: what to collect.
    /// - Returns: a feed whose thread runs until it is stopped.
    /// - Throws: ``CommandFailure`` when the system gives neither descriptors nor threads.
    static func start(_ request: FeedRequest) throws(CommandFailure) -> any Feed {
        guard let mailbox = Mailbox(), let thread = CollectorThread(options: request.collecting, mailbox: mailbox)
        else {
            throw CommandFailure(
                message: "no descriptor is left to collect with; raise the limit of open files (ulimit -n)")
        }
        guard thread.start() else { throw CommandFailure(message: "the system gives no thread to collect with") }
        return LiveFeed(mailbox, thread)
    }

    private init(_ mailbox: Mailbox, _ thread: CollectorThread) {
        self.mailbox = mailbox
        self.thread = thread
    }

    var descriptor: Int32 { mailbox.wakeUp.descriptor }

    func beginSleep() -> Bool { mailbox.beginSleep() }

    func drain() -> [Observation] {
        let delivery = mailbox.drain()
        isSettled = delivery.isSettled
        return delivery.observations
    }

    func pollNow() { thread.pollNow() }

    func look(at interest: TelemetryInterest) { thread.look(at: interest) }

    func stop() { thread.stop() }
}
