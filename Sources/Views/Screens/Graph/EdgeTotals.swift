// SPDX-License-Identifier: Apache-2.0
import Model

/// What several edges drawn as one carry together.
struct EdgeTotals {
    /// Of HTTP and gRPC.
    var requests = EdgeRates()
    var bytes = 0.0
    /// In percent of what the sources send.
    var share = 0.0
    var throughput: Double?
    var mtls: Double?
    /// The longest of each, in seconds, and whether the truth is longer.
    var times: [EdgeValue: (seconds: Double, isClipped: Bool)] = [:]
    var flags: [String] = []

    init(_ edges: [TrafficEdge]) {
        var weight = 0.0
        for edge in edges {
            if edge.protocol == .tcp { bytes += edge.rates.total } else { add(edge.rates) }
            share = max(share, edge.percentOfSource)
            if let value = edge.throughput { throughput = (throughput ?? 0) + value }
            if let value = edge.mtls {
                mtls =
                    ((mtls ?? 0) * weight + value * max(edge.rates.total, 1e-9))
                    / (weight + max(edge.rates.total, 1e-9))
                weight += max(edge.rates.total, 1e-9)
            }
            for flag in GraphWords.errorFlags(edge) where !flags.contains(flag) { flags.append(flag) }
            if let time = edge.responseTime { add(time) }
        }
    }

    private mutating func add(_ rates: EdgeRates) {
        requests.total += rates.total
        requests.noResponse += rates.noResponse
        requests.redirects += rates.redirects
        requests.clientErrors += rates.clientErrors
        requests.serverErrors += rates.serverErrors
        requests.grpcErrors += rates.grpcErrors
    }

    private mutating func add(_ time: ResponseTime) {
        let values: [(EdgeValue, Double?)] = [
            (.average, time.average), (.p50, time.p50), (.p95, time.p95), (.p99, time.p99),
        ]
        for (kind, value) in values {
            guard let value, value > times[kind]?.seconds ?? -1 else { continue }
            times[kind] = (value, time.clipped.contains(kind))
        }
    }

    /// How much travels: `34/s`, `1.2kB/s`, or both.
    var rate: String {
        if bytes <= 0 { return GraphWords.requests(requests.total) }
        return requests.total > 0
            ? "\(GraphWords.requests(requests.total)) \(GraphWords.bytes(bytes))" : GraphWords.bytes(bytes)
    }

    /// What is wrong, briefly: `6.1% UF`.
    var errors: String? {
        guard requests.errors > 0 else { return nil }
        return (["\(GraphWords.percent(requests.percentErrors))"] + flags.prefix(1)).joined(separator: " ")
    }

    /// `88ms`, `>10s` beyond the last bound.
    func time(_ kind: EdgeValue) -> String? {
        times[kind].map { "\($0.isClipped ? ">" : "")\(Format.latency(seconds: $0.seconds))" }
    }
}
