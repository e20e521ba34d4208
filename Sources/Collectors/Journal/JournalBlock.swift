// SPDX-License-Identifier: Apache-2.0
import Model

/// The head of a block: what is in it, when, and whether it is whole. Blocks that begin anew can be read without those before them; the
/// others continue the chain, in texts and in compression.
struct JournalBlock: Hashable {
    /// What a block holds.
    enum Kind: UInt8 {
        case observations = 1
        case index = 2
    }

    /// No text in UTF-8 holds the first byte, so that a search for blocks meets few others.
    static let marker: [UInt8] = [0xF5, 0x6D, 0x74, 0x72, 0x62, 0x6C, 0x6B, 0x0A]
    static let headSize = 60

    /// As written: a newer version may know more kinds.
    var kind: UInt8
    /// Whether it needs nothing of the blocks before it.
    var begins: Bool
    /// Number of bytes behind the head, and of these after decompression.
    var size: Int
    var rawSize: Int
    /// Number of observations, and that of the first among those of the run, from 1.
    var count: Int
    var first: Int64
    /// The earliest and the latest time in it.
    var from: Timestamp
    var until: Timestamp
    /// The checksum of the bytes behind the head.
    var checksum: UInt32

    /// The bytes of the head.
    var head: [UInt8] {
        var bytes = Self.marker + [kind, begins ? 1 : 0, 0, 0]
        for number in [UInt32(size), UInt32(rawSize), UInt32(count)] { bytes += JournalFormat.bytes(number) }
        for number in [first, from.microseconds, until.microseconds] { bytes += JournalFormat.bytes(number) }
        bytes += JournalFormat.bytes(checksum) + [0, 0, 0, 0]
        return bytes + JournalFormat.bytes(CRC32.checksum(bytes[...]))
    }
}

extension JournalBlock {
    /// Reads a head; `nil` if there is none, or if a byte of it has changed.
    ///
    /// - Parameter bytes: what begins with one, ``headSize`` bytes at least.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= Self.headSize, bytes.starts(with: Self.marker) else { return nil }
        let head = bytes.prefix(Self.headSize)
        let sum = JournalFormat.number(UInt32.self, in: head, at: Self.headSize - 4)
        guard CRC32.checksum(head.dropLast(4)) == sum else { return nil }
        func number(_ offset: Int) -> Int { Int(JournalFormat.number(UInt32.self, in: head, at: offset)) }
        func long(_ offset: Int) -> Int64 { JournalFormat.number(Int64.self, in: head, at: offset) }
        self.init(
            kind: head[head.startIndex + 8], begins: head[head.startIndex + 9] & 1 == 1, size: number(12),
            rawSize: number(16), count: number(20), first: long(24), from: Timestamp(microseconds: long(32)),
            until: Timestamp(microseconds: long(40)),
            checksum: JournalFormat.number(UInt32.self, in: head, at: 48))
        guard size <= JournalFormat.maximumBlock, rawSize <= JournalFormat.maximumBlock, count <= rawSize else {
            return nil
        }
    }
}

/// What an index says of one chain of blocks.
struct JournalChain: Hashable {
    /// Where its first block begins, from the beginning of the run.
    var offset: Int
    /// The number of its first observation in the run, from 1.
    var first: Int64
    /// The times of its first and last observation.
    var from: Timestamp
    var until: Timestamp
}

/// The payload of an index block: the chains since the index before it, and where that is.
///
/// The last twelve bytes are the size of the whole block and a text, so that it is found from the end of the file.
struct JournalIndex: Hashable {
    static let tail = Array("mtr-idx\n".utf8)

    /// Where the index before this one begins, from the beginning of the run; 0 for none.
    var previous: Int
    var chains: [JournalChain]

    /// The payload of the block.
    var payload: [UInt8] {
        var wire = WireWriter()
        wire.count(previous)
        wire.count(chains.count)
        for chain in chains {
            wire.count(chain.offset)
            wire.signed(chain.first)
            wire.signed(chain.from.microseconds)
            wire.signed(chain.until.microseconds)
        }
        let size = JournalBlock.headSize + wire.bytes.count + 4 + Self.tail.count
        return wire.bytes + JournalFormat.bytes(UInt32(size)) + Self.tail
    }
}

extension JournalIndex {
    /// Reads a payload.
    ///
    /// - Throws: ``WireError`` if it is none.
    init(_ payload: ArraySlice<UInt8>) throws(WireError) {
        var wire = WireReader(payload)
        let number = try wire.number()
        guard let previous = Int(exactly: number) else { throw WireError("an index names no place in a file") }
        self.init(previous: previous, chains: [])
        for _ in 0..<(try wire.count()) {
            guard let offset = Int(exactly: try wire.number()) else { throw WireError("an index names no place") }
            let first = try wire.signed()
            let from = Timestamp(microseconds: try wire.signed())
            chains.append(
                JournalChain(
                    offset: offset, first: first, from: from, until: Timestamp(microseconds: try wire.signed())))
        }
    }
}
