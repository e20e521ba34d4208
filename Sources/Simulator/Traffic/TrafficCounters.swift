// SPDX-License-Identifier: Apache-2.0
import Glibc
import Model

/// What Istio's proxies count of the simulated calls.
enum TrafficCounters {
    /// The metrics that the simulated proxies have.
    static let metrics: [TelemetryMetric] = [
        .requests, .requestMessages, .responseMessages, .tcpReceived, .tcpSent, .tcpOpened, .tcpClosed,
        .durationBuckets, .durationSum, .durationCount, .requestBytes, .responseBytes,
    ]

    /// The metric of a name; `nil` for what the proxies do not have.
    static func metric(named name: String) -> TelemetryMetric? { metrics.first { $0.rawValue == name } }

    /// Envoy's default bounds, in milliseconds.
    static let bounds: [(text: String, bound: Double)] = [
        ("0.5", 0.5), ("1", 1), ("5", 5), ("10", 10), ("25", 25), ("50", 50), ("100", 100), ("250", 250), ("500", 500),
        ("1000", 1000), ("2500", 2500), ("5000", 5000), ("10000", 10_000), ("30000", 30_000), ("60000", 60_000),
        ("300000", 300_000), ("600000", 600_000), ("1800000", 1_800_000), ("3600000", 3_600_000), ("+Inf", .infinity),
    ]

    /// Whether a metric counts calls of a protocol.
    static func counts(_ metric: TelemetryMetric, _ wire: TrafficFlow.Wire) -> Bool {
        switch metric {
        case .tcpReceived, .tcpSent, .tcpOpened, .tcpClosed: wire == .tcp
        case .requestMessages, .responseMessages: wire == .grpc
        default: wire != .tcp
        }
    }

    /// What one call adds to a counter, or one byte of TCP.
    ///
    /// - Parameters:
    ///   - metric: the counter.
    ///   - flow: the traffic that the call belongs to.
    ///   - ending: how the call ended.
    ///   - bucket: the position of the bound, of a histogram.
    /// - Returns: by how much the counter grows.
    static func weight(_ metric: TelemetryMetric, _ flow: TrafficFlow, _ ending: TrafficEnding, bucket: Int) -> Double {
        // A caller that gives up has waited long.
        let latency = ending == .late || ending == .abandoned ? 5000 : flow.latency
        switch metric {
        case .requests, .durationCount, .requestMessages, .responseMessages, .tcpReceived: return 1
        case .tcpSent, .responseBytes: return flow.answerBytes
        case .tcpOpened, .tcpClosed: return 1 / 50_000
        case .durationSum: return latency * 1.25
        case .requestBytes: return 430
        case .durationBuckets:
            let bound = bounds[bucket].bound
            return bound.isInfinite ? 1 : 1 / (1 + pow(latency / bound, 2.4))
        default: return 0
        }
    }
}
