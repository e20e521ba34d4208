// SPDX-License-Identifier: Apache-2.0
import Collectors
import Fold
import Model

/// The one way of observations into the program: into the journal, then into the fold. Screens and headless commands share it, so
/// that a recording replays to the very same picture.
///
/// A class, because the mesh is large and every run that holds one would otherwise be copied with it.
final class Session {
    private(set) var mesh = Mesh()
    private let journal: JournalWriter?
    private var hasReported = false

    /// - Parameter journal: where to record, if anywhere.
    init(journal: JournalWriter? = nil) {
        self.journal = journal
    }

    /// Records an observation and folds it.
    ///
    /// - Parameter observation: the next one.
    /// - Returns: what it changed.
    func apply(_ observation: Observation) -> [MeshChange] {
        journal?.write(observation)
        return mesh.apply(observation)
    }

    /// Ends the recording; what is buffered goes to the file.
    func finish() { journal?.finish() }

    /// Why the recording has stopped; reported once.
    func newRecordingFailure() -> String? {
        guard !hasReported, let failure = journal?.failure else { return nil }
        hasReported = true
        return failure.message
    }
}
