// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Brings the lines of a pod's log, as the API server sends them, into the form of the container runtime's own log, and leaves out those that were
/// sent before: a log is asked for again from a whole second on, so the lines of that second come again.
struct PodLogFilter {
    /// Maximum number of bytes of a line; what follows is passed on as it comes.
    private static let maximumLine = 1 << 20
    /// What the runtime's own log has behind the time: the stream, and that the line is whole.
    private static let mark = Array(" stdout F ".utf8)
    /// How many bytes of a time name the second.
    private static let secondLength = 19

    private var rest: [UInt8] = []
    /// The second of the newest line.
    private var second: [UInt8] = []
    /// How many lines of that second have come.
    private var linesOfSecond = 0
    /// How many of them come again.
    private var repeated = 0

    /// From when on the log is to be asked for again; `nil` if nothing has come.
    var resumesAt: Timestamp? {
        second.isEmpty ? nil : Timestamp(rfc3339: String(decoding: second, as: UTF8.self) + "Z")
    }

    /// The stream has ended; what comes next is of another request.
    mutating func end() {
        rest = []
        repeated = linesOfSecond
    }

    /// Takes a piece of the log.
    ///
    /// - Parameter bytes: cut anywhere.
    /// - Returns: whole lines.
    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count + 64)
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty {
                pass(UnsafeRawBufferPointer(rebasing: bytes[start...end]), into: &lines)
            } else {
                rest += bytes[start...end]
                let line = rest
                rest = []
                line.withUnsafeBytes { pass($0, into: &lines) }
            }
            start = end + 1
        }
        rest += bytes[start...]
        if rest.count > Self.maximumLine {
            lines += rest
            rest = []
        }
        return lines
    }

    private mutating func pass(_ line: UnsafeRawBufferPointer, into lines: inout [UInt8]) {
        guard let blank = line.prefix(40).firstIndex(of: 32), blank >= Self.secondLength + 1 else {
            // A line without a time is none of the server's; it is passed on as it is.
            lines += line
            return
        }
        let time = line[..<blank]
        if time.prefix(Self.secondLength).elementsEqual(second) {
            if repeated > 0 {
                repeated -= 1
                return
            }
            linesOfSecond += 1
        } else {
            // Lines of an earlier second than the last one were not asked for.
            second = Array(time.prefix(Self.secondLength))
            (linesOfSecond, repeated) = (1, 0)
        }
        lines += time
        lines += Self.mark
        lines += line[(blank + 1)...]
    }
}
