// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
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

/// Equal within 1e-9 of the value.
func isClose(_ left: Double, _ right: Double) -> Bool {
    if left == right { return true }
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
}
