// SPDX-License-Identifier: Apache-2.0
/// What is wrong inside a record. Where it stands is known to the caller.
struct WireError: Error, Hashable {
    /// A clause without a full stop.
    let message: String

    init(_ message: String) { self.message = message }
}

/// Reads the journal's basic values, every length checked against what is there.
struct WireReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Where the next byte stands.
    var index: Int { position }
    var isAtEnd: Bool { position == bytes.endIndex }
    private var left: Int { bytes.endIndex - position }

    mutating func byte() throws(WireError) -> UInt8 {
        guard position < bytes.endIndex else { throw WireError("the record ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw WireError("a number has more than 64 bits")
    }

    /// A count of things of which each takes one byte at least, so that no claim makes us reserve more than the record holds.
    mutating func count() throws(WireError) -> Int {
        let value = try number()
        guard value <= UInt64(left) else { throw WireError("a list is longer than its record") }
        return Int(value)
    }

    mutating func signed() throws(WireError) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1 ^ (0 &- (value & 1)))
    }

    mutating func fixed() throws(WireError) -> Int64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { value |= UInt64(try byte()) << shift }
        return Int64(bitPattern: value)
    }

    mutating func text() throws(WireError) -> String {
        let length = try count()
        defer { position += length }
        return String(decoding: bytes[position..<position + length], as: UTF8.self)
    }

    mutating func flag() throws(WireError) -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        case let other: throw WireError("\(other) stands for a truth value")
        }
    }

    mutating func duration() throws(WireError) -> Duration {
        switch try byte() {
        case 0: return .microseconds(try signed())
        case 1: return Duration(secondsComponent: try signed(), attosecondsComponent: try signed())
        case let other: throw WireError("\(other) is no form of a duration")
        }
    }
}
