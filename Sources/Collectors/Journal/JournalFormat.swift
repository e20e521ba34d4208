/// The layout of a journal file.
///
/// A header of 20 bytes (magic text, version, a reserved number), then records: length and CRC-32 of the payload, four bytes each, least
/// significant first, and the payload, one observation. Texts, role sets and member lists that came before are referred to by number, so
/// a journal is read from its beginning.
enum JournalFormat {
    /// The file command, and people, recognise a journal by it.
    static let magic = Array("meshtop journal\n".utf8)
    /// Grows when an older program could not read what is written.
    static let version: UInt16 = 1
    static let headerSize = 20
    static let recordHeadSize = 8
    /// A view of 1,000 members with all its texts takes about 100 KB.
    static let maximumPayload = 16 << 20
    /// How many texts and role sets can be referred to; more are written out.
    static let maximumReferences = 1 << 16
    /// A longer text is written out each time.
    static let longestReference = 1_024
    /// The lists that can be referred to: those of the observers that agree, with room for some that do not.
    static let keptLists = 8

    static var header: [UInt8] {
        magic + [UInt8(version & 0xFF), UInt8(version >> 8), 0, 0]
    }
}

/// CRC-32 as in zlib (polynomial 0xEDB88320, reflected).
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    /// The checksum of bytes.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        bytes.withUnsafeBufferPointer { bytes in
            table.withUnsafeBufferPointer { table in
                for byte in bytes { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
            }
        }
        return value ^ 0xFFFF_FFFF
    }
}

/// Why a journal cannot be read, or not further.
package struct JournalError: Error, Hashable, Sendable {
    /// A short word for each kind of trouble.
    package enum Code: String, Hashable, Sendable {
        case notAJournal = "not-a-journal"
        case newerVersion = "newer-version"
        case truncated
        case damaged
        case unreadable
    }

    package let code: Code
    /// What happened, where, and what was read until then; a clause without a full stop.
    package let message: String
}
