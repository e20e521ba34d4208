// SPDX-License-Identifier: Apache-2.0
import Model

/// Turns the blocks of a run into observations.
struct BlockDecoder {
    /// What became of a block.
    enum Outcome {
        case taken
        /// It continues a chain of which something is missing.
        case broken
        case unreadable
    }

    private var decoder = ObservationDecoder()
    private let zstd = ZstdDecompressor()
    /// The decompressed bytes of the block that is read, and how far.
    private var raw: [UInt8] = []
    private var position = 0
    /// Where only times are wanted: the earliest and the latest of the block, which need not be decompressed.
    private var times: [Timestamp] = []
    /// Whether something of the chain is missing, so that blocks that continue it mean nothing.
    private(set) var isBroken = true
    /// How many observations of the run come before the next.
    private(set) var number: Int64 = 0

    /// Takes note that something of the chain is missing.
    mutating func breakChain() {
        isBroken = true
        (raw, position) = ([], 0)
    }

    /// Takes a block whose checksum is right.
    mutating func take(
        _ block: JournalBlock, _ payload: ArraySlice<UInt8>, _ detail: JournalParser.Detail
    ) -> Outcome {
        if block.begins {
            zstd.reset()
            decoder = ObservationDecoder()
            isBroken = false
        }
        guard !isBroken else { return .broken }
        if detail == .times {
            times = [block.from, block.until]
            return .taken
        }
        guard let raw = zstd.decompress(payload, size: block.rawSize) else {
            breakChain()
            return .unreadable
        }
        (self.raw, position, number) = (raw, 0, block.first - 1)
        return .taken
    }

    /// The next observation of the block.
    ///
    /// - Returns: `nil` at its end.
    /// - Throws: ``WireError`` when a newer version wrote what this one cannot read.
    mutating func next(_ detail: JournalParser.Detail) throws(WireError) -> Observation? {
        if let time = times.first {
            times.removeFirst()
            return Observation(at: time, source: nil, .tick)
        }
        guard position < raw.count else { return nil }
        var wire = WireReader(raw[position...])
        let length = try wire.count()
        let start = wire.index
        position = start + length
        number += 1
        return try decoder.decode(raw[start..<position], detail)
    }
}
