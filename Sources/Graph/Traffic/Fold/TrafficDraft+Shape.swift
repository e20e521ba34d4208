// SPDX-License-Identifier: Apache-2.0
import Model

/// What Kiali's appenders and finalizers do to the whole graph, in their order (`graph/telemetry/istio/appender`).
extension TrafficDraft {
    mutating func shape(_ options: GraphOptions, namespaces: [String]) {
        removeDead(keepsIdle: options.keepsIdleEdges)
        markOutside(namespaces)
        joinWaypointEdges()
        measureLoad()
        markRoots()
        if options.type == .service { reduceToServices() }
        if let focus = options.focus { keepSurroundings(of: focus, hops: options.hops) }
        edges = liveEdges
    }

    // MARK: - Dead nodes

    /// Removes idle unknown sources and idle services without outgoing edges, repeatedly, until there are none.
    private mutating func removeDead(keepsIdle: Bool) {
        var outgoingCounts = [Int](repeating: 0, count: nodes.count)
        for edge in edges { outgoingCounts[edge.source] += 1 }
        var queue = Array(nodes.indices)
        var incoming = [[Int]](repeating: [], count: nodes.count)
        for edge in edges.indices { incoming[edges[edge].target].append(edge) }
        while let node = queue.popLast() {
            guard !nodes[node].isRemoved, nodes[node].rates.isIdle, isRemovable(node, outgoing: outgoingCounts[node])
            else { continue }
            nodes[node].isRemoved = true
            for edge in incoming[node] {
                outgoingCounts[edges[edge].source] -= 1
                queue.append(edges[edge].source)
            }
        }
        for node in nodes.indices where nodes[node].rates.isIdle { nodes[node].flags.insert(.isIdle) }
    }

    private func isRemovable(_ node: Int, outgoing: Int) -> Bool {
        switch nodes[node].key.form {
        case .unknownSource: true
        case .service: outgoing == 0 && nodes[node].flags.isDisjoint(with: [.isEgressCluster, .isExtension])
        case .workload, .app, .versionedApp, .versionedAppByVersion: false
        }
    }

    // MARK: - Marks

    private mutating func markOutside(_ namespaces: [String]) {
        let chosen = Set(namespaces)
        for node in nodes.indices {
            let isUnknownPlace = nodes[node].key.namespace.is(.unknown)
            switch nodes[node].key.form {
            case .unknownSource: nodes[node].flags.insert(.isInaccessible)
            case .service where nodes[node].flags.contains(.isEgressCluster):
                nodes[node].flags.insert(.isInaccessible)
            // A namespace that is not known cannot be accessed.
            case _ where isUnknownPlace: nodes[node].flags.insert(.isInaccessible)
            default:
                let isInside = chosen.isEmpty || chosen.contains(texts[nodes[node].key.namespace])
                if !isInside { nodes[node].flags.insert(.isOutside) }
            }
        }
    }

    /// Traffic to a waypoint comes back from it: one edge stands for both ways.
    private mutating func joinWaypointEdges() {
        guard nodes.contains(where: { $0.flags.contains(.isWaypoint) }) else { return }
        var there: [NodePair: Int] = [:]
        for edge in edges.indices where nodes[edges[edge].target].flags.contains(.isWaypoint) {
            there[NodePair(source: edges[edge].source, target: edges[edge].target)] = edge
            edges[edge].waypoint = WaypointWay(direction: .to)
        }
        for edge in edges.indices where nodes[edges[edge].source].flags.contains(.isWaypoint) {
            guard edges[edge].source != edges[edge].target else { continue }
            guard let way = there[NodePair(source: edges[edge].target, target: edges[edge].source)] else {
                edges[edge].waypoint = edges[edge].waypoint ?? WaypointWay(direction: .from)
                continue
            }
            edges[edge].isRemoved = true
            edges[way].waypoint = WaypointWay(
                direction: .both, returned: (edges[way].waypoint?.returned ?? 0) + edges[edge].rates.total)
        }
        for edge in edges.indices where edges[edge].sums.mtls == nil {
            let ends = [edges[edge].source, edges[edge].target]
            guard ends.contains(where: { nodes[$0].flags.contains(.isWaypoint) }) else { continue }
            // What goes through a waypoint is always encrypted, but not reported as such.
            edges[edge].sums.policed.byDestination = 1
            edges[edge].sums.encrypted.byDestination = 1
        }
    }

