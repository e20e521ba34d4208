// SPDX-License-Identifier: Apache-2.0
internal import Model

/// The time of the present input, and what a collector wants done in answer to it.
struct Outbox {
    /// The time of the present input.
    var now = Timestamp(microseconds: 0)
    private var actions: [CollectorAction] = []

    /// Passes an observation on, stamped with the present time.
    mutating func emit(_ payload: Observation.Payload, from id: SourceID, isNews: Bool = true) {
        actions.append(.emit(Observation(at: now, source: id, payload), isNews: isNews))
    }

    /// Adds an action.
    mutating func append(_ action: CollectorAction) { actions.append(action) }

    /// Takes all actions out, in order.
    mutating func drain() -> [CollectorAction] {
        defer { actions = [] }
        return actions
    }
}
