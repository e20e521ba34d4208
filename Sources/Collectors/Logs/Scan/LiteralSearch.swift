// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Finds many words in one pass over bytes (Wu and Manber, "A fast algorithm for multi-pattern searching"): three bytes at the end of a
/// window as long as the shortest word say how far the window may jump, so that most bytes of an irrelevant line are never looked at.
///
/// A class, because it owns the memory of its table; it never changes.
final class LiteralSearch {
    /// A word that was found.
    struct Hit: Equatable {
        /// Its position among the words.
        var word: Int
        /// Where it begins.
        var start: Int
    }

    /// Three bytes are hashed to so many bits: the table of jumps stays in the first cache.
    private static let hashBits: UInt32 = 15

    /// The length of the shortest word.
    let window: Int
    private let words: [[UInt8]]
    /// By hash: how far the window may jump; 0 where a word may end.
    private let jumps: UnsafeMutablePointer<UInt8>
    /// By hash: the words whose window ends with these three bytes, the longest first.
    private var buckets: [UInt32: [Int]] = [:]

    /// - Parameter words: of at least four bytes each.
    init(_ words: [[UInt8]]) {
        self.words = words
        let window = max(4, min(255, words.map(\.count).min() ?? 4))
        self.window = window
        let size = 1 << Int(Self.hashBits)
        jumps = .allocate(capacity: size)
        jumps.initialize(repeating: UInt8(window - 2), count: size)
        for (number, word) in words.enumerated() where word.count >= window { add(word, number) }
        for key in buckets.keys { buckets[key]?.sort { words[$0].count > words[$1].count } }
    }

    deinit { jumps.deallocate() }

    private func add(_ word: [UInt8], _ number: Int) {
        for end in 2..<window {
            let key = Self.hash(UInt32(word[end - 2]) | UInt32(word[end - 1]) << 8 | UInt32(word[end]) << 16)
            jumps[Int(key)] = min(jumps[Int(key)], UInt8(window - 1 - end))
            if end == window - 1 { buckets[key, default: []].append(number) }
        }
    }

    /// The first word in `bytes` that begins at `from` or later.
    @inline(__always)
    func first(in bytes: UnsafeRawBufferPointer, from: Int = 0) -> Hit? {
        guard let base = bytes.baseAddress else { return nil }
        let (count, jumps) = (bytes.count, jumps)
        var end = from + window - 1
        while end < count {
            // The four bytes that end here; the window is longer, so they are all inside.
            let four = (base + (end - 3)).loadUnaligned(as: UInt32.self)
            let key = Self.hash(UInt32(littleEndian: four) >> 8)
            let jump = Int(jumps[Int(key)])
            if jump > 0 {
                end += jump
            } else if let word = word(at: base + (end - window + 1), room: count - (end - window + 1), key) {
                return Hit(word: word, start: end - window + 1)
            } else {
                end += 1
            }
        }
        return nil
    }

    @inline(never)
    private func word(at start: UnsafeRawPointer, room: Int, _ key: UInt32) -> Int? {
        buckets[key]?.first { number in
            let word = words[number]
            return word.count <= room
                && word.withUnsafeBytes { $0.baseAddress.map { memcmp($0, start, word.count) == 0 } ?? false }
        }
    }

    @inline(__always)
    private static func hash(_ block: UInt32) -> UInt32 { (block &* 0x9E37_79B1) >> (32 - hashBits) }
}
