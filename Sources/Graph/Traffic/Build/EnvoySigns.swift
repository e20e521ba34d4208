package import Model

package
    /// What Envoy's own metrics tell of edges, where they are scraped: hosts that outlier detection has thrown out, circuit breakers that are open,
    /// requests that RBAC refused (Envoy, `upstream/outlier_detection`, `circuit_breakers`, `http/rbac` in its statistics).
    extension ServiceGraph
{
    /// Adds it to edges; to the caller's node, where no edge leads to the host.
    mutating func addEnvoySigns(_ telemetry: Telemetry) {
        let wanted: [TelemetryMetric] = [.ejections, .openBreakers, .denials]
        guard wanted.contains(where: { (telemetry.vector($0)?.count ?? 0) > 0 }) else { return }
        let reader = EnvoyReader(telemetry)
        let places = EdgePlaces(self)
        for fact in reader.upstreamFacts() {
            let found = places.edges(from: fact.caller, to: fact.host, in: self)
            for edge in found { edges[edge].signs.add(fact.sign) }
            guard found.isEmpty else { continue }
            for node in places.nodes[fact.caller] ?? [] { nodes[node].signs.add(fact.sign) }
        }
        for (workload, rate) in reader.denials() {
            let text = "an AuthorizationPolicy refuses \(rate.significant())/s (envoy_http_rbac)"
            let sign = TrafficSign(kind: .accessDenied, rate: nil, percent: nil, evidence: [text])
            for node in places.nodes[workload] ?? [] { nodes[node].signs.add(sign) }
        }
    }

    /// A node has the signs of what comes in.
    mutating func addSignsToTargets() {
        var totals = [Double](repeating: 0, count: nodes.count)
        var sums = [[TrafficSign.Kind: TrafficSign]](repeating: [:], count: nodes.count)
        // Edges are large: they are looked at in their places.
        for place in edges.indices where edges[place].protocol != .tcp {
            totals[edges[place].target] += edges[place].rates.total
        }
        for place in edges.indices where !edges[place].signs.isEmpty {
            let target = edges[place].target
            for sign in edges[place].signs { sums[target][sign.kind, default: sign.cleared].take(sign) }
        }
        for place in nodes.indices where !sums[place].isEmpty {
            for kind in TrafficSign.Kind.allCases {
                guard var sign = sums[place][kind] else { continue }
                sign.percent = sign.rate.flatMap { totals[place] > 0 ? min(100, $0 / totals[place] * 100) : nil }
                nodes[place].signs.add(sign)
            }
        }
    }
}

extension TrafficSign {
    fileprivate var cleared: TrafficSign { TrafficSign(kind: kind, rate: nil, percent: nil, evidence: []) }

    /// Puts two signs of one kind together.
    fileprivate mutating func take(_ other: TrafficSign) {
        if let rate = other.rate { self.rate = (self.rate ?? 0) + rate }
        for text in other.evidence where !evidence.contains(text) && evidence.count < 6 { evidence.append(text) }
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
        self[place].take(sign)
    }
}

/// Where edges lead, to be found by who calls and which host is asked for.
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

/// The host of one of Envoy's upstream clusters in Istio's form: `outbound|9080|v1|reviews.shop.svc.cluster.local`.
struct UpstreamHost: Hashable {
    var name: String
    var service: String?
    var namespace: String?
    /// The subset of a DestinationRule.
    var subset: String?

    /// - Returns: `nil` for what leads to no other workload.
    init?(cluster: String) {
        let parts = cluster.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "outbound" else { return nil }
        // Newer proxies end the name with a semicolon.
        let host = parts[3].last == ";" ? parts[3].dropLast() : parts[3]
        guard !host.isEmpty else { return nil }
        name = String(host)
        subset = parts[2].isEmpty ? nil : String(parts[2])
        let labels = host.split(separator: ".")
        if labels.count >= 3, labels[2] == "svc" { (service, namespace) = (String(labels[0]), String(labels[1])) }
    }

    static func withoutPort(_ host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), colon != host.startIndex,
            host[host.index(after: colon)...].utf8.allSatisfy({ (48...57).contains($0) })
        else { return host }
        return String(host[..<colon])
    }

    /// `reviews.shop`, with the subset if there is one.
    var text: String {
        let short = service.flatMap { service in namespace.map { "\(service).\($0)" } } ?? name
        return subset.map { "\(short) (\($0))" } ?? short
    }
}

