// SPDX-License-Identifier: Apache-2.0
/// What Prometheus answered to the queries of one refresh: every query was evaluated for the same moment and the same window.
package struct Telemetry: Hashable, Sendable {
    /// The moment for which the queries were evaluated.
    package var at: Timestamp
    /// The time over which rates are taken.
    package var window: Duration
    /// When the next telemetry is due; freshness is judged by it.
    package var interval: Duration
    /// The texts that the values of labels stand for.
    package var texts: TelemetryTexts
    /// The answers, one per metric at most.
    package var vectors: [TelemetryVector]
    /// What could not be asked, or what Prometheus warned of; without control characters.
    package var notes: [TelemetryNote]
    /// What the server reports of itself.
    package var server: MetricsServer

    /// - Parameters:
    ///   - at: the moment for which the queries were evaluated.
    ///   - window: the time over which rates are taken.
    ///   - interval: when the next telemetry is due.
    ///   - texts: the texts that the values of labels stand for.
    ///   - vectors: the answers, one per metric at most.
    ///   - notes: what could not be asked, or what Prometheus warned of.
    ///   - server: what the server reports of itself.
    package init(
        at: Timestamp, window: Duration, interval: Duration, texts: TelemetryTexts, vectors: [TelemetryVector],
        notes: [TelemetryNote] = [], server: MetricsServer = MetricsServer()
    ) {
        self.at = at
        self.window = window
        self.interval = interval
        self.texts = texts
        self.vectors = vectors
        self.notes = notes
        self.server = server
    }

    /// The answer for a metric; `nil` if it was not asked or failed.
    package func vector(_ metric: TelemetryMetric) -> TelemetryVector? { vectors.first { $0.metric == metric } }
}

/// What a metrics server reports of itself, as far as it bears on the meaning of its answers.
package struct MetricsServer: Hashable, Sendable {
    /// The time between two samples; `nil` if it does not report that.
    package var scrapeInterval: Duration?
    /// How long it keeps samples; `nil` if it does not report that, or keeps them by size only.
    package var retention: Duration?

    /// - Parameters:
    ///   - scrapeInterval: the time between two samples.
    ///   - retention: how long samples are kept.
    package init(scrapeInterval: Duration? = nil, retention: Duration? = nil) {
        self.scrapeInterval = scrapeInterval
        self.retention = retention
    }
}

/// What is wrong with one of the answers.
package struct TelemetryNote: Hashable, Sendable {
    /// The metric of the answer.
    package var metric: TelemetryMetric
    /// One sentence, without control characters.
    package var text: String

    /// - Parameters:
    ///   - metric: the metric of the answer.
    ///   - text: one sentence, without control characters.
    package init(_ metric: TelemetryMetric, _ text: String) {
        self.metric = metric
        self.text = text
    }
}

/// The answer to one query: rows of labels and a value each.
package struct TelemetryVector: Hashable, Sendable {
    /// What was asked for.
    package var metric: TelemetryMetric
    /// The labels of the rows.
    package var keys: TelemetryKeys
    /// One per row. Whatever Prometheus sent: NaN and infinities too.
    package var values: [Double]
    /// Rows beyond the bound, which were left out.
    package var omitted: Int

    /// - Parameters:
    ///   - metric: What was asked for.
    ///   - keys: The labels, in the columns of the metric.
    ///   - values: As many as the keys have rows; rows without a value are ignored.
    ///   - omitted: number of rows beyond the bound.
    package init(_ metric: TelemetryMetric, keys: TelemetryKeys, values: [Double], omitted: Int = 0) {
        self.metric = metric
        self.keys = keys
        self.values = values
        self.omitted = omitted
    }

    /// How many rows are complete.
    package var count: Int { min(values.count, keys.count) }

    /// Compares bit by bit: NaN is a value that Prometheus sends.
    package static func == (left: TelemetryVector, right: TelemetryVector) -> Bool {
        left.metric == right.metric && left.omitted == right.omitted && left.keys == right.keys
            && left.values.elementsEqual(right.values) { $0.bitPattern == $1.bitPattern }
    }

    /// Looks at no value: equal rows are rare enough.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(metric)
        hasher.combine(keys)
        hasher.combine(values.count)
    }
}

/// The labels of an answer's rows. The same rows come again and again, so they are shared: a decoder that finds the labels of the last answer
/// hands out the same keys, and a fold that knows them computes with new values only.
package final class TelemetryKeys: Hashable, Sendable {
    /// How many labels a row has.
    package let width: Int
    /// Row by row, the metric's columns in their order; empty where a row has no such label.
    package let cells: [LabelValue]

    /// - Parameters:
    ///   - width: How many labels a row has.
    ///   - cells: Row by row; an incomplete last row is ignored.
    package init(width: Int, cells: [LabelValue]) {
        self.width = max(1, width)
        self.cells = cells
    }

    /// How many rows there are.
    package var count: Int { cells.count / width }

    /// Mostly the same object is compared with itself.
    package static func == (left: TelemetryKeys, right: TelemetryKeys) -> Bool {
        left === right || (left.width == right.width && left.cells == right.cells)
    }

    /// Looks at the first labels only.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(cells.count)
        for cell in cells.prefix(64) { hasher.combine(cell) }
    }
}
