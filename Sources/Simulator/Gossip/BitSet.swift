// SPDX-License-Identifier: Apache-2.0
/// A set of small whole numbers, one bit each: who has seen a gossip, of a thousand members in 125 bytes.
struct BitSet: Sendable {
    private var words: [UInt64] = []

    init() {}

    init(_ elements: some Sequence<Int>) {
        for element in elements { insert(element) }
    }

    func contains(_ element: Int) -> Bool {
        let word = element >> 6
        return word < words.count && words[word] & (1 << UInt64(element & 63)) != 0
    }

    mutating func insert(_ element: Int) {
        let word = element >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        words[word] |= 1 << UInt64(element & 63)
    }

    mutating func remove(_ element: Int) {
        guard contains(element) else { return }
        words[element >> 6] &= ~(1 << UInt64(element & 63))
    }

    func removing(_ element: Int) -> BitSet {
        var result = self
        result.remove(element)
        return result
    }

    mutating func formUnion(_ other: BitSet) {
        if other.words.count > words.count {
            words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        for index in other.words.indices { words[index] |= other.words[index] }
    }

    /// Those that the other set does not have, in increasing order.
    func elements(notIn other: BitSet) -> [Int] {
        isSubset(of: other) ? [] : elements.filter { !other.contains($0) }
    }

    func isSubset(of other: BitSet) -> Bool { other.isSuperset(of: self) }

    func isSuperset(of other: BitSet) -> Bool {
        for (index, word) in other.words.enumerated() {
            let own = index < words.count ? words[index] : 0
            if word & ~own != 0 { return false }
        }
        return true
    }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// The elements in increasing order.
    var elements: [Int] {
        var result: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                result.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return result
    }
}

extension BitSet: Equatable {
    static func == (left: BitSet, right: BitSet) -> Bool {
        left.isSuperset(of: right) && right.isSuperset(of: left)
    }
}
