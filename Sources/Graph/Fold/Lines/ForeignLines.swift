// SPDX-License-Identifier: Apache-2.0
import Model

/// Lines of nodes that no view lists: of one that nothing names, or of one that is no member and may never become one. They change no book of
/// the membership, but what they report is shown: of a joiner that is refused, its own log is often the only witness.
struct ForeignLines: Sendable {
    /// Keeps repetitions of unnamed nodes from filling the timeline.
    private var repetitions = RepetitionFilter()

    init() {}

    /// The event of a line; `nil` if it reports nothing, or repeats what was reported a moment ago.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - observer: Its node, if it is known.
    ///   - cluster: The cluster that it is shown in.
    ///   - late: Whether it came too late to be in order.
    ///   - source: The log.
    ///   - now: The time.
    /// - Returns: The event.
    mutating func event(
        _ line: LifecycleEvent, of observer: Address?, in cluster: ClusterFold, late: Bool, from source: SourceID,
        at now: Timestamp
    ) -> MeshEvent? {
        guard let event = cluster.composer.foreignEvent(line, of: observer) else { return nil }
        // What differs in words only, such as streams to one peer, is one statement.
        let text: String =
            if case .association(_, let state) = event.change { state.rawValue } else { event.text }
        guard repetitions.isNews(line, of: observer, text: text) else { return nil }
        return cluster.composer.stamped(event, by: line, observer: observer, late: late, from: source, at: now)
    }
}
