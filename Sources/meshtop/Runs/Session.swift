import Collectors
import Fold
import Model

/// The one way of observations into the program: into the journal, then into the fold. Screens and headless commands share it, so
/// that a recording replays to the very same picture.
struct Session {
    private(set) var mesh = Mesh()
    private let journal: JournalWriter?
    private var hasReported = false

    /// - Parameter journal: where to record, if anywhere.
    init(journal: JournalWriter? = nil) {
        self.journal = journal
    }

    /// Takes in one observation.
    ///
    /// - Parameter observation: the next one.
    /// - Returns: what it brought about.
    mutating func take(_ observation: Observation) -> [MeshChange] {
        journal?.write(observation)
        return mesh.apply(observation)
    }

    /// Ends the recording; what is buffered goes to the file.
    func finish() { journal?.finish() }

    /// Why the recording has stopped, told once.
    mutating func newRecordingFailure() -> String? {
        guard !hasReported, let failure = journal?.failure else { return nil }
        hasReported = true
        return failure.message
    }
}
