// SPDX-License-Identifier: Apache-2.0
import Model

/// What a run without a screen waits for: observations, a signal, a reader that goes away, the time; whichever comes first.
struct EventLoop {
    /// What came.
    enum Event {
        case observations([Observation])
        case signal(Int32)
        case outputClosed
        case time
    }

    private let feed: any Feed
    private let signals: Signals
    private let output: Int32

    /// - Parameters:
    ///   - feed: where observations come from.
    ///   - signals: what can end the run.
    ///   - output: watched for a reader that goes away; -1 for none.
    init(feed: any Feed, signals: Signals, output: Int32) {
        self.feed = feed
        self.signals = signals
        self.output = output
    }

    /// Sleeps until something comes.
    ///
    /// - Parameter deadline: when to return ``Event/time`` at the latest, by ``SystemTime/monotonic``; nil for never.
    /// - Returns: what came first.
    func next(deadline: Int64?) -> Event {
        while true {
            guard feed.beginSleep() else { return .observations(feed.drain()) }
            // Of the output nothing is asked: trouble, which includes a reader that is gone, is reported anyway.
            let ready = Poller.wait(
                Poller.Entry(feed.descriptor, .readable), signals.entry, Poller.Entry(output, []), until: deadline)
            if let signal = signals.next() { return .signal(signal) }
            if ready[2].contains(.failed) { return .outputClosed }
            if !ready[0].isEmpty { return .observations(feed.drain()) }
            guard let deadline, SystemTime.monotonic >= deadline else { continue }
            // Answers without news do not end the sleep, but what is printed now must know of them.
            let waiting = feed.drain()
            return waiting.isEmpty ? .time : .observations(waiting)
        }
    }
}
