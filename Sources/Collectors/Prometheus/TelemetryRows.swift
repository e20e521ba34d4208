// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Model

/// The rows of one answer while they are read: columns of numbers of texts. It does not matter what finds the labels, a parser or ``AlikeRows``.
struct TelemetryRows {
    let width: Int
    /// Taken from the decoder while an answer is read, and given back, so that they are changed in place.
    var texts: TelemetryTexts
    var numbers: ByteInterner<LabelValue>
    private(set) var cells: [LabelValue]
    private(set) var values: [Double]
    private(set) var omitted: Int
    /// The latest moment of a row, in seconds since 1970.
    private(set) var evaluatedAt = 0.0
    /// The columns in the order in which Prometheus writes labels.
    private let columns: [Column]

    private struct Column {
        let name: StaticBytes
        let index: Int
    }

    /// Room for no rows at all.
    init() { self.init(.podInfo, texts: TelemetryTexts(), numbers: ByteInterner(maximum: 1), rows: 0, after: nil) }

    /// - Parameters:
    ///   - metric: whose columns are read.
    ///   - texts: all texts so far.
    ///   - numbers: the number of each text.
    ///   - rows: so many are expected.
    ///   - former: rows that come before these.
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
        expect(rows)
    }

    /// Makes room for so many rows more.
    mutating func expect(_ rows: Int) {
        cells.reserveCapacity(cells.count + rows * width)
        values.reserveCapacity(values.count + rows)
    }

    /// Forgets the rows that were read, but no text.
    mutating func restart(after former: TelemetryVector?) {
        cells = former?.keys.cells ?? []
        values = former?.values ?? []
        omitted = former?.omitted ?? 0
        evaluatedAt = 0
    }

    /// The number of a text, which is new if it did not come before.
    ///
    /// - Parameter value: UTF-8, as it is meant, without escapes.
    /// - Returns: its place among the texts.
    @inline(__always)
    mutating func number(of value: UnsafeRawBufferPointer) -> LabelValue {
        if let known = numbers.known(value) { return known }
        let number = texts.append(SafeText.line(of: value, maximum: TelemetryDecoder.maximumText))
        _ = numbers.value(of: value) { (_) throws(Never) in number }
        return number
    }

    /// Finds the column of a label.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - next: where it probably is in the order in which Prometheus writes labels; becomes the place behind it.
    /// - Returns: its column, `nil` for a label that was not asked for.
    @inline(__always)
    func column(named name: UnsafeRawBufferPointer, next: inout Int) -> Int? {
        var place = next
        while place < columns.count {
            if columns[place].name.equals(name) { break }
            place += 1
        }
        if place == columns.count {
            guard next > 0, let before = columns.firstIndex(where: { $0.name.equals(name) }) else { return nil }
            place = before
        }
        next = place + 1
        return columns[place].index
    }

    /// Adds a row, or counts it if there are too many.
    ///
    /// - Parameters:
    ///   - row: as many numbers as the metric has columns.
    ///   - value: any number there is.
    ///   - at: when it was evaluated, in seconds since 1970.
    @inline(__always)
    mutating func append(_ row: [LabelValue], value: Double, at: Double) {
        evaluatedAt = max(evaluatedAt, at)
        guard values.count < TelemetryDecoder.maximumRows else {
            omitted += 1
            return
        }
        cells.append(contentsOf: row)
        values.append(value)
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
