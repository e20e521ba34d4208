// SPDX-License-Identifier: Apache-2.0
package import Model

/// Turns observations into the bytes of a journal of version 1, which programs before this one read.
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
        let header = hasHeader ? [] : JournalFormat.recordsHeader
        hasHeader = true
        return header + JournalFormat.bytes(UInt32(payload.count))
            + JournalFormat.bytes(CRC32.checksum(payload[...])) + payload
    }
}

/// Turns observations into the blocks of a journal.
package struct JournalBlockEncoder {
    /// How long a chain is, by the clock of its observations and in bytes before compression: what a flipped bit costs at most.
    private static let chainTime = Duration.seconds(60)
    private static let chainSize = 8 << 20
    /// How many chains an index names.
    private static let indexInterval = 64

    private var encoder = ObservationEncoder()
    private let zstd = ZstdCompressor()
    /// The observations of the block that is gathered, each behind its length.
    private var raw = WireWriter()
    private var count = 0
    private var number: Int64 = 0
    private var span: (from: Timestamp, until: Timestamp)?
    /// Of the chain that is written: how much, and since when.
    private var chainBytes = 0
    private var chains: [JournalChain] = []
    private var hasChain = false
    /// Bytes of the run so far, and where the last index is among them.
    private var offset: Int
    private var lastIndex = 0
    private var hasHeader = false

    /// At the beginning of a run.
    package init() { offset = 0 }

    /// Number of bytes that are gathered, before compression.
    package var gathered: Int { raw.bytes.count }

    /// Gathers an observation for the next block.
    ///
    /// - Parameter observation: the next one, in the order in which it enters the fold.
    /// - Returns: false if it is too large for any reader; then nothing can be written behind it.
    package mutating func add(_ observation: Observation) -> Bool {
        if count == 0, isChainFull(observation.at) { (encoder, hasChain) = (ObservationEncoder(), false) }
        let payload = encoder.encode(observation)
        guard payload.count <= JournalFormat.maximumPayload else { return false }
        raw.blob(payload)
        count += 1
        span = (min(span?.from ?? observation.at, observation.at), max(span?.until ?? observation.at, observation.at))
        return true
    }

    private func isChainFull(_ time: Timestamp) -> Bool {
        guard hasChain, let chain = chains.last else { return false }
        // A clock that was set back counts as one that was set forward.
        return chainBytes > Self.chainSize || time - chain.from > Self.chainTime || chain.from - time > Self.chainTime
    }

    /// The bytes of a block of what was gathered, the run's header before the first and an index where one is due.
    ///
    /// - Returns: nothing if nothing was gathered, `nil` if there is no memory to compress it.
    package mutating func flush() -> [UInt8]? {
        guard count > 0, let span else { return [] }
        var bytes = header()
        if !hasChain, chains.count >= Self.indexInterval { bytes += index() }
        guard let payload = compressed() else { return nil }
        note(span)
        let block = JournalBlock(
            kind: JournalBlock.Kind.observations.rawValue, begins: chainBytes == 0, size: payload.count,
            rawSize: raw.bytes.count, count: count, first: number + 1, from: span.from, until: span.until,
            checksum: CRC32.checksum(payload[...]))
        let all = block.head + payload
        number += Int64(count)
        chainBytes += raw.bytes.count
        offset += all.count
        raw.removeAll()
        (count, self.span) = (0, nil)
        return bytes + all
    }

    /// The last bytes of a run: what was gathered, and the index of what no index names yet.
    ///
    /// - Returns: `nil` if there is no memory to compress it.
    package mutating func finish() -> [UInt8]? {
        guard let last = flush() else { return nil }
        return chains.isEmpty ? last : last + index()
    }

    private mutating func header() -> [UInt8] {
        guard !hasHeader else { return [] }
        hasHeader = true
        let header = JournalFormat.header()
        offset += header.count
        return header
    }

    private mutating func compressed() -> [UInt8]? {
        if !hasChain { zstd.reset() }
        return zstd.compress(raw.bytes)
    }

    private mutating func note(_ span: (from: Timestamp, until: Timestamp)) {
        if !hasChain {
            hasChain = true
            chainBytes = 0
            chains.append(JournalChain(offset: offset, first: number + 1, from: span.from, until: span.until))
        }
        guard let last = chains.indices.last else { return }
        chains[last].from = min(chains[last].from, span.from)
        chains[last].until = max(chains[last].until, span.until)
    }

    private mutating func index() -> [UInt8] {
        let times = chains.map(\.from) + chains.map(\.until)
        let payload = JournalIndex(previous: lastIndex, chains: chains).payload
        let block = JournalBlock(
            kind: JournalBlock.Kind.index.rawValue, begins: false, size: payload.count, rawSize: payload.count,
            count: chains.count, first: 0, from: times.min() ?? Timestamp(microseconds: 0),
            until: times.max() ?? Timestamp(microseconds: 0), checksum: CRC32.checksum(payload[...]))
        lastIndex = offset
        // The chain that is written goes on in the next index too.
        chains = []
        let bytes = block.head + payload
        offset += bytes.count
        return bytes
    }
}
