import CLinux
import Glibc

/// The signals that the run loop handles, read from a descriptor instead of interrupting anything.
///
/// Make it before the first thread starts and before ncurses: threads inherit the blocked signals, and handlers that ncurses would install
/// for them never run.
struct SignalDescriptor {
    /// Becomes readable when a signal waits.
    let descriptor: Int32

    /// Blocks INT, TERM, HUP, QUIT, WINCH, TSTP and CONT in this thread and those it starts.
    ///
    /// - Throws: ``TerminalError`` when the kernel gives no descriptor.
    init() throws(TerminalError) {
        let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT]
        descriptor = meshtop_signalfd(signals, Int32(signals.count))
        guard descriptor >= 0 else {
            throw TerminalError(
                code: .noSignals,
                description:
                    "no descriptor for signals: \(String(cString: strerror(errno))); raise the limit of open files")
        }
    }

    /// All signals that wait, in order.
    func pending() -> [Int32] {
        var result: [Int32] = []
        while case let number = meshtop_signalfd_next(descriptor), number != 0 { result.append(number) }
        return result
    }
}
