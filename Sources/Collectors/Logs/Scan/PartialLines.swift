// SPDX-License-Identifier: Apache-2.0
/// Joins the parts of a line that a container runtime has cut: CRI cuts at 16 KiB or so, and marks each part but the last with `P`
/// (kubernetes, CRI logging format: `TIME stdout P TEXT`).
///
/// Holds one line for each stream of the container, and of it the longest line at most.
struct PartialLines {
    private static let streams = 2

    /// What a line of the file turned out to be.
    enum Outcome {
        /// A whole line by itself.
        case whole
        /// A part of a line, which waits for the rest.
        case held
        /// The last part of a line, which this is.
        case joined([UInt8])
    }

    private let maximum: Int
    private var waiting: [[UInt8]]
    /// Lines that were passed on without their end, because they are too long.
    private(set) var cutLines = 0

    /// - Parameter maximum: Maximum number of bytes of a line.
    init(maximum: Int) {
        self.maximum = maximum
        waiting = Array(repeating: [], count: Self.streams)
    }

    /// Takes a line of the file.
    @inline(__always)
    mutating func join(_ line: UnsafeRawBufferPointer) -> Outcome {
        // The T of the time: nearly all lines are turned away here.
        guard line.count > 30, line[10] == UInt8(ascii: "T"), let part = Part(line) else { return .whole }
        return join(part, line)
    }

    /// The log has ended: what waits is all there will be.
    mutating func end() -> [[UInt8]] {
        defer { forget() }
        return waiting.filter { !$0.isEmpty }
    }

    /// The log begins again somewhere else: the ends of what waits will never come.
    mutating func forget() { waiting = Array(repeating: [], count: Self.streams) }

    private mutating func join(_ part: Part, _ line: UnsafeRawBufferPointer) -> Outcome {
        let isFirst = waiting[part.stream].isEmpty
        guard part.isPartial || !isFirst else { return .whole }
        // The first part keeps its prefix: the time and the stream are the line's.
        let rest = UnsafeRawBufferPointer(rebasing: line[(isFirst ? 0 : part.start)...])
        let room = max(0, maximum - waiting[part.stream].count)
        if rest.count > room, room > 0 { cutLines += 1 }
        waiting[part.stream].append(contentsOf: rest.prefix(room))
        guard !part.isPartial else { return .held }
        defer { waiting[part.stream] = [] }
        return .joined(waiting[part.stream])
    }

    /// What the prefix of a line says.
    private struct Part {
        var stream: Int
        var isPartial: Bool
        /// Where the text begins.
        var start: Int

        init?(_ line: UnsafeRawBufferPointer) {
            guard let blank = line[20..<min(40, line.count)].firstIndex(of: 32), blank + 10 <= line.count,
                line[blank...].starts(with: " std".utf8), line[blank + 7] == 32, line[blank + 9] == 32
            else { return nil }
            switch line[blank + 8] {
            case UInt8(ascii: "P"): isPartial = true
            case UInt8(ascii: "F"): isPartial = false
            default: return nil
            }
            stream = line[blank + 4] == UInt8(ascii: "e") ? 1 : 0
            start = blank + 10
        }
    }
}
