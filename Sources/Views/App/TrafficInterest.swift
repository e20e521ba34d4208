// SPDX-License-Identifier: Apache-2.0
import Model

/// The services that the screen shows. Expensive queries are limited to them; they change with the reader's keys, hardly ever with the data.
enum TrafficInterest {
    /// The rows around the selected one that count as shown, however long the table is.
    private static let rowsAround = (above: 10, below: 40)
    /// The maximum number of edges that count as shown when every edge is labelled with a time.
    private static let maximumEdges = 200

    static func of(_ screens: ScreenModels, _ context: ScreenContext) -> TelemetryInterest {
        guard let traffic = context.picture.traffic else { return TelemetryInterest() }
        var found = shown(traffic, screens, context)
        // An expression asks of every edge.
        let expressions = [context.traffic.find, context.traffic.hide].compactMap { $0 }
        let needed = expressions.reduce(into: Set<EdgeValue>()) { $0.formUnion($1.neededValues) }
        // One of several values that answer the same question is enough.
        let isOfPercentiles = needed.contains(where: \.isPercentile)
        found.values.formUnion(needed.filter { $0 == .throughput || ($0 == .average && !isOfPercentiles) })
        if isOfPercentiles {
            let all = interest(Array(traffic.graph.edges.indices.prefix(maximumEdges)), traffic.graph)
            found.services += all.services.filter { !found.services.contains($0) }
        }
        return found
    }

    private static func shown(
        _ traffic: TrafficPicture, _ screens: ScreenModels, _ context: ScreenContext
    ) -> TelemetryInterest {
        let graph = traffic.graph
        switch context.page {
        case .subject(.edge(let id)): return interest(traffic.edge(id).map { [$0] } ?? [], graph)
        case .subject(.node(let id)):
            return interest(graph.index(of: id).map { traffic.edges(around: $0) } ?? [], graph)
        case .screen(.traffic): return interest(listed(traffic, screens.traffic, rows: context.size.rows), graph)
        case .screen(.graph): return drawn(graph, screens.graph)
        case .screen, .subject, .help: return TelemetryInterest()
        }
    }

    /// The edges of the rows around the selected one, which comes first.
    private static func listed(_ traffic: TrafficPicture, _ model: TrafficModel, rows height: Int) -> [Int] {
        let rows = traffic.rows(model.kind, sortedBy: model.list)
        guard !rows.isEmpty else { return [] }
        let position = model.list.position(in: rows.map(traffic.subject))
        let first = max(0, position - rowsAround.above)
        let last = min(rows.count, position + min(height, rowsAround.below))
        return ([rows[position]] + rows[first..<last]).flatMap { row -> [Int] in
            switch row {
            case .edge(let place): [place]
            case .node(let place): traffic.edges(around: place)
            case .gone: []
            }
        }
    }

    /// What is selected, and all edges where a time stands on each.
    private static func drawn(_ traffic: ServiceGraph, _ model: GraphModel) -> TelemetryInterest {
        guard let scene = model.scene else { return TelemetryInterest() }
        var places: [Int] = []
        switch model.selection {
        case .nothing: break
        case .edge(let edge): places = scene.drawn.edges[edge].edges
        case .item(let item): places = scene.edges(around: item).flatMap { scene.drawn.edges[$0].edges }
        }
        let values = Set(model.settings.labels.flatMap(\.values))
        if values.contains(where: \.isPercentile) {
            places += scene.drawn.edges.prefix(maximumEdges).flatMap(\.edges)
        }
        var found = interest(places.filter(traffic.edges.indices.contains), traffic)
        found.values = values.filter { !$0.isPercentile && $0 != .mtls }
        return found
    }

    private static func interest(_ places: [Int], _ graph: ServiceGraph) -> TelemetryInterest {
        var known: Set<String> = []
        let services = places.flatMap { graph.edges[$0].serviceNames }.filter { known.insert($0).inserted }
        return TelemetryInterest(services: services)
    }
}

extension TrafficPicture {
    fileprivate func edges(around node: Int) -> [Int] { incoming[node] + outgoing[node] }
}

extension TrafficEdge {
    /// What `destination_service_name` may be: the first part of a service's name in Kubernetes, or the whole of a name outside.
    fileprivate var serviceNames: [String] {
        var names: [String] = []
        for host in responses.flatMap(\.hosts).map(\.name) where host != "unknown" {
            let parts = host.split(separator: ".")
            if parts.count > 2, parts[2] == "svc" {
                if !names.contains(String(parts[0])) { names.append(String(parts[0])) }
            } else if !names.contains(host) {
                names.append(host)
            }
        }
        return names
    }
}

extension GraphLabel {
    /// What has to be queried for it.
    fileprivate var values: Set<EdgeValue> {
        switch self {
        case .p50: [.p50]
        case .p95: [.p95]
        case .p99: [.p99]
        case .average: [.average]
        case .throughput: [.throughput]
        case .mtls: [.mtls]
        case .rate, .share: []
        }
    }
}
