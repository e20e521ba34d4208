import CLinux
import Glibc
import Model

/// Signals that end a run, read from a descriptor instead of interrupting it.
final class Signals {
    /// Readable when a signal waits.
    let descriptor: Int32

    /// Blocks INT, TERM and HUP in this thread and those it starts later, and ignores PIPE. Call it before the first thread starts.
    init() {
        signal(SIGPIPE, SIG_IGN)
        // nohup leaves HUP ignored, and means it.
        var hangUp = sigaction()
        sigaction(SIGHUP, nil, &hangUp)
        let isIgnored = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1
        let signals = isIgnored ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
        descriptor = meshtop_signalfd(signals, Int32(signals.count))
    }

    /// The next signal that waits, nil when none does.
    func next() -> Int32? {
        let number = meshtop_signalfd_next(descriptor)
        return number > 0 ? number : nil
    }
}

/// Waits for whatever comes first: observations, a signal, the end of the reader, the time.
struct EventLoop {
    /// What came.
    enum Event {
        case observations([Observation])
        case signal(Int32)
        case outputClosed
        case time
    }

    private let feed: any ObservationFeed
    private let signals: Signals
    private let output: Int32

    /// - Parameters:
    ///   - feed: where observations come from.
    ///   - signals: what can end the run.
    ///   - output: watched for a reader that goes away; -1 for none.
    init(feed: any ObservationFeed, signals: Signals, output: Int32) {
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
            var entries = [
                pollfd(fd: feed.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
                // No events are asked for: errors, which include a reader that is gone, come unasked.
                pollfd(fd: output, events: 0, revents: 0),
            ]
            let ready = poll(&entries, nfds_t(entries.count), Self.milliseconds(until: deadline))
            if let signal = signals.next() { return .signal(signal) }
            if ready > 0, entries[2].revents & Int16(POLLERR) != 0 { return .outputClosed }
            if ready > 0, entries[0].revents != 0 { return .observations(feed.drain()) }
            guard let deadline, SystemTime.monotonic >= deadline else { continue }
            // Answers without news do not end the sleep, but what is printed now must know of them.
            let waiting = feed.drain()
            return waiting.isEmpty ? .time : .observations(waiting)
        }
    }

    /// Rounded up, so that the loop does not spin through the last millisecond.
    private static func milliseconds(until deadline: Int64?) -> Int32 {
        guard let deadline else { return -1 }
        let left = max(0, deadline - SystemTime.monotonic)
        return Int32(min(Int64(Int32.max), (left + 999) / 1_000))
    }
}
