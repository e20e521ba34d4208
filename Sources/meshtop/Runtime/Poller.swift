// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Waits until a descriptor is ready or a moment has come. Everything in the program that sleeps does it here, on the main thread.
enum Poller {
    /// What is so of a descriptor, in the kernel's bits. The last three are reported whether or not they were asked for.
    struct Readiness: OptionSet {
        let rawValue: Int16

        /// Something can be read, or the end of the input is reached.
        static let readable = Readiness(rawValue: Int16(POLLIN))
        /// A little can be written without blocking.
        static let writable = Readiness(rawValue: Int16(POLLOUT))
        /// Of the writing end of a pipe: the reader is gone.
        static let failed = Readiness(rawValue: Int16(POLLERR))
        /// The other side has hung up.
        static let hungUp = Readiness(rawValue: Int16(POLLHUP))
        /// The descriptor is not open.
        static let invalid = Readiness(rawValue: Int16(POLLNVAL))

        /// Whether the descriptor is of no more use.
        var isBroken: Bool { !isDisjoint(with: [.failed, .hungUp, .invalid]) }
    }

    /// A descriptor, and what is waited for.
    struct Entry {
        /// Ignored if negative.
        let descriptor: Int32
        let wanted: Readiness

        /// - Parameters:
        ///   - descriptor: ignored if negative.
        ///   - wanted: what ends the sleep; empty for trouble alone.
        init(_ descriptor: Int32, _ wanted: Readiness) {
            self.descriptor = descriptor
            self.wanted = wanted
        }
    }

    /// Sleeps.
    ///
    /// - Parameters:
    ///   - entries: what ends the sleep.
    ///   - deadline: when it ends at the latest, by ``SystemTime/monotonic``; nil for never. One that has passed makes this a look.
    /// - Returns: the state of each entry; all are empty when the deadline has passed.
    static func wait(_ entries: Entry..., until deadline: Int64?) -> [Readiness] {
        var items = entries.map { pollfd(fd: $0.descriptor, events: $0.wanted.rawValue, revents: 0) }
        while true {
            let count = poll(&items, nfds_t(items.count), milliseconds(until: deadline))
            if count > 0 { break }
            if count < 0, errno != EINTR { break }
            if let deadline, SystemTime.monotonic >= deadline { break }
        }
        return items.map { Readiness(rawValue: $0.revents) }
    }

    /// What is so of a descriptor now.
    static func look(at descriptor: Int32, for wanted: Readiness) -> Readiness {
        wait(Entry(descriptor, wanted), until: .min).first ?? []
    }

    /// Rounded up, so that no loop spins through the last millisecond.
    private static func milliseconds(until deadline: Int64?) -> Int32 {
        guard let deadline else { return -1 }
        let (left, overflows) = deadline.subtractingReportingOverflow(SystemTime.monotonic)
        guard !overflows, left > 0 else { return 0 }
        return Int32(min(Int64(Int32.max), (left - 1) / 1_000 + 1))
    }
}
