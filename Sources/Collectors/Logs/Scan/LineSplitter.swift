// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Cuts a stream of bytes into lines, whatever the bytes are and wherever the chunks end.
///
/// A line longer than the maximum is passed on cut; the rest of it is skipped and counted. What is held is one line at most.
struct LineSplitter {
    /// Maximum number of bytes of a line; a stack trace in one line of JSON is far below it.
    static let maximumLine = 64 << 10

    private let maximum: Int
    /// The beginning of a line whose end has not come yet.
    private var carry: [UInt8] = []
    private var isSkipping = false
    /// Lines that were passed on cut.
    private(set) var cutLines = 0

    /// - Parameter maximum: Maximum number of bytes of a line.
    init(maximum: Int = Self.maximumLine) { self.maximum = maximum }

    /// Takes the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: a chunk, cut anywhere.
    ///   - line: gets each whole line without its end, valid during the call.
    mutating func receive(_ bytes: UnsafeRawBufferPointer, line: (UnsafeRawBufferPointer) -> Void) {
        guard let base = bytes.baseAddress else { return }
        var start = 0
        while start < bytes.count {
            guard let found = memchr(base + start, 10, bytes.count - start) else {
                hold(UnsafeRawBufferPointer(rebasing: bytes[start...]), line)
                return
            }
            let end = UnsafeRawPointer(found) - base
            finish(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), line)
            start = end + 1
        }
    }

    /// The stream has ended: what is left is a line too.
    mutating func end(line: (UnsafeRawBufferPointer) -> Void) {
        if !carry.isEmpty { finish(UnsafeRawBufferPointer(start: nil, count: 0), line) }
        isSkipping = false
    }

    /// The stream begins again somewhere else: the beginning of a line that is held will never end.
    mutating func forget() {
        carry = []
        isSkipping = false
    }

    @inline(__always)
    private mutating func finish(_ rest: UnsafeRawBufferPointer, _ line: (UnsafeRawBufferPointer) -> Void) {
        if isSkipping {
            isSkipping = false
            return
        }
        if carry.isEmpty, rest.count <= maximum {
            line(Self.withoutReturn(rest))
            return
        }
        finishSlowly(rest, line)
    }

    private mutating func finishSlowly(_ rest: UnsafeRawBufferPointer, _ line: (UnsafeRawBufferPointer) -> Void) {
        if carry.count + rest.count > maximum { cutLines += 1 }
        carry.append(contentsOf: rest.prefix(maximum - carry.count))
        carry.withUnsafeBytes { line(Self.withoutReturn($0)) }
        carry.removeAll(keepingCapacity: true)
    }

    private mutating func hold(_ rest: UnsafeRawBufferPointer, _ line: (UnsafeRawBufferPointer) -> Void) {
        guard !isSkipping else { return }
        carry.append(contentsOf: rest.prefix(maximum - carry.count + 1))
        guard carry.count > maximum else { return }
        carry.removeLast()
        cutLines += 1
        carry.withUnsafeBytes { line($0) }
        carry.removeAll(keepingCapacity: true)
        isSkipping = true
    }

    @inline(__always)
    private static func withoutReturn(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        line.last == 13 ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
    }
}
