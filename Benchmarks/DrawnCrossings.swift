// SPDX-License-Identifier: Apache-2.0
import Glibc
import Layout
import Model

/// Counts crossings of a drawing from where its lines are, in the same way for ours and for Graphviz'.
///
/// A line is the row of its places on the lines of all ranks that it passes; two lines cross between two ranks if their places are in opposite
/// orders there. Lines that share a place on one of the two do not cross.
struct DrawnCrossings {
    /// For each line its places on ranks that follow one another.
    private var steps: [Int: [(from: Double, to: Double)]] = [:]

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - rank: Of the first place.
    ///   - places: One for each rank.
    mutating func add(from rank: Int, _ places: [Double]) {
        for (index, place) in places.enumerated().dropFirst() {
            steps[rank + index - 1, default: []].append((places[index - 1], place))
        }
    }

    var count: Int {
        steps.values.reduce(0) { sum, lines in
            let ends = Set(lines.map(\.to)).sorted()
            let numbers = Dictionary(uniqueKeysWithValues: ends.enumerated().map { ($1, $0) })
            let starts = Set(lines.map(\.from)).sorted()
            let firsts = Dictionary(uniqueKeysWithValues: starts.enumerated().map { ($1, $0) })
            return sum
                + CrossingCounter.count(
                    lines.map { (firsts[$0.from] ?? 0, numbers[$0.to] ?? 0) }, rowCount: ends.count)
        }
    }
}

extension DrawnCrossings {
    /// A layout of ours, ranks as columns.
    init(_ layout: GraphLayout, _ graph: LayoutGraph) {
        let columns = Set(layout.nodes.map(\.x)).sorted()
        let ranks = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
        func middle(_ rect: CellRect) -> Double { Double(rect.y) + Double(rect.height) / 2 - 0.5 }
        for route in layout.routes where !route.isLoop {
            let edge = graph.edges[route.edges[0]]
            var (first, second) = (layout.nodes[edge.from], layout.nodes[edge.to])
            var points = route.points
            if first.x > second.x {
                swap(&first, &second)
                points.reverse()
            }
            guard let low = ranks[first.x], let high = ranks[second.x], low < high else { continue }
            let between = ((low + 1)..<high).map { rank in Self.row(at: columns[rank], points) }
            add(from: low, [middle(first)] + between + [middle(second)])
        }
    }

    private static func row(at column: Int, _ points: [CellPoint]) -> Double {
        for index in points.indices.dropFirst() {
            let (a, b) = (points[index - 1], points[index])
            if a.y == b.y, min(a.x, b.x) <= column, column <= max(a.x, b.x) { return Double(a.y) }
        }
        return Double(points.last?.y ?? 0)
    }

    /// What `dot -Tplain` prints of a graph whose ranks are rows.
    init(plain text: String) {
        var places: [Substring: (x: Double, y: Double)] = [:]
        var edges: [(tail: Substring, head: Substring, curve: [(x: Double, y: Double)])] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            func number(_ index: Int) -> Double { index < words.count ? Double(words[index]) ?? 0 : 0 }
            if words.first == "node" { places[words[1]] = (number(2), number(3)) }
            if words.first == "edge" {
                let curve = (0..<Int(number(3))).map { (number(4 + 2 * $0), number(5 + 2 * $0)) }
                edges.append((words[1], words[2], curve))
            }
        }
        let rows = Set(places.values.map(\.y)).sorted()
        let ranks = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
        for edge in edges {
            guard var first = places[edge.tail], var second = places[edge.head] else { continue }
            if first.y > second.y { swap(&first, &second) }
            guard let low = ranks[first.y], let high = ranks[second.y], low < high else { continue }
            let between = ((low + 1)..<high).map { Self.column(at: rows[$0], edge.curve) }
            add(from: low, [first.x] + between + [second.x])
        }
    }

    /// Where a chain of cubic curves passes a row.
    private static func column(at y: Double, _ curve: [(x: Double, y: Double)]) -> Double {
        var nearest = (distance: Double.infinity, x: 0.0)
        for start in stride(from: 0, to: max(0, curve.count - 3), by: 3) {
            for step in 0...64 {
                let t = Double(step) / 64
                let weights = [(1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t), 3 * t * t * (1 - t), t * t * t]
                let x = (0..<4).reduce(0) { $0 + weights[$1] * curve[start + $1].x }
                let row = (0..<4).reduce(0) { $0 + weights[$1] * curve[start + $1].y }
                if abs(row - y) < nearest.distance { nearest = (abs(row - y), x) }
            }
        }
        return nearest.x
    }
}

/// Graphviz' `dot`, run as a program.
enum Dot {
    /// What it prints of a graph with `-Tplain`; nil if it is not installed.
    static func plain(_ graph: LayoutGraph) -> String? {
        var text = "digraph g {\nnode [shape=box width=1 height=0.5 label=\"\"]\n"
        for index in graph.nodes.indices { text += "n\(index)\n" }
        for edge in graph.edges { text += "n\(edge.from) -> n\(edge.to)\n" }
        text += "}\n"
        let path = "dot-\(getpid()).gv"
        guard let file = fopen(path, "w") else { return nil }
        fputs(text, file)
        fclose(file)
        defer { unlink(path) }
        guard let pipe = popen("dot -Tplain \(path) 2>/dev/null", "r") else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        pclose(pipe)
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
