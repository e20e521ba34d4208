// SPDX-License-Identifier: Apache-2.0
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
    /// Where each line is in the ranks between its ends.
    private(set) var trails: [[Int]] = []
    private(set) var ranks: [Int] = []
    private(set) var crossings = 0
    private(set) var replacesKept = false
    private(set) var mainExtent = 0
    private(set) var crossExtent = 0

    init(
        _ skeleton: Skeleton, _ graph: LayoutGraph, _ canonical: CanonicalGraph, _ options: LayoutOptions,
        _ memory: LayoutMemory?, isTopDown: Bool
    ) {
        let ids = skeleton.nodes.map { graph.nodes[canonical.nodes[$0]].id }
        let places = ids.map { memory?.places[$0] }
        var ordered = OrderedPart.make(skeleton, Recollection(ids, places, memory), memory)
        replacesKept = ordered.replacesKept
        part = ordered.part
        ranks = ordered.ranks
        crossings = ordered.crossings
        ordered.layers.gatherBoxes()
        let grid = Grid(ordered.layers, part)
        var wanted = [Int?](repeating: nil, count: grid.rank.count)
        if ordered.isKept, memory?.keepsPositions == true {
            for item in wanted.indices {
                guard let middle = ordered.middles[item] else { continue }
                wanted[grid.standIn[item]] = middle - grid.extent[item] / 2
            }
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
        trails = grid.chains.map { $0.dropFirst().dropLast().map { rows.start[$0] } }
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
    /// Where items were before; empty for a new order.
    var middles: [Int?] = []
    var replacesKept = false

    /// Continues what is remembered of the part, unless that has become half as bad again as a new order would be.
    static func make(_ part: Skeleton, _ known: Recollection, _ memory: LayoutMemory?) -> OrderedPart {
        guard let memory, known.places.contains(where: { $0 != nil }) else { return settled(part) }
        let kept = KeptOrder.continued(part, known)
        let growth = max(1, part.lineCount * 100 / max(1, memory.baselineEdges))
        let bound = 10 + memory.baselineCrossings * growth / 100 * growth / 100 * 3 / 2
        guard kept.crossings > bound else { return kept }
        var new = settled(part)
        guard new.crossings * 3 / 2 < kept.crossings else { return kept }
        new.replacesKept = true
        return new
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
