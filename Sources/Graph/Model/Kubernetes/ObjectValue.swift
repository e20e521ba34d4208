// SPDX-License-Identifier: Apache-2.0
/// A value of a JSON or YAML document, for objects whose fields are looked up by name. What is not there is `null`, so that a path of names can be
/// followed without a question at each step: `pod["spec"]["nodeName"].text`.
package indirect enum ObjectValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([ObjectValue])
    /// The fields in the document's order.
    case map([ObjectField])

    /// The field of a map; `null` if this is none or has no such field.
    package subscript(name: String) -> ObjectValue {
        guard case .map(let fields) = self else { return .null }
        return fields.first { $0.name == name }?.value ?? .null
    }

    /// The text here; `nil` for anything else and for an empty one.
    package var text: String? {
        guard case .text(let text) = self, !text.isEmpty else { return nil }
        return text
    }

    /// The whole number here, also one that is written as a text.
    package var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .text(let text): Int64(text)
        case .number(let value): Int64(exactly: value)
        case .null, .bool, .list, .map: nil
        }
    }

    /// The whole number here, if it fits.
    package var count: Int? { integer.flatMap { Int(exactly: $0) } }

    /// Whether `true` stands here.
    package var isTrue: Bool { self == .bool(true) }

    /// Whether there is nothing here.
    package var isNull: Bool { self == .null }

    /// The elements of a list; empty for anything else.
    package var items: [ObjectValue] { if case .list(let items) = self { items } else { [] } }

    /// The fields of a map; empty for anything else.
    package var fields: [ObjectField] { if case .map(let fields) = self { fields } else { [] } }

    /// The moment here, written as RFC 3339.
    package var time: Timestamp? { text.flatMap { Timestamp(rfc3339: $0) } }

    /// The fields of a map whose values are texts, by name.
    package var texts: [String: String] {
        fields.reduce(into: [:]) { texts, field in
            if case .text(let text) = field.value { texts[field.name] = text }
        }
    }
}

/// One field of a map.
package struct ObjectField: Hashable, Sendable {
    /// The name, as it is meant.
    package let name: String
    /// The value.
    package let value: ObjectValue

    /// A name with its value.
    package init(_ name: String, _ value: ObjectValue) {
        self.name = name
        self.value = value
    }
}
