// SPDX-License-Identifier: Apache-2.0
import Model

/// The service graph in the way Kiali makes it: query by query, namespace by namespace, with maps of texts (research of `istio.go`,
/// `buildNamespaceTrafficMap`, `util.go`, `MergeTrafficMaps`, `outsider.go`). Slow and plain, to compare ours with; it knows no ztunnel, no
/// waypoint nodes, no missing labels.
struct NamespaceQueries {
    typealias Labels = [TelemetryLabel: String]

    struct Edge: Hashable {
        var target: String
        var transport: String
    }

    final class Node {
        let namespace: String
        let isService: Bool
        let isUnknownSource: Bool
        let isEgress: Bool
        var edges: [(edge: Edge, rates: [String: Double])] = []

        init(namespace: String, isService: Bool, isUnknownSource: Bool, isEgress: Bool) {
            self.namespace = namespace
            self.isService = isService
            self.isUnknownSource = isUnknownSource
            self.isEgress = isEgress
        }

        var copy: Node {
            let copy = Node(
                namespace: namespace, isService: isService, isUnknownSource: isUnknownSource, isEgress: isEgress)
            copy.edges = edges
            return copy
        }
    }

    struct Result: Equatable {
        /// `SOURCE|TARGET|PROTOCOL` to rates by class of code.
        var edges: [String: [String: Double]] = [:]
        var flags: [String: Set<String>] = [:]
        /// What comes in at nodes of the chosen namespaces.
        var incoming: [String: [String: Double]] = [:]
    }

    private let rows: [TelemetryMetric: [(labels: Labels, value: Double)]]
    private let options: GraphOptions
    private let ambient: Set<String>

    init(_ telemetry: Telemetry, _ options: GraphOptions) {
        var rows: [TelemetryMetric: [(labels: Labels, value: Double)]] = [:]
        var ambient: Set<String> = []
        for vector in telemetry.vectors where options.rates.metrics.contains(vector.metric) {
            let columns = vector.metric.columns
            for row in 0..<vector.count {
                var labels: Labels = [:]
                for (column, label) in columns.enumerated() {
                    labels[label] = telemetry.texts[vector.keys.cells[row * columns.count + column]]
                }
                rows[vector.metric, default: []].append((labels, vector.values[row]))
                if labels[.reporter] == "waypoint", Self.isKnown(labels[.destinationNamespace]) {
                    ambient.insert(labels[.destinationNamespace] ?? "")
                }
            }
        }
        (self.rows, self.options, self.ambient) = (rows, options, ambient)
    }

    private static func isKnown(_ text: String?) -> Bool { text != nil && text != "" && text != "unknown" }

    // MARK: - Namespaces

    func graph(_ namespaces: [String]) -> Result {
        var merged: [String: Node] = [:]
        var maps: [String: [String: Node]] = [:]
        for namespace in namespaces.sorted() {
            let map = self.nodes(of: namespace)
            // Merging adds to nodes, so that what each namespace told is kept apart.
            maps[namespace] = map.mapValues { $0.copy }
            for (id, found) in map {
                guard var known = merged[id] else {
                    merged[id] = found
                    continue
                }
                var other = found
                if found.namespace == namespace {
                    merged[id] = found
                    (known, other) = (found, known)
                }
                for (edge, rates) in other.edges where !known.edges.contains(where: { $0.edge == edge }) {
                    known.edges.append((edge, rates))
                }
            }
        }
        return result(merged, maps)
    }

    private func result(_ nodes: [String: Node], _ maps: [String: [String: Node]]) -> Result {
        var result = Result()
        let chosen = Set(maps.keys)
        let targets = Set(nodes.values.flatMap { $0.edges.map(\.edge.target) })
        for (id, node) in nodes {
            var flags: Set<String> = []
            if node.isUnknownSource || node.isEgress || node.namespace == "unknown" {
                flags.insert("isInaccessible")
            } else if !chosen.contains(node.namespace) {
                flags.insert("isOutside")
            }
            if !node.edges.isEmpty, !targets.contains(id) { flags.insert("isRoot") }
            result.flags[id] = flags
            if chosen.contains(node.namespace), result.incoming[id] == nil { result.incoming[id] = [:] }
            for (edge, rates) in node.edges {
                result.edges["\(id)|\(edge.target)|\(edge.transport)"] = rates
                guard let space = nodes[edge.target]?.namespace, let map = maps[space] else { continue }
                // A node counts what its own namespace tells. Kiali's counts nothing of an edge that only the other one tells; ours does.
                let told = map[id]?.edges.first { $0.edge == edge }?.rates ?? rates
                for (name, rate) in told {
                    result.incoming[edge.target, default: [:]]["\(edge.transport) \(name)", default: 0] += rate
                }
            }
        }
        return result
    }

    // MARK: - Queries

