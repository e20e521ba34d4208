// SPDX-License-Identifier: Apache-2.0
package import Model

/// Reads a journal piece by piece, as its bytes come in.
///
/// A block that is damaged is skipped, and with it those that continue it: that is a hole, after which reading goes on. A run of version 1
/// cannot be read behind damage, for each of its records may refer to any before it.
package struct JournalParser {
    /// How much is wanted of a journal.
    package enum Detail {
        case everything
        /// Only when each observation was, which needs no decoding.
        case times
    }

    /// Where in a run the next bytes belong.
    private enum State {
        /// A header must come.
        case start
        /// Records of version 1, to the end of the run.
        case records
        case blocks
        /// Damaged bytes, until something whole begins.
        case lost(Int, reason: String)
    }

    private var input = JournalInput()
    private var state = State.start
    private let detail: Detail
    private var decoder = ObservationDecoder()
    private var blocks = BlockDecoder()
    /// How many observations were read.
    package private(set) var count = 0
    /// What could not be read on the way.
    package private(set) var holes: [JournalHole] = []
    private var lastTime: Timestamp?
    /// Where in the file the next run, record or block begins.
    var offset: Int { input.offset }

    /// Maximum number of holes that are kept; a file with more is little else.
    private static let maximumHoles = 10_000

    /// At the beginning of a file.
    package init(_ detail: Detail = .everything) { self.detail = detail }

    /// Takes in the next bytes of the file.
    package mutating func feed(_ bytes: ArraySlice<UInt8>) { input.append(bytes) }

    /// Reads the next observation.
    ///
    /// - Returns: nil when more bytes are needed.
    /// - Throws: ``JournalError`` that names the offset.
    package mutating func next() throws(JournalError) -> Observation? {
        while true {
            if let observation = try blockObservation() { return keep(observation) }
            switch state {
            case .start: guard try readHeader() else { return nil }
            case .records:
                if try beginsRun() { continue }
                guard let observation = try record() else { return nil }
                return keep(observation)
            case .blocks:
                if try beginsRun() { continue }
                guard try readBlock() else { return nil }
            case .lost(let start, let reason):
                guard resynchronise(start, reason) else { return nil }
            }
        }
    }

    /// Checks that the file ended where a record or a block does.
    ///
    /// - Throws: ``JournalError`` when it was cut off.
    package mutating func finish() throws(JournalError) {
        switch state {
        case .start where input.end < JournalFormat.headerSize:
            guard input.end == 0 else { throw notAJournal() }
            throw JournalError(code: .notAJournal, message: "is empty, so it is no meshtop journal")
        case .lost(let start, let reason):
            addHole(start..<input.end, until: nil, reason)
            input.skip(input.count)
        case .start, .records, .blocks:
            guard !input.isEmpty else { return }
            let what = "is cut off: \(input.count) bytes of something incomplete at offset \(input.offset)"
            throw JournalError(code: .truncated, message: "\(what); \(progress)")
        }
    }

    private mutating func keep(_ observation: Observation) -> Observation {
        count += 1
        lastTime = observation.at
        return observation
    }

    // MARK: - Runs

    /// Whether a run that was appended begins here: its magic text is neither the length of a record, nor a block.
    private mutating func beginsRun() throws(JournalError) -> Bool {
        guard input.rest.count >= JournalFormat.headerSize, Self.isJournal(input.rest) else { return false }
        state = .start
        return true
    }

    private mutating func readHeader() throws(JournalError) -> Bool {
        let rest = input.rest
        let common = min(rest.count, JournalFormat.magic.count)
        guard rest.prefix(common).elementsEqual(JournalFormat.magic[..<common]) else { throw notAJournal() }
        guard rest.count >= JournalFormat.headerSize else { return false }
        let version = JournalFormat.number(UInt16.self, in: rest, at: 16)
        switch version {
        case JournalFormat.recordsVersion:
            input.skip(JournalFormat.headerSize)
            (state, decoder) = (.records, ObservationDecoder())
            return true
        case JournalFormat.version: return try readFeatures()
        default:
            let message =
                "has version \(version), and this meshtop reads versions up to \(JournalFormat.version): use a newer one"
            throw JournalError(code: .newerVersion, message: message)
        }
    }

    private mutating func readFeatures() throws(JournalError) -> Bool {
        let rest = input.rest
        let length = Int(JournalFormat.number(UInt16.self, in: rest, at: 18))
        let size = JournalFormat.headerSize + length + 4
        guard length <= JournalFormat.maximumFeatures else { throw damaged("its header is too long") }
        guard rest.count >= size else { return false }
        let head = rest.prefix(size - 4)
        guard CRC32.checksum(head) == JournalFormat.number(UInt32.self, in: rest, at: size - 4) else {
            throw damaged("the checksum of its header is wrong")
        }
        let names = String(decoding: head.dropFirst(JournalFormat.headerSize), as: UTF8.self).split(separator: " ")
        let unknown = names.filter { !JournalFormat.features.contains(String($0)) }
        guard unknown.isEmpty else {
            let list = SafeText.replacing(unknown.joined(separator: ", "), maximum: 100)
            throw JournalError(
                code: .newerVersion,
                message: "needs what this meshtop does not know (\(list)): use a newer one")
        }
        input.skip(size)
        (state, blocks) = (.blocks, BlockDecoder())
        return true
    }

    // MARK: - Records of version 1

    private mutating func record() throws(JournalError) -> Observation? {
        let rest = input.rest
        guard rest.count >= JournalFormat.recordHeadSize else { return nil }
        // The header of an appended run that has not come in full, yet or at all.
        if rest.count < JournalFormat.headerSize, rest.starts(with: JournalFormat.magic.prefix(4)) { return nil }
        let length = Int(JournalFormat.number(UInt32.self, in: rest, at: 0))
        guard length > 0, length <= JournalFormat.maximumPayload else { throw damaged("a record of \(length) bytes") }
        guard rest.count - JournalFormat.recordHeadSize >= length else { return nil }
        let payload = rest.dropFirst(JournalFormat.recordHeadSize).prefix(length)
        guard CRC32.checksum(payload) == JournalFormat.number(UInt32.self, in: rest, at: 4) else {
            throw damaged("the checksum is wrong")
        }
        do {
            let observation = try decoder.decode(payload, detail)
            input.skip(JournalFormat.recordHeadSize + length)
            return observation
        } catch {
            throw damaged(error.message)
        }
    }

    // MARK: - Blocks

    private mutating func blockObservation() throws(JournalError) -> Observation? {
        do {
            return try blocks.next(detail)
        } catch {
            throw damaged(error.message)
        }
    }

    /// Reads a block, or finds that it cannot be read.
    ///
    /// - Returns: whether there were enough bytes for either.
    private mutating func readBlock() throws(JournalError) -> Bool {
        let rest = input.rest
        let known = min(rest.count, JournalBlock.marker.count)
        guard rest.count >= JournalBlock.headSize else {
            let isBlock = rest.starts(with: JournalBlock.marker.prefix(known))
            if !isBlock, !rest.starts(with: JournalFormat.magic.prefix(min(rest.count, JournalFormat.magic.count))) {
                lose("no block begins here")
                return true
            }
            return false
        }
        guard let block = JournalBlock(rest) else {
            lose("no block begins here, or its head has changed")
            return true
        }
        let size = JournalBlock.headSize + block.size
        guard rest.count >= size else { return false }
        let payload = rest.dropFirst(JournalBlock.headSize).prefix(block.size)
        let start = input.offset
        input.skip(size)
        guard CRC32.checksum(payload) == block.checksum else {
            blocks.breakChain()
            addHole(start..<start + size, until: block.until, "the checksum is wrong")
            return true
        }
        guard JournalBlock.Kind(rawValue: block.kind) == .observations else { return true }
        take(block, payload, at: start..<start + size)
        return true
    }

    private mutating func take(_ block: JournalBlock, _ payload: ArraySlice<UInt8>, at place: Range<Int>) {
        if block.begins, let last = holes.indices.last, holes[last].bytes.upperBound == place.lowerBound {
            holes[last].until = block.from
        }
        switch blocks.take(block, payload, detail) {
        case .taken: break
        case .broken: addHole(place, until: block.until, "it continues what is lost")
        case .unreadable: addHole(place, until: block.until, "it cannot be decompressed")
        }
    }

    /// Skips to the next whole block or run.
    ///
    /// - Returns: false when more bytes are needed.
    private mutating func resynchronise(_ start: Int, _ reason: String) -> Bool {
        while let step = input.distance(toFirstOf: JournalBlock.marker[0], or: JournalFormat.magic[0]) {
            input.skip(step)
            let rest = input.rest
            guard rest.count >= JournalBlock.headSize else { return false }
            let block = JournalBlock(rest)
            if block != nil || Self.isJournal(rest) {
                addHole(start..<input.offset, until: block?.from, reason)
                state = block == nil ? .start : .blocks
                return true
            }
            input.skip(1)
        }
        input.skip(input.count)
        return false
    }

    private mutating func lose(_ reason: String) {
        blocks.breakChain()
        state = .lost(input.offset, reason: reason)
        input.skip(1)
    }

    // MARK: - Holes

    private mutating func addHole(_ bytes: Range<Int>, until: Timestamp?, _ reason: String) {
        if let last = holes.indices.last, holes[last].bytes.upperBound == bytes.lowerBound {
            holes[last].bytes = holes[last].bytes.lowerBound..<bytes.upperBound
            holes[last].until = until
            return
        }
        guard holes.count < Self.maximumHoles else { return }
        holes.append(JournalHole(bytes: bytes, from: lastTime, until: until, reason: reason))
    }

    // MARK: - Errors

    private var progress: String {
        let until = lastTime.map { ", the last of \($0)" } ?? ""
        return "\(count) observations were read\(until)"
    }

    private func damaged(_ reason: String) -> JournalError {
        JournalError(code: .damaged, message: "is damaged at offset \(input.offset): \(reason); \(progress)")
    }

    private func notAJournal() -> JournalError {
        guard count == 0, input.offset == 0 else { return damaged("what follows is no run of a journal") }
        return JournalError(
            code: .notAJournal, message: "is no meshtop journal: it does not begin as one that --record wrote")
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
