// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model

/// What is recorded: one journal, or several that are read as one.
protocol RecordedFile: AnyObject {
    /// For messages.
    var name: String { get }
    /// How many observations were read.
    var count: Int { get }
    /// What could not be read on the way.
    var holes: [JournalHole] { get }

    /// The next observation; nil at the end.
    func next() throws(JournalError) -> Observation?

    /// Goes back to the beginning.
    func rewind()

    /// From when to when it goes; it is at its beginning afterwards.
    func span() throws(JournalError) -> JournalFile.Span
}

extension JournalFile: RecordedFile {}
