// SPDX-License-Identifier: Apache-2.0
import Model

/// Names and numbers of the traffic, as short as they can be without saying less.
enum TrafficWords {
    /// The display name of each node: its name with its version, and with its namespace where that distinguishes it from another.
    static func titles(_ nodes: [TrafficNode]) -> [String] {
        var places: [String: [Int]] = [:]
        var titles = nodes.map(title)
        for (place, title) in titles.enumerated() { places[title, default: []].append(place) }
        for (_, same) in places where same.count > 1 {
            let longer: [(TrafficNode) -> String] = [
                { $0.kind == .service ? "\(title($0)) service" : title($0) },
                { "\($0.namespace ?? "-")/\(title($0))" },
                { "\($0.cluster ?? "-") \($0.namespace ?? "-")/\(title($0))" }, \.id,
            ]
            for form in longer {
                let texts = same.map { form(nodes[$0]) }
                guard Set(texts).count == same.count else { continue }
                for (place, text) in zip(same, texts) { titles[place] = text }
                break
            }
        }
        return titles
    }

    /// `cart v1`.
    static func title(_ node: TrafficNode) -> String {
        // Istio writes `latest` where no version was given.
        guard let version = node.version, !["", "unknown", "latest"].contains(version), node.kind == .app else {
            return node.name
        }
        return "\(node.name) \(version)"
    }

    /// Its kind, in a word.
    static func kind(_ node: TrafficNode) -> String {
        if node.flags.contains(.isWaypoint) { return "waypoint" }
        if node.flags.contains(.isEgressCluster) { return "egress" }
        return node.kind.rawValue
    }

    /// `34/s`, `1.2kB/s`; a rate above zero is never shown as zero.
    static func rate(_ rate: Double, _ transport: TrafficProtocol) -> String {
        transport == .tcp ? GraphWords.bytes(rate) : requests(rate)
    }

    static func requests(_ rate: Double) -> String {
        guard rate.isFinite, rate > 0 else { return "0/s" }
        return rate < 0.05 ? "\(rate.significant())/s" : "\(Format.rate(rate))/s"
    }

    /// `6.1%`, `0.02%`.
    static func percent(_ value: Double) -> String {
        guard value.isFinite, value > 0 else { return "0%" }
        return value >= 9.95
            ? "\(Int(min(value, 1e6).rounded()))%" : "\(value.decimals(max(1, value.leadingDecimals)))%"
    }

    /// One of an edge's times, `>10s` where it lies beyond the last bound of the histogram.
    static func time(_ time: ResponseTime, _ value: EdgeValue) -> String? {
        let number: Double? =
            switch value {
            case .p50: time.p50
            case .p95: time.p95
            case .p99: time.p99
            case .average: time.average
            case .throughput, .mtls: nil
            }
        return number.map { "\(time.clipped.contains(value) ? ">" : "")\(Format.latency(seconds: $0))" }
    }

    /// The time that an edge is labelled with.
    static func shownTime(_ edge: TrafficEdge) -> String? {
        guard let time = edge.responseTime else { return nil }
        let values: [EdgeValue] = [.p95, .p99, .p50, .average]
        return values.lazy.compactMap { self.time(time, $0) }.first
    }

    // MARK: - Errors

    /// Whether an answer is an error, as Kiali counts them.
    static func isError(_ code: String, _ transport: TrafficProtocol) -> Bool {
        switch transport {
        case .grpc: code == "-" || (code != "0" && !code.hasPrefix("2") && !code.hasPrefix("3"))
        case .tcp: false
        case .http, .other: code == "-" || code.hasPrefix("5") || code.hasPrefix("4")
        }
    }

    /// Whether an answer of an edge is an error. Messages of gRPC streams stand under `-` too, and are none.
    static func isError(_ code: String, on edge: TrafficEdge) -> Bool {
        isError(code, edge.protocol) && (code != "-" || edge.rates.noResponse > 0)
    }

    /// An answer in words: `503`, `status 14`, `no response`.
    static func answer(_ code: String, _ transport: TrafficProtocol) -> String {
        if code == "-" { return "no response" }
        return transport == .grpc && code.utf8.count < 3 ? "status \(code)" : code
    }

    /// Why an edge is unhealthy, in few words: the most frequent error with its flag, otherwise its first note.
    static func why(_ edge: TrafficEdge) -> String {
        let errors = edge.responses.filter { isError($0.code, on: edge) }
        if let most = errors.max(by: { ($0.rate, $1.code) < ($1.rate, $0.code) }), most.rate > 0 {
            let flag = most.flags.filter { $0.name != "-" }.max { ($0.rate, $1.name) < ($1.rate, $0.name) }
            let answer = answer(most.code, edge.protocol)
            return flag.map { "\(answer) \(ResponseFlag.text($0.name))" } ?? answer
        }
        return edge.notes.first ?? ""
    }
}