    private func nodes(of namespace: String) -> [String: Node] {
        var nodes: [String: Node] = [:]
        var applied: [String: Set<[String]>] = [:]
        for metric in options.rates.metrics {
            let isTCP = metric == .tcpReceived || metric == .tcpSent
            let withWaypoints = options.rates.ambient == .total || options.rates.ambient == .waypoint
            func reporter(_ labels: Labels, _ wanted: String) -> Bool {
                labels[.reporter] == wanted || (withWaypoints && labels[.reporter] == "waypoint")
            }
            var queries: [(Labels) -> Bool] = [
                { labels in
                    reporter(labels, "source") && labels[.sourceNamespace] != namespace
                        && labels[.destinationNamespace] == "unknown" && labels[.destinationWorkload] == "unknown"
                        && Self.holds(namespace, in: labels[.destinationService] ?? "")
                }
            ]
            if ambient.contains(namespace), !isTCP {
                queries.append { labels in
                    labels[.reporter] == "source" && labels[.sourceNamespace] != namespace
                        && labels[.destinationNamespace] == namespace
                }
            }
            queries.append { reporter($0, "destination") && $0[.destinationNamespace] == namespace }
            queries.append { reporter($0, "source") && $0[.sourceNamespace] == namespace }
            for query in queries { populate(&nodes, &applied, metric, query) }
        }
        return nodes
    }

    /// `^.+\.NS\..+$`
    private static func holds(_ namespace: String, in host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.indices.contains { index in
            index > 0 && index < parts.count - 1 && parts[index] == namespace
                && parts[..<index].joined(separator: ".") != "" && parts[(index + 1)...].joined(separator: ".") != ""
        }
    }

    private func populate(
        _ nodes: inout [String: Node], _ applied: inout [String: Set<[String]>], _ metric: TelemetryMetric,
        _ isAsked: (Labels) -> Bool
    ) {
        // `sum … by` leaves the reporter out.
        var sums: [Labels: Double] = [:]
        for (labels, value) in rows[metric] ?? [] where isAsked(labels) {
            var labels = labels
            labels[.reporter] = nil
            labels[.securityPolicy] = nil
            sums[labels, default: 0] += value
        }
        for (labels, value) in sums where value > 0 { add(labels, value, metric, &nodes, &applied) }
    }

    private func add(
        _ labels: Labels, _ value: Double, _ metric: TelemetryMetric, _ nodes: inout [String: Node],
        _ applied: inout [String: Set<[String]>]
    ) {
        func text(_ label: TelemetryLabel) -> String { labels[label] ?? "" }
        let isKnown = Self.isKnown
        let source = (
            cluster: text(.sourceCluster), namespace: text(.sourceNamespace), workload: text(.sourceWorkload),
            app: text(.sourceApp), version: text(.sourceVersion)
        )
        if isKnown(source.namespace), !isKnown(source.workload) && !isKnown(source.app) || !isKnown(source.cluster) {
            return
        }
        var cluster = text(.destinationCluster)
        let (space, service, host) = (
            text(.destinationServiceNamespace), text(.destinationServiceName), text(.destinationService)
        )
        if !isKnown(cluster), isKnown(source.cluster), isKnown(space) { cluster = source.cluster }
        if isKnown(space), !isKnown(cluster) { return }
        let (to, workload) = (text(.destinationNamespace), text(.destinationWorkload))
        let (app, version) = (text(.destinationApp), text(.destinationVersion))
        var (transport, code) = ("tcp", "-")
        if metric == .requests {
            transport = text(.requestProtocol)
            guard transport != "grpc" || options.rates.grpc == .requests else { return }
            code = text(.responseCode) == "0" ? "-" : text(.responseCode)
            let isError = code.hasPrefix("4") || code.hasPrefix("5")
            if transport == "grpc", code != "-", !isError, text(.grpcStatus) != "" { code = text(.grpcStatus) }
        } else if metric == .requestMessages || metric == .responseMessages {
            (transport, code) = ("grpc", "")
        }
        let from = id(
            source.cluster, source.namespace, "", source.namespace, source.workload, source.app, source.version)
        let target = id(cluster, space, service, to, workload, app, version)
        guard let from, let target else { return }
        let identity = [
            "\(metric)", source.cluster, source.namespace, source.workload, source.app, source.version, cluster, space,
            service, to, workload, app, version, code, text(.responseFlags), host,
        ]
        let injects = options.injectsServices && isKnown(service) && service != "PassthroughCluster"
        let middle = injects && !target.hasPrefix("svc_") ? id(cluster, space, service, "", "", "", "") : nil
        let legs = middle.map { [(from, $0), ($0, target)] } ?? [(from, target)]
        var isNew = true
        for (left, right) in legs {
            let edge = Edge(target: right, transport: transport)
            let key = "\(left)|\(right)|\(transport)"
            if left == legs[0].0 { isNew = applied[key, default: []].insert(identity).inserted }
            for end in [left, right] where nodes[end] == nil {
                let namespace = end == from ? source.namespace : end == target && isKnown(to) ? to : space
                nodes[end] = node(end, in: namespace, end == from ? "" : service)
            }
            guard isNew, let node = nodes[left] else { continue }
            let place = node.edges.firstIndex { $0.edge == edge } ?? node.edges.count
            if place == node.edges.count { node.edges.append((edge, [:])) }
            let isUnanswered = code.count == 3 && code.hasPrefix("2") && text(.responseFlags) == "UF"
            for (name, isSo) in Self.classes(isUnanswered ? "-" : code, transport) where isSo {
                node.edges[place].rates[name, default: 0] += value
            }
        }
    }

