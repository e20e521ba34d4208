// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Values by the bytes they were made from, so that what repeats a thousand times in a document is made once.
///
/// It is bounded: what is in a full one is forgotten, because values from outside must not pile up indefinitely.
struct ByteInterner<Value> {
    private struct Entry {
        let hash: UInt64
        let key: Range<Int>
        let value: Value
    }

    private let maximum: Int
    /// Positions in `entries` plus one, by hash; 0 is free. The count is a power of two.
    private var slots: [UInt32]
    private var entries: [Entry] = []
    private var keys: [UInt8] = []

    /// - Parameter maximum: Maximum number of values.
    init(maximum: Int) {
        self.maximum = maximum
        slots = Array(repeating: 0, count: 64)
    }

    /// The value of these bytes.
    ///
    /// - Parameters:
    ///   - bytes: the key.
    ///   - make: makes the value of bytes that are not known yet.
    /// - Returns: the value that was made of equal bytes first.
    /// - Throws: what `make` threw; then nothing is kept.
    @inline(__always)
    mutating func value<Failure: Error>(
        of bytes: UnsafeRawBufferPointer, make: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let hash = Self.hash(bytes)
        if let known = find(bytes, hash) { return known }
        let value = try make(bytes)
        insert(value, bytes, hash)
        return value
    }

    /// The value of these bytes, if it was made before.
    @inline(__always)
    func known(_ bytes: UnsafeRawBufferPointer) -> Value? { find(bytes, Self.hash(bytes)) }

    @inline(__always)
    private func find(_ bytes: UnsafeRawBufferPointer, _ hash: UInt64) -> Value? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if entries[position].hash == hash, isEqual(entries[position].key, bytes) { return entries[position].value }
            slot = (slot + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func isEqual(_ key: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard key.count == bytes.count, let other = bytes.baseAddress else { return key.count == bytes.count }
        return keys.withUnsafeBytes { keys in
            keys.baseAddress.map { memcmp($0 + key.lowerBound, other, bytes.count) == 0 } ?? true
        }
    }

    private mutating func insert(_ value: Value, _ bytes: UnsafeRawBufferPointer, _ hash: UInt64) {
        if entries.count >= maximum { self = ByteInterner(maximum: maximum) }
        let start = keys.count
        keys.append(contentsOf: bytes)
        entries.append(Entry(hash: hash, key: start..<keys.count, value: value))
        if entries.count * 2 > slots.count { grow() } else { place(entries.count, hash) }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (position, entry) in entries.enumerated() { place(position + 1, entry.hash) }
    }

    private mutating func place(_ number: Int, _ hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(truncatingIfNeeded: number)
    }

    /// Multiply-and-fold over words of eight bytes; the last word reaches back into the one before it.
    @inline(__always)
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        var hash = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count)
        guard count >= 8 else { return finish(fold(hash ^ shortWord(bytes))) }
        var place = 0
        while place + 8 < count {
            hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        return finish(fold(hash ^ bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)))
    }

    /// Fewer than eight bytes as one word.
    @inline(__always)
    private static func shortWord(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        if count >= 4 {
            let first = UInt64(bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
            return first << 32 | UInt64(bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
        }
        guard count > 0 else { return 0 }
        return UInt64(bytes[0]) << 16 | UInt64(bytes[count / 2]) << 8 | UInt64(bytes[count - 1])
    }

    @inline(__always)
    private static func fold(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func finish(_ hash: UInt64) -> UInt64 { hash ^ hash >> 32 }
}
