// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// States that the code rules out. Whoever meets one all the same says so here instead of ignoring it.
///
/// A debug build stops at once, so that tests find the mistake. A release build goes on, because an operator in the middle of an incident
/// is better served by a picture with one fact missing, and counts it: `dropped` of the picture and `meshtop doctor` show the number.
package enum Impossible {
    /// The one value of the whole process that changes: a bug may be met on either thread and far from any book that could count it.
    private static let counter = Atomic<Int>(0)

    /// How often this process has met an impossible state; 0 unless there is a bug.
    package static var count: Int { counter.load(ordering: .relaxed) }

    /// Reports an impossible state.
    ///
    /// - Parameters:
    ///   - what: The invariant that does not hold, as a clause: "an observer that was just inserted is missing".
    ///   - file: Where it was met.
    ///   - line: Where it was met.
    package static func met(_ what: StaticString, file: StaticString = #fileID, line: UInt = #line) {
        counter.add(1, ordering: .relaxed)
        assertionFailure("\(what)", file: file, line: line)
    }
}

extension Optional {
    /// The value of an optional that cannot be `nil`, because the line before put it there.
    ///
    /// - Parameters:
    ///   - what: The invariant, as a clause, for the report of a bug.
    ///   - file: Where it was met.
    ///   - line: Where it was met.
    /// - Returns: The value; `nil` only in release builds that met the impossible.
    package func expected(_ what: StaticString, file: StaticString = #fileID, line: UInt = #line) -> Wrapped? {
        if self == nil { Impossible.met(what, file: file, line: line) }
        return self
    }
}

extension Dictionary {
    /// Changes the value of a key that must be there, in place.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - what: The invariant that says why it is there.
    ///   - file: Where it is changed.
    ///   - line: Where it is changed.
    ///   - change: Changes the value.
    /// - Returns: What `change` returned; `nil` only in release builds that met the impossible.
    @discardableResult
    package mutating func changeExisting<Result>(
        _ key: Key, _ what: StaticString, file: StaticString = #fileID, line: UInt = #line,
        _ change: (inout Value) -> Result
    ) -> Result? {
        guard let index = index(forKey: key) else {
            Impossible.met(what, file: file, line: line)
            return nil
        }
        return change(&values[index])
    }
}
