// SPDX-License-Identifier: Apache-2.0
import Model

/// Natural sort order of names that contain numbers: `node-9` comes before `node-10`.
enum NaturalOrder {
    /// - Returns: The places of the addresses in that order.
    static func sorted(_ addresses: [Address]) -> [Int] {
        let keys = addresses.map { Array($0.hostPort.utf8) }
        return addresses.indices.sorted { left, right in
            if isLess(keys[left], keys[right]) { return true }
            return !isLess(keys[right], keys[left]) && left < right
        }
    }

    /// The rank of each address in that order.
    static func ranks(_ addresses: [Address]) -> [Int] { ranks(sorted(addresses)) }

    /// The rank of each place of a sorted list of places.
    static func ranks(_ sorted: [Int]) -> [Int] {
        var ranks = Array(repeating: 0, count: sorted.count)
        for (rank, place) in sorted.enumerated() { ranks[place] = rank }
        return ranks
    }

    static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if isDigit(left[i]), isDigit(right[j]) {
                let (a, b) = (digits(left, &i), digits(right, &j))
                if a.count != b.count { return a.count < b.count }
                if !a.elementsEqual(b) { return a.lexicographicallyPrecedes(b) }
            } else {
                if left[i] != right[j] { return left[i] < right[j] }
                i += 1
                j += 1
            }
        }
        return left.count - i < right.count - j
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The digits from a place on, without leading zeros.
    private static func digits(_ text: [UInt8], _ place: inout Int) -> ArraySlice<UInt8> {
        while place < text.count, text[place] == 0x30 { place += 1 }
        let start = place
        while place < text.count, isDigit(text[place]) { place += 1 }
        return text[start..<place]
    }
}
