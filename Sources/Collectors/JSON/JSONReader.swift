// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Model

/// A place in a parsed document: walks simdjson's tape without a call or an allocation per element.
///
/// The tape (simdjson, `doc/tape.md`) is an array of 64-bit words: the kind in the highest byte, the payload below it. Containers carry the
/// index behind their end, so that a value that is not asked for is skipped in one step. Containers' element counts saturate and are not used.
struct JSONReader: ~Copyable {
    private let tape: UnsafePointer<UInt64>
    private let strings: UnsafePointer<UInt8>
    private var index: Int

    fileprivate init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, at index: Int) {
        self.tape = tape
        self.strings = strings
        self.index = index
    }

    /// At the root value of a tape.
    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>) {
        self.init(tape: tape, strings: strings, at: 1)
    }

    /// The tape's letters for kinds of values.
    private enum Tag {
        static let object = UInt8(ascii: "{")
        static let array = UInt8(ascii: "[")
        static let objectEnd = UInt8(ascii: "}")
        static let arrayEnd = UInt8(ascii: "]")
        static let string = UInt8(ascii: "\"")
        static let signed = UInt8(ascii: "l")
        static let unsigned = UInt8(ascii: "u")
        static let double = UInt8(ascii: "d")
        static let yes = UInt8(ascii: "t")
        static let no = UInt8(ascii: "f")
        static let null = UInt8(ascii: "n")
    }

    @inline(__always)
    private var tag: UInt8 { UInt8(truncatingIfNeeded: tape[index] >> 56) }

    /// Whether the value here is `null`.
    var isNull: Bool { tag == Tag.null }

    /// Whether the value here is a string.
    var isString: Bool { tag == Tag.string }

    /// Whether the value here is an object.
    var isObject: Bool { tag == Tag.object }

    // MARK: - Containers

    /// Reads the fields of the object here, in the document's order.
    ///
    /// - Parameter field: gets the reader at the field's value and the name's bytes; a value that it leaves alone is skipped.
    /// - Throws: `JSONError` if there is no object here, or what `field` threw, with the name put in front of its path.
    @inline(__always)
    mutating func object(
        _ field: (inout JSONReader, UnsafeRawBufferPointer) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard tag == Tag.object else { throw mismatch("an object") }
        let end = Int(truncatingIfNeeded: tape[index] & 0xFFFF_FFFF)
        index += 1
        while tag != Tag.objectEnd {
            let name = bytes(at: index)
            index += 1
            let next = indexBehind(index)
            do throws(JSONError) { try field(&self, name) } catch { throw error.inside(field: name) }
            index = next
        }
        index = end
    }

    /// Reads the elements of the array here.
    ///
    /// - Parameter element: gets the reader at the element, and its position; a value that it leaves alone is skipped.
    /// - Throws: `JSONError` if there is no array here, or what `element` threw, with the position put in front of its path.
    @inline(__always)
    mutating func array(_ element: (inout JSONReader, Int) throws(JSONError) -> Void) throws(JSONError) {
        guard tag == Tag.array else { throw mismatch("an array") }
        let end = Int(truncatingIfNeeded: tape[index] & 0xFFFF_FFFF)
        index += 1
        var position = 0
        while tag != Tag.arrayEnd {
            let next = indexBehind(index)
            do throws(JSONError) { try element(&self, position) } catch { throw error.inside(element: position) }
            index = next
            position += 1
        }
        index = end
    }

    /// Reads the value here without moving on, so that it can be read again.
    ///
    /// - Parameter body: gets a reader of its own at this value.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` threw.
    @inline(__always)
    func lookingAhead<Result>(
        _ body: (inout JSONReader) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        var ahead = JSONReader(tape: tape, strings: strings, at: index)
        return try body(&ahead)
    }

    // MARK: - Scalars

    /// The string here.
    ///
    /// - Parameter maximum: Maximum number of bytes of the string.
    /// - Returns: its bytes: UTF-8, unescaped, valid while the document is being read.
    /// - Throws: `JSONError` if there is no string here, or a longer one.
    @inline(__always)
    func string(maximum: Int = 1024) throws(JSONError) -> UnsafeRawBufferPointer {
        guard tag == Tag.string else { throw mismatch("a string") }
        let text = bytes(at: index)
        guard text.count <= maximum else {
            throw JSONError(expected: "a string of at most \(maximum) bytes", found: "\(text.count) bytes")
        }
        return text
    }

    /// The 64-bit integer here, a number or a string of decimal digits: exact, never through a floating-point number.
    ///
    /// - Throws: `JSONError` if there is neither, or one that does not fit.
    @inline(__always)
    func int64() throws(JSONError) -> Int64 {
        if tag == Tag.string, let value = Int64(decimal: bytes(at: index)) { return value }
        if tag == Tag.signed { return Int64(bitPattern: tape[index + 1]) }
        throw mismatch("a 64-bit integer")
    }

    /// The number here.
    ///
    /// - Throws: `JSONError` if there is none.
    func double() throws(JSONError) -> Double {
        switch tag {
        case Tag.double: Double(bitPattern: tape[index + 1])
        case Tag.signed: Double(Int64(bitPattern: tape[index + 1]))
        case Tag.unsigned: Double(tape[index + 1])
        default: throw mismatch("a number")
        }
    }

    /// The truth value here.
    ///
    /// - Throws: `JSONError` if there is none.
    func bool() throws(JSONError) -> Bool {
        switch tag {
        case Tag.yes: true
        case Tag.no: false
        default: throw mismatch("true or false")
        }
    }

    /// The error of a value that is not what its reader wants.
    ///
    /// - Parameter expected: what is wanted, as a noun.
    /// - Returns: the error, which shows the value here.
    @inline(never)
    func mismatch(_ expected: String) -> JSONError { JSONError(expected: expected, found: summary) }

    // MARK: - Comparing memory

    /// The strings of the array here with their lengths, as one key; `nil` if it is empty or holds anything but strings.
    ///
    /// The parser writes strings one behind the other, so those of one array are one run of bytes.
    @inline(__always)
    var stringArrayBytes: UnsafeRawBufferPointer? {
        guard tag == Tag.array else { return nil }
        let end = indexBehind(index) - 1
        guard end > index + 1 else { return nil }
        for element in (index + 1)..<end where UInt8(truncatingIfNeeded: tape[element] >> 56) != Tag.string {
            return nil
        }
        let last = bytes(at: end - 1)
        let start = UnsafeRawPointer(strings) + firstStringPlace
        return last.baseAddress.map { UnsafeRawBufferPointer(start: start, count: $0 + last.count - start) }
    }

    /// Whether the value here has these words and strings, as `copyNormalized` wrote them.
    @inline(__always)
    func isEqual(
        words: UnsafeBufferPointer<UInt64>, bytes: UnsafeRawBufferPointer, lastString: Int, lastCount: UInt32
    ) -> Bool {
        guard let known = words.baseAddress, indexBehind(index) - index == words.count else { return false }
        let (first, strings) = (tape + index, strings)
        let stringBase = firstStringPlace
        // An object's or array's words count from its own start, strings from the first one.
        let bases = (UInt64(truncatingIfNeeded: index), UInt64(truncatingIfNeeded: stringBase))
        for offset in 0..<words.count {
            let word = first[offset]
            let base = UInt8(truncatingIfNeeded: word >> 56) == Tag.string ? bases.1 : bases.0
            if word &- base != known[offset] { return false }
        }
        let start = UnsafeRawPointer(strings) + stringBase
        // The last string's length is compared first: then all strings are known to lie within the parser's memory.
        guard (start + lastString).loadUnaligned(as: UInt32.self) == lastCount else { return false }
        return bytes.baseAddress.map { memcmp(start, $0, bytes.count) == 0 } ?? false
    }

    /// Writes the value's words, made independent of where they lie, and its strings with their lengths.
    ///
    /// - Parameters:
    ///   - words: where the words go.
    ///   - bytes: where the strings go.
    /// - Returns: where the last string begins, from the first one, and its length; `nil` if the value
    ///   does not start with one or holds anything else.
    func copyNormalized(words: inout [UInt64], bytes: inout [UInt8]) -> (place: Int, count: UInt32)? {
        guard UInt8(truncatingIfNeeded: tape[index + 1] >> 56) == Tag.string else { return nil }
        let stringBase = firstStringPlace
        var last: Int?
        for index in index..<indexBehind(index) {
            let word = tape[index]
            switch UInt8(truncatingIfNeeded: word >> 56) {
            case Tag.string:
                last = Int(truncatingIfNeeded: word & 0x00FF_FFFF_FFFF_FFFF) - stringBase
                words.append(word &- UInt64(truncatingIfNeeded: stringBase))
            case Tag.object, Tag.objectEnd, Tag.array, Tag.arrayEnd:
                words.append(word &- UInt64(truncatingIfNeeded: self.index))
            default: return nil
            }
        }
        guard let last else { return nil }
        let start = UnsafeRawPointer(strings) + stringBase
        let count = (start + last).loadUnaligned(as: UInt32.self)
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: last + 4 + Int(count)))
        return (last, count)
    }

    /// Where the first string of the container here lies: an object's first name. Of anything else it is not used.
    @inline(__always)
    private var firstStringPlace: Int {
        let word = tape[index + 1]
        return UInt8(truncatingIfNeeded: word >> 56) == Tag.string
            ? Int(truncatingIfNeeded: word & 0x00FF_FFFF_FFFF_FFFF) : 0
    }

    // MARK: - The tape

    @inline(__always)
    private func bytes(at index: Int) -> UnsafeRawBufferPointer {
        let start = UnsafeRawPointer(strings) + Int(truncatingIfNeeded: tape[index] & 0x00FF_FFFF_FFFF_FFFF)
        return UnsafeRawBufferPointer(start: start + 4, count: Int(start.loadUnaligned(as: UInt32.self)))
    }

    @inline(__always)
    private func indexBehind(_ index: Int) -> Int {
        switch UInt8(truncatingIfNeeded: tape[index] >> 56) {
        case Tag.object, Tag.array: Int(truncatingIfNeeded: tape[index] & 0xFFFF_FFFF)
        case Tag.signed, Tag.unsigned, Tag.double: index + 2
        default: index + 1
        }
    }

    private var summary: String {
        switch tag {
        case Tag.object: "an object"
        case Tag.array: "an array"
        case Tag.string: "the string \"\(SafeText.line(of: bytes(at: index), maximum: 60))\""
        case Tag.signed: "the number \(Int64(bitPattern: tape[index + 1]))"
        case Tag.unsigned: "the number \(tape[index + 1])"
        case Tag.double: "the number \(Double(bitPattern: tape[index + 1]))"
        case Tag.yes: "true"
        case Tag.no: "false"
        default: "null"
        }
    }
}

extension Int64 {
    /// Reads decimal digits with an optional minus sign; nil for anything else, also for a value out of range.
    @inline(__always)
    init?(decimal bytes: UnsafeRawBufferPointer) {
        let negative = bytes.first == UInt8(ascii: "-")
        let start = negative ? 1 : 0
        guard bytes.count > start, bytes.count - start <= 19 else { return nil }
        // 19 digits fit in 64 unsigned bits, so the loop cannot overflow; the sign decides the bound afterwards.
        var magnitude: UInt64 = 0
        for position in start..<bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            magnitude = magnitude &* 10 &+ UInt64(digit)
        }
        guard magnitude <= UInt64(Int64.max) + (negative ? 1 : 0) else { return nil }
        self = negative ? 0 &- Int64(truncatingIfNeeded: magnitude) : Int64(magnitude)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are exactly those of `text`.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && baseAddress.map { memcmp($0, text.utf8Start, count) == 0 } ?? (count == 0)
    }
}
