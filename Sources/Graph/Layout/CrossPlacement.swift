// SPDX-License-Identifier: Apache-2.0
/// Places items across the ranks: rows, if ranks are columns.
///
/// Items that a straight line should join form blocks. Blocks and the two ends of boxes are variables; that they follow one another with
/// room between is a set of differences, a graph without cycles. The least places are longest paths; then each variable moves to the median
/// of where its lines want it, within what its neighbours leave, several times up and down.
struct CrossPlacement {
    /// The first cell of each item.
    private(set) var start: [Int]
    /// The first and last cell of each box, lines included.
    private(set) var boxStart: [Int] = []
    private(set) var boxEnd: [Int] = []

    private let grid: Grid
    private let part: Skeleton
    private let nodeGap: Int
    private var variable: [Int]
    private var offset: [Int]
    private var count = 0
    private var place: [Int] = []
    private var rules: [PlacementRule] = []

    init(_ grid: Grid, _ part: Skeleton, nodeGap: Int, wanted: [Int?]) {
        self.grid = grid
        self.part = part
        self.nodeGap = nodeGap
        variable = Array(0..<grid.rank.count)
        offset = Array(repeating: 0, count: grid.rank.count)
        start = offset
        let pairs = Alignment.pairs(grid, part) { wanted[$0] == nil && wanted[$1] == nil }
        if !solve(pairs, wanted) { _ = solve([], wanted) }
    }

    private mutating func solve(_ pairs: [(Int, Int)], _ wanted: [Int?]) -> Bool {
        makeBlocks(pairs)
        makeRules()
        guard let order = sorted() else { return false }
        let wants = Wants(grid, part, variable, offset, wanted, count: count)
        settle(order, wants)
        let base = count - 2 * part.boxes.count
        for item in start.indices {
            start[item] = place[variable[grid.standIn[item]]] + offset[grid.standIn[item]]
        }
        boxStart = part.boxes.indices.map { place[base + 2 * $0] }
        boxEnd = part.boxes.indices.map { place[base + 2 * $0 + 1] }
        moveToZero()
        return true
    }

    private mutating func moveToZero() {
        let low = min(start.min() ?? 0, boxStart.min() ?? Int.max)
        for item in start.indices { start[item] -= low }
        for box in boxStart.indices {
            boxStart[box] -= low
            boxEnd[box] -= low
        }
    }

    /// Joins aligned items; offsets make their ports meet.
    private mutating func makeBlocks(_ pairs: [(Int, Int)]) {
        let items = grid.rank.count
        var next = [Int](repeating: -1, count: items)
        var hasPrevious = [Bool](repeating: false, count: items)
        for (a, b) in pairs {
            next[a] = b
            hasPrevious[b] = true
        }
        count = 0
        for row in grid.order {
            for item in row where !hasPrevious[item] {
                var at = item
                offset[item] = 0
                while true {
                    variable[at] = count
                    guard next[at] >= 0 else { break }
                    offset[next[at]] = offset[at] + grid.port(at) - grid.port(next[at])
                    at = next[at]
                }
                count += 1
            }
        }
        count += 2 * part.boxes.count
    }

    private func lowEnd(_ box: Int) -> Int { count - 2 * part.boxes.count + 2 * box }
    private func highEnd(_ box: Int) -> Int { lowEnd(box) + 1 }

    private mutating func makeRules() {
        rules.removeAll(keepingCapacity: true)
        for row in grid.order {
            var previous = -1
            for item in row {
                addRules(from: previous, to: item)
                previous = item
            }
            addRules(from: previous, to: -1)
        }
    }

    /// What lies between two neighbours of a rank: ends of boxes that close, ends of boxes that open, and a gap between two nodes.
    private mutating func addRules(from a: Int, to b: Int) {
        if part.boxes.isEmpty {
            guard a >= 0, b >= 0 else { return }
            let gap = grid.isNode(a) && grid.isNode(b) ? nodeGap : 0
            return rule(variable[a], variable[b], offset[a] + grid.extent[a] - offset[b] + gap)
        }
        let closed = ancestors(a).filter { !ancestors(b).contains($0) }
        let opened = ancestors(b).filter { !ancestors(a).contains($0) }
        var last = a >= 0 ? variable[a] : -1
        var least = a >= 0 ? offset[a] + grid.extent[a] : 0
        for box in closed {
            rule(last, highEnd(box), least)
            (last, least) = (highEnd(box), 1)
        }
        for box in opened.reversed() {
            if last >= 0 { rule(last, lowEnd(box), least) }
            (last, least) = (lowEnd(box), 1)
        }
        guard b >= 0, last >= 0 else { return }
        let touches = a >= 0 && closed.isEmpty && opened.isEmpty && grid.isNode(a) && grid.isNode(b)
        rule(last, variable[b], least - offset[b] + (touches ? nodeGap : 0))
    }

    private mutating func rule(_ from: Int, _ to: Int, _ least: Int) {
        if from != to { rules.append(PlacementRule(from: from, to: to, least: least)) }
    }

    /// The boxes around an item, innermost first.
    private func ancestors(_ item: Int) -> [Int] {
        guard item >= 0 else { return [] }
        var result: [Int] = []
        var at = grid.box[item]
        while at >= 0 {
            result.append(at)
            at = part.boxParent[at]
        }
        return result
    }

