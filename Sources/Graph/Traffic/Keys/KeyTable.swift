// SPDX-License-Identifier: Apache-2.0
import Model

/// A key of a few numbers, held together so that it is hashed and compared as a whole.
protocol PackedKey: Hashable {
    /// The lanes of the key.
    associatedtype Lanes: SIMD where Lanes.Scalar == UInt32

    var lanes: Lanes { get }
}

/// A key that can be read back from its lanes.
protocol ReadableKey: PackedKey {
    init(lanes: Lanes)
}

/// Numbers keys in the order in which they first come. A table of its own, because a graph looks up a hundred thousand keys of a few numbers
/// each, and hashing these one by one would take most of its time.
struct KeyTable<Key: PackedKey> {
    fileprivate var keys: [Key.Lanes] = []
    /// Numbers plus one; 0 is free. The count is a power of two.
    private var slots: [UInt32]

    /// - Parameter capacity: the expected number of keys.
    init(capacity: Int = 64) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        keys.reserveCapacity(capacity)
    }

    var count: Int { keys.count }

    /// The number of a key, which is new if it did not come before.
    @inline(__always)
    mutating func number(of key: Key) -> Int {
        let slot = slot(of: key.lanes)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        return add(key.lanes, slot)
    }

    @inline(never)
    private mutating func add(_ key: Key.Lanes, _ slot: Int) -> Int {
        keys.append(key)
        slots[slot] = UInt32(truncatingIfNeeded: keys.count)
        if keys.count * 2 > slots.count { grow() }
        return keys.count - 1
    }

    /// The number of a key that came before.
    func known(_ key: Key) -> Int? {
        let slot = slot(of: key.lanes)
        return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
    }

    @inline(__always)
    private func slot(of key: Key.Lanes) -> Int {
        let mask = slots.count - 1
        var slot = Self.hash(key) & mask
        while slots[slot] != 0, keys[Int(slots[slot]) - 1] != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (number, key) in keys.enumerated() {
            slots[slot(of: key)] = UInt32(truncatingIfNeeded: number + 1)
        }
    }

    /// Pairs of numbers are multiplied independently of each other, so that the processor need not wait for one after the other.
    @inline(__always)
    private static func hash(_ key: Key.Lanes) -> Int {
        var hash: UInt64 = 0
        var salt: UInt64 = 0x9E37_79B9_7F4A_7C15
        for lane in stride(from: 0, to: key.scalarCount, by: 2) {
            let word = UInt64(key[lane]) | UInt64(key[lane + 1]) << 32
            let product = (word ^ salt).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
            hash &+= product.high ^ product.low
            salt = salt << 17 | salt >> 47
        }
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) >> 1)
    }
}

extension KeyTable where Key: ReadableKey {
    /// The key of a number.
    @inline(__always)
    subscript(number: Int) -> Key { Key(lanes: keys[number]) }
}

extension SIMD where Scalar == UInt32 {
    /// The value of a label in a lane.
    @inline(__always)
    func label(_ lane: Int) -> LabelValue { LabelValue(number: self[lane]) }

    /// An index in a lane.
    @inline(__always)
    func index(_ lane: Int) -> Int { Int(self[lane]) }
}
