import Model

/// Traffic that other systems tell in Kiali's extension metrics (`graph/telemetry/istio/appender/extensions.go`): services and edges between them.
extension TrafficFold {
    private enum Column {
        static let sourceCluster = 1
        static let sourceNamespace = 2
        static let sourceName = 3
        static let sourceIsRoot = 4
        static let targetCluster = 5
        static let targetNamespace = 6
        static let targetName = 7
        static let flags = 8
        static let secure = 9
        static let transport = 10
        static let code = 11
    }

    mutating func addExtensions() {
        var edges: [SIMD4<UInt32>: Int] = [:]
        for metric in options.extensionMetrics {
            guard let vector = telemetry.vector(metric), vector.keys.width == metric.columns.count else { continue }
            for row in 0..<vector.count { addExtension(vector, row, &edges) }
        }
    }

    private mutating func addExtension(_ vector: TelemetryVector, _ row: Int, _ edges: inout [SIMD4<UInt32>: Int]) {
        let start = row * vector.keys.width
        func cell(_ column: Int) -> LabelValue { vector.keys.cells[start + column] }
        let isRequest = vector.metric == .extensionRequests
        let transport = isRequest ? cell(Column.transport) : TelemetryWord.tcp.rawValue
        let rate = vector.values[row].isPlausibleRate ? vector.values[row] : 0
        guard rate > 0 || options.keepsIdleEdges, !transport.is(.empty), wants(transport), isNamed(vector, row),
            let source = foreignNode(
                cell(Column.sourceCluster), cell(Column.sourceNamespace), cell(Column.sourceName),
                isRoot: cell(Column.sourceIsRoot).is(.yes)),
            let target = foreignNode(
                cell(Column.targetCluster), cell(Column.targetNamespace), cell(Column.targetName), isRoot: false)
        else { return }
        let tuple = SIMD4(UInt32(source), UInt32(target), transport, 0)
        let edge = edges[tuple] ?? foreignEdge(source, target, transport)
        edges[tuple] = edge
        let code = isRequest ? cell(Column.code) : LabelValue.none
        let flags = cell(Column.flags).is(.empty) ? LabelValue.none : cell(Column.flags)
        draft.edges[edge].sums.policed.add(rate, isDestination: true)
        if cell(Column.secure).is(.yes) { draft.edges[edge].sums.encrypted.add(rate, isDestination: true) }
        add(rate, code: code, flags: flags, host: cell(Column.targetName), to: edge)
    }

    /// Kiali skips rows without these labels; an empty cluster is unknown here.
    private func isNamed(_ vector: TelemetryVector, _ row: Int) -> Bool {
        let start = row * vector.keys.width
        return [Column.sourceName, Column.targetName].allSatisfy { vector.keys.cells[start + $0].isKnown }
    }

    private func wants(_ transport: LabelValue) -> Bool {
        (!transport.is(.http) || options.rates.http == .requests)
            && (!transport.is(.grpc) || options.rates.grpc == .requests)
    }

    private mutating func add(_ rate: Double, code: LabelValue, flags: LabelValue, host: LabelValue, to edge: Int) {
        guard rate > 0 else { return }
        let (source, target, transport) =
            (draft.edges[edge].source, draft.edges[edge].target, draft.edges[edge].transport)
        var rates = EdgeRates()
        rates.add(rate, code: code, transport: transport, texts)
        draft.edges[edge].rates.add(rates)
        draft.edges[edge].cells.append(GraphDraft.Cell(code: code, flags: flags, host: host, rate: rate))
        draft.nodes[source].rates.addOut(rate, TrafficProtocol(transport, texts))
        draft.nodes[target].rates.addIn(rates, TrafficProtocol(transport, texts))
    }

    private mutating func foreignEdge(_ source: Int, _ target: Int, _ transport: LabelValue) -> Int {
        draft.edges.append(GraphDraft.Edge(source: source, target: target, transport: transport))
        return draft.edges.count - 1
    }

    /// A service of that name; where the foreign traffic comes from, any node that has the name, first in the same mesh cluster.
    private mutating func foreignNode(
        _ cluster: LabelValue, _ namespace: LabelValue, _ name: LabelValue, isRoot: Bool
    ) -> Int? {
        let place = cluster.is(.empty) ? LabelValue.unknown : cluster
        let end = Endpoint(cluster: place, serviceNamespace: namespace, service: name)
        let known = isRoot ? self.root(place, namespace, name) : nil
        guard let node = known ?? node(of: end) else { return nil }
        draft.nodes[node].flags.insert(.isExtension)
        draft.nodes[node].isRemoved = false
        return node
    }

    private func root(_ cluster: LabelValue, _ namespace: LabelValue, _ name: LabelValue) -> Int? {
        func isIt(_ node: GraphDraft.Node) -> Bool {
            guard !node.isRemoved, node.key.namespace == namespace else { return false }
            return (node.isService && node.key.name == name) || node.app == name || node.workload == name
        }
        // A service of exactly that name comes before a workload.
        let exact = draft.nodes.firstIndex { isIt($0) && $0.isService && $0.key.cluster == cluster }
        return exact ?? draft.nodes.firstIndex { isIt($0) && $0.key.cluster == cluster }
            ?? draft.nodes.firstIndex(where: isIt)
    }
}
