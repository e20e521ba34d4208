/// What the fold keeps of the traffic.
struct TrafficState: Sendable {
    /// The newest answers of Prometheus.
    var telemetry: Telemetry?
    /// When they came.
    var observedAt: Timestamp?
}

extension Mesh {
    mutating func take(_ telemetry: Telemetry, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        traffic.telemetry = telemetry
        traffic.observedAt = now
        return succeed(id, reply)
    }
}
