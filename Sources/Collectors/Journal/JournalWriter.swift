// SPDX-License-Identifier: Apache-2.0
import Glibc
package import Model

/// Turns observations into the bytes of a journal.
package struct JournalEncoder {
    private var encoder = ObservationEncoder()
    private var hasHeader = false

    /// At the beginning of a file.
    package init() {}

    /// The bytes that one more observation adds, the file's header before the first.
    ///
    /// - Parameter observation: the next one, in the order in which it enters the fold.
    /// - Returns: a complete record.
    package mutating func record(_ observation: Observation) -> [UInt8] {
        record(of: payload(observation))
    }

    /// What stands of an observation in its record. Later payloads refer to it, so it must be written.
    mutating func payload(_ observation: Observation) -> [UInt8] { encoder.encode(observation) }

    /// The record of a payload, the file's header before the first.
    mutating func record(of payload: [UInt8]) -> [UInt8] {
        var bytes = hasHeader ? [] : JournalFormat.header
        hasHeader = true
        bytes.reserveCapacity(bytes.count + payload.count + JournalFormat.recordHeadSize)
        for number in [UInt32(payload.count), CRC32.checksum(payload[...])] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(number >> shift & 0xFF)) }
        }
        return bytes + payload
    }
}

/// Writes a journal. Trouble with the file ends the recording and is reported once; it never ends the program.
package final class JournalWriter {
    /// How much of a recording may be lost in a crash.
    package static let flushInterval = Duration.seconds(1)
    private static let bufferSize = 64 * 1024

    private let path: String
    private var descriptor: Int32
    private var encoder = JournalEncoder()
    private var buffer: [UInt8] = []
    private var unflushedSince: Timestamp?
    /// Why the recording ended early; nil as long as all is well.
    package private(set) var failure: JournalError?

    /// Creates the file, or continues a journal; whatever else is there is left alone.
    ///
    /// - Parameters:
    ///   - path: where to write.
    ///   - continuing: whether a journal that is there gets another run at its end; a record that a crash cut off there is removed.
    /// - Throws: ``JournalError`` when that cannot be done, or when something is there.
    package init(path: String, continuing: Bool = false) throws(JournalError) {
        self.path = SafeText.replacing(path, maximum: 200)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o644)
        guard descriptor >= 0 else {
            throw JournalError(
                code: .unreadable, message: "\(self.path) cannot be written (\(FileReader.reason(errno)))")
        }
        do throws(JournalError) {
            try begin(path, continuing: continuing)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { finish() }

    /// Adds an observation; it is in the file a second later, or when the buffer is full.
    ///
    /// - Parameter observation: the next one.
    package func write(_ observation: Observation) {
        guard failure == nil, descriptor >= 0 else { return }
        let payload = encoder.payload(observation)
        guard payload.count <= JournalFormat.maximumPayload else {
            // No reader would take it, and none could go on behind it: later records refer to its texts.
            flush()
            return fail("an observation takes \(payload.count) bytes")
        }
        buffer += encoder.record(of: payload)
        let since = unflushedSince ?? observation.at
        unflushedSince = since
        if buffer.count >= Self.bufferSize || observation.at - since >= Self.flushInterval { flush() }
    }

    /// Hands what is buffered to the system.
    package func flush() {
        unflushedSince = nil
        var rest = buffer[...]
        while !rest.isEmpty, failure == nil {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                fail(FileReader.reason(errno))
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left and closes the file. Further observations are ignored.
    package func finish() {
        guard descriptor >= 0 else { return }
        flush()
        // A network file system may report only now that there was no room.
        if close(descriptor) != 0, failure == nil { fail(FileReader.reason(errno)) }
        descriptor = -1
    }

    private func fail(_ reason: String) {
        failure = JournalError(
            code: .unreadable,
            message: "\(path) cannot be written (\(reason)); the recording ends here, all else goes on")
    }

    /// Goes to where the first record is written.
    private func begin(_ path: String, continuing: Bool) throws(JournalError) {
        // A device or a pipe holds nothing to keep, and reading it could wait indefinitely.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return }
        var head = [UInt8](repeating: 0, count: JournalFormat.magic.count)
        let count = read(descriptor, &head, head.count)
        guard count > 0, head[..<count].elementsEqual(JournalFormat.magic) else {
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
        let end = try JournalFile(path: path).endOfLastRecord()
        guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) >= 0 else {
            throw JournalError(
                code: .unreadable, message: "\(self.path) cannot be continued (\(FileReader.reason(errno)))")
        }
    }
}
