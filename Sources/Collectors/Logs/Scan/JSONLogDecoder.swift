// SPDX-License-Identifier: Apache-2.0
internal import Model

/// A line of JSON, as far as it matters.
struct JSONLogRecord {
    var header = LogHeader()
    /// The texts that may be the message, the likeliest first: of one name each, filled in.
    var texts: [[UInt8]] = []
    /// The stack trace, if there is one.
    var stack: [UInt8] = []
}

/// Reads lines of logstash-logback-encoder, logback's JsonEncoder, ECS, log4j2's layouts, GELF, docker's wrapping of any line, and exports whose
/// entries hold the line in an object of their own (akka.md §7.3). The names decide, not the encoder: times, addresses and pods are looked for
/// at any depth, and any text may be the message.
struct JSONLogDecoder {
    /// Maximum number of bytes of a stack trace that are looked at.
    static let maximumStack = 16 << 10
    /// Maximum number of arguments that are filled in.
    static let maximumArguments = 16
    /// Maximum depth of objects that are looked into.
    static let maximumDepth = 16
    /// Maximum number of texts that may be the message.
    static let maximumTexts = 32
    /// Maximum number of elements of a list that are looked into.
    static let maximumElements = 64

    private let parser = JSONParser(maximumBytes: 1 << 20)

    /// How likely a text is to be the message.
    private enum Rank: Int {
        case formatted
        case message
        case line
        case other
        case failure
    }

    /// What an object is of, by its name.
    private struct Place {
        var depth = 0
        var isFailure = false
        var isPod = false
    }

    private struct Fields {
        var texts: [(rank: Rank, text: [UInt8])] = []
        var stack: [UInt8] = []
        var arguments: [[UInt8]] = []
        var time: LogTime?
        var timeDepth = -1
        var seconds: Double?
        var nanoseconds = 0.0
        var source: Address?
        /// Whether the source is the path of another node's actor.
        var isOfRemoteActor = false
        var header = LogHeader()
    }

    /// Decodes a line.
    ///
    /// - Parameter bytes: a JSON object.
    /// - Returns: `nil` if it is none.
    func decode(_ bytes: UnsafeRawBufferPointer) -> JSONLogRecord? {
        if let fields = fields(PaddedBytes(bytes)) { return record(fields) }
        // Bytes that are no UTF-8 are no JSON: repaired, most of the line is left.
        let repaired = String(decoding: bytes, as: UTF8.self)
        return fields(PaddedBytes(repaired.utf8)).map(record)
    }

    private func fields(_ document: PaddedBytes) -> Fields? {
        var fields = Fields()
        do throws(JSONError) {
            try parser.parse(document) { (root) throws(JSONError) in try read(&root, &fields, Place()) }
        } catch {
            return nil
        }
        return fields
    }

