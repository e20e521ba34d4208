import Glibc

/// Writes to a descriptor that may be a slow or closed pipe, without losing the ability to be interrupted.
final class Output {
    /// How a write ended.
    enum Result: Equatable {
        case written
        /// Nobody reads any more.
        case closed
        /// A signal waits, and the reader takes nothing.
        case interrupted
        /// The system's reason, such as a full disk.
        case failed(String)
    }

    /// Where the bytes go.
    let descriptor: Int32
    private let signals: Int32

    /// - Parameters:
    ///   - descriptor: where to write.
    ///   - signals: a signalfd that ends a write that blocks; -1 for none.
    init(descriptor: Int32, signals: Int32 = -1) {
        self.descriptor = descriptor
        self.signals = signals
    }

    /// Writes everything, waiting for the reader where needed.
    ///
    /// - Parameter bytes: what to write.
    /// - Returns: how it ended.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Result {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard waitUntilWritable() else { return .interrupted }
            // A pipe that polls as writable takes this much without blocking.
            let piece = rest.prefix(Int(PIPE_BUF))
            let count = piece.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE || errno == ECONNRESET {
                return .closed
            } else if errno != EINTR && errno != EAGAIN {
                return .failed(strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
            }
        }
        return .written
    }

    /// Writes text.
    @discardableResult
    func write(_ text: String) -> Result { write(Array(text.utf8)) }

    private func waitUntilWritable() -> Bool {
        while true {
            var entries = [
                pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            ]
            // An error is not waited for: the write that follows tells it.
            guard poll(&entries, nfds_t(entries.count), -1) > 0 else { return errno == EINTR ? false : true }
            if entries[0].revents != 0 { return true }
            if entries[1].revents != 0 { return false }
        }
    }
}
