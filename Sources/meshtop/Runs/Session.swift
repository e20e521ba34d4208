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
    /// The last minutes, where a screen can go back to them.
    let history: History?
    private let flight: FlightRecorder?
    private var hasReported = false
    private var hasReportedFlight = false

    /// - Parameters:
    ///   - journal: where to record, if anywhere.
    ///   - history: what keeps the last minutes, if anything.
    ///   - flight: what keeps the time around findings, if anything.
    init(journal: JournalWriter? = nil, history: History? = nil, flight: FlightRecorder? = nil) {
        self.journal = journal
        self.flight = flight
        self.history = history
    }

    /// How many bytes of a journal this run has written; nil if it writes none.
    var written: Int? {
        let recorded = journal.flatMap { $0.failure == nil ? $0.written : nil }
        let flown = flight.flatMap { $0.failure == nil ? $0.written : nil }
        return recorded == nil && flown == nil ? nil : (recorded ?? 0) + (flown ?? 0)
    }

    /// What must be folded because the flight recorder kept something; asked for at ticks.
    func takeNews() -> [Observation] { flight?.takeNews() ?? [] }

    /// The file that the flight recorder kept last.
    var lastKept: String? { flight?.lastKept }

    /// Forgets what was folded: a replay goes back to its beginning.
    func reset() {
        mesh = Mesh()
        history?.removeAll()
    }

    /// Records an observation and folds it.
    ///
    /// - Parameter observation: the next one.
    /// - Returns: what it changed.
    func apply(_ observation: Observation) -> [MeshChange] {
        journal?.write(observation)
        let isNewPiece = history?.beginsPiece(max(mesh.now, observation.at)) ?? false
        let before = isNewPiece ? mesh : nil
        let changes = mesh.apply(observation)
        history?.add(observation, before: before, changes, at: mesh.now)
        flight?.record(observation, changes, at: mesh.now)
        return changes
    }

    /// Ends the recording; what is buffered goes to the file.
    func finish() {
        journal?.finish()
        flight?.finish(at: mesh.now)
    }

    /// Why the recording has stopped; reported once.
    func newRecordingFailure() -> String? {
        if !hasReportedFlight, let failure = flight?.failure {
            hasReportedFlight = true
            return failure
        }
        guard !hasReported, let failure = journal?.failure else { return nil }
        hasReported = true
        return failure.message
    }
}
