import Glibc

/// A metric of Istio's proxies, and what a call adds to it.
enum TrafficMetric: String, CaseIterable, Sendable {
    case requests = "istio_requests_total"
    case requestMessages = "istio_request_messages_total"
    case responseMessages = "istio_response_messages_total"
    case tcpReceived = "istio_tcp_received_bytes_total"
    case tcpSent = "istio_tcp_sent_bytes_total"
    case tcpOpened = "istio_tcp_connections_opened_total"
    case tcpClosed = "istio_tcp_connections_closed_total"
    case durationBuckets = "istio_request_duration_milliseconds_bucket"
    case durationSum = "istio_request_duration_milliseconds_sum"
    case durationCount = "istio_request_duration_milliseconds_count"
    case requestBytes = "istio_request_bytes_sum"
    case responseBytes = "istio_response_bytes_sum"

    /// Envoy's default bounds, in milliseconds.
    static let bounds: [(text: String, bound: Double)] = [
        ("0.5", 0.5), ("1", 1), ("5", 5), ("10", 10), ("25", 25), ("50", 50), ("100", 100), ("250", 250), ("500", 500),
        ("1000", 1000), ("2500", 2500), ("5000", 5000), ("10000", 10_000), ("30000", 30_000), ("60000", 60_000),
        ("300000", 300_000), ("600000", 600_000), ("1800000", 1_800_000), ("3600000", 3_600_000), ("+Inf", .infinity),
    ]

    func counts(_ wire: TrafficFlow.Wire) -> Bool {
        switch self {
        case .tcpReceived, .tcpSent, .tcpOpened, .tcpClosed: wire == .tcp
        case .requestMessages, .responseMessages: wire == .grpc
        default: wire != .tcp
        }
    }

    /// What one call adds, or one byte of TCP.
    ///
    /// - Parameters:
    ///   - flow: Of which it is one.
    ///   - ending: How it ended.
    ///   - bucket: Which of the bounds is meant, of a histogram.
    /// - Returns: By how much the counter grows.
    func weight(_ flow: TrafficFlow, _ ending: TrafficEnding, bucket: Int) -> Double {
        // Who waits in vain waits long.
        let latency = ending == .late || ending == .abandoned ? 5000 : flow.latency
        switch self {
        case .requests, .durationCount, .requestMessages, .responseMessages, .tcpReceived: return 1
        case .tcpSent, .responseBytes: return flow.answerBytes
        case .tcpOpened, .tcpClosed: return 1 / 50_000
        case .durationSum: return latency * 1.25
        case .requestBytes: return 430
        case .durationBuckets:
            let bound = Self.bounds[bucket].bound
            return bound.isInfinite ? 1 : 1 / (1 + pow(latency / bound, 2.4))
        }
    }
}
