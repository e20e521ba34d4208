// SPDX-License-Identifier: Apache-2.0
import Model

/// How a query is answered: which reports are of which row, and how each row begins. Only numbers change from one answer to the next.
struct SeriesPlan: Sendable {
    private let reports: [TrafficReport]
    /// The row of each report.
    private let rows: [Int]
    /// `{"metric":{…},"value":[` of all rows, one after the other, and where each ends.
    private let heads: [UInt8]
    private let ends: [Int]
    private let metric: TelemetryMetric

    /// - Parameters:
    ///   - query: What is asked for, of this metric.
    ///   - metric: The metric.
    ///   - source: All reports there can be.
    ///   - filter: The query's conditions.
    init(_ query: SeriesQuery, _ metric: TelemetryMetric, _ source: TrafficReports, _ filter: SeriesFilter) {
        self.metric = metric
        var (chosen, rows, places): ([TrafficReport], [Int], [[String]: Int]) = ([], [], [:])
        var (heads, ends): ([UInt8], [Int]) = ([], [])
        for report in source.all(of: metric) {
            var labels = source.labels(report)
            if metric == .durationBuckets { labels.append(("le", TrafficCounters.bounds[report.bucket].text)) }
            guard filter.holds(labels) else { continue }
            chosen.append(report)
            let key = query.aggregation.map { _ in
                query.grouping.map { name in labels.first { $0.name == name }?.value ?? "" }
            }
            if let key, let known = places[key] {
                rows.append(known)
                continue
            }
            if let key {
                places[key] = ends.count
                labels = zip(query.grouping, key).filter { !$1.isEmpty }.map { (name: $0, value: $1) }
            } else if query.window == nil {
                labels.insert(("__name__", metric.rawValue), at: 0)
            }
            rows.append(ends.count)
            VectorText.begin(labels, in: &heads)
            ends.append(heads.count)
        }
        (reports, self.rows, self.heads, self.ends) = (chosen, rows, heads, ends)
    }

    /// The answer.
    ///
    /// - Parameters:
    ///   - query: What is asked for.
    ///   - at: The moment it is asked for, in seconds since 1970.
    ///   - flows: All flows.
    ///   - window: What happened of a flow, in the mean second of a window or ever.
    ///   - ever: What ever happened of it: what never did has no series.
    /// - Returns: An instant vector as JSON.
    func body(
        _ query: SeriesQuery, at: Double, flows: [TrafficFlow], window: (Int) -> TrafficAmount,
        ever: (Int) -> TrafficAmount
    ) -> [UInt8] {
        var (values, present) = ([Double](repeating: 0, count: ends.count), [Bool](repeating: false, count: ends.count))
        var (last, amounts) = (-1, (window: TrafficAmount(calls: 0), ever: TrafficAmount(calls: 0)))
        for (report, row) in zip(reports, rows) {
            let flow = flows[report.flow]
            if report.flow != last { (last, amounts) = (report.flow, (window(report.flow), ever(report.flow))) }
            guard amounts.ever.amount(report.ending, of: flow) > 0 else { continue }
            let passed = max(0, amounts.window.amount(report.ending, of: flow)) * flow.rate
            let value = passed * TrafficCounters.weight(metric, flow, report.ending, bucket: report.bucket)
            let known = present[row] ? values[row] : nil
            present[row] = true
            values[row] = Self.joined(known, value, query.aggregation)
        }
        var text = VectorText(rows: ends.count, bytes: heads.count, at: at)
        for row in values.indices where present[row] && (values[row] > 0 || !query.isPositive) {
            text.append(heads[(row == 0 ? 0 : ends[row - 1])..<ends[row]], value: values[row])
        }
        return text.finished()
    }

    private static func joined(_ known: Double?, _ value: Double, _ aggregation: SeriesQuery.Aggregation?) -> Double {
        switch aggregation {
        case .max: known.map { max($0, value) } ?? value
        case .count: (known ?? 0) + 1
        case .group: 1
        case .sum, nil: (known ?? 0) + value
        }
    }
}

/// An instant vector as Prometheus writes it.
struct VectorText {
    private var bytes: [UInt8]
    private let time: String
    private var isEmpty = true

    init(rows: Int, bytes length: Int, at: Double) {
        bytes = Array(#"{"status":"success","data":{"resultType":"vector","result":["#.utf8)
        bytes.reserveCapacity(bytes.count + length + rows * 48 + 16)
        let moment = Double((at * 1000).rounded()) / 1000
        time = moment == moment.rounded() ? "\(Int64(moment))" : "\(moment)"
    }

    /// Writes how a row with these labels begins.
    static func begin(_ labels: [(name: String, value: String)], in bytes: inout [UInt8]) {
        bytes.append(#"{"metric":{"#)
        for (place, label) in labels.enumerated() {
            bytes.append(place > 0 ? #",""# : #"""#)
            bytes.append(label.name)
            bytes.append(#"":""#)
            bytes.append(label.value)
            bytes.append(#"""#)
        }
        bytes.append(#"},"value":["#)
    }

    mutating func append(_ head: ArraySlice<UInt8>, value: Double) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        bytes += head
        bytes.append(time)
        bytes.append(#",""#)
        bytes.append("\(value)")
        bytes.append(#""]}"#)
    }

    mutating func finished() -> [UInt8] {
        bytes.append("]}}")
        return bytes
    }
}
