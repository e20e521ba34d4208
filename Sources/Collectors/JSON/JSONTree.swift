// SPDX-License-Identifier: Apache-2.0
/// A whole JSON text as a value, for documents that are compared rather than decoded.
package indirect enum JSONTree: Hashable, Sendable {
    /// Maximum number of bytes of a text.
    package static let maximumBytes = 64 << 20
    /// Maximum number of bytes of one string in it.
    package static let maximumString = 1 << 20

    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONTree])
    /// The fields in the text's order.
    case object([JSONField])

    /// Reads a JSON text.
    ///
    /// - Parameter bytes: UTF-8, at most ``maximumBytes``.
    /// - Throws: ``JSONError`` when it is none.
    package init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        let parser = JSONParser(maximumBytes: Self.maximumBytes)
        self = try parser.parse(PaddedBytes(bytes)) { (reader: inout JSONReader) throws(JSONError) in
            try JSONTree(&reader)
        }
    }

    /// The field of an object; nil when it has none of this name.
    package subscript(name: String) -> JSONTree? {
        if case .object(let fields) = self { fields.first { $0.name == name }?.value } else { nil }
    }

    private init(_ reader: inout JSONReader) throws(JSONError) {
        if reader.isNull {
            self = .null
        } else if reader.isString {
            self = .string(String(decoding: try reader.string(maximum: Self.maximumString), as: UTF8.self))
        } else if reader.isObject {
            var fields: [JSONField] = []
            try reader.object { (value: inout JSONReader, name) throws(JSONError) in
                fields.append(JSONField(name: String(decoding: name, as: UTF8.self), value: try JSONTree(&value)))
            }
            self = .object(fields)
        } else if let bool = try? reader.bool() {
            self = .bool(bool)
        } else if let number = try? reader.double() {
            self = .number(number)
        } else {
            var elements: [JSONTree] = []
            try reader.array { (value: inout JSONReader, _) throws(JSONError) in elements.append(try JSONTree(&value)) }
            self = .array(elements)
        }
    }
}

/// One field of an object.
package struct JSONField: Hashable, Sendable {
    /// The name, as it is meant.
    package let name: String
    /// The value.
    package let value: JSONTree
}
