// SPDX-License-Identifier: Apache-2.0
import Model

/// What Envoy's own metrics say of edges, where they are scraped: hosts that outlier detection has thrown out, circuit breakers that are open,
/// requests that RBAC refused (Envoy, `upstream/outlier_detection`, `circuit_breakers`, `http/rbac` in its statistics).
struct EnvoySigns {
    private let telemetry: Telemetry

    /// - Returns: `nil` if no such metric has a row.
    init?(_ telemetry: Telemetry) {
        let wanted: [TelemetryMetric] = [.ejections, .openBreakers, .denials]
        guard wanted.contains(where: { (telemetry.vector($0)?.count ?? 0) > 0 }) else { return nil }
        self.telemetry = telemetry
    }

    /// Adds signs to edges; to the caller's node, where no edge leads to the host.
    func add(to graph: inout ServiceGraph) {
        let reader = EnvoyReader(telemetry)
        let places = EdgePlaces(graph)
        for fact in reader.upstreamFacts() {
            let found = places.edges(from: fact.caller, to: fact.host, in: graph)
            for edge in found { graph.edges[edge].signs.add(fact.sign) }
            guard found.isEmpty else { continue }
            for node in places.nodes[fact.caller] ?? [] { graph.nodes[node].signs.add(fact.sign) }
        }
        for (workload, rate) in reader.denials() {
            let text = "an AuthorizationPolicy refuses \(rate.significant())/s (envoy_http_rbac)"
            let sign = TrafficSign(kind: .accessDenied, rate: nil, percent: nil, evidence: [text])
            for node in places.nodes[workload] ?? [] { graph.nodes[node].signs.add(sign) }
        }
    }
}

/// The signs of nodes that follow from those of the edges to them.
enum TargetSigns {
    static func add(to graph: inout ServiceGraph) {
        var totals = [Double](repeating: 0, count: graph.nodes.count)
        var sums = [[TrafficSign.Kind: TrafficSign]](repeating: [:], count: graph.nodes.count)
        // Edges are large: they are looked at in their places.
        for place in graph.edges.indices where graph.edges[place].protocol != .tcp {
            totals[graph.edges[place].target] += graph.edges[place].rates.total
        }
        for place in graph.edges.indices where !graph.edges[place].signs.isEmpty {
            let target = graph.edges[place].target
            for sign in graph.edges[place].signs { sums[target][sign.kind, default: sign.cleared].merge(sign) }
        }
        for place in graph.nodes.indices where !sums[place].isEmpty {
            for kind in TrafficSign.Kind.allCases {
                guard var sign = sums[place][kind] else { continue }
                sign.percent = sign.rate.flatMap { totals[place] > 0 ? min(100, $0 / totals[place] * 100) : nil }
                graph.nodes[place].signs.add(sign)
            }
        }
    }
}

extension TrafficSign {
    fileprivate var cleared: TrafficSign { TrafficSign(kind: kind, rate: nil, percent: nil, evidence: []) }

    /// Maximum number of pieces of evidence that are kept.
    private static let evidenceLimit = 6

    /// Puts two signs of one kind together.
    fileprivate mutating func merge(_ other: TrafficSign) {
        if let rate = other.rate { self.rate = (self.rate ?? 0) + rate }
        for text in other.evidence where !evidence.contains(text) && evidence.count < Self.evidenceLimit {
            evidence.append(text)
        }
    }
}

extension [TrafficSign] {
    /// One sign of each kind, in the order of kinds.
    fileprivate mutating func add(_ sign: TrafficSign) {
        guard let place = firstIndex(where: { $0.kind == sign.kind }) else {
            let order = TrafficSign.Kind.allCases
            let rank = order.firstIndex(of: sign.kind) ?? 0
            let place = firstIndex { (order.firstIndex(of: $0.kind) ?? 0) > rank } ?? endIndex
            return insert(sign, at: place)
        }
        self[place].merge(sign)
    }
}

/// Finds edges by the workload that calls and the host that it calls.
private struct EdgePlaces {
    var nodes: [WorkloadName: [Int]] = [:]
    private var outgoing: [Int: [Int]] = [:]

    init(_ graph: ServiceGraph) {
        for (place, node) in graph.nodes.enumerated() where node.kind != .service {
            for workload in node.workloads { nodes[workload, default: []].append(place) }
        }
        for (place, edge) in graph.edges.enumerated() { outgoing[edge.source, default: []].append(place) }
    }

    func edges(from caller: WorkloadName, to host: UpstreamHost, in graph: ServiceGraph) -> [Int] {
        (nodes[caller] ?? []).flatMap { outgoing[$0] ?? [] }.filter { place in
            let edge = graph.edges[place]
            let target = graph.nodes[edge.target]
            if target.kind == .service, target.service == host.service, target.namespace == host.namespace {
                return true
            }
            return edge.responses.contains { $0.hosts.contains { UpstreamHost.withoutPort($0.name) == host.name } }
        }
    }
}
