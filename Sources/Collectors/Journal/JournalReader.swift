// SPDX-License-Identifier: Apache-2.0
package import Model

/// Reads a journal piece by piece, as its bytes come in.
package struct JournalParser {
    private var buffer: [UInt8] = []
    private var position = 0
    /// Bytes of the file before the buffer.
    private var base = 0
    private var hasHeader = false
    private var decoder = ObservationDecoder()
    /// How many observations were read.
    package private(set) var count = 0
    private var lastTime: Timestamp?
    /// Where in the file the next record begins.
    var offset: Int { base + position }

    /// At the beginning of a file.
    package init() {}

    /// Takes in the next bytes of the file.
    package mutating func feed(_ bytes: ArraySlice<UInt8>) {
        if position > 0 {
            buffer.removeFirst(position)
            base += position
            position = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Reads the next observation.
    ///
    /// - Returns: nil when more bytes are needed.
    /// - Throws: ``JournalError`` that names the offset.
    package mutating func next() throws(JournalError) -> Observation? {
        repeat {
            if beginsRun { (hasHeader, decoder) = (false, ObservationDecoder()) }
            if !hasHeader, try !readHeader() { return nil }
        } while beginsRun
        guard let length = try completeRecord() else { return nil }
        let start = position + JournalFormat.recordHeadSize
        let payload = buffer[start..<start + length]
        guard CRC32.checksum(payload) == number(at: position + 4) else { throw damaged("the checksum is wrong") }
        let observation: Observation
        do {
            observation = try decoder.decode(payload)
        } catch {
            throw damaged(error.message)
        }
        position = start + length
        count += 1
        lastTime = observation.at
        return observation
    }

    /// Checks that the file ended where a record does.
    ///
    /// - Throws: ``JournalError`` when it was cut off.
    package func finish() throws(JournalError) {
        if !hasHeader {
            guard buffer.isEmpty else { throw notAJournal() }
            throw JournalError(code: .notAJournal, message: "is empty, so it is no meshtop journal")
        }
        guard position < buffer.count else { return }
        let what = "is cut off: \(buffer.count - position) bytes of an incomplete record at offset \(base + position)"
        throw JournalError(code: .truncated, message: "\(what); \(progress)")
    }

    /// Whether a run that was appended begins here: the magic text would be the length of a record that is larger than any.
    private var beginsRun: Bool {
        let rest = buffer[position...]
        return hasHeader && rest.count >= JournalFormat.headerSize && JournalParser.isJournal(rest)
    }

    private mutating func readHeader() throws(JournalError) -> Bool {
        let rest = buffer[position...]
        let common = min(rest.count, JournalFormat.magic.count)
        guard rest.prefix(common).elementsEqual(JournalFormat.magic[..<common]) else { throw notAJournal() }
        guard rest.count >= JournalFormat.headerSize else { return false }
        let version = UInt16(buffer[position + 16]) | UInt16(buffer[position + 17]) << 8
        guard version == JournalFormat.version else {
            let message =
                "has version \(version), and this meshtop reads version \(JournalFormat.version): use a newer one"
            throw JournalError(code: .newerVersion, message: message)
        }
        position += JournalFormat.headerSize
        hasHeader = true
        return true
    }

    private func completeRecord() throws(JournalError) -> Int? {
        guard buffer.count - position >= JournalFormat.recordHeadSize else { return nil }
        let length = Int(number(at: position))
        // The header of an appended run that has not come in full, yet or at all.
        if buffer[position...].count < JournalFormat.headerSize,
            buffer[position...].starts(with: JournalFormat.magic.prefix(4))
        {
            return nil
        }
        guard length > 0, length <= JournalFormat.maximumPayload else { throw damaged("a record of \(length) bytes") }
        return buffer.count - position - JournalFormat.recordHeadSize >= length ? length : nil
    }

    private func number(at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(buffer[index + $1]) << UInt32(8 * $1) }
    }

    private var progress: String {
        let until = lastTime.map { ", the last of \($0)" } ?? ""
        return "\(count) observations were read\(until)"
    }

    private func damaged(_ reason: String) -> JournalError {
        JournalError(code: .damaged, message: "is damaged at offset \(base + position): \(reason); \(progress)")
    }

    private func notAJournal() -> JournalError {
        JournalError(code: .notAJournal, message: "is no meshtop journal: it does not begin as one that --record wrote")
    }
}

extension JournalParser {
    /// Whether bytes begin as a journal does.
    ///
    /// - Parameter bytes: the beginning of a file.
    /// - Returns: true when the magic text is there in full.
    package static func isJournal(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.prefix(JournalFormat.magic.count).elementsEqual(JournalFormat.magic)
    }
}
