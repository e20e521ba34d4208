// SPDX-License-Identifier: Apache-2.0
package import Model

/// Turns vectors of Istio's metrics into columns of numbers of texts. What repeats is made once: a value of a label is found by its bytes, and a
/// label of a row by its place in the row before, because Prometheus sorts labels.
///
/// Confined to one thread. Texts and rows stay from one answer to the next, so that an answer about the same edges costs a look-up per
/// label and hands out the same keys.
package final class TelemetryDecoder {
    /// Maximum number of rows of one answer; the rest is counted.
    package static let maximumRows = 200_000
    /// Maximum number of texts; with more, decoding begins again from nothing.
    static let maximumTexts = 400_000
    /// Maximum number of characters of a label's text.
    static let maximumText = 512

    /// What bytes are compared with, which is faster than to parse them (`meshtop-benchmarks traffic` prints by how much).
    package enum Comparison: CaseIterable, Sendable {
        /// A row with the row before: ``AlikeRows``.
        case rowBefore
        /// An answer with the answer before: ``AnswerTemplate``.
        case answerBefore
    }

    private let reader: PrometheusReader
    private let comparisons: Set<Comparison>
    private let maximumBody: Int
    private var texts = TelemetryTexts()
    private var numbers = ByteInterner<LabelValue>(maximum: TelemetryDecoder.maximumTexts * 2)
    private var known: [TelemetryMetric: TelemetryKeys] = [:]
    /// How the answers that came twice with the same labels are written.
    private var templates: [TelemetryMetric: AnswerTemplate] = [:]

    /// - Parameters:
    ///   - maximumBody: Maximum number of bytes of an answer.
    ///   - comparisons: which comparisons are made; fewer in tests and benchmarks that show their use.
    package init(maximumBody: Int = 256 << 20, comparisons: Set<Comparison> = Set(Comparison.allCases)) {
        reader = PrometheusReader(maximumBody: maximumBody)
        self.comparisons = comparisons
        self.maximumBody = maximumBody
        begin()
    }

    /// The texts of all numbers that were handed out since the last `renew` that began again from nothing.
    package var currentTexts: TelemetryTexts { texts }

    /// Begins again from nothing if too many texts have gathered. Between two telemetries only, for numbers change their meaning.
    package func renew() {
        if texts.count > Self.maximumTexts { begin() }
    }

    private func begin() {
        texts = TelemetryTexts()
        numbers = ByteInterner(maximum: Self.maximumTexts * 2)
        known = [:]
        templates = [:]
        for word in TelemetryWord.allCases {
            var text = word.text
            text.withUTF8 { bytes in
                _ = numbers.value(of: UnsafeRawBufferPointer(bytes)) { (_) throws(Never) in LabelValue(word) }
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
        var rows = TelemetryRows(
            metric, texts: texts, numbers: numbers, rows: known[metric]?.count ?? 0, after: former)
        // Moved into the rows and back, so that they are changed in place.
        (texts, numbers) = (TelemetryTexts(), ByteInterner(maximum: 1))
        defer { (texts, numbers) = (rows.texts, rows.numbers) }
        let envelope = try read(body, into: &rows, after: former)
        var keys = TelemetryKeys(width: rows.width, cells: rows.cells)
        templates[metric] = nil
        if let known = known[metric], known == keys {
            keys = known
            if comparisons.contains(.answerBefore), former == nil, rows.omitted == 0 {
                templates[metric] = AnswerTemplate(body, rows: keys.count)
            }
        }
        known[metric] = keys
        let vector = TelemetryVector(metric, keys: keys, values: rows.values, omitted: rows.omitted)
        return (vector, envelope, rows.evaluatedAt)
    }

    /// Row after row if they are written alike, otherwise all through the parser.
    private func read(
        _ body: PaddedBytes, into rows: inout TelemetryRows, after former: TelemetryVector?
    ) throws(JSONError) -> PrometheusEnvelope {
        if comparisons.contains(.rowBefore), body.bytes.count <= maximumBody, AlikeRows.read(body, into: &rows) {
            return PrometheusEnvelope(status: "success", hasData: true)
        }
        rows.restart(after: former)
        var sink = Sink(rows)
        rows = TelemetryRows()
        defer { rows = sink.rows }
        return try reader.read(body, into: &sink)
    }

    /// What the parser finds.
    private struct Sink: SeriesSink {
        var rows: TelemetryRows
        private var row: [LabelValue]
        private var next = 0

        init(_ rows: TelemetryRows) {
            self.rows = rows
            row = Array(repeating: .empty, count: rows.width)
        }

        @inline(__always)
        mutating func label(
            _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
        ) throws(JSONError) {
            guard let column = rows.column(named: name, next: &next) else { return }
            row[column] = rows.number(of: value)
        }

        @inline(__always)
        mutating func finish(value: Double, at: Double) throws(JSONError) {
            rows.append(row, value: value, at: at)
            for column in row.indices { row[column] = .empty }
            next = 0
        }
    }
}
