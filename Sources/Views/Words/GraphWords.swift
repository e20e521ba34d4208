// SPDX-License-Identifier: Apache-2.0
import Model

/// Names and numbers of the service graph, as short as they can be without saying less.
enum GraphWords {
    /// What kind of node it is; nil where the name says it.
    static func kind(_ node: TrafficNode) -> String? {
        if node.flags.contains(.isWaypoint) { return "waypoint" }
        if node.flags.contains(.isEgressCluster) { return "egress" }
        if node.flags.contains(.isExtension) { return "extension" }
        return switch node.kind {
        case .service: "service"
        case .cluster: "cluster"
        case .unknown: node.flags.contains(.isOutside) ? "outside the mesh" : nil
        case .workload, .app: nil
        }
    }

    /// What is special about it.
    static func badges(_ node: TrafficNode) -> [String] {
        var words: [String] = []
        if node.flags.contains(.isOutside), node.kind != .unknown { words.append("outside") }
        if node.flags.contains(.isInaccessible) { words.append("inaccessible") }
        if node.flags.contains(.isIdle), node.kind != .cluster { words.append("idle") }
        return words
    }

    /// `120/s`, and for bytes `1.2 kB/s`.
    static func perSecond(_ rates: EdgeRates, bytes: Bool) -> String {
        bytes ? self.bytes(rates.total) : requests(rates.total)
    }

    /// `34/s`; a rate above zero is never shown as zero.
    static func requests(_ rate: Double) -> String {
        guard rate.isFinite, rate > 0 else { return "0/s" }
        return rate < 0.05 ? "<0.1/s" : "\(Format.rate(rate))/s"
    }

    /// `1.2kB/s`.
    static func bytes(_ rate: Double) -> String {
        guard rate.isFinite, rate > 0 else { return "0B/s" }
        var (value, unit) = (rate, 0)
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        while value >= 999.5, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        if value >= 1e6 { return "many \(units[unit])/s" }
        let text = value >= 10 || unit == 0 ? String(Int(value.rounded())) : value.decimals(1)
        return value < 0.5 ? "<1B/s" : "\(text)\(units[unit])/s"
    }

    /// `6.1%`, `<0.1%`.
    static func percent(_ value: Double) -> String {
        guard value.isFinite, value > 0 else { return "0%" }
        if value < 0.05 { return "<0.1%" }
        return value >= 9.95 ? "\(Int(min(value, 1e6).rounded()))%" : "\(value.decimals(1))%"
    }

    /// The flags of Envoy that errors carry, the most frequent first: `UF`.
    static func errorFlags(_ edge: TrafficEdge) -> [String] {
        var rates: [String: Double] = [:]
        for response in edge.responses where isError(response.code, edge.protocol) {
            for flag in response.flags where flag.name != "-" && !flag.name.isEmpty {
                rates[flag.name, default: 0] += flag.rate
            }
        }
        return rates.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    private static func isError(_ code: String, _ transport: TrafficProtocol) -> Bool {
        transport == .grpc ? code != "0" && code != "200" : code == "-" || code.hasPrefix("5") || code.hasPrefix("4")
    }
}
