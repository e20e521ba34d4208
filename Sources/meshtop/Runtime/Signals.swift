// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// Signals as data: they are blocked, and read from a descriptor instead of interrupting anything.
///
/// Make it before the first thread starts, because threads inherit what is blocked.
final class Signals {
    /// Readable when a signal waits; negative if the kernel gives none.
    let descriptor: Int32

    private init(_ numbers: [Int32]) {
        descriptor = meshtop_signalfd(numbers, Int32(numbers.count))
    }

    /// Those that end any run: INT, TERM and HUP. PIPE is ignored, because a write reports a reader that is gone.
    static func forEveryRun() -> Signals {
        signal(SIGPIPE, SIG_IGN)
        // nohup leaves HUP ignored, and means it.
        var hangUp = sigaction()
        sigaction(SIGHUP, nil, &hangUp)
        let isIgnored = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1
        return Signals(isIgnored ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP])
    }

    /// Those that a screen handles besides: QUIT, WINCH, TSTP and CONT. Made before ncurses starts, so that handlers that it would install
    /// never run.
    ///
    /// - Returns: all signals of a run with a screen.
    /// - Throws: ``TerminalError`` when the kernel gives no descriptor.
    static func forScreen() throws(TerminalError) -> Signals {
        let signals = Signals([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT])
        guard signals.descriptor >= 0 else {
            throw TerminalError(
                code: .noSignals,
                description:
                    "no descriptor for signals: \(String(cString: strerror(errno))); raise the limit of open files")
        }
        return signals
    }

    /// No signal at all, for runs within a test.
    static func none() -> Signals { Signals([]) }

    /// What a ``Poller`` waits for.
    var entry: Poller.Entry { Poller.Entry(descriptor, .readable) }

    /// The next signal that waits; nil if none does.
    func next() -> Int32? {
        let number = meshtop_signalfd_next(descriptor)
        return number > 0 ? number : nil
    }

    /// All signals that wait, in order.
    func pending() -> [Int32] {
        var result: [Int32] = []
        while let number = next() { result.append(number) }
        return result
    }
}
