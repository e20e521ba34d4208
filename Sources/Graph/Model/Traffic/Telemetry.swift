/// A value of a label: its number in the ``TelemetryTexts`` of the same telemetry.
package typealias LabelValue = UInt32

/// What Prometheus answered to the queries of one refresh: every query was evaluated for the same moment and the same window.
package struct Telemetry: Hashable, Sendable {
    /// The moment for which the queries were evaluated.
    package var at: Timestamp
    /// Over which time rates are taken.
    package var window: Duration
    /// When the next telemetry is due; freshness is judged by it.
    package var interval: Duration
    /// The texts that the values of labels stand for.
    package var texts: TelemetryTexts
    /// The answers, one per metric at most.
    package var vectors: [TelemetryVector]
    /// What could not be asked, or what Prometheus warned of; without control characters.
    package var notes: [TelemetryNote]
    /// What the server tells of itself.
    package var server: MetricsServer

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

/// What a metrics server tells of itself, as far as it bears on what its answers mean.
package struct MetricsServer: Hashable, Sendable {
    /// The time between two samples; `nil` if it does not tell.
    package var scrapeInterval: Duration?
    /// How long it keeps samples; `nil` if it does not tell, or keeps them by size only.
    package var retention: Duration?

    package init(scrapeInterval: Duration? = nil, retention: Duration? = nil) {
        self.scrapeInterval = scrapeInterval
        self.retention = retention
    }
}

/// What is wrong with one of the answers.
package struct TelemetryNote: Hashable, Sendable {
    package var metric: TelemetryMetric
    package var text: String

    package init(_ metric: TelemetryMetric, _ text: String) {
        self.metric = metric
        self.text = text
    }
}

/// The answer to one query: rows of labels and a value each.
package struct TelemetryVector: Hashable, Sendable {
    package var metric: TelemetryMetric
    package var keys: TelemetryKeys
    /// One per row. Whatever Prometheus sent: NaN and infinities too.
    package var values: [Double]
    /// Rows beyond the bound, which were left out.
    package var omitted: Int

    /// - Parameters:
    ///   - metric: What was asked for.
    ///   - keys: The labels, in the columns of the metric.
    ///   - values: As many as the keys have rows; rows without a value are ignored.
    ///   - omitted: How many more rows there were.
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
    /// Row by row, the metric's columns in their order; 0 where a row has no such label.
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

    package static func == (left: TelemetryKeys, right: TelemetryKeys) -> Bool {
        left === right || (left.width == right.width && left.cells == right.cells)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(cells.count)
        for cell in cells.prefix(64) { hasher.combine(cell) }
    }
}

/// The texts of label values, by their numbers. It only grows from one telemetry to the next, so that equal numbers mean equal texts, until
/// whoever decodes begins anew.
package struct TelemetryTexts: Hashable, Sendable {
    package private(set) var texts: [String]

    /// Holds the words whose numbers are fixed.
    package init() {
        texts = TelemetryWord.allCases.map(\.text)
    }

    /// Adds a text that is not there yet.
    ///
    /// - Parameter text: Without control characters.
    /// - Returns: Its number.
    package mutating func append(_ text: String) -> LabelValue {
        texts.append(text)
        return LabelValue(truncatingIfNeeded: texts.count - 1)
    }

    /// The text of a number; empty if there is none.
    package subscript(value: LabelValue) -> String {
        value < texts.count ? texts[Int(value)] : ""
    }

    /// How many texts there are.
    package var count: Int { texts.count }

    /// The first texts only.
    ///
    /// - Parameter count: At most so many.
    /// - Returns: Texts with the same numbers.
    package func prefix(_ count: Int) -> TelemetryTexts {
        var result = self
        result.texts.removeLast(max(0, texts.count - count))
        return result
    }
}

/// The words that the rules of the graph ask for. They are the first of all texts, so that a rule compares numbers.
package enum TelemetryWord: LabelValue, CaseIterable, Sendable {
    /// No such label, which Prometheus does not tell from an empty one.
    case empty
    case unknown
    /// The revision of what has none.
    case latest
    case source
    case destination
    case waypoint
    case ztunnel
    case http
    case grpc
    case tcp
    case mutualTLS
    case passthrough
    case blackHole
    case egressHost
    case egressGateway
    case istioSystem
    /// No response.
    case none
    case zero
    case yes

    /// As it stands in labels.
    package var text: String {
        switch self {
        case .empty: ""
        case .unknown: "unknown"
        case .latest: "latest"
        case .source: "source"
        case .destination: "destination"
        case .waypoint: "waypoint"
        case .ztunnel: "ztunnel"
        case .http: "http"
        case .grpc: "grpc"
        case .tcp: "tcp"
        case .mutualTLS: "mutual_tls"
        case .passthrough: "PassthroughCluster"
        case .blackHole: "BlackHoleCluster"
        case .egressHost: "istio-egressgateway.istio-system.svc.cluster.local"
        case .egressGateway: "istio-egressgateway"
        case .istioSystem: "istio-system"
        case .none: "-"
        case .zero: "0"
        case .yes: "true"
        }
    }
}
