// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A value that a line of a log names. The raw value is its name in the templates of the catalogue.
enum LogField: String, Hashable, CaseIterable {
    /// The member or the other end: an address.
    case peer
    /// `Member(...)`, or several of them.
    case members
    /// The observer itself, where the message names it: an address.
    case own
    /// An address that says where a handshake was meant to go.
    case local
    case uid
    case status
    /// A number of milliseconds; of seconds.
    case ms
    case seconds
    /// A number of something.
    case count
    case reason
    case cause
    /// `control`, `message`, `large message`.
    case stream
    /// Any other text.
    case text
    /// Text that is looked over.
    case any

    /// Which bytes a value has. Text has any: it ends where the next literal begins.
    fileprivate var scan: Scan {
        switch self {
        case .peer, .own, .local: .address
        case .uid, .ms, .seconds, .count: .number
        case .status: .word
        case .members, .reason, .cause, .stream, .text, .any: .text
        }
    }

    fileprivate enum Scan {
        case address
        case number
        case word
        case text
    }
}

/// The values of a matched line, as ranges of its bytes.
struct LogCaptures {
    private var ranges: [(field: LogField, range: Range<Int>)] = []

    /// The place of a field's first value.
    subscript(field: LogField) -> Range<Int>? { ranges.first { $0.field == field }?.range }

    mutating func add(_ field: LogField, _ range: Range<Int>) {
        if field != .any { ranges.append((field, range)) }
    }
}

/// A pattern of the catalogue: literal text with fields in braces, `Detected unreachable: [{peer}]`. What follows the template in a line
/// does not matter. There is no regular expression: a match is a comparison per literal and a scan per field.
struct LogTemplate {
    private enum Step {
        case literal([UInt8])
        case field(LogField)
    }

    /// Maximum number of bytes of a text, so that a hostile line costs its own length only.
    static let maximumText = 16 << 10

    private let steps: [Step]
    /// The literal that is looked for in all lines: the first one that is long enough.
    let key: [UInt8]
    /// What the message begins with, if the key comes later.
    private let head: [UInt8]?

    /// - Parameters:
    ///   - source: the template; braces enclose names of fields.
    ///   - shortestKey: the shortest literal that may be looked for.
    init?(_ source: String, shortestKey: Int) {
        var steps: [Step] = []
        for (position, part) in source.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
            var literal = part
            if position > 0 {
                guard let close = part.firstIndex(of: "}"), let field = LogField(rawValue: String(part[..<close]))
                else { return nil }
                steps.append(.field(field))
                literal = part[part.index(after: close)...]
            }
            if !literal.isEmpty { steps.append(.literal(Array(literal.utf8))) }
        }
        let literals = steps.compactMap { if case .literal(let bytes) = $0 { bytes } else { nil } }
        guard let key = literals.first(where: { $0.count >= shortestKey }) else { return nil }
        self.steps = steps
        self.key = key
        if case .literal(let first) = steps.first, first == key {
            head = nil
        } else if case .literal(let first) = steps.first {
            head = first
        } else {
            return nil
        }
    }

    /// Matches a message.
    ///
    /// - Parameters:
    ///   - bytes: the line or message.
    ///   - keyStart: where the key was found.
    /// - Returns: where the message begins, and its values; `nil` if it is another one.
    func match(_ bytes: UnsafeRawBufferPointer, keyStart: Int) -> (start: Int, captures: LogCaptures)? {
        var start = keyStart
        if let head {
            guard let found = Self.last(head, in: bytes, before: keyStart) else { return nil }
            start = found
        }
        var (position, captures) = (start, LogCaptures())
        for (number, step) in steps.enumerated() {
            switch step {
            case .literal(let literal):
                guard Self.isThere(literal, bytes, position) else { return nil }
                position += literal.count
            case .field(let field):
                guard let end = end(of: field, step: number, bytes, from: position) else { return nil }
                captures.add(field, position..<end)
                position = end
            }
        }
        return (start, captures)
    }

    private func end(
        of field: LogField, step: Int, _ bytes: UnsafeRawBufferPointer, from start: Int
    ) -> Int? {
        switch field.scan {
        case .address: AddressScan.end(bytes, from: start)
        case .number: Self.end(bytes, from: start) { ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "-") }
        case .word: Self.end(bytes, from: start) { ($0 | 32) >= 97 && ($0 | 32) <= 122 }
        case .text: endOfText(step: step, bytes, from: start)
        }
    }

    /// Text ends at the next literal; before the last one of a template, at the last place that has it, because reasons contain brackets.
    private func endOfText(step: Int, _ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let stop = min(bytes.count, start + Self.maximumText)
        guard step + 1 < steps.count, case .literal(let next) = steps[step + 1] else { return stop }
        if step + 2 == steps.count, next.count == 1 { return Self.last(next, in: bytes, before: stop, from: start) }
        return Self.first(next, in: bytes, from: start, to: stop)
    }

    private static func end(
        _ bytes: UnsafeRawBufferPointer, from start: Int, while isPart: (UInt8) -> Bool
    ) -> Int? {
        var end = start
        while end < bytes.count, isPart(bytes[end]) { end += 1 }
        return end > start ? end : nil
    }

    private static func isThere(_ literal: [UInt8], _ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        guard position + literal.count <= bytes.count, let base = bytes.baseAddress else { return false }
        return literal.withUnsafeBytes { literal in
            literal.baseAddress.map { memcmp(base + position, $0, literal.count) == 0 } ?? true
        }
    }

    /// The first place of a literal that begins and ends within bounds.
    static func first(_ literal: [UInt8], in bytes: UnsafeRawBufferPointer, from: Int, to: Int) -> Int? {
        guard let base = bytes.baseAddress, let first = literal.first else { return nil }
        var position = from
        while position + literal.count <= to {
            guard let found = memchr(base + position, Int32(first), to - literal.count + 1 - position) else {
                return nil
            }
            position = UnsafeRawPointer(found) - base
            if isThere(literal, bytes, position) { return position }
            position += 1
        }
        return nil
    }

    /// The last such place.
    static func last(_ literal: [UInt8], in bytes: UnsafeRawBufferPointer, before end: Int, from: Int = 0) -> Int? {
        var position = end - literal.count
        while position >= from {
            if isThere(literal, bytes, position) { return position }
            position -= 1
        }
        return nil
    }
}

