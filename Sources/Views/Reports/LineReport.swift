// SPDX-License-Identifier: Apache-2.0
package import Model

/// The lines of `watch`, live or replayed: it receives what the fold receives, and writes what the contract says.
package struct LineReport: Sendable {
    private var sequence = 0

    /// A report whose first line has number 1.
    package init() {}

    /// The lines that an observation causes.
    ///
    /// - Parameters:
    ///   - observation: what was applied.
    ///   - changes: what the mesh said that it brought about.
    ///   - now: the mesh's time, which never runs backwards as a wall clock may.
    ///   - snapshot: makes the picture after it; called for a tick only, because it costs more than most observations.
    /// - Returns: JSON texts, each with a line feed at its end; often none.
    package mutating func lines(
        after observation: Observation, changes: [MeshChange], at now: Timestamp, snapshot: () -> MeshSnapshot
    ) -> [UInt8] {
        // Each run of a journal counts its own lines.
        if case .started = observation.payload { sequence = 0 }
        var output: [UInt8] = []
        for change in changes {
            switch change {
            case .event(let event): output += EventLine(event: event, at: now, sequence: next()).jsonLine
            case .source(let change): output += SourceLine(change: change, sequence: next()).jsonLine
            case .finding(let change): output += FindingLine(change: change, sequence: next()).jsonLine
            }
        }
        switch observation.payload {
        case .tick: output += self.snapshot(snapshot())
        case .ended(let reason, let exit): output += end(reason, exit: exit, at: now)
        default: break
        }
        return output
    }

    /// One line of kind `snapshot`.
    ///
    /// - Parameter snapshot: the picture to print.
    /// - Returns: the line with its end.
    package mutating func snapshot(_ snapshot: MeshSnapshot) -> [UInt8] {
        SnapshotDocument(snapshot, sequence: next()).jsonLine
    }

    /// The last line.
    ///
    /// - Parameters:
    ///   - reason: why the output ends.
    ///   - exit: the status that the process exits with.
    ///   - at: the time on the line.
    /// - Returns: the line with its end.
    package mutating func end(_ reason: EndReason, exit: Int32, at: Timestamp) -> [UInt8] {
        EndLine(reason: reason, exit: exit, at: at, sequence: next()).jsonLine
    }

    /// Every line has the number after that of the line before.
    private mutating func next() -> Int {
        sequence += 1
        return sequence
    }
}

private struct EventLine: JSONObject {
    let event: MeshEvent
    let at: Timestamp
    let sequence: Int

    func fields(_ json: inout JSONWriter) {
        json.head("event", at: at, sequence: sequence)
        json.field("at", event.at)
        json.field("cluster", event.cluster)
        json.field("observer", event.observer)
        json.field("subject", event.subject)
        json.field("subjectUid", uid: event.subjectUid)
        json.field("type", event.kind)
        json.field("from", event.from)
        json.field("to", event.to)
        json.field("origin", event.origin)
        json.field("late", event.isLate)
        json.field("text", event.text)
    }
}

private struct SourceLine: JSONObject {
    let change: SourceChange
    let sequence: Int

    func fields(_ json: inout JSONWriter) {
        json.head("source", at: change.at, sequence: sequence)
        json.field("id", change.id.description)
        json.field("from", change.from)
        json.field("to", change.to)
        json.field("error", change.failure)
    }
}

private struct FindingLine: JSONObject {
    let change: FindingChange
    let sequence: Int

    func fields(_ json: inout JSONWriter) {
        json.head("finding", at: change.at, sequence: sequence)
        json.field("change", change.kind)
        json.field("finding", change.finding)
    }
}

private struct EndLine: JSONObject {
    let reason: EndReason
    let exit: Int32
    let at: Timestamp
    let sequence: Int

    func fields(_ json: inout JSONWriter) {
        json.head("end", at: at, sequence: sequence)
        json.field("reason", reason)
        json.field("exit", Int(exit))
    }
}
