// SPDX-License-Identifier: Apache-2.0
/// Ranks of least total length (Gansner, Koutsofios, North, Vo: "A technique for drawing directed graphs", 1993): a spanning tree of lines
/// of length 1 is improved by exchanging a line of negative cut value for the shortest one that leads the other way.
///
/// Lines that a part lacks to hold together (it may consist of one box with several pieces) are added with weight 0.
struct NetworkSimplex {
    private(set) var ranks: [Int]
    private var tail: [Int]
    private var head: [Int]
    private var weight: [Int]
    /// Lines at each node, as tail or as head.
    private var incident: Adjacency
    private var isInTree: [Bool]
    private var treeLines: [Int] = []
    private var cut: [Int]
    /// Postorder numbers of the tree: the subtree of a node is `low...number`.
    private var low: [Int]
    private var number: [Int]
    private var parentLine: [Int]
    private var searchStart = 0

    init(_ part: Skeleton) {
        tail = part.tail
        head = part.head
        weight = part.weight
        var sets = DisjointSets(count: part.nodeCount)
        for line in tail.indices { sets.join(tail[line], head[line]) }
        for node in 1..<max(1, part.nodeCount) where sets.root(of: node) != sets.root(of: 0) {
            sets.join(0, node)
            tail.append(0)
            head.append(node)
            weight.append(0)
        }
        let lines = (0..<tail.count).map { Int32($0) }
        incident = Adjacency(
            count: part.nodeCount, from: tail.map { Int32($0) } + head.map { Int32($0) }, to: lines + lines)
        ranks = Array(repeating: 0, count: part.nodeCount)
        isInTree = Array(repeating: false, count: tail.count)
        cut = Array(repeating: 0, count: tail.count)
        low = ranks
        number = ranks
        parentLine = Array(repeating: -1, count: part.nodeCount)
    }

    /// Finds the ranks. The number of exchanges is bounded; what is reached then is used, as it is valid at any time.
    mutating func solve() {
        guard ranks.count > 1 else { return }
        rankByLongestPath()
        makeTightTree()
        numberTree()
        findCutValues()
        for _ in 0..<(4 * ranks.count + 100) {
            guard let leaving = lineToLeave() else { break }
            guard let entering = lineToEnter(for: leaving) else { break }
            exchange(leaving, entering)
        }
    }

    private func slack(_ line: Int) -> Int { ranks[head[line]] - ranks[tail[line]] - 1 }

    private mutating func rankByLongestPath() {
        var waiting = [Int](repeating: 0, count: ranks.count)
        for line in head.indices { waiting[head[line]] += 1 }
        var ready = ranks.indices.filter { waiting[$0] == 0 }
        while let node = ready.popLast() {
            for index in incident.range(node) {
                let line = Int(incident.values[index])
                guard tail[line] == node else { continue }
                ranks[head[line]] = max(ranks[head[line]], ranks[node] + 1)
                waiting[head[line]] -= 1
                if waiting[head[line]] == 0 { ready.append(head[line]) }
            }
        }
    }

    /// Grows a tree of lines without slack, moving it as a whole whenever no such line leads out of it.
    private mutating func makeTightTree() {
        var inTree = [Bool](repeating: false, count: ranks.count)
        var members: [Int] = []
        grow(from: 0, &inTree, &members)
        while members.count < ranks.count {
            var nearest = -1
            for line in tail.indices where inTree[tail[line]] != inTree[head[line]] {
                if nearest < 0 || slack(line) < slack(nearest) { nearest = line }
            }
            guard nearest >= 0 else { return }
            let shift = inTree[tail[nearest]] ? slack(nearest) : -slack(nearest)
            for node in members { ranks[node] += shift }
            let known = inTree[tail[nearest]] ? tail[nearest] : head[nearest]
            grow(from: known, &inTree, &members)
        }
    }

    private mutating func grow(from start: Int, _ inTree: inout [Bool], _ members: inout [Int]) {
        var stack = [start]
        if !inTree[start] {
            inTree[start] = true
            members.append(start)
        }
        while let node = stack.popLast() {
            for index in incident.range(node) {
                let line = Int(incident.values[index])
                let other = tail[line] == node ? head[line] : tail[line]
                guard !inTree[other], slack(line) == 0 else { continue }
                inTree[other] = true
                members.append(other)
                isInTree[line] = true
                treeLines.append(line)
                stack.append(other)
            }
        }
    }

    /// Numbers the whole tree in postorder from node 0.
    private mutating func numberTree() {
        var counter = 0
        numberSubtree(of: 0, from: &counter, parent: -1)
    }

