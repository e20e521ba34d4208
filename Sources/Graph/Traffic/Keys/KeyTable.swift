/// Numbers tuples in the order in which they first come. A table of its own, because a graph looks up a hundred thousand tuples of a few
/// numbers each, and hashing them one by one would take most of its time.
struct TupleTable<Tuple: SIMD> where Tuple.Scalar == UInt32 {
    private(set) var tuples: [Tuple] = []
    /// Numbers plus one; 0 is free. The count is a power of two.
    private var slots: [UInt32]

    /// - Parameter capacity: How many tuples are expected.
    init(capacity: Int = 64) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        tuples.reserveCapacity(capacity)
    }

    var count: Int { tuples.count }

    subscript(number: Int) -> Tuple { tuples[number] }

    /// The number of a tuple, which is new if it did not come before.
    @inline(__always)
    mutating func number(of tuple: Tuple) -> Int {
        let slot = slot(of: tuple)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        return add(tuple, slot)
    }

    @inline(never)
    private mutating func add(_ tuple: Tuple, _ slot: Int) -> Int {
        tuples.append(tuple)
        slots[slot] = UInt32(truncatingIfNeeded: tuples.count)
        if tuples.count * 2 > slots.count { grow() }
        return tuples.count - 1
    }

    /// The number of a tuple that came before.
    func known(_ tuple: Tuple) -> Int? {
        let slot = slot(of: tuple)
        return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
    }

    @inline(__always)
    private func slot(of tuple: Tuple) -> Int {
        let mask = slots.count - 1
        var slot = Self.hash(tuple) & mask
        while slots[slot] != 0, tuples[Int(slots[slot]) - 1] != tuple { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (number, tuple) in tuples.enumerated() {
            slots[slot(of: tuple)] = UInt32(truncatingIfNeeded: number + 1)
        }
    }

    /// Pairs of numbers are multiplied independently of each other, so that the processor need not wait for one after the other.
    @inline(__always)
    private static func hash(_ tuple: Tuple) -> Int {
        var hash: UInt64 = 0
        var key: UInt64 = 0x9E37_79B9_7F4A_7C15
        for lane in stride(from: 0, to: tuple.scalarCount, by: 2) {
            let word = UInt64(tuple[lane]) | UInt64(tuple[lane + 1]) << 32
            let product = (word ^ key).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
            hash &+= product.high ^ product.low
            key = key << 17 | key >> 47
        }
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) >> 1)
    }
}
