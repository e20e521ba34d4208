// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Walks over the bytes of an answer that are not known to be JSON. Eight bytes are looked at at once, hence a few behind the end are read, which
/// ``PaddedBytes`` has.
struct AnswerScanner {
    private let body: UnsafeRawBufferPointer
    var position = 0

    /// - Parameter body: the bytes of a ``PaddedBytes`` that lives as long as the scanner.
    init(_ body: UnsafeRawBufferPointer) { self.body = body }

    var count: Int { body.count }
    var isAtEnd: Bool { position == body.count }

    // MARK: - What is expected

    @inline(__always)
    mutating func consume(_ text: StaticString) -> Bool {
        consume(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard has(bytes, at: position) else { return false }
        position += bytes.count
        return true
    }

    @inline(__always)
    func has(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        guard let base = body.baseAddress, let other = bytes.baseAddress, body.count - place >= bytes.count else {
            return false
        }
        return memcmp(base + place, other, bytes.count) == 0
    }

    /// How many bytes here are the same as at another place.
    ///
    /// - Parameters:
    ///   - other: a place that was read already.
    ///   - limit: more need not be the same.
    /// - Returns: `limit` at most, less at the end.
    @inline(__always)
    func common(with other: Int, atMost limit: Int) -> Int {
        guard let base = body.baseAddress else { return 0 }
        let (here, there) = (base + position, base + other)
        let limit = min(limit, body.count - position)
        var count = 0
        while count + 32 <= limit {
            let first = Self.word(here, count) ^ Self.word(there, count)
            let second = Self.word(here, count + 8) ^ Self.word(there, count + 8)
            let third = Self.word(here, count + 16) ^ Self.word(there, count + 16)
            let fourth = Self.word(here, count + 24) ^ Self.word(there, count + 24)
            if first | second | third | fourth != 0 { break }
            count += 32
        }
        while count < limit {
            let difference = Self.word(here, count) ^ Self.word(there, count)
            if difference != 0 { return min(limit, count + difference.trailingZeroBitCount / 8) }
            count += 8
        }
        return max(0, limit)
    }

    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, _ place: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    // MARK: - What varies

    /// The bytes up to the next quotation mark, and moves behind it.
    ///
    /// - Parameter limit: the longest text in bytes.
    /// - Returns: `nil` unless they mean themselves in JSON: valid UTF-8 without escapes and control characters.
    @inline(__always)
    mutating func restOfString(atMost limit: Int) -> UnsafeRawBufferPointer? {
        guard let base = body.baseAddress else { return nil }
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let start = position
        var foreign: UInt64 = 0
        while position < body.count {
            let word = Self.word(base, position)
            let quotes = word ^ ones &* UInt64(UInt8(ascii: "\""))
            let escapes = word ^ ones &* UInt64(UInt8(ascii: "\\"))
            // The lowest bit that is set in each is right; a borrow may set higher ones.
            let ends = (quotes &- ones) & ~quotes | (escapes &- ones) & ~escapes | (word &- ones &* 0x20) & ~word
            let found = ends & highs
            foreign |= word & highs & ~found & (found &- 1)
            if found != 0 {
                position += found.trailingZeroBitCount / 8
                break
            }
            position += 8
        }
        guard position < body.count, body[position] == UInt8(ascii: "\""), position - start <= limit else { return nil }
        let text = UnsafeRawBufferPointer(start: base + start, count: position - start)
        position += 1
        return foreign == 0 || Self.isUTF8(text) ? text : nil
    }

    @inline(never)
    private static func isUTF8(_ text: UnsafeRawBufferPointer) -> Bool {
        String(validating: text, as: UTF8.self) != nil
    }

    /// Whatever stands before a byte that is near.
    @inline(__always)
    mutating func number(until end: StaticString, atMost limit: Int) -> Range<Int>? {
        let (start, bound) = (position, min(position + limit, body.count))
        while position < bound {
            if body[position] == end.utf8Start.pointee { return start == position ? nil : start..<position }
            position += 1
        }
        return nil
    }

    /// The digits of a moment, as Prometheus writes it and JSON allows it: perhaps with a fraction, no sign, no exponent.
    ///
    /// - Parameter limit: the most bytes.
    /// - Returns: `nil` if something else stands here, which need not be wrong.
    mutating func time(atMost limit: Int) -> UnsafeRawBufferPointer? {
        guard let place = number(until: ",", atMost: limit) else { return nil }
        let text = body[place]
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { part in
            !part.isEmpty && part.count <= 18 && part.allSatisfy { (48...57).contains($0) }
        }
        guard isNumber, parts[0].count == 1 || parts[0].first != UInt8(ascii: "0") else { return nil }
        return UnsafeRawBufferPointer(rebasing: text)
    }

    /// Labels and the brace behind them.
    mutating func consumeLabels() -> Bool {
        if consume("}") { return true }
        while consumeString(), consume(":"), consumeString() {
            if consume("}") { return true }
            guard consume(",") else { return false }
        }
        return false
    }

    private mutating func consumeString() -> Bool {
        guard consume("\"") else { return false }
        while position < body.count {
            switch body[position] {
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\""):
                position += 1
                return true
            default: position += 1
            }
        }
        return false
    }
}
