// SPDX-License-Identifier: Apache-2.0
import Model

/// Decides what is drawn.
struct DrawnGraphBuilder {
    /// From this number of nodes on, namespaces are folded if there are several.
    static let foldsFrom = 61
    /// More things than this are not drawn: the picture would be as large as many screens.
    static let maximumItems = 300

    private let shown: ShownGraph
    private var graph: ServiceGraph { shown.graph }
    private let settings: GraphSettings
    private let foldsNamespaces: Bool
    private var result = DrawnGraph()
    private var boxes: [String: Int] = [:]
    private var groups: [String: Int] = [:]

    /// - Parameters:
    ///   - graph: What is known.
    ///   - settings: What the reader wants to see of it.
    ///   - foldsNamespaces: Whether namespaces are folded that were not unfolded by hand.
    /// - Returns: What is drawn.
    static func build(_ graph: ShownGraph, _ settings: GraphSettings, foldsNamespaces: Bool) -> DrawnGraph {
        var builder = DrawnGraphBuilder(graph, settings, foldsNamespaces)
        builder.build()
        guard let focus = settings.focus, let item = builder.result.item(focus) else { return builder.result }
        var focused = DrawnGraphBuilder(graph, settings, foldsNamespaces)
        focused.build(only: builder.nodes(around: item))
        return focused.result
    }

    private init(_ shown: ShownGraph, _ settings: GraphSettings, _ folds: Bool) {
        foldsNamespaces = folds
        self.shown = shown
        self.settings = settings
    }

    private mutating func build(only chosen: Set<Int>? = nil) {
        let visible = graph.nodes.indices.filter { chosen?.contains($0) ?? true }
        let paths = BoxPaths(graph, visible, settings)
        let folds = (foldsNamespaces || visible.count >= Self.foldsFrom) && paths.namespaces > 1
        result.itemOfNode = Array(repeating: -1, count: graph.nodes.count)
        for (node, path) in zip(visible, paths.paths) { place(node, path, folds) }
        boundItems()
        joinEdges()
        if settings.edges == .strongest { gatherEdges() }
        for item in result.items {
            var box = item.box
            while let index = box {
                result.boxes[index].level = max(result.boxes[index].level, item.level)
                box = result.boxes[index].parent
            }
        }
    }

    private mutating func place(_ node: Int, _ path: [BoxPaths.Step], _ folds: Bool) {
        var box: Int?
        for step in path {
            let isFolded =
                settings.folds[step.id] ?? (step.kind == .app || (step.kind == .namespace && folds))
            if isFolded { return add(node, to: step, in: box) }
            if let known = boxes[step.id] {
                box = known
            } else {
                boxes[step.id] = result.boxes.count
                result.boxes.append(DrawnGraph.Box(id: step.id, name: step.name, parent: box))
                box = result.boxes.count - 1
            }
        }
        let level = graph.nodes[node].health.level
        result.itemOfNode[node] = result.items.count
        result.items.append(
            DrawnGraph.Item(
                id: graph.nodes[node].id, kind: .node, name: "", nodes: [node], box: box, level: level,
                goneAt: shown.endedNodes[node]))
    }

    private mutating func add(_ node: Int, to step: BoxPaths.Step, in box: Int?) {
        let item: Int
        if let known = groups[step.id] {
            item = known
            let (one, other) = (result.items[item].goneAt, shown.endedNodes[node])
            result.items[item].goneAt = one.flatMap { one in other.map { max(one, $0) } }
        } else {
            item = result.items.count
            groups[step.id] = item
            let kind: DrawnGraph.Item.Kind = step.kind == .app ? .app : .box
            result.items.append(DrawnGraph.Item(id: step.id, kind: kind, name: step.name, nodes: [], box: box))
            result.items[item].goneAt = shown.endedNodes[node]
        }
        result.items[item].nodes.append(node)
        result.items[item].level = max(result.items[item].level, graph.nodes[node].health.level)
        result.itemOfNode[node] = item
    }

    /// Combines the healthy items with the least traffic into one, where there are too many.
    private mutating func boundItems() {
        guard result.items.count > Self.maximumItems else { return }
        let weights = result.items.map { item in item.nodes.reduce(0) { $0 + graph.nodes[$1].rates.requests } }
        let order = result.items.indices.sorted {
            (result.items[$1].level, weights[$1], $0) < (result.items[$0].level, weights[$0], $1)
        }
        let kept = Set(order.prefix(Self.maximumItems - 1))
        var rest = DrawnGraph.Item(id: "rest", kind: .rest, name: "", nodes: [], box: nil)
        var items: [DrawnGraph.Item] = []
        for (index, item) in result.items.enumerated() {
            if kept.contains(index) {
                for node in item.nodes { result.itemOfNode[node] = items.count }
                items.append(item)
            } else {
                rest.nodes += item.nodes
                rest.level = max(rest.level, item.level)
            }
        }
        rest.nodes.sort()
        for node in rest.nodes { result.itemOfNode[node] = items.count }
        result.items = items + [rest]
        dropEmptyBoxes()
    }

