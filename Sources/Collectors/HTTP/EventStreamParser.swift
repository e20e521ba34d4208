// SPDX-License-Identifier: Apache-2.0
/// Splits a server-sent event stream (HTML Living Standard, §9.2) into events, chunk by chunk.
///
/// Akka Management writes `data:` before `event:` and a heartbeat as an empty `data:` line, so nothing is concluded before the blank
/// line that ends an event. Fields besides `data` and `event` are skipped: the endpoint sends none.
struct EventStreamParser {
    /// What the stream says.
    enum Event: Equatable {
        /// An event with data; lines of data are joined by line feeds. `type` is empty if the stream names none.
        case message(type: [UInt8], data: [UInt8])
        /// An event without data: a sign of life.
        case heartbeat
        /// A line or an event beyond its maximum; everything until the next blank line is dropped.
        case overlong
    }

    /// Maximum number of bytes of a line, and of an event's data, unless a test says otherwise.
    static let maximumBytes = 1 << 20

    private let maximumLine: Int
    private let maximumEvent: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var type: [UInt8] = []
    private var hasData = false
    private var isOverlong = false
    /// A line ended with a carriage return: a line feed right behind it belongs to the same end.
    private var skipsLineFeed = false
    private var isAtStart = true

    /// - Parameters:
    ///   - maximumLine: Maximum number of bytes of a line.
    ///   - maximumEvent: Maximum number of bytes of data of one event.
    init(maximumLine: Int = Self.maximumBytes, maximumEvent: Int = Self.maximumBytes) {
        self.maximumLine = maximumLine
        self.maximumEvent = maximumEvent
    }

    /// Takes the next bytes of the stream.
    ///
    /// - Parameter bytes: a chunk, cut anywhere.
    /// - Returns: the events that it completes, in order.
    mutating func receive(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == UInt8(ascii: "\n") { continue }
            }
            switch byte {
            case UInt8(ascii: "\n"): endLine(&events)
            case UInt8(ascii: "\r"):
                endLine(&events)
                skipsLineFeed = true
            default: append(byte)
            }
        }
        return events
    }

    private mutating func append(_ byte: UInt8) {
        guard line.count < maximumLine else {
            isOverlong = true
            return
        }
        line.append(byte)
    }

    private mutating func endLine(_ events: inout [Event]) {
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        if line.isEmpty {
            endEvent(&events)
        } else {
            readField()
        }
        line.removeAll(keepingCapacity: line.capacity <= 4096)
    }

    private mutating func endEvent(_ events: inout [Event]) {
        if isOverlong {
            events.append(.overlong)
        } else if hasData {
            events.append(data.isEmpty ? .heartbeat : .message(type: type, data: data))
        }
        data.removeAll(keepingCapacity: data.capacity <= 4096)
        type = []
        (hasData, isOverlong) = (false, false)
    }

    private mutating func readField() {
        guard !isOverlong else { return }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch line[..<colon] {
        case let name where name.elementsEqual("data".utf8): appendData(value)
        case let name where name.elementsEqual("event".utf8): type = Array(value)
        default: break
        }
    }

    private mutating func appendData(_ value: ArraySlice<UInt8>) {
        guard data.count + value.count < maximumEvent else {
            isOverlong = true
            return
        }
        if hasData { data.append(UInt8(ascii: "\n")) }
        hasData = true
        data += value
    }
}
