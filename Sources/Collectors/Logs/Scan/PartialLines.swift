/// Joins the parts of a line that a container runtime has cut: CRI cuts at 16 KiB or so, and marks each part but the last with `P`
/// (kubernetes, CRI logging format: `TIME stdout P TEXT`).
///
/// Holds one line for each stream of the container, and no more of it than the longest line.
struct PartialLines {
    private static let streams = 2

    private let limit: Int
    private var waiting: [[UInt8]]
    /// Lines that were passed on without their end, because they are too long.
    private(set) var cutLines = 0

    /// - Parameter limit: the longest line in bytes.
    init(limit: Int) {
        self.limit = limit
        waiting = Array(repeating: [], count: Self.streams)
    }

    /// Takes a part of a line.
    ///
    /// - Parameters:
    ///   - line: a line of the file.
    ///   - whole: gets the line that it ends, valid during the call.
    /// - Returns: `false` if it is a whole line by itself, which is then the caller's.
    @inline(__always)
    mutating func takes(_ line: UnsafeRawBufferPointer, whole: (UnsafeRawBufferPointer) -> Void) -> Bool {
        // The T of the time: nearly all lines are turned away here.
        guard line.count > 30, line[10] == UInt8(ascii: "T"), let part = Part(line) else { return false }
        return take(part, line, whole)
    }

    /// The log has ended: what waits is all there will be.
    mutating func end(whole: (UnsafeRawBufferPointer) -> Void) {
        for stream in waiting.indices where !waiting[stream].isEmpty { finish(stream, whole) }
    }

    /// The log begins anew somewhere else: the ends of what waits will never come.
    mutating func forget() { waiting = Array(repeating: [], count: Self.streams) }

    private mutating func take(
        _ part: Part, _ line: UnsafeRawBufferPointer, _ whole: (UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        let isFirst = waiting[part.stream].isEmpty
        guard part.isPartial || !isFirst else { return false }
        // The first part keeps its prefix: the time and the stream are the line's.
        let rest = UnsafeRawBufferPointer(rebasing: line[(isFirst ? 0 : part.start)...])
        let room = max(0, limit - waiting[part.stream].count)
        if rest.count > room, room > 0 { cutLines += 1 }
        waiting[part.stream].append(contentsOf: rest.prefix(room))
        if !part.isPartial { finish(part.stream, whole) }
        return true
    }

    private mutating func finish(_ stream: Int, _ whole: (UnsafeRawBufferPointer) -> Void) {
        waiting[stream].withUnsafeBytes { whole($0) }
        waiting[stream] = []
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
