// SPDX-License-Identifier: Apache-2.0
/// All channels of a part, and where ranks and channels are along the main axis.
struct ChannelSet {
    private(set) var rankStart: [Int] = []
    private(set) var end = 0
    /// Cells that lines use across the ranks.
    private(set) var usedCross = 0
    private var channels: [Channel] = []
    /// The first column of verticals of each channel, and how far apart columns are.
    private var trackStart: [Int] = []
    private var trackPitch: [Int] = []
    /// The room for labels in each channel, and the column of verticals before which it is.
    private var labelRoom: [(column: Int, width: Int)] = []
    private var spans: [(from: Int, to: Int)]
    private var ways: [[Int]] = []
    private let rows: CrossPlacement
    private let grid: Grid

    init(
        _ grid: Grid, _ part: Skeleton, _ ranks: [Int], _ rows: CrossPlacement, _ options: LayoutOptions, bottom: Int,
        isTopDown: Bool
    ) {
        self.grid = grid
        self.rows = rows
        spans = Array(repeating: (0, 0), count: part.boxes.count)
        route(part, ranks, bottom)
        place(part, ranks, options, isTopDown)
    }

    func boxSpan(_ box: Int) -> (Int, Int) { (spans[box].from, spans[box].to) }

    private mutating func route(_ part: Skeleton, _ ranks: [Int], _ bottom: Int) {
        var joints = [[Channel.Joint]](repeating: [], count: grid.order.count)
        var placeInRank = [Int](repeating: 0, count: grid.rank.count)
        for row in grid.order { for (place, item) in row.enumerated() { placeInRank[item] = place } }
        // The joints that start at each item, the last one first; joints of several lines that are the same are there once.
        var last = [Int](repeating: -1, count: grid.rank.count)
        var links: [Link] = []
        for (line, chain) in grid.chains.enumerated() {
            var indices: [Int] = []
            for index in 1..<chain.count {
                let (from, to, heads) = (chain[index - 1], chain[index], part.heads[line])
                let rank = grid.rank[from]
                var at = last[from]
                while at >= 0, links[at].to != to || links[at].heads != heads { at = links[at].next }
                if at >= 0 {
                    indices.append(links[at].joint)
                    continue
                }
                links.append(Link(to: to, heads: heads, joint: joints[rank].count, next: last[from]))
                last[from] = links.count - 1
                indices.append(joints[rank].count)
                joints[rank].append(
                    Channel.Joint(
                        from: placeInRank[from], to: placeInRank[to], heads: heads, isFlat: rank == grid.rank[to],
                        fromRow: row(from), toRow: row(to)))
            }
            ways.append(indices)
        }
        var frames = RowSet()
        for row in rows.boxStart + rows.boxEnd { frames.insert(row) }
        for list in joints { channels.append(Channel(list, closedRows: frames, rows: 0...max(0, bottom - 1))) }
        usedCross = (channels.map { $0.usedRows.upperBound }.max() ?? 0) + 1
    }

    /// A joint in the list of those that start at one item.
    private struct Link {
        let to: Int
        let heads: Heads
        let joint: Int
        let next: Int
    }

    private func row(_ item: Int) -> Int { rows.start[item] + grid.port(item) }

    private mutating func place(_ part: Skeleton, _ ranks: [Int], _ options: LayoutOptions, _ isTopDown: Bool) {
        let count = grid.order.count
        let frames = Frames(part, ranks, rankCount: count)
        var labels = [Int](repeating: 0, count: count)
        for line in 0..<part.lineCount where options.makesRoomForLabels && !isTopDown && part.labelWidth[line] > 0 {
            let rank = max(ranks[part.tail[line]], ranks[part.head[line]] - 1)
            labels[rank] = max(labels[rank], part.labelWidth[line] + (options.isCompact ? 1 : 2))
        }
        var at = frames.opening[0] > 0 ? frames.opening[0] + 1 : 0
        for rank in 0..<count {
            rankStart.append(at)
            at += (0..<part.nodeCount).filter { ranks[$0] == rank }.map { part.main[$0] }.max() ?? 1
            let isLast = rank + 1 == count
            let closing = frames.closing[rank] > 0 ? frames.closing[rank] + 1 : 1
            let width = channels[rank].width
            // Every other column, while there are few; where there is no room for labels there is none for that either.
            let pitch = !isTopDown && !options.isCompact && width < (options.makesRoomForLabels ? 8 : 4) ? 2 : 1
            trackStart.append(at + closing + (pitch - 1))
            trackPitch.append(pitch)
            labelRoom.append(
                labels[rank] > 0 && !isLast ? (channels[rank].labelColumn, labels[rank]) : (width, 0))
            if isLast {
                at += frames.closing[rank] > 0 ? closing : 0
                if width > 0 { at = trackStart[rank] + width * pitch }
            } else {
                let opening = frames.opening[rank + 1] + 1
                let least = isTopDown ? 2 : options.isCompact ? 3 : 4
                at += closing + max(least - closing - opening, width * pitch + (pitch - 1) + labels[rank]) + opening
            }
        }
        end = at
        for box in part.boxes.indices { spans[box] = frames.span(of: box, rankStart, part, ranks) }
        end = max(end, (spans.map { $0.to + 1 }.max() ?? 0))
    }

