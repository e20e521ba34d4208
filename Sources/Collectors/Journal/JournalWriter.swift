// SPDX-License-Identifier: Apache-2.0
import Glibc
package import Model

/// Writes a journal. Trouble with the file ends the recording and is reported once; it never ends the program.
package final class JournalWriter {
    /// How much of a recording may be lost in a crash.
    package static let flushInterval = Duration.seconds(1)
    /// Number of bytes before compression from which on a block is not let grow.
    private static let blockSize = 256 * 1024

    private let path: String
    private var descriptor: Int32
    private var encoder = JournalBlockEncoder()
    private var unflushedSince: Timestamp?
    /// How many bytes this run has written.
    package private(set) var written = 0
    /// Why the recording ended early; nil as long as all is well.
    package private(set) var failure: JournalError?

    /// Creates the file, or continues a journal; whatever else is there is left alone.
    ///
    /// - Parameters:
    ///   - path: where to write.
    ///   - continuing: whether a journal that is there gets another run at its end; what a crash cut off there is removed.
    /// - Throws: ``JournalError`` when that cannot be done, when something is there, or when another process writes it.
    package init(path: String, continuing: Bool = false) throws(JournalError) {
        self.path = SafeText.replacing(path, maximum: 200)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o644)
        guard descriptor >= 0 else {
            throw JournalError(
                code: .unreadable, message: "\(self.path) cannot be written (\(FileReader.reason(errno)))")
        }
        do throws(JournalError) {
            try lock()
            try begin(path, continuing: continuing)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { finish() }

    /// Adds an observation; it is in the file a second later, or when the block is full.
    ///
    /// - Parameter observation: the next one.
    package func write(_ observation: Observation) {
        guard failure == nil, descriptor >= 0 else { return }
        guard encoder.add(observation) else {
            // No reader would take it, and none could go on behind it: later observations refer to its texts.
            flush()
            return fail("an observation takes more than \(JournalFormat.maximumPayload) bytes")
        }
        let since = unflushedSince ?? observation.at
        unflushedSince = since
        let isDue = observation.at - since >= Self.flushInterval || since - observation.at >= Self.flushInterval
        if encoder.gathered >= Self.blockSize || isDue { flush() }
    }

    /// Hands what is gathered to the system.
    package func flush() {
        unflushedSince = nil
        write(encoder.flush())
        if failure == nil, wasRemoved { fail("it was removed") }
    }

    /// Whether the file has no name any more, so that all that is written to it is lost with the process.
    private var wasRemoved: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_nlink == 0
    }

    /// Writes what is left and closes the file. Further observations are ignored.
    package func finish() {
        guard descriptor >= 0 else { return }
        write(encoder.finish())
        // A network file system may report only now that there was no room.
        if close(descriptor) != 0, failure == nil { fail(FileReader.reason(errno)) }
        descriptor = -1
    }

    private func write(_ bytes: [UInt8]?) {
        guard failure == nil else { return }
        guard let bytes else { return fail("there is no memory to compress it") }
        var rest = bytes[...]
        while !rest.isEmpty, failure == nil {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                written += count
            } else if errno != EINTR {
                fail(FileReader.reason(errno))
            }
        }
    }

    private func fail(_ reason: String) {
        failure = JournalError(
            code: .unreadable,
            message: "\(path) cannot be written (\(reason)); the recording ends here, all else goes on")
    }

    /// Two that write one file would leave nothing that can be read. Where the system knows no locks there are none.
    private func lock() throws(JournalError) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
        throw JournalError(
            code: .busy, message: "\(path) is being written by another meshtop: choose another name, or end that one")
    }

    /// Goes to where the first block is written.
    private func begin(_ path: String, continuing: Bool) throws(JournalError) {
        // A device or a pipe holds nothing to keep, and reading it could wait indefinitely.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return }
        var head = [UInt8](repeating: 0, count: JournalFormat.headerSize)
        let count = read(descriptor, &head, head.count)
        let magic = JournalFormat.magic.prefix(max(0, count))
        guard count > 0, head.starts(with: magic) else {
            let message = "\(self.path) exists and is no journal of meshtop; it is left alone: choose another name"
            throw JournalError(code: .notAJournal, message: message)
        }
        guard continuing else {
            throw JournalError(
                code: .exists,
                message:
                    "\(self.path) holds a recording already, which is kept: choose another name, or continue it with --append"
            )
        }
        // A crash may have cut off the very first bytes.
        let end = count < JournalFormat.headerSize ? 0 : try JournalFile(path: path).endOfLastRecord()
        guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) >= 0 else {
            throw JournalError(
                code: .unreadable, message: "\(self.path) cannot be continued (\(FileReader.reason(errno)))")
        }
    }
}
