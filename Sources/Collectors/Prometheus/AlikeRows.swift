// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Reads an answer by comparing each row with the one before it: Prometheus writes all rows alike, and neighbours differ in a few labels only. What
/// is the same bytes is the same labels; only the rest is looked at.
///
/// It takes nothing but what Prometheus' encoder writes about plain vectors (`web/api/v1/json_codec.go`): no blanks, no escapes, no other
/// fields. Anything else is left to the parser, also what is no JSON at all, so that nothing is decided here.
struct AlikeRows {
    /// A label of a row, by places in the body. Behind its end comes `,` or `}`.
    private struct Label {
        /// The quotation mark before the name.
        var start: Int
        /// The first byte of the value.
        var value: Int
        /// Behind the quotation mark after the value.
        var end: Int
        /// Where its number goes; `nil` for a label that was not asked for.
        var column: Int?

        @inline(__always)
        mutating func move(_ distance: Int) {
            start += distance
            value += distance
            end += distance
        }
    }

    /// Where a row lies.
    private struct Place {
        /// Of the first label.
        var start = 0
        /// Of the brace behind the last label.
        var labelsEnd = 0
        /// Of the first digit of the value.
        var end = 0
    }

    private static let beginning: StaticString = #"{"status":"success","data":{"resultType":"vector","result":["#
    private static let metric: StaticString = #"{"metric":{"#
    private static let value: StaticString = #","value":["#
    private static let ending: StaticString = "]}}"
    /// Maximum number of digits of a number: Go prints no longer one.
    static let maximumNumber = 40
    /// Maximum number of labels of a row.
    static let maximumLabels = 256
    /// Rows are hardly ever shorter.
    private static let usualRow = 400

    private var scanner: AnswerScanner
    /// Of the row before; while a row is read, those of this row come first.
    private var labels: [Label] = []
    private var row: [LabelValue]
    /// The row before.
    private var former = Place()
    /// The moment of the row before, in seconds since 1970.
    private var at = 0.0

    /// Reads a whole answer.
    ///
    /// - Parameters:
    ///   - document: an answer of the query API, not known to be JSON.
    ///   - rows: get the rows. If these cannot be read, some may be there already.
    /// - Returns: whether all were read.
    static func read(_ document: PaddedBytes, into rows: inout TelemetryRows) -> Bool {
        defer { withExtendedLifetime(document) {} }
        var reader = AlikeRows(AnswerScanner(document.bytes), width: rows.width)
        return reader.readAll(into: &rows)
    }

    private init(_ scanner: AnswerScanner, width: Int) {
        self.scanner = scanner
        row = Array(repeating: .empty, count: width)
    }

    private mutating func readAll(into rows: inout TelemetryRows) -> Bool {
        guard scanner.consume(Self.beginning) else { return false }
        rows.expect(min(scanner.count / Self.usualRow, TelemetryDecoder.maximumRows))
        repeat {
            guard scanner.consume(Self.metric), readHead(into: &rows),
                let text = scanner.restOfString(atMost: Self.maximumNumber), let value = Double(decimal: text),
                scanner.consume("]}")
            else { return false }
            rows.append(row, value: value, at: at)
        } while scanner.consume(",")
        return scanner.consume(Self.ending) && scanner.isAtEnd
    }

    // MARK: - Labels

    /// Reads what stands before the value of a row: `"a":"b"},"value":[1700000000.123,"`.
    private mutating func readHead(into rows: inout TelemetryRows) -> Bool {
        let start = scanner.position
        var index = 0
        var place = former.start
        while true {
            let distance = scanner.position - place
            let reached = place + scanner.common(with: place, atMost: former.end - place)
            while index < labels.count, labels[index].end <= reached {
                labels[index].move(distance)
                index += 1
            }
            if reached == former.end, reached > 0 {
                scanner.position = former.end + distance
                return finish(start)
            }
            if index < labels.count, labels[index].value <= reached {
                place = labels[index].end
                labels[index].move(distance)
                guard readValue(of: index, into: &rows) else { return false }
                index += 1
                continue
            }
            scanner.position = index > 0 ? labels[index - 1].end : start
            switch align(at: &index, into: &rows) {
            case .next: place = labels[index].start
            case .last: place = former.labelsEnd
            case .end: return readEnd() && finish(start)
            case .wrong: return false
            }
        }
    }

    private mutating func finish(_ start: Int) -> Bool {
        former = Place(start: start, labelsEnd: labels.last?.end ?? start, end: scanner.position)
        return true
    }

    /// A value that is not that of the row before.
    @inline(__always)
    private mutating func readValue(of index: Int, into rows: inout TelemetryRows) -> Bool {
        scanner.position = labels[index].value
        guard let text = scanner.restOfString(atMost: PrometheusReader.maximumString) else { return false }
        labels[index].end = scanner.position
        if let column = labels[index].column { row[column] = rows.number(of: text) }
        return true
    }

    /// How to go on after a place where this row has another label than the row before.
    private enum Alignment {
        /// With a label of the row before.
        case next
        /// With whatever stood behind the last label of the row before.
        case last
        /// There is no further label.
        case end
        /// This is not written as it should be.
        case wrong
    }

    /// Takes labels that the row before did not have, and drops those that this one has not.
    private mutating func align(at index: inout Int, into rows: inout TelemetryRows) -> Alignment {
        let first = index
        while true {
            if scanner.consume("}") {
                drop(index..<labels.count)
                return .end
            }
            guard index == 0 || scanner.consume(",") else { return .wrong }
            let start = scanner.position
            guard scanner.consume("\""), let name = scanner.restOfString(atMost: PrometheusReader.maximumString) else {
                return .wrong
            }
            if let known = (index..<labels.count).first(where: { isName(name, of: labels[$0]) }) {
                scanner.position = start
                // Names that are the same at the same place were compared already: what differs stands between name and value.
                guard known > first else { return .wrong }
                drop(index..<known)
                return .next
            }
            guard insert(name, start, at: index, into: &rows) else { return .wrong }
            index += 1
            if index == labels.count { return .last }
        }
    }

    @inline(__always)
    private func isName(_ name: UnsafeRawBufferPointer, of label: Label) -> Bool {
        let quoted = 4
        return label.value - label.start - quoted == name.count && scanner.has(name, at: label.start + 1)
    }

    private mutating func insert(
        _ name: UnsafeRawBufferPointer, _ start: Int, at index: Int, into rows: inout TelemetryRows
    ) -> Bool {
        // A label that comes twice is for the parser.
        guard labels.count < Self.maximumLabels, scanner.consume(":\""),
            !labels[..<index].contains(where: { isName(name, of: $0) })
        else { return false }
        var next = 0
        let column = rows.column(named: name, next: &next)
        labels.insert(Label(start: start, value: scanner.position, end: 0, column: column), at: index)
        return readValue(of: index, into: &rows)
    }

    private mutating func drop(_ gone: Range<Int>) {
        for label in labels[gone] { if let column = label.column { row[column] = .empty } }
        labels.removeSubrange(gone)
    }

    /// What comes behind the labels, where it is not as in the row before.
    private mutating func readEnd() -> Bool {
        guard scanner.consume(Self.value), let text = scanner.time(atMost: Self.maximumNumber),
            let time = Double(decimal: text)
        else { return false }
        at = time
        return scanner.consume(",\"")
    }
}
