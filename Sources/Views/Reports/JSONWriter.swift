// SPDX-License-Identifier: Apache-2.0
package import Model

/// Writes one JSON text into bytes. Callers keep to the grammar; the writer places the commas. ``JSONObject`` and the `field` functions are
/// the short way to write an object.
package struct JSONWriter {
    /// The text as far as it is written.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    package init() {
        bytes.reserveCapacity(4096)
    }

    /// Writes an object.
    ///
    /// - Parameter fields: writes its fields.
    package mutating func object(_ fields: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        fields(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array.
    ///
    /// - Parameters:
    ///   - values: the elements in order.
    ///   - write: writes one of them.
    package mutating func array<Value>(_ values: some Sequence<Value>, _ write: (inout JSONWriter, Value) -> Void) {
        open(UInt8(ascii: "["))
        for value in values { write(&self, value) }
        close(UInt8(ascii: "]"))
    }

    /// Writes the name of an object's next value.
    package mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a name that is known at run time only, such as a response code.
    package mutating func key(_ name: String) {
        separate()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string, or null.
    package mutating func string(_ text: String?) {
        guard let text else { return null() }
        separate()
        appendQuoted(text)
        needsComma = true
    }

    /// Writes a number, or null.
    package mutating func integer(_ value: Int?) {
        raw(value.map(String.init) ?? "null")
    }

    /// Writes a number with all its digits, or null; JSON has no infinite ones.
    package mutating func number(_ value: Double?) {
        guard let value, value.isFinite else { return null() }
        raw(value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)")
    }

    /// Writes true, false or null.
    package mutating func bool(_ value: Bool?) {
        raw(value.map { $0 ? "true" : "false" } ?? "null")
    }

    /// Writes null.
    package mutating func null() {
        raw("null")
    }

    /// Writes a duration in seconds, exact to the microsecond, or null.
    package mutating func seconds(_ value: Duration?) {
        raw(value.map(\.secondsText) ?? "null")
    }

    /// Writes a moment as RFC 3339, or null.
    package mutating func time(_ value: Timestamp?) {
        string(value?.description)
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func raw(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(\.isPlain) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { append(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Control characters are escaped, those beyond ASCII too: documents are read on terminals.
    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
        case "\n": bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        default:
            if scalar.isControl { appendEscape(scalar.value) } else { bytes.append(contentsOf: String(scalar).utf8) }
        }
    }

    /// As JSON writes scalars beyond 0xFFFF: two escapes, one for each half of their surrogate pair (RFC 8259, 7).
    private mutating func appendEscape(_ value: UInt32) {
        guard value <= 0xFFFF else {
            appendEscape(0xD800 + (value - 0x10000) >> 10)
            appendEscape(0xDC00 + (value - 0x10000) & 0x3FF)
            return
        }
        let digits = Array("0123456789abcdef".utf8)
        bytes += [UInt8(ascii: "\\"), UInt8(ascii: "u")]
        for shift in [12, 8, 4, 0] { bytes.append(digits[Int(value >> shift & 15)]) }
    }
}

extension UInt8 {
    /// Visible ASCII or a space, and nothing that JSON escapes.
    fileprivate var isPlain: Bool {
        self >= 0x20 && self < 0x7F && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}
