// SPDX-License-Identifier: Apache-2.0
import Model

extension CodeTable where Value == TelemetryMetric {
    static let telemetryMetrics = CodeTable([
        (1, .requests), (2, .requestMessages), (3, .responseMessages), (4, .tcpReceived), (5, .tcpSent),
        (6, .tcpOpened), (7, .tcpClosed), (8, .durationBuckets), (9, .durationSum), (10, .durationCount),
        (11, .requestBytes), (12, .responseBytes), (13, .extensionRequests), (14, .extensionSent),
        (15, .extensionReceived), (16, .podInfo), (17, .podOwner), (18, .replicaSetOwner),
        (19, .principals), (20, .bytePrincipals), (21, .waypoints), (22, .ejections), (23, .openBreakers),
        (24, .denials),
    ])
}

extension CodeTable where Value == GraphType {
    static let graphTypes = CodeTable([(1, .workload), (2, .app), (3, .versionedApp), (4, .service)])
}

extension CodeTable where Value == TrafficRates.Http {
    static let httpRates = CodeTable([(1, .requests), (2, .none)])
}

extension CodeTable where Value == TrafficRates.Grpc {
    static let grpcRates = CodeTable([(1, .requests), (2, .sent), (3, .received), (4, .total), (5, .none)])
}

extension CodeTable where Value == TrafficRates.Tcp {
    static let tcpRates = CodeTable([(1, .sent), (2, .received), (3, .total), (4, .none)])
}

extension CodeTable where Value == TrafficRates.Ambient {
    static let ambientRates = CodeTable([(1, .total), (2, .waypoint), (3, .ztunnel), (4, .none)])
}

extension CodeTable where Value == EdgeValue {
    static let edgeValues = CodeTable([
        (1, .p50), (2, .p95), (3, .p99), (4, .average), (5, .throughput), (6, .mtls),
    ])
}

/// What bounds the telemetry of one record, so that a damaged journal makes us reserve as much as a large mesh needs at most.
enum TelemetryBounds {
    /// Maximum number of rows of a metric.
    static let maximumRows = 1_000_000
    /// Maximum number of labels of a row.
    static let maximumColumns = 48
}
