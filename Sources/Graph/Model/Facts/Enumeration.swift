// SPDX-License-Identifier: Apache-2.0
extension [Address] {
    /// Some of them by name and the number of the others: a reason is one line, however large the mesh.
    package var enumeration: String { map(\.hostPort).enumeration(separator: ", ") }
}

extension [String] {
    /// The first few, and the number of the others.
    package func enumeration(separator: String) -> String {
        let named = 6
        guard count > named + 1 else { return joined(separator: separator) }
        return prefix(named).joined(separator: separator) + separator + "\(count - named) more"
    }
}
