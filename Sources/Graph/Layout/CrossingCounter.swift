// SPDX-License-Identifier: Apache-2.0
/// Counts crossings between neighbouring ranks (Barth, Jünger, Mutzel: "Simple and efficient bilayer cross counting", 2002): lines sorted by
/// their upper ends are inserted by their lower ends into a tree of sums. O(m log n).
package struct CrossingCounter {
    private var tree: [Int32] = []
    private var ends: [Int32] = []
    private var starts: [Int32] = []

    /// All crossings of an order.
    mutating func count(_ layers: borrowing Layers) -> Int {
        var sum = 0
        for rank in 0..<max(0, layers.rankCount - 1) { sum += count(layers, after: rank) }
        return sum
    }

    /// Crossings between one rank and the next.
    mutating func count(_ layers: borrowing Layers, after rank: Int) -> Int {
        collect(layers, after: rank)
        let lower = layers.order[rank + 1].count
        var size = 1
        while size < lower { size *= 2 }
        return sum(leaves: size)
    }

    /// Crossings of lines between two rows.
    ///
    /// - Parameters:
    ///   - lines: Places of their ends in the first and in the second row.
    ///   - rowCount: Places in the second row.
    /// - Returns: Pairs whose ends are in opposite order.
    package static func count(_ lines: [(Int, Int)], rowCount: Int) -> Int {
        var counter = CrossingCounter()
        counter.ends = lines.sorted(by: <).map { Int32($0.1) }
        var size = 1
        while size < rowCount { size *= 2 }
        return counter.sum(leaves: size)
    }

    /// Lower ends, sorted by upper end, then by lower end, by going through the lower rank in its order.
    private mutating func collect(_ layers: borrowing Layers, after rank: Int) {
        let upper = layers.order[rank]
        starts.removeAll(keepingCapacity: true)
        var total: Int32 = 0
        for item in upper {
            starts.append(total)
            total += Int32(layers.after.degree(Int(item)))
        }
        if ends.count != Int(total) { ends = Array(repeating: 0, count: Int(total)) }
        for (index, item) in layers.order[rank + 1].enumerated() {
            for joint in layers.before.range(Int(item)) {
                let place = Int(layers.position[Int(layers.before.values[joint])])
                ends[Int(starts[place])] = Int32(index)
                starts[place] += 1
            }
        }
    }

    private mutating func sum(leaves size: Int) -> Int {
        tree.removeAll(keepingCapacity: true)
        tree.append(contentsOf: repeatElement(0, count: 2 * size))
        var crossings = 0
        tree.withUnsafeMutableBufferPointer { tree in
            for end in ends {
                var index = Int(end) &+ size
                tree[index] &+= 1
                while index > 1 {
                    if index & 1 == 0 { crossings &+= Int(tree[index &+ 1]) }
                    index >>= 1
                    tree[index] &+= 1
                }
            }
        }
        return crossings
    }
}