/// Reads the rows of Envoy's metrics, each told by the proxy of a pod.
private struct EnvoyReader {
    private let telemetry: Telemetry
    private let owners: PodOwners

    struct Fact {
        var caller: WorkloadName
        var host: UpstreamHost
        var sign: TrafficSign
    }

    init(_ telemetry: Telemetry) {
        self.telemetry = telemetry
        owners = PodOwners(telemetry)
    }

    /// Rows as texts, with values that can be true.
    private func rows(_ metric: TelemetryMetric) -> [(cells: [String], value: Double)] {
        let width = metric.columns.count
        guard let vector = telemetry.vector(metric), vector.keys.width == width else { return [] }
        return (0..<vector.count).filter { vector.values[$0].isPlausibleRate }.map { row in
            ((0..<width).map { telemetry.texts[vector.keys.cells[row * width + $0]] }, vector.values[row])
        }
    }

    func upstreamFacts() -> [Fact] { ejections() + breakers() }

    private struct Way: Hashable {
        var caller: WorkloadName
        var host: UpstreamHost
    }

    /// Each proxy has thrown out hosts for itself: what most have is told, and how many have any.
    private func ejections() -> [Fact] {
        var found: [Way: (most: Double, proxies: Int)] = [:]
        for (cells, value) in rows(.ejections) {
            guard let way = way(namespace: cells[0], pod: cells[1], cluster: cells[2]) else { continue }
            let known = found[way] ?? (0, 0)
            found[way] = (max(known.most, value), known.proxies + 1)
        }
        return sorted(found).map { way, fact in
            let hosts = fact.most == 1 ? "1 host" : "\(fact.most.significant()) hosts"
            let text = "\(hosts) of \(way.host.text), told by \(proxies(fact.proxies))"
            return Fact(
                caller: way.caller, host: way.host,
                sign: TrafficSign(kind: .outlierEjected, rate: nil, percent: nil, evidence: [text]))
        }
    }

    private func breakers() -> [Fact] {
        var found: [Way: (limits: Set<String>, proxies: Set<String>)] = [:]
        for (cells, _) in rows(.openBreakers) {
            guard let way = way(namespace: cells[1], pod: cells[2], cluster: cells[3]) else { continue }
            found[way, default: ([], [])].limits.insert(Self.limit(cells[0]))
            found[way, default: ([], [])].proxies.insert(cells[2])
        }
        return sorted(found).map { way, fact in
            let limits = fact.limits.sorted().joined(separator: " and ")
            let text = "limit of \(limits) to \(way.host.text) reached, told by \(proxies(fact.proxies.count))"
            return Fact(
                caller: way.caller, host: way.host,
                sign: TrafficSign(kind: .circuitOpen, rate: nil, percent: nil, evidence: [text]))
        }
    }

    /// The rate of refusals of each workload, the greatest first.
    func denials() -> [(WorkloadName, Double)] {
        var found: [WorkloadName: Double] = [:]
        for (cells, value) in rows(.denials) where !cells[1].isEmpty {
            found[owners.workload(namespace: cells[0], pod: cells[1]), default: 0] += value
        }
        return found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    private func way(namespace: String, pod: String, cluster: String) -> Way? {
        guard !pod.isEmpty, let host = UpstreamHost(cluster: cluster) else { return nil }
        return Way(caller: owners.workload(namespace: namespace, pod: pod), host: host)
    }

    private func sorted<Value>(_ found: [Way: Value]) -> [(Way, Value)] {
        found.sorted {
            ($0.key.caller, $0.key.host.name, $0.key.host.subset ?? "") < (
                $1.key.caller, $1.key.host.name, $1.key.host.subset ?? ""
            )
        }
        .map { ($0.key, $0.value) }
    }

    private func proxies(_ count: Int) -> String { count == 1 ? "1 proxy" : "\(count) proxies" }

    /// What a breaker counts, by the end of its metric's name.
    private static func limit(_ metric: String) -> String {
        let words = [
            ("_cx_pool_open", "connection pools"), ("_cx_open", "connections"),
            ("_rq_pending_open", "waiting requests"),
            ("_rq_retry_open", "retries"), ("_rq_open", "requests"),
        ]
        return words.first { metric.hasSuffix($0.0) }?.1 ?? metric
    }
}