    /// Where a column of verticals is.
    private func main(of column: Int, _ rank: Int) -> Int {
        let room = labelRoom[rank]
        return trackStart[rank] + column * trackPitch[rank] + (column >= room.column ? room.width : 0)
    }

    /// The corners of a line from beside its tail to beside its head.
    func corners(of line: Int, _ grid: Grid, _ part: Skeleton, _ nodes: [PartDrawing.Area])
        -> [(main: Int, cross: Int)]
    {
        let chain = grid.chains[line]
        let tail = nodes[part.tail[line]]
        var result = [(main: tail.main + tail.mainExtent, cross: row(chain[0]))]
        for (index, joint) in ways[line].enumerated() {
            let rank = grid.rank[chain[index]]
            let way = channels[rank].ways[joint]
            let target = row(chain[index + 1])
            if let first = way.first {
                let main = self.main(of: first, rank)
                result.append((main, result[result.count - 1].cross))
                if let between = way.row, let second = way.second {
                    let other = self.main(of: second, rank)
                    result += [(main, between), (other, between), (other, target)]
                } else {
                    result.append((main, target))
                }
            }
        }
        let head = nodes[part.head[line]]
        let isFlat = grid.rank[chain[0]] == grid.rank[chain[chain.count - 1]]
        result.append((isFlat ? head.main + head.mainExtent : head.main - 1, row(chain[chain.count - 1])))
        return Self.simplified(result)
    }

    /// Leaves out points on the way between two others.
    private static func simplified(_ points: [(main: Int, cross: Int)]) -> [(main: Int, cross: Int)] {
        var result: [(main: Int, cross: Int)] = []
        for point in points {
            if let last = result.last, last == point { continue }
            if result.count > 1 {
                let (a, b) = (result[result.count - 2], result[result.count - 1])
                if (a.main == b.main && b.main == point.main) || (a.cross == b.cross && b.cross == point.cross) {
                    result.removeLast()
                }
            }
            result.append(point)
        }
        return result
    }
}

/// How many frames of boxes begin before each rank and end behind it, and which of them each box uses.
private struct Frames {
    var opening: [Int]
    var closing: [Int]
    private var low: [Int]
    private var high: [Int]
    private var openLevel: [Int]
    private var closeLevel: [Int]

    init(_ part: Skeleton, _ ranks: [Int], rankCount: Int) {
        let spans = BoxRanks(part, ranks: ranks)
        low = spans.low
        high = spans.high
        openLevel = Array(repeating: 1, count: part.boxes.count)
        closeLevel = openLevel
        opening = Array(repeating: 0, count: rankCount)
        closing = opening
        for box in part.boxes.indices.reversed() {
            opening[low[box]] = max(opening[low[box]], openLevel[box])
            closing[high[box]] = max(closing[high[box]], closeLevel[box])
            let parent = part.boxParent[box]
            guard parent >= 0 else { continue }
            if low[parent] == low[box] { openLevel[parent] = max(openLevel[parent], openLevel[box] + 1) }
            if high[parent] == high[box] { closeLevel[parent] = max(closeLevel[parent], closeLevel[box] + 1) }
        }
    }

    /// The columns of a box's frame.
    func span(of box: Int, _ rankStart: [Int], _ part: Skeleton, _ ranks: [Int]) -> (from: Int, to: Int) {
        let width = ranks.indices.filter { ranks[$0] == high[box] }.map { part.main[$0] }.max() ?? 1
        return (rankStart[low[box]] - 1 - openLevel[box], rankStart[high[box]] + width + closeLevel[box])
    }
}
