// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The context that a layout writes behind the message, `… MDC: {akkaAddress=akka://Shop@10.0.0.7:25520, akkaSource=…}`: the layout of Akka's
/// own guide and samples.
struct LineTail {
    /// Maximum number of bytes of the context.
    static let maximum = 2048

    private static let keys = ["kkaAddress=", "ekkoAddress=", "kkaSource=", "ekkoSource="].map { Array($0.utf8) }
    private static let word = Array("MDC:".utf8)

    /// Where it stands, with its brackets and its name.
    let range: Range<Int>

    /// - Parameters:
    ///   - bytes: a line.
    ///   - start: where the message begins, or a word of it; `nil` comes of a line without a context behind it.
    init?(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        let keys = Self.keys.compactMap { LogTemplate.first($0, in: bytes, from: start, to: bytes.count) }
        guard let key = keys.min(),
            let open = bytes[max(start, key - Self.maximum)..<key].lastIndex(where: { $0 == 123 || $0 == 10 }),
            bytes[open] == 123
        else { return nil }
        var end = open
        let limit = min(bytes.count, open + Self.maximum)
        while end < limit, bytes[end] != 125, bytes[end] != 10 { end += 1 }
        if end < limit, bytes[end] == 125 { end += 1 }
        var begin = open
        while begin > start, bytes[begin - 1] == 32 { begin -= 1 }
        if begin - start >= Self.word.count, bytes[(begin - Self.word.count)..<begin].elementsEqual(Self.word) {
            begin -= Self.word.count
        }
        while begin > start, bytes[begin - 1] == 32 { begin -= 1 }
        range = begin..<end
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
