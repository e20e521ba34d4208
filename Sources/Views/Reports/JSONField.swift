// SPDX-License-Identifier: Apache-2.0
package import Model

/// A value that is written as one JSON object.
package protocol JSONObject {
    /// Writes the fields between the braces, in the order of the document.
    ///
    /// - Parameter json: the writer, inside of the object.
    func fields(_ json: inout JSONWriter)
}

extension JSONObject {
    /// The object as a text of its own.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object(self)
        return writer.bytes
    }

    /// The object as a line of output.
    package var jsonLine: [UInt8] { json + [UInt8(ascii: "\n")] }
}

/// A name with its value, in one call for each type of value. Whatever is `nil` is written as null.
extension JSONWriter {
    /// Writes a string.
    package mutating func field(_ name: StaticString, _ value: String?) {
        self.name(name)
        string(value)
    }

    /// Writes a case of a closed set by its name.
    package mutating func field<Case: RawRepresentable<String>>(_ name: StaticString, _ value: Case?) {
        field(name, value?.rawValue)
    }

    /// Writes an address as the cluster prints it.
    package mutating func field(_ name: StaticString, _ value: Address?) {
        field(name, value?.text)
    }

    /// Writes an incarnation's number as a string, because it may exceed what readers of JSON numbers hold (2^53).
    package mutating func field(_ name: StaticString, uid: Int64?) {
        field(name, uid.map { String($0) })
    }

    /// Writes a whole number.
    package mutating func field(_ name: StaticString, _ value: Int?) {
        self.name(name)
        integer(value)
    }

    /// Writes a number with all its digits; infinite ones are written as null.
    package mutating func field(_ name: StaticString, _ value: Double?) {
        self.name(name)
        number(value)
    }

    /// Writes true or false.
    package mutating func field(_ name: StaticString, _ value: Bool?) {
        self.name(name)
        bool(value)
    }

    /// Writes a duration in seconds.
    package mutating func field(_ name: StaticString, _ value: Duration?) {
        self.name(name)
        seconds(value)
    }

    /// Writes a moment as RFC 3339.
    package mutating func field(_ name: StaticString, _ value: Timestamp?) {
        self.name(name)
        time(value)
    }

    /// Writes an object.
    package mutating func field<Object: JSONObject>(_ name: StaticString, _ value: Object?) {
        self.name(name)
        if let value { object(value) } else { null() }
    }

    /// Writes an array of strings.
    package mutating func field(_ name: StaticString, _ values: [String]) {
        self.name(name)
        array(values) { $0.string($1) }
    }

    /// Writes an array of addresses as the cluster prints them.
    package mutating func field(_ name: StaticString, _ values: [Address]) {
        self.name(name)
        array(values) { $0.string($1.text) }
    }

    /// Writes an array of cases of a closed set by their names.
    package mutating func field<Case: RawRepresentable<String>>(_ name: StaticString, _ values: [Case]) {
        self.name(name)
        array(values) { $0.string($1.rawValue) }
    }

    /// Writes an array of objects.
    package mutating func field<Objects: Sequence>(_ name: StaticString, _ values: Objects?)
    where Objects.Element: JSONObject {
        self.name(name)
        if let values { array(values) { $0.object($1) } } else { null() }
    }

    /// Writes an object whose fields are given in place.
    ///
    /// - Parameters:
    ///   - name: the name of the field.
    ///   - fields: writes the fields of the object.
    package mutating func field(_ name: StaticString, fields: (inout JSONWriter) -> Void) {
        self.name(name)
        object(fields)
    }

    /// Writes an object.
    package mutating func object(_ value: some JSONObject) {
        object { value.fields(&$0) }
    }

    /// Writes a text that is an array of objects, as a line of output.
    ///
    /// - Parameter values: the elements in order.
    /// - Returns: the line with its end.
    package static func line(_ values: [some JSONObject]) -> [UInt8] {
        var writer = JSONWriter()
        writer.array(values) { $0.object($1) }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Writes a text that is one object, as a line of output.
    ///
    /// - Parameter fields: writes the fields of the object.
    /// - Returns: the line with its end.
    package static func line(fields: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(fields)
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
