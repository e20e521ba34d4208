// SPDX-License-Identifier: Apache-2.0
internal import CZlib
package import Model

/// The layout of a journal file; `docs/JOURNAL.md` describes it for others.
///
/// A file holds runs, one behind the other. A run of version 2 is a header and blocks; one of version 1, which is still read, a header and
/// records. Texts, role sets and member lists that came before are referred to by number: in version 1 from the beginning of the run, in
/// version 2 from the beginning of a chain of blocks.
enum JournalFormat {
    /// The file command, and people, recognise a journal by it.
    static let magic = Array("meshtop journal\n".utf8)
    /// Grows when an older program could not read what is written, not even say which feature it lacks.
    static let version: UInt16 = 2
    /// The version of records without blocks.
    static let recordsVersion: UInt16 = 1
    /// What this version writes and reads; a reader refuses a file that names another feature.
    static let features = ["zstd", "index"]
    /// Maximum number of bytes of the names of all features.
    static let maximumFeatures = 1_024
    static let headerSize = 20
    static let recordHeadSize = 8
    /// Maximum number of bytes of a record's payload, and of a block. A view of 1,000 members with all its texts takes about 100 KB.
    static let maximumPayload = 16 << 20
    /// Maximum number of bytes of a block before it is compressed: one record, and what was gathered before it.
    static let maximumBlock = maximumPayload + (1 << 20)
    /// Maximum number of texts, and of role sets, that can be referred to; more are written out.
    static let maximumReferences = 1 << 16
    /// Maximum number of bytes of a text that can be referred to; a longer one is written out each time.
    static let maximumReferenceLength = 1_024
    /// Maximum number of member lists that can be referred to: those of the observers that agree, with room for some that do not.
    static let maximumLists = 8
    /// Maximum number of rows for which a reader makes room before it has read them: no claim of a file makes it reserve more.
    static let maximumReservedRows = 100_000

    /// The header of a run of version 1.
    static var recordsHeader: [UInt8] { magic + bytes(recordsVersion) + [0, 0] }

    /// The header of a run: magic text, version, length of the names of its features, the names, and the checksum of all that.
    static func header(features: [String] = features) -> [UInt8] {
        let names = Array(features.joined(separator: " ").utf8)
        let head = magic + bytes(version) + bytes(UInt16(names.count)) + names
        return head + bytes(CRC32.checksum(head[...]))
    }

    /// A number, the least significant byte first.
    static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// The number that stands at a place, the least significant byte first. The caller has checked that it is there.
    static func number<Number: FixedWidthInteger>(_ type: Number.Type, in bytes: ArraySlice<UInt8>, at offset: Int)
        -> Number
    {
        let start = bytes.startIndex + offset
        return bytes[start..<start + Number.bitWidth / 8].reversed().reduce(Number(0)) {
            $0 << 8 | Number(truncatingIfNeeded: $1)
        }
    }
}

/// CRC-32 (polynomial 0xEDB88320, reflected), as zlib computes it.
enum CRC32 {
    /// The checksum of bytes.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
    }
}

/// Why a journal cannot be read, or not further.
package struct JournalError: Error, Hashable, Sendable {
    /// A short word for each kind of trouble.
    package enum Code: String, Hashable, Sendable {
        case notAJournal = "not-a-journal"
        /// A new recording has the name of one that is there.
        case exists
        /// Another process writes it.
        case busy
        case newerVersion = "newer-version"
        case truncated
        case damaged
        case unreadable
    }

    /// The kind of trouble.
    package let code: Code
    /// What happened, where, and what was read until then; a clause without a full stop.
    package let message: String
}

/// A piece of a journal that cannot be read; what is behind it can.
package struct JournalHole: Hashable, Sendable {
    /// Where in the file it begins, and how many bytes it has.
    package var bytes: Range<Int>
    /// The time of the last observation before it; `nil` at the beginning.
    package var from: Timestamp?
    /// The time of the first observation behind it; `nil` at the end.
    package var until: Timestamp?
    /// What is wrong, a clause.
    package var reason: String

    /// In words, a clause without a subject.
    package var text: String {
        let span = "\(from.map { " after \($0)" } ?? "")\(until.map { " until \($0)" } ?? " to its end")"
        return "is damaged at offset \(bytes.lowerBound), \(bytes.count) bytes: \(reason); nothing is known\(span)"
    }
}
