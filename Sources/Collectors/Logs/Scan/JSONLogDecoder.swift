// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A line of JSON, as far as it matters.
struct JSONLogRecord {
    var header = LogHeader()
    /// The message, and behind it, if there is one, the stack trace.
    var text: [UInt8] = []
    /// Whether the text is a whole line of its own, with a head: docker's.
    var isLine = false
}

/// Reads lines of logstash-logback-encoder, logback's JsonEncoder, ECS, log4j2's layouts, GELF, and docker's wrapping of any line
/// (akka.md §7.3). The names decide, not the encoder: the first of several that is there.
struct JSONLogDecoder {
    /// Maximum number of bytes of a stack trace that are looked at.
    static let maximumStack = 16 << 10
    /// Maximum number of arguments that are filled in.
    static let maximumArguments = 16
    /// Maximum depth of objects that are looked into.
    static let maximumDepth = 3

    private let parser = JSONParser(maximumBytes: 1 << 20)

    private struct Fields {
        var message: [UInt8]?
        var formatted: [UInt8]?
        var line: [UInt8]?
        var stack: [UInt8] = []
        var arguments: [[UInt8]] = []
        var time: LogTime?
        var timeOfDay: LogTime?
        var own: Address?
        var source: Address?
        var label: String?
        var isCluster = false
    }

    /// Decodes a line.
    ///
    /// - Parameter bytes: a JSON object.
    /// - Returns: `nil` if it is none, or has no message.
    func decode(_ bytes: UnsafeRawBufferPointer) -> JSONLogRecord? {
        if let fields = fields(PaddedBytes(bytes)) { return record(fields) }
        // Bytes that are no UTF-8 are no JSON: repaired, most of the line is left.
        let repaired = String(decoding: bytes, as: UTF8.self)
        return fields(PaddedBytes(repaired.utf8)).flatMap(record)
    }

    private func fields(_ document: PaddedBytes) -> Fields? {
        var fields = Fields()
        do throws(JSONError) {
            try parser.parse(document) { (root) throws(JSONError) in try read(&root, &fields, depth: 0) }
        } catch {
            return nil
        }
        return fields
    }

    private func record(_ fields: Fields) -> JSONLogRecord? {
        var record = JSONLogRecord()
        if let line = fields.line, fields.message == nil {
            record.text = line
            record.isLine = true
        } else if let message = fields.formatted ?? fields.message {
            record.text = fields.formatted == nil ? Self.filled(message, fields.arguments) : message
            if !fields.stack.isEmpty { record.text += [10] + fields.stack }
        } else {
            return nil
        }
        record.header.time = fields.time ?? fields.timeOfDay
        record.header.observer = fields.own ?? fields.source
        record.header.label = fields.label
        record.header.isCluster = fields.isCluster
        return record
    }

    /// Akka logs INFO and DEBUG as the pattern `{}` with the text as its argument, and some encoders write just that.
    private static func filled(_ message: [UInt8], _ arguments: [[UInt8]]) -> [UInt8] {
        guard !arguments.isEmpty, message.contains(123) else { return message }
        var (result, rest, next) = ([UInt8](), message[...], 0)
        while let brace = rest.firstIndex(of: 123) {
            let isPlace = brace + 1 < rest.endIndex && rest[brace + 1] == 125 && next < arguments.count
            result += rest[..<brace] + (isPlace ? arguments[next][...] : [123])
            rest = rest[(brace + (isPlace ? 2 : 1))...]
            if isPlace { next += 1 }
        }
        return result + rest
    }

    // MARK: - Fields

    private func read(
        _ object: inout JSONReader, _ fields: inout Fields, depth: Int
    ) throws(JSONError) {
        try object.object { (value, name) throws(JSONError) in
            if value.isObject {
                guard depth < Self.maximumDepth else { return }
                try readNested(&value, name, &fields, depth: depth)
            } else if value.isString {
                readText(try value.string(maximum: LineSplitter.maximumLine), name, &fields)
            } else if name.equals("arguments") || name.equals("params") {
                fields.arguments = Self.strings(&value)
            } else if let number = try? value.double() {
                readNumber(number, name, &fields)
            }
        }
    }

