// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Any JSON text as a value.
package enum JSONValue: Equatable, Sendable, Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([JSONValue].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Reads a JSON text.
    ///
    /// - Parameter bytes: UTF-8.
    /// - Throws: what Foundation says of a text that is none.
    package init(parsing bytes: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    /// A field of an object; nil when there is none.
    package subscript(name: String) -> JSONValue? {
        if case .object(let fields) = self { fields[name] } else { nil }
    }

    /// The text of a string.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

extension JSONValue {
    /// The items of an array; none of anything else.
    package var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    /// A number, or one that JSON cannot write.
    package var double: Double? {
        switch self {
        case .number(let value): value
        case .string("Infinity"): .infinity
        case .string("-0.0"): 0
        default: nil
        }
    }

    /// A number without its fraction.
    package var integer: Int64? { double.map { Int64($0) } }

    /// The value of a boolean.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }
}
