// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The context that a layout writes behind the message, `… MDC: {akkaAddress=akka://Shop@10.0.0.7:25520, akkaSource=…}`: the layout of Akka's
/// own guide and samples.
struct LineTail {
    /// Maximum number of bytes of the context.
    static let maximum = 2048

    private static let keys = ["kkaAddress=", "ekkoAddress=", "kkaSource=", "ekkoSource="].map { Array($0.utf8) }
    /// What may stand in front of the bracket.
    private static let names = ["MDC:", "MDC=", "mdc:", "mdc=", "context=", "ctx="].map { Array($0.utf8) }

    /// Where it stands, with its brackets and its name.
    let range: Range<Int>

    /// - Parameters:
    ///   - bytes: a line.
    ///   - start: where the message begins, or a word of it; `nil` comes of a line without a context behind it.
    init?(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        let keys = Self.keys.compactMap { LogTemplate.first($0, in: bytes, from: start, to: bytes.count) }
        guard let key = keys.min() else { return nil }
        let (open, close) = Self.open(bytes, from: start, before: key)
        var end = max(open, key)
        let limit = min(bytes.count, open + Self.maximum)
        while end < limit, bytes[end] != close, bytes[end] != 10 { end += 1 }
        if end < limit, bytes[end] == close { end += 1 }
        var begin = open
        while begin > start, bytes[begin - 1] == 32 { begin -= 1 }
        for word in Self.names where begin - start >= word.count {
            guard bytes[(begin - word.count)..<begin].elementsEqual(word) else { continue }
            begin -= word.count
            break
        }
        while begin > start, bytes[begin - 1] == 32 { begin -= 1 }
        range = begin..<end
    }

    /// Where the context begins that holds a key, and what ends it: a bracket that is open there, else the key itself, up to the line's end.
    private static func open(_ bytes: UnsafeRawBufferPointer, from start: Int, before key: Int) -> (Int, UInt8) {
        var place = key
        let first = max(start, key - maximum)
        while place > first, bytes[place - 1] != 10 {
            place -= 1
            switch bytes[place] {
            case 123: return (place, 125)
            case 91 where !isOfMessage(bytes, place): return (place, 93)
            case 40 where !isOfMessage(bytes, place): return (place, 41)
            case 93, 41, 125: return (max(start, key - 1), 10)
            default: break
            }
        }
        return (max(start, key - 1), 10)
    }

    /// Whether a bracket belongs to the message: nothing but a blank stands in front of one that opens a context.
    private static func isOfMessage(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool {
        place > 0 && bytes[place - 1] != 32
    }

    /// The line without it.
    func removed(from bytes: UnsafeRawBufferPointer) -> [UInt8] {
        Array(bytes[..<range.lowerBound]) + Array(bytes[range.upperBound...])
    }

    /// What it says.
    func header(_ bytes: UnsafeRawBufferPointer) -> LogHeader {
        LogHeader(context: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
}
