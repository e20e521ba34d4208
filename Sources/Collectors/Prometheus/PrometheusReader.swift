// SPDX-License-Identifier: Apache-2.0
internal import CSimdjson
internal import Model

/// Takes the series of an answer, one after the other, as the tape is walked.
protocol SeriesSink {
    /// A label of the series that is being read. The bytes are valid during the call.
    mutating func label(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(JSONError)
    /// The series is complete.
    ///
    /// - Parameters:
    ///   - value: any number there is, also NaN and infinities.
    ///   - at: when the server evaluated it, in seconds since 1970.
    /// - Throws: `JSONError` about a series that makes no sense.
    mutating func finish(value: Double, at: Double) throws(JSONError)
}

/// What came with the series.
struct PrometheusEnvelope: Hashable, Sendable {
    /// `success` or `error`.
    var status = ""
    /// `bad_data`, `timeout`, `execution`, … (Prometheus, `web/api/v1/api.go`).
    var errorType: String?
    var error: String?
    /// Partial answers say so here.
    var warnings: [String] = []
    var hasData = false
}

/// Reads answers of the query API: instant vectors, errors, warnings. Confined to one thread.
final class PrometheusReader {
    /// Maximum number of warnings that are kept.
    static let maximumWarnings = 5
    /// Maximum number of characters of a warning or an error.
    static let maximumWarningText = 300
    /// Maximum number of bytes of one string of an answer.
    static let maximumString = 1 << 20

    private let parser: JSONParser

    /// - Parameter maximumBody: Maximum number of bytes of an answer.
    init(maximumBody: Int) { parser = JSONParser(maximumBytes: maximumBody) }

    /// Reads one answer of any status.
    ///
    /// - Parameters:
    ///   - body: the JSON document.
    ///   - sink: gets the series.
    /// - Returns: what came with them.
    /// - Throws: `JSONError` when it is no answer of the query API.
    func read<Sink: SeriesSink>(_ body: PaddedBytes, into sink: inout Sink) throws(JSONError) -> PrometheusEnvelope {
        var envelope = PrometheusEnvelope()
        try parser.parse(body) { (root: inout JSONReader) throws(JSONError) in
            try root.object { (value, name) throws(JSONError) in
                if name.equals("data") {
                    envelope.hasData = true
                    try Self.data(&value, into: &sink)
                } else {
                    try Self.read(&value, name, into: &envelope)
                }
            }
        }
        return envelope
    }

    private static func read(
        _ value: inout JSONReader, _ name: UnsafeRawBufferPointer, into envelope: inout PrometheusEnvelope
    ) throws(JSONError) {
        if name.equals("status") {
            envelope.status = SafeText.line(of: try value.string(), maximum: 40)
        } else if name.equals("errorType") {
            envelope.errorType = SafeText.line(of: try value.string(), maximum: 60)
        } else if name.equals("error") {
            envelope.error = SafeText.line(of: try value.string(maximum: maximumString), maximum: maximumWarningText)
        } else if name.equals("warnings") {
            var warnings: [String] = []
            try value.array { (warning, position) throws(JSONError) in
                guard position < maximumWarnings else { return }
                warnings.append(
                    SafeText.line(of: try warning.string(maximum: maximumString), maximum: maximumWarningText))
            }
            envelope.warnings = warnings
        }
    }

    private static func data<Sink: SeriesSink>(_ data: inout JSONReader, into sink: inout Sink) throws(JSONError) {
        if data.isNull { return }
        var isVector = false
        try data.object { (value, name) throws(JSONError) in
            if name.equals("resultType") {
                let type = try value.string()
                isVector = type.equals("vector")
                guard isVector else { throw value.mismatch("a vector") }
            } else if name.equals("result") {
                guard isVector else { throw JSONError(expected: "resultType first", found: "result") }
                try value.array { (series, _) throws(JSONError) in try Self.series(&series, into: &sink) }
            }
        }
    }

    @inline(__always)
    private static func series<Sink: SeriesSink>(
        _ series: inout JSONReader, into sink: inout Sink
    ) throws(JSONError) {
        var sample: (at: Double, value: Double)?
        try series.object { (field, name) throws(JSONError) in
            if name.equals("metric") {
                try field.object { (value, label) throws(JSONError) in
                    try sink.label(label, try value.string(maximum: maximumString))
                }
            } else if name.equals("value") {
                sample = try Self.sample(&field)
            }
        }
        guard let sample else { throw JSONError(path: "value", expected: "a sample", found: "no such field") }
        try sink.finish(value: sample.value, at: sample.at)
    }

    /// `[1700000000.123, "0.25"]`
    @inline(__always)
    private static func sample(_ pair: inout JSONReader) throws(JSONError) -> (at: Double, value: Double) {
        var (at, number) = (Double?.none, Double?.none)
        try pair.array { (element, position) throws(JSONError) in
            if position == 0 {
                at = try element.double()
            } else if position == 1 {
                let text = try element.string()
                guard let value = Double(decimal: text) else { throw element.mismatch("a number in a string") }
                number = value
            }
        }
        guard let at, let number else { throw JSONError(expected: "a time and a value", found: "fewer elements") }
        return (at, number)
    }
}

extension Double {
    /// Reads a number as Go prints it: decimal, with an exponent, `NaN`, `+Inf`, `-Inf`; exact, and without an allocation.
    @inline(__always)
    init?(decimal bytes: UnsafeRawBufferPointer) {
        var value = 0.0
        guard bytes.count > 0, let start = bytes.baseAddress,
            meshtop_parse_double(start, bytes.count, &value) == bytes.count
        else {
            return nil
        }
        self = value
    }
}
