// SPDX-License-Identifier: Apache-2.0
import Model

/// The rows of a metric that describes pods or proxies, read by the names of labels.
struct LabelRows {
    private let vector: TelemetryVector
    private let columns: [TelemetryLabel]
    private let texts: TelemetryTexts

    /// - Returns: `nil` if the metric was not asked, or its rows are not in its columns.
    init?(_ telemetry: Telemetry, _ metric: TelemetryMetric) {
        columns = metric.columns
        guard let vector = telemetry.vector(metric), vector.keys.width == columns.count else { return nil }
        self.vector = vector
        texts = telemetry.texts
    }

    /// A row, by its number.
    struct Row {
        fileprivate let rows: LabelRows
        fileprivate let number: Int

        var value: Double { rows.vector.values[number] }

        /// The text of a label; empty if the row has no such label, or the metric none.
        subscript(label: TelemetryLabel) -> String {
            guard let column = rows.columns.firstIndex(of: label) else { return "" }
            return rows.texts[rows.vector.keys.cells[number * rows.vector.keys.width + column]]
        }
    }

    /// All rows, in their order.
    var rows: some Sequence<Row> {
        (0..<vector.count).lazy.map { Row(rows: self, number: $0) }
    }
}