    private mutating func measureLoad() {
        for edge in edges.indices where isLive(edges[edge]) {
            nodes[edges[edge].source].load.add(edges[edge], isIn: false, texts)
            nodes[edges[edge].target].load.add(edges[edge], isIn: true, texts)
        }
    }

    private mutating func markRoots() {
        var isTarget = [Bool](repeating: false, count: nodes.count)
        for edge in edges.indices where isLive(edges[edge]) { isTarget[edges[edge].target] = true }
        for edge in edges.indices where isLive(edges[edge]) && !isTarget[edges[edge].source] {
            nodes[edges[edge].source].flags.insert(.isRoot)
        }
    }

    // MARK: - Service graph

    /// Leaves services out of workloads (`ReduceToServiceGraph`): a service leads to where the workloads lead that serve it. Of other nodes only
    /// those stay where traffic begins.
    private mutating func reduceToServices() {
        let live = liveEdges
        let outgoing = Dictionary(grouping: live) { $0.source }
        var reduced: [Edge] = []
        var keeps = [Bool](repeating: false, count: nodes.count)
        for node in nodes.indices where !nodes[node].isRemoved {
            let next = outgoing[node] ?? []
            if nodes[node].isService {
                keeps[node] = true
                reduced += serviceEdges(of: node, next, outgoing)
            } else if nodes[node].flags.contains(.isRoot) {
                let kept = next.filter { nodes[$0.target].isService }
                keeps[node] = !kept.isEmpty
                reduced += kept
            }
        }
        edges = reduced
        for node in nodes.indices {
            nodes[node].isRemoved = nodes[node].isRemoved || !keeps[node]
            nodes[node].rates.resetOut()
        }
        for edge in edges { nodes[edge.source].rates.addOut(edge.rates.total, TrafficProtocol(edge.transport, texts)) }
    }

    private func serviceEdges(of service: Int, _ next: [Edge], _ outgoing: [Int: [Edge]]) -> [Edge] {
        var sums: [LegKey: Edge] = [:]
        func add(_ edge: Edge) {
            guard nodes[edge.target].isService else { return }
            let key = LegKey(source: service, target: edge.target, transport: edge.transport)
            var sum = sums[key] ?? Edge(source: service, target: edge.target, transport: edge.transport)
            sum.rates.add(edge.rates)
            sum.cells += edge.cells
            sum.sums.add(edge.sums)
            sums[key] = sum
        }
        // Foreign traffic goes from service to service already.
        for edge in next where nodes[edge.target].isService { add(edge) }
        // HTTP and TCP to one workload are two edges, and what it sends on is counted once.
        for workload in Set(next.map(\.target)).sorted() where !nodes[workload].isService {
            for edge in outgoing[workload] ?? [] { add(edge) }
        }
        return sums.values.sorted { ($0.target, $0.transport) < ($1.target, $1.transport) }
    }

    // MARK: - Focus

    /// Keeps a node, what it leads to, and what leads to it.
    private mutating func keepSurroundings(of focus: GraphFocus, hops: Int) {
        let centre = nodes.indices.filter { !nodes[$0].isRemoved && matches(nodes[$0], focus) }
        let live = liveEdges.indices
        edges = liveEdges
        var kept = Set<Int>()
        var keptNodes = Set(centre)
        for isForward in [true, false] {
            let next = Dictionary(grouping: live) { isForward ? edges[$0].source : edges[$0].target }
            var (border, seen) = (centre, Set(centre))
            for _ in 0..<max(0, min(hops, 100)) where !border.isEmpty {
                let reached = border.flatMap { next[$0] ?? [] }
                kept.formUnion(reached)
                border = reached.map { isForward ? edges[$0].target : edges[$0].source }.filter {
                    seen.insert($0).inserted
                }
            }
            keptNodes.formUnion(seen)
        }
        for edge in edges.indices where !kept.contains(edge) { edges[edge].isRemoved = true }
        for node in nodes.indices where !keptNodes.contains(node) { nodes[node].isRemoved = true }
    }

    private func matches(_ node: Node, _ focus: GraphFocus) -> Bool {
        guard texts[node.key.namespace] == focus.namespace else { return false }
        return switch focus.kind {
        case .service: node.isService && texts[node.key.name] == focus.name
        case .workload: !node.isService && texts[node.workload] == focus.name
        case .app: !node.isService && texts[node.app] == focus.name
        }
    }
}
