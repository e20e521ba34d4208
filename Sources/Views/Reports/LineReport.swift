package import Model

/// The lines of `watch`, live or replayed: a value that is fed what the fold was fed, and writes what the contract says.
package struct LineReport: Sendable {
    private var sequence = 0

    /// A report whose first line has number 1.
    package init() {}

    /// The lines that an observation causes.
    ///
    /// - Parameters:
    ///   - observation: What was applied.
    ///   - changes: What the mesh said that it brought about.
    ///   - now: The mesh's time, which never runs backwards as a wall clock may.
    ///   - snapshot: Makes the picture after it; called for a tick only, because it costs more than most observations.
    /// - Returns: JSON texts, each with a line feed at its end; often none.
    package mutating func lines(
        after observation: Observation, changes: [MeshChange], at now: Timestamp, snapshot: () -> MeshSnapshot
    ) -> [UInt8] {
        var output: [UInt8] = []
        for change in changes {
            switch change {
            case .event(let event): output += line { $0.eventLine(event, at: now, sequence: $1) }
            case .source(let source): output += line { $0.sourceLine(source, sequence: $1) }
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
    /// - Parameter snapshot: The picture to print.
    /// - Returns: The line with its end.
    package mutating func snapshot(_ snapshot: MeshSnapshot) -> [UInt8] {
        sequence += 1
        return SnapshotDocument.json(snapshot, sequence: sequence) + [UInt8(ascii: "\n")]
    }

    /// The last line.
    ///
    /// - Parameters:
    ///   - reason: Why the output ends.
    ///   - exit: The status that the process exits with.
    ///   - at: The time on the line.
    /// - Returns: The line with its end.
    package mutating func end(_ reason: EndReason, exit: Int32, at: Timestamp) -> [UInt8] {
        line { writer, sequence in
            writer.object { writer in
                writer.head("end", at: at, sequence: sequence)
                writer.name("reason")
                writer.string(reason.rawValue)
                writer.name("exit")
                writer.integer(Int(exit))
            }
        }
    }

    private mutating func line(_ write: (inout JSONWriter, Int) -> Void) -> [UInt8] {
        sequence += 1
        var writer = JSONWriter()
        write(&writer, sequence)
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JSONWriter {
    fileprivate mutating func eventLine(_ event: MeshEvent, at: Timestamp, sequence: Int) {
        object { writer in
            writer.head("event", at: at, sequence: sequence)
            writer.name("at")
            writer.time(event.at)
            writer.name("cluster")
            writer.string(event.cluster)
            writer.name("observer")
            writer.string(event.observer?.text)
            writer.name("subject")
            writer.string(event.subject?.text)
            writer.name("subjectUid")
            writer.string(event.subjectUid.map(String.init))
            writer.eventBody(event)
        }
    }

    private mutating func eventBody(_ event: MeshEvent) {
        name("type")
        string(event.kind.rawValue)
        name("from")
        string(event.from)
        name("to")
        string(event.to)
        name("origin")
        string(event.origin.rawValue)
        name("late")
        bool(event.isLate)
        name("text")
        string(event.text)
    }

    fileprivate mutating func sourceLine(_ change: SourceChange, sequence: Int) {
        object { writer in
            writer.head("source", at: change.at, sequence: sequence)
            writer.name("id")
            writer.string(change.id.description)
            writer.name("from")
            writer.string(change.from.rawValue)
            writer.name("to")
            writer.string(change.to.rawValue)
            writer.name("error")
            writer.failure(change.failure)
        }
    }
}
