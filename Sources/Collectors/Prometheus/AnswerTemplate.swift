internal import Glibc

/// How an answer was written, row by row, so that the next answer about the same rows need not be parsed: where its labels are the same bytes,
/// only numbers are read. A refresh of a quiet mesh is such an answer; anything else is left to the parser.
struct AnswerTemplate {
    /// As Prometheus' encoder writes it (`util/jsonutil`, `web/api/v1/json_codec.go`): without a blank.
    private static let beginning: StaticString = #"{"status":"success","data":{"resultType":"vector","result":["#
    private static let metric: StaticString = #"{"metric":{"#
    private static let value: StaticString = #","value":["#
    private static let ending: StaticString = "]}}"
    /// Go prints no longer number.
    private static let longestNumber = 40

    /// `{"metric":{…},"value":[` of each row, one after the other, and where each ends.
    private var heads: [UInt8] = []
    private var ends: [UInt32] = []

    /// Looks how an answer is written; fails if it is written in another way, or says more than rows.
    ///
    /// - Parameters:
    ///   - document: an answer that was parsed, hence is JSON.
    ///   - rows: how many rows it had.
    init?(_ document: PaddedBytes, rows: Int) {
        let body = document.bytes
        defer { withExtendedLifetime(document) {} }
        guard rows > 0, body.count < 1 << 31 else { return nil }
        heads.reserveCapacity(body.count)
        ends.reserveCapacity(rows)
        var scanner = AnswerScanner(body)
        guard scanner.takes(Self.beginning) else { return nil }
        for row in 0..<rows {
            let start = scanner.position
            guard row == 0 || scanner.takes(","), scanner.takes(Self.metric), scanner.takesLabels(),
                scanner.takes(Self.value)
            else { return nil }
            heads.append(contentsOf: body[(start + (row == 0 ? 0 : 1))..<scanner.position])
            ends.append(UInt32(truncatingIfNeeded: heads.count))
            guard scanner.number(until: ",", atMost: Self.longestNumber) != nil, scanner.takes(",\""),
                scanner.number(until: "\"", atMost: Self.longestNumber) != nil, scanner.takes("\"]}")
            else { return nil }
        }
        guard scanner.takes(Self.ending), scanner.isAtEnd else { return nil }
    }

    /// Reads an answer that is written in the same way about the same rows.
    ///
    /// - Parameter document: as it came, not known to be JSON.
    /// - Returns: the numbers of the rows and the moment they are for; `nil` if anything differs.
    func numbers(_ document: PaddedBytes) -> (values: [Double], at: Double)? {
        let body = document.bytes
        defer { withExtendedLifetime(document) {} }
        var scanner = AnswerScanner(body)
        guard scanner.takes(Self.beginning) else { return nil }
        var values: [Double] = []
        values.reserveCapacity(ends.count)
        var time: Range<Int>?
        let isRead = heads.withUnsafeBytes { heads in
            var start = 0
            for end in ends {
                guard start == 0 || scanner.takes(","),
                    scanner.takes(UnsafeRawBufferPointer(rebasing: heads[start..<Int(end)])),
                    scanner.takesTime(&time, atMost: Self.longestNumber), scanner.takes(",\""),
                    let text = scanner.number(until: "\"", atMost: Self.longestNumber),
                    let value = Double(decimal: UnsafeRawBufferPointer(rebasing: body[text])), scanner.takes("\"]}")
                else { return false }
                values.append(value)
                start = Int(end)
            }
            return scanner.takes(Self.ending) && scanner.isAtEnd
        }
        guard isRead, let time, body[time.lowerBound] &- UInt8(ascii: "0") < 10,
            let at = Double(decimal: UnsafeRawBufferPointer(rebasing: body[time]))
        else { return nil }
        return (values, at)
    }
}

/// Walks over the bytes of an answer.
private struct AnswerScanner {
    private let body: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ body: UnsafeRawBufferPointer) { self.body = body }

    var isAtEnd: Bool { position == body.count }

    @inline(__always)
    mutating func takes(_ text: StaticString) -> Bool {
        takes(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func takes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = body.baseAddress, let other = bytes.baseAddress, body.count - position >= bytes.count,
            memcmp(base + position, other, bytes.count) == 0
        else { return false }
        position += bytes.count
        return true
    }

    /// All rows are for the same moment: after the first, its digits are compared.
    @inline(__always)
    mutating func takesTime(_ time: inout Range<Int>?, atMost limit: Int) -> Bool {
        if let time { return takes(UnsafeRawBufferPointer(rebasing: body[time])) }
        time = number(until: ",", atMost: limit)
        return time != nil
    }

    /// Whatever stands before a byte that is near.
    @inline(__always)
    mutating func number(until end: StaticString, atMost limit: Int) -> Range<Int>? {
        let (start, bound) = (position, min(position + limit, body.count))
        while position < bound {
            if body[position] == end.utf8Start.pointee { return start == position ? nil : start..<position }
            position += 1
        }
        return nil
    }

    /// Labels and the brace behind them.
    mutating func takesLabels() -> Bool {
        if takes("}") { return true }
        while takesString(), takes(":"), takesString() {
            if takes("}") { return true }
            guard takes(",") else { return false }
        }
        return false
    }

    private mutating func takesString() -> Bool {
        guard takes("\"") else { return false }
        while position < body.count {
            switch body[position] {
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\""):
                position += 1
                return true
            default: position += 1
            }
        }
        return false
    }
}
