// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Values of a document that was read earlier, kept as the parser's own words and strings, so that an equal value in the next document is
/// recognised by comparing memory instead of being read again.
///
/// Only values that hold strings, arrays and objects alone can be recognised. The words of the tape differ between equal values by where
/// they lie; subtracting the place of the value's start makes them comparable, and equal words over equal string bytes are equal values.
struct JSONMemo {
    private struct Entry {
        var words: Range<Int>
        var bytes: Range<Int>
        /// The last string's place from the value's first one, and its length: where the bytes end.
        var lastString: Int
        var lastCount: UInt32
    }

    private var entries: [Entry?] = []
    private var words: [UInt64] = []
    private var bytes: [UInt8] = []
    /// How many of `words` and `bytes` belong to entries; the rest was replaced.
    private var liveWords = 0

    /// How many values are kept.
    var count: Int { entries.count }

    /// Whether more is dead than alive: then it is time to start again.
    var isWasteful: Bool { words.count > 2 * liveWords + 1024 }

    /// Forgets all values from a position on.
    mutating func removeAll(from position: Int = 0) {
        for entry in entries[position...] { liveWords -= entry?.words.count ?? 0 }
        entries.removeSubrange(position...)
        guard position == 0 else { return }
        words.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Whether the value at the reader is equal, byte for byte and in the same order of fields, to the one kept at a position.
    @inline(__always)
    func matches(_ reader: borrowing JSONReader, at position: Int) -> Bool {
        guard position < entries.count, let entry = entries[position] else { return false }
        return words.withUnsafeBufferPointer { words in
            bytes.withUnsafeBytes { bytes in
                reader.isEqual(
                    words: UnsafeBufferPointer(rebasing: words[entry.words]),
                    bytes: UnsafeRawBufferPointer(rebasing: bytes[entry.bytes]),
                    lastString: entry.lastString, lastCount: entry.lastCount)
            }
        }
    }

    /// Keeps the value at the reader; one that cannot be recognised takes its position without ever matching.
    ///
    /// - Parameters:
    ///   - reader: at the value.
    ///   - position: of a value to replace, or `count`.
    mutating func keep(_ reader: borrowing JSONReader, at position: Int) {
        let entry = copy(reader)
        if position < entries.count {
            liveWords -= entries[position]?.words.count ?? 0
            entries[position] = entry
        } else {
            entries.append(entry)
        }
        liveWords += entry?.words.count ?? 0
    }

    private mutating func copy(_ reader: borrowing JSONReader) -> Entry? {
        let start = (words.count, bytes.count)
        guard let last = reader.copyNormalized(words: &words, bytes: &bytes) else {
            words.removeSubrange(start.0...)
            bytes.removeSubrange(start.1...)
            return nil
        }
        return Entry(
            words: start.0..<words.count, bytes: start.1..<bytes.count, lastString: last.place, lastCount: last.count)
    }
}
