// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Why bytes are not the document that was expected, with the place in it.
package struct JSONError: Error, Equatable {
    /// Where, as `members[12].nodeUid`; empty for the document itself.
    package private(set) var path: String
    /// What should have been there, as a noun: `a string`.
    package let expected: String
    /// What was there instead, bounded and free of control characters.
    package let found: String

    init(path: String = "", expected: String, found: String) {
        self.path = path
        self.expected = expected
        self.found = found
    }

    /// One sentence for people: `members[12].nodeUid: expected a 64-bit integer, found the string "x"`.
    package var message: String {
        "\(path.isEmpty ? "document" : path): expected \(expected), found \(found)"
    }

    /// The same error seen from the object around it. Paths grow while an error travels outwards, so that a document without an error
    /// pays nothing for them.
    func inside(field: UnsafeRawBufferPointer) -> JSONError {
        prefixed(SafeText.line(of: field, maximum: 64))
    }

    /// The same error seen from the array around it.
    func inside(element: Int) -> JSONError { prefixed("[\(element)]") }

    private func prefixed(_ outer: String) -> JSONError {
        var error = self
        let separator = path.isEmpty || path.hasPrefix("[") ? "" : "."
        error.path = outer + separator + path
        return error
    }
}