    private static func classes(_ code: String, _ transport: String) -> [(String, Bool)] {
        let isGRPC = transport == "grpc"
        let isStatus = code != "0" && code != "" && (code.count != 3 || code.hasPrefix("4") || code.hasPrefix("5"))
        return [
            ("total", true), ("none", transport != "tcp" && code == "-"),
            ("5xx", transport == "http" && code.hasPrefix("5")), ("4xx", transport == "http" && code.hasPrefix("4")),
            ("errors", isGRPC && code != "-" && isStatus),
        ]
    }

    private func node(_ id: String, in namespace: String, _ service: String) -> Node {
        Node(
            namespace: namespace, isService: id.hasPrefix("svc_"), isUnknownSource: id.hasSuffix("_unknown_source"),
            isEgress: id.hasPrefix("svc_") && (service == "PassthroughCluster" || service == "BlackHoleCluster"))
    }

    private func id(
        _ cluster: String, _ space: String, _ service: String, _ namespace: String, _ workload: String, _ app: String,
        _ version: String
    ) -> String? {
        let isKnown = Self.isKnown
        let place = isKnown(namespace) ? namespace : space
        if place == "unknown", workload == "unknown", app == "unknown", service == "" {
            return "\(cluster)_unknown_source"
        }
        if workload == "unknown", app == "unknown", service == "unknown" { return "svc_\(cluster)_\(place)_unknown" }
        if !isKnown(workload), !isKnown(app), !isKnown(service) { return nil }
        let asWorkload = "wl_\(cluster)_\(place)_\(workload)"
        let asService = "svc_\(cluster)_\(place)_\(isKnown(service) ? service : "unknown")"
        guard options.type != .workload else { return isKnown(workload) ? asWorkload : asService }
        guard isKnown(app) else { return isKnown(workload) ? asWorkload : "svc_\(cluster)_\(place)_\(service)" }
        if options.type == .versionedApp {
            if isKnown(workload) { return "vapp_\(cluster)_\(place)_\(workload)" }
            if isKnown(version), version != "latest" { return "vapp_\(cluster)_\(place)_\(app)_\(version)" }
        }
        return "app_\(cluster)_\(place)_\(app)"
    }
}

extension NamespaceQueries.Result {
    /// What is not the same, a line each.
    func differences(to other: Self) -> [String] {
        func compare<Value: Equatable>(_ name: String, _ ours: [String: Value], _ theirs: [String: Value]) -> [String] {
            Set(ours.keys).union(theirs.keys).sorted().filter { ours[$0] != theirs[$0] }.map {
                "\(name) \($0): \(ours[$0].map { "\($0)" } ?? "-"), not \(theirs[$0].map { "\($0)" } ?? "-")"
            }
        }
        return compare("edge", edges, other.edges) + compare("flags", flags, other.flags)
            + compare("incoming", incoming, other.incoming)
    }

    /// The same of our graph.
    init(_ graph: ServiceGraph, _ namespaces: [String]) {
        for edge in graph.edges {
            var rates = ["total": edge.rates.total]
            if edge.rates.noResponse > 0 { rates["none"] = edge.rates.noResponse }
            if edge.rates.serverErrors > 0 { rates["5xx"] = edge.rates.serverErrors }
            if edge.rates.clientErrors > 0 { rates["4xx"] = edge.rates.clientErrors }
            if edge.rates.grpcErrors > 0 { rates["errors"] = edge.rates.grpcErrors }
            edges[graph.id(of: edge)] = rates
        }
        let told: Set<TrafficNode.Flag> = [.isInaccessible, .isOutside, .isRoot]
        for node in graph.nodes {
            flags[node.id] = Set(node.flags.intersection(told).map(\.rawValue))
            guard let namespace = node.namespace, namespaces.contains(namespace) else { continue }
            let rates = node.rates
            let all: [(String, Double)] = [
                ("http total", rates.httpIn), ("http none", rates.httpInNoResponse), ("http 5xx", rates.httpIn5xx),
                ("http 4xx", rates.httpIn4xx), ("grpc total", rates.grpcIn), ("grpc none", rates.grpcInNoResponse),
                ("grpc errors", rates.grpcInErr), ("tcp total", rates.tcpIn),
            ]
            incoming[node.id] = Dictionary(uniqueKeysWithValues: all.filter { $0.1 > 0 })
        }
    }
}
