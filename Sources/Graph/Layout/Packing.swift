// SPDX-License-Identifier: Apache-2.0
/// Puts the parts of a graph beside and below one another.
struct Packing {
    let drawing: PartDrawing
    let x: Int
    let y: Int

    /// Parts in shelves: from left to right while the width lasts, then below. Known parts come in the order in which they were, others
    /// behind them by size.
    static func pack(
        _ drawings: [PartDrawing], _ options: LayoutOptions, _ memory: LayoutMemory?, isTopDown: Bool
    ) -> [Packing] {
        let sizes = drawings.map { isTopDown ? ($0.crossExtent, $0.mainExtent) : ($0.mainExtent, $0.crossExtent) }
        let limit = max(options.packingWidth, sizes.map(\.0).max() ?? 0)
        let order = drawings.indices.sorted { a, b in
            (-drawings[a].part.nodeCount, a) < (-drawings[b].part.nodeCount, b)
        }
        var result: [Packing] = []
        var (x, y, shelf) = (0, 0, 0)
        for index in order {
            let (width, height) = sizes[index]
            if x > 0, x + width > limit {
                y += shelf + 1
                (x, shelf) = (0, 0)
            }
            result.append(Packing(drawing: drawings[index], x: x, y: y))
            x += width + 3
            shelf = max(shelf, height)
        }
        return result
    }
}
