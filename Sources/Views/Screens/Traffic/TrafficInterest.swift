package import Model

extension AppState {
    /// What is looked at, so that what is dear to ask for is asked of that only. It changes with the reader's keys, hardly ever with the data.
    package var interest: TelemetryInterest {
        guard let traffic = shown?.traffic else { return TelemetryInterest() }
        var found = looked(traffic)
        // An expression asks of every edge.
        let options = self.traffic.options(shown?.snapshot.options.graph ?? GraphOptions())
        let needed = (options.find?.neededValues ?? []).union(options.hide?.neededValues ?? [])
        // One of several that a word can be told by is enough.
        let isOfPercentiles = needed.contains(where: \.isPercentile)
        found.values.formUnion(needed.filter { $0 == .throughput || ($0 == .average && !isOfPercentiles) })
        if isOfPercentiles {
            let all = interest(Array(traffic.graph.edges.indices.prefix(Self.mostEdges)), traffic.graph)
            found.services += all.services.filter { !found.services.contains($0) }
        }
        return found
    }

    private func looked(_ traffic: TrafficPicture) -> TelemetryInterest {
        let graph = traffic.graph
        switch page {
        case .edge(let id):
            return interest(traffic.edge(id).map { [$0] } ?? [], graph)
        case .node(let id):
            return interest(graph.index(of: id).map { traffic.edges(around: $0) } ?? [], graph)
        case .screen(.traffic): return interest(listedEdges(traffic), graph)
        case .screen(.graph): return drawnInterest(graph)
        default: return TelemetryInterest()
        }
    }

    /// So many rows of the table around the selected one are looked at, however long it is.
    private static let rowsAround = (above: 10, below: 40)
    /// So many edges are looked at when times stand on all of them.
    private static let mostEdges = 200

    /// The edges of the rows around the selected one, which comes first.
    private func listedEdges(_ traffic: TrafficPicture) -> [Int] {
        let list = list(of: .traffic)
        let rows = traffic.rows(self.traffic, list)
        guard !rows.isEmpty else { return [] }
        let position = list.position(in: rows.map(traffic.id))
        let first = max(0, position - Self.rowsAround.above)
        let last = min(rows.count, position + min(size.rows, Self.rowsAround.below))
        return ([rows[position]] + rows[first..<last]).flatMap { row -> [Int] in
            switch row {
            case .edge(let place): [place]
            case .node(let place): traffic.edges(around: place)
            case .gone: []
            }
        }
    }

    /// What is selected, and all edges where a time stands on each.
    private func drawnInterest(_ traffic: ServiceGraph) -> TelemetryInterest {
        guard let scene = graph.scene else { return TelemetryInterest() }
        var places: [Int] = []
        switch scene.selection(list(of: .graph).selected) {
        case .nothing: break
        case .edge(let edge): places = scene.drawn.edges[edge].edges
        case .item(let item): places = scene.edges(around: item).flatMap { scene.drawn.edges[$0].edges }
        }
        let values = Set(graph.settings.labels.flatMap(\.values))
        if values.contains(where: \.isPercentile) {
            places += scene.drawn.edges.prefix(Self.mostEdges).flatMap(\.edges)
        }
        var found = interest(places.filter(traffic.edges.indices.contains), traffic)
        found.values = values.filter { !$0.isPercentile && $0 != .mtls }
        return found
    }

    private func interest(_ places: [Int], _ graph: ServiceGraph) -> TelemetryInterest {
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
    /// What has to be asked for it.
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