    private mutating func dropEmptyBoxes() {
        var isUsed = Array(repeating: false, count: result.boxes.count)
        for item in result.items {
            var box = item.box
            while let index = box, !isUsed[index] {
                isUsed[index] = true
                box = result.boxes[index].parent
            }
        }
        var places: [Int?] = []
        var kept: [DrawnGraph.Box] = []
        for (index, box) in result.boxes.enumerated() {
            places.append(isUsed[index] ? kept.count : nil)
            guard isUsed[index] else { continue }
            kept.append(DrawnGraph.Box(id: box.id, name: box.name, parent: box.parent.flatMap { places[$0] }))
        }
        result.boxes = kept
        for index in result.items.indices { result.items[index].box = result.items[index].box.flatMap { places[$0] } }
    }

    private mutating func joinEdges() {
        var known: [Int: Int] = [:]
        for (place, edge) in graph.edges.enumerated() {
            let (from, to) = (result.itemOfNode[edge.source], result.itemOfNode[edge.target])
            guard from >= 0, to >= 0 else { continue }
            if from == to, result.items[from].kind != .node {
                result.items[from].inner.append(place)
                result.items[from].level = max(result.items[from].level, edge.health.level)
                continue
            }
            let key = from * result.items.count + to
            let index = known[key] ?? result.edges.count
            if index == result.edges.count {
                known[key] = index
                result.edges.append(DrawnGraph.Edge(from: from, to: to, edges: []))
            }
            result.edges[index].edges.append(place)
            result.edges[index].level = max(result.edges[index].level, edge.health.level)
            if edge.rates.total > 0 { result.edges[index].isIdle = false }
            let known = result.edges[index].gone
            if let gone = shown.endedEdges[place], known.map({ $0.until < gone.until }) ?? true {
                result.edges[index].gone = gone
            }
        }
        for index in result.edges.indices where !result.edges[index].isIdle { result.edges[index].gone = nil }
        result.edges.sort { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    private mutating func gatherEdges() {
        (result.edges, result.gathered) = EdgeGathering(shown, result).split()
        for edge in result.gathered {
            result.items[edge.from].gatheredEdges += 1
            result.items[edge.to].gatheredEdges += 1
        }
    }

    /// The nodes of an item and of those within the chosen number of hops, in any direction.
    private func nodes(around item: Int) -> Set<Int> {
        var reached: Set<Int> = [item]
        for _ in 0..<max(0, settings.hops) {
            let present = reached
            for edge in result.edges + result.gathered {
                if present.contains(edge.from) { reached.insert(edge.to) }
                if present.contains(edge.to) { reached.insert(edge.from) }
            }
        }
        return Set(reached.flatMap { result.items[$0].nodes })
    }
}

/// The boxes around each node, from the outermost.
private struct BoxPaths {
    enum Kind {
        case cluster
        case namespace
        case app
    }

    struct Step {
        let kind: Kind
        let id: String
        let name: String
    }

    private(set) var paths: [[Step]] = []
    let namespaces: Int

    init(_ graph: ServiceGraph, _ visible: [Int], _ settings: GraphSettings) {
        let nodes = visible.map { graph.nodes[$0] }
        let places = nodes.map(Self.place)
        let clusters = Set(places.compactMap(\.cluster))
        namespaces = Set(places.compactMap(\.namespace)).count
        var versions: [String: Int] = [:]
        let apps = zip(nodes, places).map { Self.appStep($0, $1) }
        for app in apps { if let app { versions[app.id, default: 0] += 1 } }
        guard settings.boxing != .none else {
            paths = visible.map { _ in [] }
            return
        }
        for (place, app) in zip(places, apps) {
            var path: [Step] = []
            if clusters.count > 1, let cluster = place.cluster {
                path.append(Step(kind: .cluster, id: "cluster:\(cluster)", name: cluster))
            }
            if let namespace = place.namespace {
                path.append(
                    Step(kind: .namespace, id: "namespace:\(place.cluster ?? "")/\(namespace)", name: namespace))
            }
            if settings.boxing == .apps, let app, versions[app.id, default: 0] > 1 { path.append(app) }
            paths.append(path)
        }
    }

    /// Kiali writes `unknown` for a missing value.
    private static func place(of node: TrafficNode) -> (cluster: String?, namespace: String?) {
        func known(_ text: String?) -> String? { text.flatMap { $0.isEmpty || $0 == "unknown" ? nil : $0 } }
        return node.kind == .cluster ? (nil, nil) : (known(node.cluster), known(node.namespace))
    }

    private static func appStep(_ node: TrafficNode, _ place: (cluster: String?, namespace: String?)) -> Step? {
        guard node.kind == .app || node.kind == .workload, let app = node.app, app != "unknown" else { return nil }
        return Step(kind: .app, id: "app:\(place.cluster ?? "")/\(place.namespace ?? "")/\(app)", name: app)
    }
}
