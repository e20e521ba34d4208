// SPDX-License-Identifier: Apache-2.0
/// Finds an order of each rank with few crossings.
///
/// Several starts are improved by sweeps and by sifting, the best one is kept. How much is tried follows from the size of the graph, not
/// from a clock, so that the same graph always gives the same drawing.
struct Ordering {
    private var counter = CrossingCounter()
    private var sweeps = Sweeps()
    private var transposition: Transposition
    private var sifting = Sifting()
    private var random = SplitMix(state: 0x9E37_79B9_7F4A_7C15)
    private var best: [[Int32]] = []
    private(set) var crossings = Int.max
    /// Steps left; about a million of them take a millisecond.
    private var budget: Int

    private init(_ layers: borrowing Layers) {
        transposition = Transposition(layers)
        budget = Self.budget(nodes: layers.nodeCount)
    }

    /// Orders a part without looking back.
    ///
    /// - Parameter layers: What to order.
    /// - Returns: The crossings that are left.
    static func settle(_ layers: inout Layers) -> Int {
        var ordering = Ordering(layers)
        ordering.run(&layers)
        return ordering.crossings
    }

    private static func budget(nodes: Int) -> Int {
        min(5_000_000, max(1_250_000, 110 * nodes * nodes))
    }

    private mutating func run(_ layers: inout Layers) {
        for isForward in [true, false] {
            layers.orderAlongLines(isForward: isForward)
            layers.gatherBoxes()
            sweep(&layers, rounds: 4)
            keepIfBetter(layers)
        }
        layers.restore(best)
        sweep(&layers, rounds: 24)
        sift(&layers)
        keepIfBetter(layers)
        var stale = 0
        while budget > 0, crossings > 0, stale < 12 {
            let before = crossings
            layers.restore(best)
            shuffle(&layers)
            layers.gatherBoxes()
            sweep(&layers, rounds: 8)
            sift(&layers)
            keepIfBetter(layers)
            stale = crossings < before ? 0 : stale + 1
        }
        layers.restore(best)
    }

    private mutating func shuffle(_ layers: inout Layers) {
        for rank in 0..<layers.rankCount where random.next(below: 3) == 0 {
            let count = layers.order[rank].count
            for _ in 0..<(count / 4) {
                layers.order[rank].swapAt(random.next(below: count), random.next(below: count))
            }
            layers.renumber(rank)
        }
    }

    /// Sweeps and exchanges neighbours, until eight rounds in a row were next to no gain, and leaves the best order of them.
    private mutating func sweep(_ layers: inout Layers, rounds: Int) {
        var least = counter.count(layers)
        var kept = layers.order
        var idle = 0
        for round in 0..<rounds where idle < 8 && least > 0 && budget > 0 {
            let reverses = round % 4 < 2
            sweeps.sweep(&layers, isForward: round % 2 == 0, reversesTies: reverses)
            let steps = transposition.steps
            _ = transposition.run(&layers, swapsTies: !reverses, limit: budget / 4)
            budget -= 20 * layers.jointCount + 5 * layers.itemCount + 4 * (transposition.steps - steps)
            let count = counter.count(layers)
            idle += 1
            guard count <= least else { continue }
            if count * 1000 < least * 995 { idle = 0 }
            least = count
            kept = layers.order
        }
        layers.restore(kept)
    }

    /// Sifts until a round gains less than a thousandth.
    private mutating func sift(_ layers: inout Layers) {
        var left = counter.count(layers)
        var round = 0
        while left > 0, round < 30 {
            var gain = 0
            for step in 0..<layers.rankCount {
                let rank = round % 2 == 0 ? step : layers.rankCount - 1 - step
                gain += sifting.sift(&layers, rank: rank, movesTies: round % 2 == 0)
                budget -= layers.siftingCost(rank)
                // In a large graph a single round takes longer than the reader should wait.
                if budget < 0 { break }
            }
            left -= gain
            round += 1
            if gain * 1000 < left || (gain == 0 && round % 2 == 1) || budget < 0 { break }
        }
    }

    private mutating func keepIfBetter(_ layers: borrowing Layers) {
        let count = counter.count(layers)
        guard count < crossings else { return }
        crossings = count
        best = layers.order
    }
}

extension Layers {
    /// About how many steps it takes to sift a rank.
    func siftingCost(_ rank: Int) -> Int {
        let count = order[rank].count
        let neighbours =
            (rank > 0 ? order[rank - 1].count : 0) + (rank + 1 < order.count ? order[rank + 1].count : 0)
        return count * (neighbours + 4 * count) / 2
    }

    /// Puts items in the order in which a search along lines meets them, breadth first from the items of the first or of the last rank.
    mutating func orderAlongLines(isForward: Bool) {
        var isSeen = [Bool](repeating: false, count: itemCount)
        var found = [[Int32]](repeating: [], count: rankCount)
        let starts = isForward ? order : order.reversed()
        for row in starts {
            for start in row where !isSeen[Int(start)] {
                isSeen[Int(start)] = true
                var queue = [start]
                var next = 0
                while next < queue.count {
                    let item = Int(queue[next])
                    next += 1
                    found[Int(rank[item])].append(Int32(item))
                    visit(after, item, &isSeen, &queue)
                    visit(before, item, &isSeen, &queue)
                }
            }
        }
        restore(found)
    }

    private func visit(_ adjacency: Adjacency, _ item: Int, _ isSeen: inout [Bool], _ queue: inout [Int32]) {
        for joint in adjacency.range(item) {
            let other = adjacency.values[joint]
            guard !isSeen[Int(other)] else { continue }
            isSeen[Int(other)] = true
            queue.append(other)
        }
    }
}

/// A small generator of numbers that look random and are always the same (Steele, Lea, Flood: SplitMix64).
struct SplitMix {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return bound > 0 ? Int(mixed % UInt64(bound)) : 0
    }
}
