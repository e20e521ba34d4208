// SPDX-License-Identifier: Apache-2.0
package import Model

extension ObjectValue {
    /// An object written as JSON, as tests like to have it; fields come in the order of their names.
    package init(json: String) throws { self.init(try JSONValue(parsing: json.utf8)) }

    private init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let on): self = .bool(on)
        case .number(let number): self = Int64(exactly: number).map { .integer($0) } ?? .number(number)
        case .string(let text): self = .text(text)
        case .array(let items): self = .list(items.map { ObjectValue($0) })
        case .object(let fields):
            self = .map(fields.sorted { $0.key < $1.key }.map { ObjectField($0.key, ObjectValue($0.value)) })
        }
    }
}
