// SPDX-License-Identifier: Apache-2.0
/// What a memory knows of the nodes and long lines of one part.
struct Recollection {
    let places: [LayoutMemory.Place?]
    private let ids: [String]
    private let trails: [LayoutMemory.LineKey: LayoutMemory.Trail]

    init(_ ids: [String], _ places: [LayoutMemory.Place?], _ memory: LayoutMemory?) {
        self.ids = ids
        self.places = places
        trails = memory?.trails ?? [:]
    }

    /// Where each item was across the ranks; nil for one that was not there, or whose line passed other ranks.
    func middles(_ layers: Layers, _ part: Skeleton) -> [Int?] {
        var middles = places.map { $0?.middle }
        middles += repeatElement(nil, count: layers.itemCount - middles.count)
        for line in 0..<part.lineCount {
            let bends = layers.rank[part.head[line]] - layers.rank[part.tail[line]] - 1
            guard bends > 0 else { continue }
            let key = LayoutMemory.LineKey(tail: ids[part.tail[line]], head: ids[part.head[line]])
            guard let trail = trails[key], trail.places.count == bends else { continue }
            for (index, place) in trail.places.enumerated() { middles[Int(layers.firstBend[line]) + index] = place }
        }
        return middles
    }
}

/// Continues an earlier order: known nodes keep ranks and order, the rest finds its place among them.
enum KeptOrder {
    static func continued(_ skeleton: Skeleton, _ known: Recollection) -> OrderedPart {
        let places = known.places
        var part = skeleton
        let ranks = Ranking.normalised(self.ranks(part, places))
        for line in 0..<part.lineCount where ranks[part.tail[line]] > ranks[part.head[line]] { part.reverse(line) }
        var layers = Layers(part, ranks: ranks)
        let middles = known.middles(layers, part)
        arrange(&layers, part, middles)
        var counter = CrossingCounter()
        settle(&layers, isNew: middles.map { $0 == nil })
        return OrderedPart(
            part: part, ranks: ranks, layers: layers, crossings: counter.count(layers), isKept: true, middles: middles)
    }

    /// New items find their way among the others, then bends that are known may move as well, where that saves crossings.
    private static func settle(_ layers: inout Layers, isNew: [Bool]) {
        var budget = 12_000_000
        if isNew.contains(true) {
            var transposition = Transposition(layers)
            transposition.isFixed = isNew.map { !$0 }
            for swapsTies in [true, false] {
                _ = transposition.run(&layers, swapsTies: swapsTies, limit: budget / 8)
            }
        }
        var sifting = Sifting()
        let nodeCount = layers.nodeCount
        sifting.isFixed = isNew.enumerated().map { item, isNew in item < nodeCount && !isNew }
        for round in 0..<4 {
            var gain = 0
            for step in 0..<layers.rankCount where budget > 0 {
                let rank = round % 2 == 0 ? step : layers.rankCount - 1 - step
                budget -= layers.siftingCost(rank)
                gain += sifting.sift(&layers, rank: rank)
            }
            if gain == 0 { break }
        }
    }

    /// New nodes go behind the known ones that lead to them, or before those they lead to.
    private static func ranks(_ part: Skeleton, _ places: [LayoutMemory.Place?]) -> [Int] {
        var ranks = places.map { $0?.rank }
        var isChanged = true
        while isChanged {
            isChanged = false
            for line in 0..<part.lineCount {
                let leadsBack = part.heads[line] == .backward
                let (from, to) = leadsBack ? (part.head[line], part.tail[line]) : (part.tail[line], part.head[line])
                if let rank = ranks[from], ranks[to] == nil {
                    (ranks[to], isChanged) = (rank + 1, true)
                } else if let rank = ranks[to], ranks[from] == nil {
                    (ranks[from], isChanged) = (rank - 1, true)
                }
            }
        }
        return ranks.enumerated().map { node, rank in
            rank ?? ranks.indices.first { part.box[$0] == part.box[node] && ranks[$0] != nil }.flatMap { ranks[$0] }
                ?? 0
        }
    }

    /// Sorts ranks by where things were; what is new stands between its neighbours.
    private static func arrange(_ layers: inout Layers, _ part: Skeleton, _ middles: [Int?]) {
        let known = middles.prefix(part.nodeCount).compactMap { $0 }
        let mean = known.isEmpty ? 0 : Double(known.reduce(0, +)) / Double(known.count)
        var keys = middles.map { $0.map { Double($0) } ?? mean }
        var sums = [(sum: Double, count: Double)](repeating: (0, 0), count: part.nodeCount)
        for line in 0..<part.lineCount {
            for (node, other) in [(part.tail[line], part.head[line]), (part.head[line], part.tail[line])] {
                guard middles[node] == nil, let middle = middles[other] else { continue }
                sums[node] = (sums[node].sum + Double(middle), sums[node].count + 1)
            }
        }
        for (node, sum) in sums.enumerated() where sum.count > 0 { keys[node] = sum.sum / sum.count }
        for line in 0..<part.lineCount {
            let items = layers.items(ofLine: line, in: part)
            let (from, to) = (keys[part.tail[line]], keys[part.head[line]])
            for (index, item) in items.enumerated().dropFirst().dropLast() where middles[item] == nil {
                keys[item] = from + (to - from) * Double(index) / Double(items.count - 1)
            }
        }
        let siblings = siblingOrder(layers, keys)
        for rank in layers.order.indices {
            layers.sort(rank, by: layers.order[rank].map { keys[Int($0)] }, siblings: siblings)
        }
    }

    private static func siblingOrder(_ layers: Layers, _ keys: [Double]) -> [Int] {
        var sums = [Double](repeating: 0, count: layers.boxParent.count)
        var counts = sums
        for node in 0..<layers.nodeCount {
            var at = layers.box[node]
            while at >= 0 {
                sums[Int(at)] += keys[node]
                counts[Int(at)] += 1
                at = layers.boxParent[Int(at)]
            }
        }
        let means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
        var numbers = [Int](repeating: 0, count: means.count)
        let sorted = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
        for (number, box) in sorted.enumerated() { numbers[box] = number }
        return numbers
    }
}
