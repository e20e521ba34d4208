package import Model

/// The snapshot as the JSON document of CONTRACT.md ("Snapshot document").
package enum SnapshotDocument {
    /// One compact line without its end.
    ///
    /// - Parameters:
    ///   - snapshot: The picture.
    ///   - sequence: The line's number in its output, from 1.
    /// - Returns: UTF-8 bytes.
    package static func json(_ snapshot: MeshSnapshot, sequence: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.head("snapshot", at: snapshot.at, sequence: sequence)
            writer.name("health")
            writer.health(snapshot.health)
            writer.name("sources")
            writer.array(snapshot.sources) { $0.source($1) }
            writer.name("clusters")
            writer.array(snapshot.clusters) { $0.cluster($1, options: snapshot.options, workloads: snapshot.workloads) }
            writer.name("graph")
            writer.graph(snapshot.graph)
            writer.probes(snapshot.probes)
            writer.name("findings")
            writer.array([Int]()) { $0.integer($1) }
            writer.name("dropped")
            writer.dropped(snapshot.dropped)
        }
        return writer.bytes
    }
}

extension JSONWriter {
    /// The four fields that begin every line.
    mutating func head(_ kind: String, at: Timestamp, sequence: Int) {
        name("schema")
        string("meshtop/v1")
        name("kind")
        string(kind)
        name("ts")
        time(at)
        name("seq")
        integer(sequence)
    }

    /// The shape that every health has.
    mutating func health(_ health: Health) {
        object { writer in
            writer.name("level")
            writer.string(health.level.rawValue)
            writer.name("reasons")
            writer.array(health.reasons) { $0.string($1) }
            writer.name("since")
            writer.time(health.since)
        }
    }

    mutating func source(_ source: SourceSnapshot) {
        object { writer in
            writer.name("id")
            writer.string(source.id.description)
            writer.name("kind")
            writer.string(source.id.kind.rawValue)
            writer.name("target")
            writer.string(source.id.target)
            writer.name("state")
            writer.string(source.state.rawValue)
            writer.name("freshness")
            writer.string(source.freshness.rawValue)
            writer.name("lastSuccess")
            writer.time(source.lastSuccess)
            writer.name("latency")
            writer.seconds(source.latency)
            writer.name("error")
            writer.failure(source.failure)
            guard !source.notes.isEmpty else { return }
            writer.name("notes")
            writer.array(source.notes) { $0.string($1) }
        }
    }

    mutating func failure(_ failure: SourceFailure?) {
        guard let failure else { return null() }
        object { writer in
            writer.name("code")
            writer.string(failure.code.rawValue)
            writer.name("message")
            writer.string(failure.message)
        }
    }

    fileprivate mutating func dropped(_ counts: DroppedCounts) {
        object { writer in
            writer.name("events")
            writer.integer(counts.events)
            writer.name("samples")
            writer.integer(counts.samples)
            writer.name("lines")
            writer.integer(counts.lines)
        }
    }
}
