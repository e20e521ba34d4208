// SPDX-License-Identifier: Apache-2.0
/// How an answer was written, row by row, so that the next answer about the same rows need not be parsed: where its labels are the same bytes,
/// only numbers are read. A refresh of a quiet mesh is such an answer; anything else is left to the parser.
struct AnswerTemplate {
    /// As Prometheus' encoder writes it (`util/jsonutil`, `web/api/v1/json_codec.go`): without a blank.
    private static let beginning: StaticString = #"{"status":"success","data":{"resultType":"vector","result":["#
    private static let metric: StaticString = #"{"metric":{"#
    private static let value: StaticString = #","value":["#
    private static let ending: StaticString = "]}}"
    /// Maximum number of bytes of an answer that is remembered.
    private static let maximumBody = 1 << 31

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
        guard rows > 0, body.count < Self.maximumBody else { return nil }
        heads.reserveCapacity(body.count)
        ends.reserveCapacity(rows)
        var scanner = AnswerScanner(body)
        guard scanner.consume(Self.beginning) else { return nil }
        for row in 0..<rows {
            let start = scanner.position
            guard row == 0 || scanner.consume(","), scanner.consume(Self.metric), scanner.consumeLabels(),
                scanner.consume(Self.value)
            else { return nil }
            heads.append(contentsOf: body[(start + (row == 0 ? 0 : 1))..<scanner.position])
            ends.append(UInt32(truncatingIfNeeded: heads.count))
            guard scanner.number(until: ",", atMost: AlikeRows.maximumNumber) != nil, scanner.consume(",\""),
                scanner.number(until: "\"", atMost: AlikeRows.maximumNumber) != nil, scanner.consume("\"]}")
            else { return nil }
        }
        guard scanner.consume(Self.ending), scanner.isAtEnd else { return nil }
    }

    /// Reads an answer that is written in the same way about the same rows.
    ///
    /// - Parameter document: as it came, not known to be JSON.
    /// - Returns: the numbers of the rows and the moment they are for; `nil` if anything differs.
    func numbers(_ document: PaddedBytes) -> (values: [Double], at: Double)? {
        let body = document.bytes
        defer { withExtendedLifetime(document) {} }
        var scanner = AnswerScanner(body)
        guard scanner.consume(Self.beginning) else { return nil }
        var values: [Double] = []
        values.reserveCapacity(ends.count)
        var time: UnsafeRawBufferPointer?
        let isRead = heads.withUnsafeBytes { heads in
            var start = 0
            for end in ends {
                guard start == 0 || scanner.consume(","),
                    scanner.consume(UnsafeRawBufferPointer(rebasing: heads[start..<Int(end)])),
                    consumeTime(&time, &scanner), scanner.consume(",\""),
                    let text = scanner.number(until: "\"", atMost: AlikeRows.maximumNumber),
                    let value = Double(decimal: UnsafeRawBufferPointer(rebasing: body[text])), scanner.consume("\"]}")
                else { return false }
                values.append(value)
                start = Int(end)
            }
            return scanner.consume(Self.ending) && scanner.isAtEnd
        }
        guard isRead, let time, let at = Double(decimal: time) else { return nil }
        return (values, at)
    }

    /// All rows are for the same moment: after the first, its digits are compared.
    @inline(__always)
    private func consumeTime(_ time: inout UnsafeRawBufferPointer?, _ scanner: inout AnswerScanner) -> Bool {
        if let time { return scanner.consume(time) }
        time = scanner.time(atMost: AlikeRows.maximumNumber)
        return time != nil
    }
}