    private func record(_ fields: Fields) -> JSONLogRecord {
        var record = JSONLogRecord()
        record.header = fields.header
        record.header.observer = fields.header.observer ?? (fields.isOfRemoteActor ? nil : fields.source)
        let seconds = fields.seconds.flatMap { Self.time(milliseconds: $0 * 1000 + fields.nanoseconds / 1e6) }
        record.header.time = fields.time ?? seconds
        record.texts = fields.texts.enumerated().sorted {
            ($0.element.rank.rawValue, $0.offset) < ($1.element.rank.rawValue, $1.offset)
        }.map { $0.element.rank == .message ? Self.filled($0.element.text, fields.arguments) : $0.element.text }
        record.stack = fields.stack
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

    private func read(_ object: inout JSONReader, _ fields: inout Fields, _ place: Place) throws(JSONError) {
        var key: [UInt8]?
        try object.object { (value, name) throws(JSONError) in
            if value.isObject {
                guard place.depth < Self.maximumDepth else { return }
                if JSONLogNames.isTime(name), try readInstant(&value, &fields, place) { return }
                let isPair = key != nil && name.equals("value")
                try read(&value, &fields, Self.place(name, in: place), pair: isPair ? key : nil)
            } else if value.isString {
                let text = try value.string(maximum: LineSplitter.maximumLine)
                if name.equals("key") { key = Array(text) }
                if let key, name.equals("value") {
                    key.withUnsafeBytes { readText(text, $0, &fields, place) }
                } else {
                    readText(text, name, &fields, place)
                }
            } else if name.equals("arguments") || name.equals("params") {
                fields.arguments = Self.strings(&value)
            } else if name.equals("akkaUid") || name.equals("pekkoUid"), let uid = try? value.int64() {
                fields.header.uid = uid
            } else if let number = try? value.double() {
                readNumber(number, name, &fields, place)
            } else {
                readElements(&value, name, &fields, Self.place(name, in: place))
            }
        }
    }

    /// The value of a pair is an object in OpenTelemetry's form: `{"key": "akkaAddress", "value": {"stringValue": "akka://…"}}`.
    private func read(
        _ value: inout JSONReader, _ fields: inout Fields, _ place: Place, pair key: [UInt8]?
    ) throws(JSONError) {
        guard let key else { return try read(&value, &fields, place) }
        try value.object { (value, name) throws(JSONError) in
            guard name.equals("stringValue"), value.isString else { return }
            let text = try value.string(maximum: LineSplitter.maximumLine)
            key.withUnsafeBytes { readText(text, $0, &fields, place) }
        }
    }

    private static func place(_ name: UnsafeRawBufferPointer, in place: Place) -> Place {
        Place(
            depth: place.depth + 1, isFailure: place.isFailure || JSONLogNames.isFailure(name),
            isPod: name.equals("pod"))
    }

    private func readElements(
        _ value: inout JSONReader, _ name: UnsafeRawBufferPointer, _ fields: inout Fields, _ place: Place
    ) {
        guard place.depth <= Self.maximumDepth else { return }
        try? value.array { (element, position) throws(JSONError) in
            guard position < Self.maximumElements else { return }
            if element.isObject {
                try read(&element, &fields, place)
            } else if element.isString {
                readElement(try element.string(maximum: LineSplitter.maximumLine), name, &fields, place)
            } else {
                let inner = Place(depth: place.depth + 1, isFailure: place.isFailure, isPod: false)
                readElements(&element, name, &fields, inner)
            }
        }
    }

    /// A text of a list: one of several values of the name, or Loki's pair of nanoseconds and line.
    private func readElement(
        _ text: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer, _ fields: inout Fields, _ place: Place
    ) {
        if text.count == 19, let nanoseconds = Int64(decimal: text) {
            set(Self.time(milliseconds: Double(nanoseconds) / 1e6), in: &fields, place)
        } else {
            readText(text, name, &fields, place)
        }
    }

    /// log4j2's `{"epochSecond": 1714557600, "nanoOfSecond": 123000000}`, and the same in other words.
    private func readInstant(
        _ value: inout JSONReader, _ fields: inout Fields, _ place: Place
    ) throws(JSONError) -> Bool {
        var (seconds, nanoseconds): (Double?, Double) = (nil, 0)
        var text: LogTime?
        try value.lookingAhead { (ahead) throws(JSONError) in
            try ahead.object { (value, name) throws(JSONError) in
                if name.equals("$date"), value.isString {
                    text = LogTimeReader.whole(try value.string(maximum: LineSplitter.maximumLine))
                }
                guard let number = Self.number(value) else { return }
                if name.equals("epochSecond") || name.equals("seconds") || name.equals("_seconds") { seconds = number }
                if name.equals("nanoOfSecond") || name.equals("nanos") || name.equals("_nanoseconds") {
                    nanoseconds = number
                }
                if name.equals("$date") { seconds = number / 1000 }
            }
        }
        let time = text ?? seconds.flatMap { Self.time(milliseconds: $0 * 1000 + nanoseconds / 1e6) }
        guard let time else { return false }
        set(time, in: &fields, place)
        return true
    }

    /// A number, also one that is written as a text.
    private static func number(_ value: borrowing JSONReader) -> Double? {
        if let number = try? value.double() { return number }
        return (try? value.int64()).map(Double.init)
    }

    private func set(_ time: LogTime?, in fields: inout Fields, _ place: Place) {
        guard let time else { return }
        if fields.time == nil || place.depth >= fields.timeDepth, time.isComplete || fields.time?.isComplete != true {
            (fields.time, fields.timeDepth) = (time, place.depth)
        }
    }

    private func readText(
        _ text: UnsafeRawBufferPointer, _ full: UnsafeRawBufferPointer, _ fields: inout Fields, _ place: Place
    ) {
        let name = JSONLogNames.lastPart(full)
        if name.equals("akkaUid") || name.equals("pekkoUid") {
            fields.header.uid = Int64(decimal: text)
        } else if JSONLogNames.isTime(full) {
            set(LogTimeReader.whole(text), in: &fields, place)
        } else if name.equals("__REALTIME_TIMESTAMP"), let microseconds = Int64(decimal: text) {
            set(Self.time(milliseconds: Double(microseconds) / 1000), in: &fields, place)
        } else if name.equals("akkaTimestamp") || name.equals("pekkoTimestamp") {
            fields.header.utc = LogTimeReader.whole(text)
        } else if name.equals("akkaAddress") || name.equals("pekkoAddress") {
            fields.header.observer = LogHeader.address(text, 0..<text.count)
        } else if name.equals("akkaSource") || name.equals("pekkoSource") {
            fields.source = LogHeader.observer(in: text)
            fields.header.isCluster = fields.header.isCluster || LogHeader.isCluster(text)
        } else if JSONLogNames.isLogger(full) {
            fields.header.isCluster = fields.header.isCluster || LogHeader.isCluster(text)
            let remote = LogTemplate.first(LogHeader.remoteRef, in: text, from: 0, to: text.count)
            fields.isOfRemoteActor = fields.isOfRemoteActor || remote != nil
        } else if JSONLogNames.isStack(name) {
            fields.stack = Array(text.prefix(Self.maximumStack))
        } else if JSONLogNames.isPod(full) || place.isPod && name.equals("name") {
            fields.header.label = SafeText.line(of: text, maximum: RecordScanner.maximumLabel)
        } else if fields.time == nil, JSONLogNames.mayBeTime(name), let time = LogTimeReader.whole(text) {
            set(time, in: &fields, place)
        } else {
            if JSONLogNames.isHost(full) {
                fields.header.weakLabel = SafeText.line(of: text, maximum: RecordScanner.maximumLabel)
            }
            addText(text, full, &fields, place)
        }
    }

    private func addText(
        _ text: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer, _ fields: inout Fields, _ place: Place
    ) {
        guard text.count >= LogCatalogue.shortestKey || text.elementsEqual([123, 125]),
            fields.texts.count < Self.maximumTexts
        else { return }
        let rank: Rank =
            if place.isFailure {
                .failure
            } else if name.equals("formattedMessage") {
                .formatted
            } else if JSONLogNames.isMessage(name) {
                .message
            } else {
                name.equals("log") ? .line : .other
            }
        fields.texts.append((rank, Array(text)))
    }

    private func readNumber(
        _ number: Double, _ name: UnsafeRawBufferPointer, _ fields: inout Fields, _ place: Place
    ) {
        if name.equals("timestampSeconds") {
            fields.seconds = number
        } else if name.equals("timestampNanos") {
            fields.nanoseconds = number
        } else if JSONLogNames.isTime(name) {
            // Seconds, milliseconds, microseconds or nanoseconds: the size says which.
            let milliseconds =
                number < 1e11 ? number * 1000 : number < 1e14 ? number : number < 1e17 ? number / 1e3 : number / 1e6
            set(Self.time(milliseconds: milliseconds), in: &fields, place)
        }
    }

    private static func time(milliseconds: Double) -> LogTime? {
        guard milliseconds.isFinite, milliseconds > 0, milliseconds < 1e14 else { return nil }
        return LogTime(Timestamp(microseconds: Int64((milliseconds * 1000).rounded())))
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

/// What the names of fields mean, in the encoders that there are.
enum JSONLogNames {
    static func isTime(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equals("@timestamp") || name.equals("timestamp") || name.equals("time") || name.equals("ts")
            || name.equals("timeMillis") || name.equals("epochMillis") || name.equals("instant") || name.equals("_time")
            || name.equals("date") || name.equals("datetime") || name.equals("@t") || name.equals("eventTime")
            || name.equals("timeUnixNano") || name.equals("log_timestamp")
    }

    /// Names that mean a time in some encoder, if what they hold is one: `Timestamp`, `asctime`, `TimeGenerated`, `_messagetime`.
    static func mayBeTime(_ name: UnsafeRawBufferPointer) -> Bool {
        let words: [StaticString] = [
            "timestamp", "datetime", "asctime", "timegenerated", "messagetime", "logdate", "logtime", "created",
            "createdat", "eventtime", "localtime", "date", "time",
        ]
        var plain = name.filter { $0 != 95 && $0 != 64 && $0 != 45 }.map { (65...90).contains($0) ? $0 | 32 : $0 }
        if plain.starts(with: "log".utf8), plain.count > 7 { plain.removeFirst(3) }
        return plain.count <= 24
            && plain.withUnsafeBytes { text in
                words.contains { UnsafeRawBufferPointer(rebasing: text[...]).equals($0) }
            }
    }

    static func isMessage(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equals("message") || name.equals("msg") || name.equals("@message") || name.equals("short_message")
            || name.equals("MESSAGE") || name.equals("textPayload") || name.equals("rendered_message")
            || name.equals("@m")
    }

    static func isLogger(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equals("logger_name") || name.equals("loggerName") || name.equals("log.logger") || name.equals("logger")
            || name.equals("name") || name.equals("logger.name")
    }

    static func isStack(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equals("stack_trace") || name.equals("extendedStackTrace") || name.equals("stacktrace")
            || name.equals("stackTrace")
    }

    static func isPod(_ name: UnsafeRawBufferPointer) -> Bool {
        let last = lastPart(name)
        return last.equals("pod_name") || last.equals("podName") || name.equals("kubernetes.pod.name")
            || name.equals("k8s.pod.name")
    }

    static func isHost(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equals("host") || name.equals("hostname") || name.equals("host.name") || name.equals("_HOSTNAME")
            || name.equals("container_name") || name.equals("container_id") || name.equals("source")
            || name.equals("HOSTNAME")
    }

    /// Whether an object is of a failure: its message is not the line's.
    static func isFailure(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equals("error") || name.equals("throwable") || name.equals("thrown") || name.equals("exception")
            || name.equals("cause")
    }

    /// Names of nested fields are often joined by points, `mdc.akkaAddress`.
    static func lastPart(_ name: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let start = name.lastIndex(of: 46).map { $0 + 1 } ?? 0
        // GELF marks what an application adds, `_akkaAddress`.
        let isMarked = start + 1 < name.count && name[start] == 95 && (97...122).contains(name[start + 1])
        return UnsafeRawBufferPointer(rebasing: name[(start + (isMarked ? 1 : 0))...])
    }
}
