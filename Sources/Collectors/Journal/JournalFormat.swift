// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// The layout of a journal file.
///
/// A header of 20 bytes (magic text, version, a reserved number), then records: length and CRC-32 of the payload, four bytes each, least
/// significant first, and the payload, one observation. Texts, role sets and member lists that came before are referred to by number, so
/// a journal is read from its beginning. A run that was appended begins with a header of its own, and refers to nothing before it.
enum JournalFormat {
    /// The file command, and people, recognise a journal by it.
    static let magic = Array("meshtop journal\n".utf8)
    /// Grows when an older program could not read what is written.
    static let version: UInt16 = 1
    static let headerSize = 20
    static let recordHeadSize = 8
    /// Maximum number of bytes of a record's payload. A view of 1,000 members with all its texts takes about 100 KB.
    static let maximumPayload = 16 << 20
    /// Maximum number of texts, and of role sets, that can be referred to; more are written out.
    static let maximumReferences = 1 << 16
    /// Maximum number of bytes of a text that can be referred to; a longer one is written out each time.
    static let maximumReferenceLength = 1_024
    /// Maximum number of member lists that can be referred to: those of the observers that agree, with room for some that do not.
    static let maximumLists = 8
    /// Maximum number of rows for which a reader makes room before it has read them: no claim of a file makes it reserve more.
    static let maximumReservedRows = 100_000

    static var header: [UInt8] {
        magic + [UInt8(version & 0xFF), UInt8(version >> 8), 0, 0]
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