/// Finds addresses in text: `akka.tcp://Shop@10.0.0.7:2552`, and the same of IPv6.
enum AddressScan {
    /// Maximum number of bytes of an address.
    static let maximumAddress = 512

    /// The end of the address that begins at `start`; `nil` if there is none.
    static func end(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var (position, isHost, isBracketed) = (start, false, false)
        while position < bytes.count, position - start <= maximumAddress {
            let byte = bytes[position]
            if byte == UInt8(ascii: "@") { isHost = true }
            // An IPv6 host has brackets of its own, directly behind the @.
            if byte == UInt8(ascii: "["), isHost, bytes[position - 1] == UInt8(ascii: "@") {
                isBracketed = true
            } else if byte == UInt8(ascii: "]"), isBracketed {
                isBracketed = false
            } else if !isPart(byte) {
                break
            }
            position += 1
        }
        // What follows an address in a sentence: a comma, a full stop, a colon.
        while position > start, [46, 58, 44].contains(bytes[position - 1]) { position -= 1 }
        if isSlashed(bytes, start, position) { return position }
        return nil
    }

    private static func isSlashed(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        var position = start
        while position + 2 < end {
            if bytes[position] == 58 { return bytes[position + 1] == 47 && bytes[position + 2] == 47 }
            position += 1
        }
        return false
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...58, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "@"),
            UInt8(ascii: "%"):
            true
        case UInt8(ascii: "/"): true
        default: false
        }
    }

    /// The addresses in a range, in order, each at its start; those with a host only.
    static func all(in bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var from = 0
        while let mark = LogTemplate.first([58, 47, 47], in: bytes, from: from, to: bytes.count) {
            var start = mark
            while start > 0, isScheme(bytes[start - 1]) { start -= 1 }
            from = mark + 3
            guard start < mark, var end = end(bytes, from: start) else { continue }
            // Behind the authority a path follows.
            if let path = LogTemplate.first([47], in: bytes, from: mark + 3, to: end) { end = path }
            from = max(from, end)
            if LogTemplate.first([64], in: bytes, from: mark + 3, to: end) != nil { found.append(start..<end) }
        }
        return found
    }

    private static func isScheme(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || byte == UInt8(ascii: ".")
    }
}
