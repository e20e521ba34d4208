internal import Glibc
package import Graph

/// Turns vectors of Istio's metrics into columns of numbers of texts. What repeats is made once: a value of a label is found by its bytes, and a
/// label of a row by its place in the row before, because Prometheus sorts labels.
///
/// Confined to one thread. Texts and rows stay from one answer to the next, so that an answer about the same edges costs a look-up per
/// label and hands out the same keys.
package final class TelemetryDecoder {
    /// So many rows of one answer are taken; the rest is counted.
    package static let rowLimit = 200_000
    /// With more texts than this, decoding begins anew.
    private static let textLimit = 400_000
    /// The longest text of a label that is kept.
    private static let longestText = 512

    private let reader: PrometheusReader
    private var texts = TelemetryTexts()
    private var numbers = ByteInterner<LabelValue>(limit: TelemetryDecoder.textLimit * 2)
    private var known: [TelemetryMetric: TelemetryKeys] = [:]
    /// How the answers that came twice with the same labels are written.
    private var templates: [TelemetryMetric: AnswerTemplate] = [:]

    /// - Parameter limit: the longest answer in bytes.
    package init(limit: Int = 256 << 20) {
        reader = PrometheusReader(limit: limit)
        begin()
    }

    /// The texts of all numbers that were handed out since the last `renew` that began anew.
    package var currentTexts: TelemetryTexts { texts }

    /// Begins anew if too many texts have gathered. Between two telemetries only, for numbers change their meaning.
    package func renew() {
        if texts.count > Self.textLimit { begin() }
    }

    private func begin() {
        texts = TelemetryTexts()
        numbers = ByteInterner(limit: Self.textLimit * 2)
        known = [:]
        templates = [:]
        for word in TelemetryWord.allCases {
            var text = word.text
            text.withUTF8 { bytes in
                _ = numbers.value(of: UnsafeRawBufferPointer(bytes)) { (_) throws(Never) in word.rawValue }
            }
        }
    }

    /// Decodes one answer.
    ///
    /// - Parameters:
    ///   - body: the JSON document.
    ///   - metric: what was asked for; its columns are read.
    ///   - former: rows of the same metric that come before these, when it was asked in pieces.
    /// - Returns: the rows with all that came along.
    /// - Throws: `JSONError` when it is no answer of the query API.
    package func decode(
        _ body: PaddedBytes, of metric: TelemetryMetric, after former: TelemetryVector? = nil
    ) throws(JSONError) -> TelemetryVector {
        try read(body, of: metric, after: former).vector
    }

    /// The same with what came along.
    func read(
        _ body: PaddedBytes, of metric: TelemetryMetric, after former: TelemetryVector? = nil
    ) throws(JSONError) -> (vector: TelemetryVector, envelope: PrometheusEnvelope, evaluatedAt: Double) {
        if former == nil, let keys = known[metric], let numbers = templates[metric]?.numbers(body) {
            let vector = TelemetryVector(metric, keys: keys, values: numbers.values)
            return (vector, PrometheusEnvelope(status: "success", hasData: true), numbers.at)
        }
        var sink = Sink(metric, texts: texts, numbers: numbers, rows: known[metric]?.count ?? 0, after: former)
        // Moved into the sink and back, so that they are changed in place.
        (texts, numbers) = (TelemetryTexts(), ByteInterner(limit: 1))
        defer { (texts, numbers) = (sink.texts, sink.numbers) }
        let envelope = try reader.read(body, into: &sink)
        var keys = TelemetryKeys(width: sink.width, cells: sink.cells)
        templates[metric] = nil
        if let known = known[metric], known == keys {
            keys = known
            if former == nil, sink.omitted == 0 { templates[metric] = AnswerTemplate(body, rows: keys.count) }
        }
        known[metric] = keys
        let vector = TelemetryVector(metric, keys: keys, values: sink.values, omitted: sink.omitted)
        return (vector, envelope, sink.evaluatedAt)
    }

    /// One row after the other.
    private struct Sink: SeriesSink {
        let width: Int
        var texts: TelemetryTexts
        var numbers: ByteInterner<LabelValue>
        var cells: [LabelValue]
        var values: [Double]
        var omitted: Int
        var evaluatedAt = 0.0
        /// The columns in the order in which Prometheus writes labels.
        private let columns: [Column]
        private var next = 0
        private var hasRow = false

        private struct Column {
            let name: StaticBytes
            let index: Int
        }

        init(
            _ metric: TelemetryMetric, texts: TelemetryTexts, numbers: ByteInterner<LabelValue>, rows: Int,
            after former: TelemetryVector?
        ) {
            let labels = metric.columns
            width = labels.count
            columns = labels.enumerated().map { Column(name: StaticBytes($0.element.rawValue), index: $0.offset) }
                .sorted { $0.name.text < $1.name.text }
            self.texts = texts
            self.numbers = numbers
            cells = former?.keys.cells ?? []
            values = former?.values ?? []
            omitted = former?.omitted ?? 0
            cells.reserveCapacity(cells.count + (rows + 1) * width)
            values.reserveCapacity(values.count + rows)
        }

        @inline(__always)
        mutating func label(
            _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
        ) throws(JSONError) {
            if !hasRow { beginRow() }
            guard let place = place(of: name) else { return }
            next = place + 1
            let number: LabelValue
            if let known = numbers.known(value) {
                number = known
            } else {
                number = texts.append(PlainText.line(of: value, limit: TelemetryDecoder.longestText))
                _ = numbers.value(of: value) { (_) throws(Never) in number }
            }
            cells[cells.count - width + columns[place].index] = number
        }

        @inline(__always)
        private func place(of name: UnsafeRawBufferPointer) -> Int? {
            var place = next
            while place < columns.count {
                if columns[place].name.equals(name) { return place }
                place += 1
            }
            return next == 0 ? nil : columns.firstIndex { $0.name.equals(name) }
        }

        @inline(__always)
        private mutating func beginRow() {
            hasRow = true
            for _ in 0..<width { cells.append(0) }
        }

        @inline(__always)
        mutating func finish(value: Double, at: Double) throws(JSONError) {
            if !hasRow { beginRow() }
            hasRow = false
            next = 0
            evaluatedAt = max(evaluatedAt, at)
            if values.count < TelemetryDecoder.rowLimit {
                values.append(value)
            } else {
                cells.removeLast(width)
                omitted += 1
            }
        }
    }
}

/// The bytes of a name that many others are compared with.
private struct StaticBytes {
    let text: String
    private let bytes: [UInt8]

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    @inline(__always)
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == other.count, let start = other.baseAddress else { return false }
        return bytes.withUnsafeBytes { $0.baseAddress.map { memcmp($0, start, other.count) == 0 } ?? false }
    }
}