    /// Variables so that every rule leads forwards; nil if rules contradict each other.
    private func sorted() -> [Int]? {
        var waiting = [Int](repeating: 0, count: count)
        for rule in rules { waiting[rule.to] += 1 }
        let out = Adjacency(count: count, from: rules.map { Int32($0.from) }, to: rules.indices.map { Int32($0) })
        var order = waiting.indices.filter { waiting[$0] == 0 }
        var next = 0
        while next < order.count {
            for index in out.range(order[next]) {
                let to = rules[Int(out.values[index])].to
                waiting[to] -= 1
                if waiting[to] == 0 { order.append(to) }
            }
            next += 1
        }
        return order.count == count ? order : nil
    }

    private mutating func settle(_ order: [Int], _ wants: Wants) {
        var wants = wants
        let before = RuleTable(rules, count: count, by: \.to, other: \.from)
        let behind = RuleTable(rules, count: count, by: \.from, other: \.to)
        let base = count - 2 * part.boxes.count
        place = Array(repeating: Int.min / 4, count: count)
        for at in order {
            let least = wants.fixed[at] ?? (before.isEmpty(at) ? wants.lowest : 0)
            place[at] = max(least, before.highest(at, place, plus: 1))
        }
        var floor = place.max() ?? 0
        for pass in 0..<8 {
            for step in 0..<count {
                let at = order[pass % 2 == 0 ? count - 1 - step : step]
                guard pass == 0 || wants.fixed[at] == nil else { continue }
                let low = before.highest(at, place, plus: 1)
                let high = min(floor, -behind.highest(at, place, plus: -1))
                guard low <= high else { continue }
                let wish =
                    at < base ? wants.fixed[at] ?? wants.median(at, place) : (at - base) % 2 == 0 ? high : low
                if let wish { place[at] = min(max(wish, low), high) }
            }
            floor = place.max() ?? floor
        }
    }
}

/// A minimum distance of one variable behind another one.
private struct PlacementRule {
    let from: Int
    let to: Int
    let least: Int
}

/// Rules by one of their variables, in flat arrays.
private struct RuleTable {
    private let starts: [Int32]
    private let others: [Int32]
    private let least: [Int32]

    init(_ rules: [PlacementRule], count: Int, by key: (PlacementRule) -> Int, other: (PlacementRule) -> Int) {
        let table = Adjacency(count: count, from: rules.map { Int32(key($0)) }, to: rules.indices.map { Int32($0) })
        starts = table.starts
        others = table.values.map { Int32(other(rules[Int($0)])) }
        least = table.values.map { Int32(rules[Int($0)].least) }
    }

    func isEmpty(_ at: Int) -> Bool { starts[at] == starts[at + 1] }

    /// The lowest place that rules from below leave; with the other sign, the highest place that rules from above leave, negated.
    @inline(__always)
    func highest(_ at: Int, _ place: [Int], plus sign: Int) -> Int {
        var result = Int.min / 4
        for index in Int(starts[at])..<Int(starts[at + 1]) {
            result = max(result, sign * place[Int(others[index])] + Int(least[index]))
        }
        return result
    }
}

/// Where the lines of each block want it.
private struct Wants {
    /// Where blocks of known nodes were, and so are to stay.
    var fixed: [Int?]
    var lowest = 0
    private let pulls: Adjacency
    private let other: [Int]
    private let shift: [Int]
    private let weight: [Int]
    private var wishes: [(place: Int, weight: Int)] = []

    init(_ grid: Grid, _ part: Skeleton, _ variable: [Int], _ offset: [Int], _ wanted: [Int?], count: Int) {
        var from: [Int32] = []
        var other: [Int] = []
        var shift: [Int] = []
        var weight: [Int] = []
        for (line, chain) in grid.chains.enumerated() {
            for index in 1..<max(1, chain.count) {
                let (a, b) = (chain[index - 1], chain[index])
                guard variable[a] != variable[b] else { continue }
                let delta = offset[b] + grid.port(b) - offset[a] - grid.port(a)
                let pull = (grid.isNode(a) ? 1 : 2) * (grid.isNode(b) ? 1 : 2) + min(part.weight[line], 8) - 1
                from += [Int32(variable[a]), Int32(variable[b])]
                other += [variable[b], variable[a]]
                shift += [delta, -delta]
                weight += [pull, pull]
            }
        }
        self.other = other
        self.shift = shift
        self.weight = weight
        pulls = Adjacency(count: count, from: from, to: from.indices.map { Int32($0) })
        fixed = Array(repeating: nil, count: count)
        for (item, want) in wanted.enumerated() {
            if let want { fixed[variable[item]] = want - offset[item] }
        }
        lowest = fixed.compactMap { $0 }.min() ?? 0
    }

    /// The weighted median of the places that the block's lines lead to straight.
    mutating func median(_ at: Int, _ place: [Int]) -> Int? {
        wishes.removeAll(keepingCapacity: true)
        var total = 0
        for index in pulls.range(at) {
            let pull = Int(pulls.values[index])
            let wish = place[other[pull]] + shift[pull]
            var behind = wishes.count
            while behind > 0, wishes[behind - 1].place > wish { behind -= 1 }
            wishes.insert((wish, weight[pull]), at: behind)
            total += weight[pull]
        }
        var sum = 0
        for (index, wish) in wishes.enumerated() {
            sum += wish.weight
            if 2 * sum == total, index + 1 < wishes.count { return (wish.place + wishes[index + 1].place) / 2 }
            if 2 * sum > total { return wish.place }
        }
        return wishes.last?.place
    }
}
