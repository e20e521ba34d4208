/// One connected part of a graph in cells, from its own corner; main and cross axis not yet turned into columns and rows.
struct PartDrawing {
    /// A rectangle along both axes.
    struct Area {
        var main: Int
        var cross: Int
        var mainExtent: Int
        var crossExtent: Int
    }

    let part: Skeleton
    private(set) var nodes: [Area] = []
    private(set) var boxes: [Area] = []
    /// Corners of each line as main and cross coordinates, from tail to head.
    private(set) var lines: [[(main: Int, cross: Int)]] = []
    private(set) var ranks: [Int] = []
    private(set) var crossings = 0
    private(set) var settledAnew = false
    private(set) var mainExtent = 0
    private(set) var crossExtent = 0

    init(
        _ skeleton: Skeleton, _ graph: LayoutGraph, _ canonical: CanonicalGraph, _ options: LayoutOptions,
        _ memory: LayoutMemory?, isTopDown: Bool
    ) {
        let places = skeleton.nodes.map { number in memory?.places[graph.nodes[canonical.nodes[number]].id] }
        var ordered = OrderedPart.make(skeleton, places, memory)
        settledAnew = ordered.settledAnew
        part = ordered.part
        ranks = ordered.ranks
        crossings = ordered.crossings
        ordered.layers.gatherBoxes()
        let grid = Grid(ordered.layers, part)
        let wanted: [Int?] = zip(places, part.cross).map { place, extent in
            ordered.isKept && memory?.keepsPositions == true ? place.map { $0.middle - extent / 2 } : nil
        }
        let gap = isTopDown ? max(2, options.nodeGap) : options.nodeGap
        let rows = CrossPlacement(grid, part, nodeGap: gap, wanted: wanted)
        draw(grid, rows, options, isTopDown: isTopDown)
    }

    private mutating func draw(_ grid: Grid, _ rows: CrossPlacement, _ options: LayoutOptions, isTopDown: Bool) {
        let height = max(1, (0..<grid.placeholderStart).map { rows.start[$0] + grid.extent[$0] }.max() ?? 1)
        let bottom = max(height, (rows.boxEnd.map { $0 + 1 }.max() ?? 0))
        let channels = ChannelSet(grid, part, ranks, rows, options, bottom: bottom, isTopDown: isTopDown)
        for node in 0..<part.nodeCount {
            nodes.append(
                Area(
                    main: channels.rankStart[ranks[node]], cross: rows.start[node], mainExtent: part.main[node],
                    crossExtent: part.cross[node]))
        }
        for box in part.boxes.indices {
            let (from, to) = channels.boxSpan(box)
            boxes.append(
                Area(
                    main: from, cross: rows.boxStart[box], mainExtent: to - from + 1,
                    crossExtent: rows.boxEnd[box] - rows.boxStart[box] + 1))
        }
        lines = (0..<part.lineCount).map { channels.corners(of: $0, grid, part, nodes) }
        mainExtent = channels.end
        crossExtent = max(bottom, channels.usedCross)
    }
}

/// A part with ranks and an order, new or continued.
struct OrderedPart {
    var part: Skeleton
    var ranks: [Int]
    var layers: Layers
    var crossings: Int
    var isKept: Bool
    var settledAnew = false

    /// Continues what is remembered of the part, unless that has become half as bad again as a new order would be.
    static func make(_ part: Skeleton, _ places: [LayoutMemory.Place?], _ memory: LayoutMemory?) -> OrderedPart {
        guard let memory, places.contains(where: { $0 != nil }) else { return settled(part) }
        let kept = KeptOrder.continued(part, places)
        let growth = max(1, part.lineCount * 100 / max(1, memory.baselineEdges))
        let bound = 20 + memory.baselineCrossings * growth / 100 * growth / 100 * 3 / 2
        guard kept.crossings > bound else { return kept }
        var anew = settled(part)
        guard anew.crossings * 3 / 2 < kept.crossings else { return kept }
        anew.settledAnew = true
        return anew
    }

    private static func settled(_ part: Skeleton) -> OrderedPart {
        var part = part
        CycleRemoval.apply(to: &part)
        let ranks = Ranking.ranks(of: part)
        var layers = Layers(part, ranks: ranks)
        let crossings = Ordering.settle(&layers)
        return OrderedPart(part: part, ranks: ranks, layers: layers, crossings: crossings, isKept: false)
    }
}

/// Continues an earlier order: known nodes keep ranks and order, the rest finds its place among them.
enum KeptOrder {
    static func continued(_ skeleton: Skeleton, _ places: [LayoutMemory.Place?]) -> OrderedPart {
        var part = skeleton
        let ranks = Ranking.normalised(self.ranks(part, places))
        for line in 0..<part.lineCount where ranks[part.tail[line]] > ranks[part.head[line]] { part.reverse(line) }
        var layers = Layers(part, ranks: ranks)
        arrange(&layers, part, places)
        var sifting = Sifting()
        sifting.isFixed = (0..<layers.itemCount).map { $0 < places.count && places[$0] != nil }
        var budget = 12_000_000
        for round in 0..<4 {
            for step in 0..<layers.rankCount where budget > 0 {
                let rank = round % 2 == 0 ? step : layers.rankCount - 1 - step
                budget -= layers.siftingCost(rank)
                _ = sifting.sift(&layers, rank: rank)
            }
        }
        var counter = CrossingCounter()
        return OrderedPart(
            part: part, ranks: ranks, layers: layers, crossings: counter.count(layers), isKept: true)
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
    private static func arrange(_ layers: inout Layers, _ part: Skeleton, _ places: [LayoutMemory.Place?]) {
        var keys = [Double](repeating: 0, count: layers.itemCount)
        let middle = places.compactMap { $0.map { Double($0.middle) } }
        let mean = middle.isEmpty ? 0 : middle.reduce(0, +) / Double(middle.count)
        for item in keys.indices {
            keys[item] = item < places.count ? places[item].map { Double($0.middle) } ?? mean : mean
        }
        for node in 0..<part.nodeCount where places[node] == nil {
            var sum = 0.0
            var count = 0.0
            for line in 0..<part.lineCount where part.tail[line] == node || part.head[line] == node {
                let other = part.tail[line] == node ? part.head[line] : part.tail[line]
                guard let place = places[other] else { continue }
                sum += Double(place.middle)
                count += 1
            }
            if count > 0 { keys[node] = sum / count }
        }
        for line in 0..<part.lineCount {
            let items = layers.items(ofLine: line, in: part)
            let (from, to) = (keys[part.tail[line]], keys[part.head[line]])
            for (index, item) in items.enumerated().dropFirst().dropLast() {
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