    private func readNested(
        _ value: inout JSONReader, _ name: UnsafeRawBufferPointer, _ fields: inout Fields, depth: Int
    ) throws(JSONError) {
        if name.equals("instant") {
            try readInstant(&value, &fields)
        } else if name.equals("mdc") || name.equals("MDC") || name.equals("labels") || name.equals("contextMap")
            || name.equals("context") || name.equals("kubernetes") || name.equals("error") || name.equals("throwable")
            || name.equals("thrown") || name.equals("exception") || name.equals("log") || name.equals("message")
        {
            try read(&value, &fields, depth: depth + 1)
        }
    }

    /// log4j2's `{"epochSecond": 1714557600, "nanoOfSecond": 123000000}`.
    private func readInstant(_ value: inout JSONReader, _ fields: inout Fields) throws(JSONError) {
        var (seconds, nanoseconds) = (0.0, 0.0)
        try value.object { (value, name) throws(JSONError) in
            guard let number = try? value.double() else { return }
            if name.equals("epochSecond") { seconds = number }
            if name.equals("nanoOfSecond") { nanoseconds = number }
        }
        fields.time = Self.time(milliseconds: seconds * 1000 + nanoseconds / 1e6)
    }

    private func readText(_ text: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer, _ fields: inout Fields) {
        if name.equals("message") || name.equals("msg") || name.equals("@message") || name.equals("short_message") {
            fields.message = fields.message ?? Array(text)
        } else if name.equals("formattedMessage") {
            fields.formatted = Array(text)
        } else if name.equals("log") {
            fields.line = Array(text)
        } else if name.equals("@timestamp") || name.equals("timestamp") || name.equals("time") || name.equals("ts") {
            fields.time = LogTimeReader.whole(text) ?? fields.time
        } else if name.equals("akkaTimestamp") || name.equals("pekkoTimestamp") {
            fields.timeOfDay = LogTimeReader.whole(text)
        } else if name.equals("akkaAddress") || name.equals("pekkoAddress") {
            fields.own = LogHeader.address(text, 0..<text.count)
        } else if name.equals("akkaSource") || name.equals("pekkoSource") {
            fields.source = LogHeader.observer(in: text)
            fields.isCluster = fields.isCluster || LogHeader.isCluster(text)
        } else if name.equals("logger_name") || name.equals("loggerName") || name.equals("log.logger")
            || name.equals("logger")
        {
            fields.isCluster = fields.isCluster || LogHeader.isCluster(text)
        } else if name.equals("stack_trace") || name.equals("error.stack_trace") || name.equals("extendedStackTrace")
            || name.equals("stacktrace")
        {
            fields.stack = Array(text.prefix(Self.maximumStack))
        } else if name.equals("pod_name") || name.equals("podName") {
            fields.label = SafeText.line(of: text, maximum: RecordScanner.maximumLabel)
        }
    }

    private func readNumber(_ number: Double, _ name: UnsafeRawBufferPointer, _ fields: inout Fields) {
        guard
            name.equals("timestamp") || name.equals("timeMillis") || name.equals("@timestamp") || name.equals("ts")
                || name.equals("time")
        else { return }
        // Seconds or milliseconds: the size says which.
        fields.time = Self.time(milliseconds: number < 1e11 ? number * 1000 : number)
    }

    private static func time(milliseconds: Double) -> LogTime? {
        guard milliseconds.isFinite, milliseconds > 0, milliseconds < 1e14 else { return nil }
        let microseconds = Int64((milliseconds * 1000).rounded())
        let (days, rest) = microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
        return LogTime(date: CivilDate(daysSinceEpoch: days), microseconds: rest, offset: 0)
    }

    private static func strings(_ value: inout JSONReader) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        try? value.array { (element, position) throws(JSONError) in
            guard position < maximumArguments, element.isString else { return }
            strings.append(Array(try element.string(maximum: LineSplitter.maximumLine)))
        }
        return strings
    }
}