    private mutating func numberSubtree(of root: Int, from counter: inout Int, parent: Int) {
        var stack: [(node: Int, index: Int)] = []
        parentLine[root] = parent
        low[root] = counter
        stack.append((root, incident.range(root).lowerBound))
        while let (node, index) = stack.last {
            guard index < incident.range(node).upperBound else {
                number[node] = counter
                counter += 1
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].index += 1
            let line = Int(incident.values[index])
            guard isInTree[line], line != parentLine[node] else { continue }
            let child = tail[line] == node ? head[line] : tail[line]
            parentLine[child] = line
            low[child] = counter
            stack.append((child, incident.range(child).lowerBound))
        }
    }

    /// The end of a tree line that is the child.
    private func child(_ line: Int) -> Int { parentLine[tail[line]] == line ? tail[line] : head[line] }

    private func isInSubtree(_ node: Int, of root: Int) -> Bool {
        low[root] <= number[node] && number[node] <= number[root]
    }

    /// The cut value of each tree line: weights of lines from the tail's side to the head's side, less those the other way. Every line adds
    /// its weight to the path between its ends; sums over subtrees give all values in one pass.
    private mutating func findCutValues() {
        var sums = [Int](repeating: 0, count: ranks.count)
        for line in tail.indices {
            sums[tail[line]] += weight[line]
            sums[head[line]] -= weight[line]
        }
        let inPostorder = ranks.indices.sorted { number[$0] < number[$1] }
        for node in inPostorder {
            let line = parentLine[node]
            guard line >= 0 else { continue }
            cut[line] = tail[line] == node ? sums[node] : -sums[node]
            sums[tail[line] == node ? head[line] : tail[line]] += sums[node]
        }
    }

    /// A tree line of negative cut value: the most negative of the next few, starting behind the last one found.
    private mutating func lineToLeave() -> Int? {
        var best: Int?
        var found = 0
        for step in 0..<treeLines.count {
            let index = (searchStart + step) % treeLines.count
            let line = treeLines[index]
            guard cut[line] < 0 else { continue }
            if best.map({ cut[line] < cut[$0] }) ?? true { best = line }
            found += 1
            if found == 30 {
                searchStart = index
                break
            }
        }
        return best
    }

    /// The shortest line that leads from the head's side of a tree line to its tail's side.
    private func lineToEnter(for leaving: Int) -> Int? {
        let root = child(leaving)
        let isTailBelow = tail[leaving] == root
        var best: Int?
        for line in tail.indices where !isInTree[line] {
            let tailInside = isInSubtree(tail[line], of: root)
            let headInside = isInSubtree(head[line], of: root)
            guard tailInside != headInside, headInside == isTailBelow else { continue }
            if best.map({ slack(line) < slack($0) }) ?? true { best = line }
        }
        return best
    }

    private mutating func exchange(_ leaving: Int, _ entering: Int) {
        let root = child(leaving)
        let shift = isInSubtree(tail[entering], of: root) ? slack(entering) : -slack(entering)
        if shift != 0 {
            for node in ranks.indices where isInSubtree(node, of: root) { ranks[node] += shift }
        }
        updateCuts(leaving, entering)
        isInTree[leaving] = false
        isInTree[entering] = true
        if let index = treeLines.firstIndex(of: leaving) { treeLines[index] = entering }
        renumber(leaving, entering)
    }

    /// Cut values change along the tree path between the ends of the entering line only.
    private mutating func updateCuts(_ leaving: Int, _ entering: Int) {
        let value = cut[leaving]
        walk(from: tail[entering], to: head[entering], value, isTailSide: true)
        walk(from: head[entering], to: tail[entering], value, isTailSide: false)
        cut[entering] = -value
    }

    /// Up from a node until the other end is in the subtree.
    private mutating func walk(from start: Int, to other: Int, _ value: Int, isTailSide: Bool) {
        var node = start
        while !isInSubtree(other, of: node) {
            let line = parentLine[node]
            let isUpwards = tail[line] == node
            cut[line] += isUpwards == isTailSide ? value : -value
            node = isUpwards ? head[line] : tail[line]
        }
    }

    /// Renumbers what hangs below the node where the exchanged lines' paths meet.
    private mutating func renumber(_ leaving: Int, _ entering: Int) {
        var meeting = tail[entering]
        while !isInSubtree(head[entering], of: meeting) {
            let line = parentLine[meeting]
            meeting = tail[line] == meeting ? head[line] : tail[line]
        }
        var counter = low[meeting]
        numberSubtree(of: meeting, from: &counter, parent: parentLine[meeting])
    }
}
