import Foundation
import Graph
import TestSupport

/// The vectors of `Tests/Fixtures/phi/vectors.json`: those of Akka's own tests, and exact values.
struct PhiVectors {
    let root: JSONValue

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/phi/vectors.json")
        root = try JSONValue(parsing: try Data(contentsOf: file))
    }

    func list(_ name: String) -> [JSONValue] { root[name]?.items ?? [] }
}

extension JSONValue {
    var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }

    /// A number, or one that JSON cannot write.
    var double: Double? {
        switch self {
        case .number(let value): value
        case .string("Infinity"): .infinity
        case .string("-0.0"): 0
        default: nil
        }
    }

    var integer: Int64? { double.map { Int64($0) } }

    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }
}

/// Equal within 1e-9 of the value.
func isClose(_ left: Double, _ right: Double) -> Bool {
    if left == right { return true }
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
}
