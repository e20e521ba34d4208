// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Writes to a descriptor that may be a slow or closed pipe, without losing the ability to be interrupted.
final class Output {
    /// How a write ended.
    enum Result: Equatable {
        case written
        /// The reader has closed its end.
        case closed
        /// A signal came while the reader took nothing.
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

    /// - Returns: false if a signal came first.
    private func waitUntilWritable() -> Bool {
        let ready = Poller.wait(Poller.Entry(descriptor, .writable), Poller.Entry(signals, .readable), until: nil)
        // Trouble with the output is left to the write that follows, which says what it is.
        return !ready[0].isEmpty || ready[1].isEmpty
    }
}
