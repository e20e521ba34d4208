// SPDX-License-Identifier: Apache-2.0
import Model

/// Numbers over time, for charts in characters.
struct StorySeries: Sendable {
    /// One number over time.
    struct Line: Hashable, Sendable {
        var name: String
        var unit: String
        /// One for each moment; `nil` where it was not known.
        var values: [Double?]
    }

    private static let names: [(name: String, unit: String)] = [
        ("members Up", ""), ("unreachable", ""), ("gated or backing off", ""), ("quarantined", ""),
        ("greatest phi", ""), ("requests", "/s"), ("failed requests", "%"),
    ]
    /// Maximum number of moments; beyond that every second one is dropped, again and again.
    private static let maximum = 4_096

    private(set) var times: [Timestamp] = []
    private var values: [[Double?]] = Array(repeating: [], count: names.count)
    private var stride = 1
    private var skipped = 0

    mutating func take(_ snapshot: MeshSnapshot) {
        skipped += 1
        guard skipped >= stride else { return }
        skipped = 0
        let counts = MeshCounts(snapshot)
        let traffic = snapshot.graph?.graph.totals
        let row: [Double?] = [
            counts[.up], counts[.unreachable], counts[.gated], counts[.quarantined],
            counts[.greatestPhi].map { min($0, 100) },
            traffic?.requests, traffic.flatMap { $0.requests > 0 ? $0.failures / $0.requests * 100 : nil },
        ]
        times.append(snapshot.at)
        for place in row.indices { values[place].append(row[place]) }
        if times.count > Self.maximum { halve() }
    }

    private mutating func halve() {
        stride *= 2
        times = times.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        values = values.map { line in line.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) }
    }

    /// The lines of which something is known, each in so many columns; a column has the greatest value of its time, of the first line
    /// (members that are Up) the least.
    func lines(columns: Int) -> [Line] {
        Self.names.indices.compactMap { place in
            guard values[place].contains(where: { $0 != nil }) else { return nil }
            let isLeast = place == 0
            return Line(
                name: Self.names[place].name, unit: Self.names[place].unit,
                values: gathered(values[place], columns) { isLeast ? $0.min() : $0.max() })
        }
    }

    private func gathered(_ line: [Double?], _ columns: Int, _ one: ([Double]) -> Double?) -> [Double?] {
        guard let from = times.first, let until = times.last, until > from else { return line.last.map { [$0] } ?? [] }
        var cells: [[Double]] = Array(repeating: [], count: columns)
        let span = (until - from).inSeconds
        for (time, value) in zip(times, line) {
            guard let value else { continue }
            cells[min(columns - 1, max(0, Int((time - from).inSeconds / span * Double(columns))))].append(value)
        }
        return cells.map(one)
    }
}

extension StorySeries.Line {
    private static let bars = Array(" ▁▂▃▄▅▆▇█")

    /// The line in characters; a dot where nothing is known, and zero is the lowest bar only if there is anything above.
    var drawn: String {
        let greatest = values.compactMap { $0 }.max() ?? 0
        return String(
            values.map { value -> Character in
                guard let value else { return "·" }
                guard greatest > 0, value > 0 else { return "▁" }
                return Self.bars[max(1, min(8, Int((value / greatest * 8).rounded())))]
            })
    }

    /// The least and the greatest value.
    var range: String {
        let known = values.compactMap { $0 }
        guard let least = known.min(), let greatest = known.max() else { return "" }
        let (low, high) = (Self.text(least), Self.text(greatest))
        return low == high ? "\(high)\(unit)" : "\(low) to \(high)\(unit)"
    }

    private static func text(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
