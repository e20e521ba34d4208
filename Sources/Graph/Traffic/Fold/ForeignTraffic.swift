// SPDX-License-Identifier: Apache-2.0
import Model

/// Traffic that other systems report in Kiali's extension metrics (`graph/telemetry/istio/appender/extensions.go`): services and edges between
/// them.
struct ForeignTraffic {
    /// The columns that the metrics begin with, in the order of ``TelemetryMetric/columns``.
    private enum Column: Int {
        case `extension`
        case sourceCluster
        case sourceNamespace
        case sourceName
        case sourceIsRoot
        case targetCluster
        case targetNamespace
        case targetName
        case flags
        case secure
        /// Of requests only, as the next.
        case transport
        case code
    }

    private let telemetry: Telemetry
    private let options: GraphOptions

    /// - Parameters:
    ///   - telemetry: the answers.
    ///   - options: what of them is shown.
    init(_ telemetry: Telemetry, _ options: GraphOptions) {
        self.telemetry = telemetry
        self.options = options
    }

    /// Adds it to a draft.
    ///
    /// - Parameters:
    ///   - draft: with the traffic of the mesh.
    ///   - nodes: the nodes of the draft.
    func add(to draft: inout TrafficDraft, _ nodes: inout NodeTable) {
        var edges: [LegKey: Int] = [:]
        for metric in options.extensionMetrics {
            guard let vector = telemetry.vector(metric), vector.keys.width == metric.columns.count else { continue }
            for row in 0..<vector.count { add(Row(vector: vector, number: row), to: &draft, &nodes, &edges) }
        }
    }

    private struct Row {
        let vector: TelemetryVector
        let number: Int

        subscript(column: Column) -> LabelValue {
            vector.keys.cells[number * vector.keys.width + column.rawValue]
        }

        var isOfRequests: Bool { vector.metric == .extensionRequests }
        var transport: LabelValue { isOfRequests ? self[.transport] : LabelValue(.tcp) }
        var code: LabelValue { isOfRequests ? self[.code] : .none }
        var flags: LabelValue { self[.flags].is(.empty) ? .none : self[.flags] }
        var rate: Double { vector.values[number].isPlausibleRate ? vector.values[number] : 0 }
        /// Kiali skips rows without these labels; an empty cluster is unknown here.
        var isNamed: Bool { self[.sourceName].isKnown && self[.targetName].isKnown }
    }

    private func add(
        _ row: Row, to draft: inout TrafficDraft, _ nodes: inout NodeTable, _ edges: inout [LegKey: Int]
    ) {
        let (rate, transport) = (row.rate, row.transport)
        guard rate > 0 || options.keepsIdleEdges, !transport.is(.empty), wants(transport), row.isNamed else { return }
        let sourceEnd = Self.end(row[.sourceCluster], row[.sourceNamespace], row[.sourceName])
        let root = row[.sourceIsRoot].is(.yes) ? Self.root(sourceEnd, in: draft) : nil
        guard let source = root ?? nodes.node(of: sourceEnd, in: &draft) else { return }
        draft.markForeign(source)
        let targetEnd = Self.end(row[.targetCluster], row[.targetNamespace], row[.targetName])
        guard let target = nodes.node(of: targetEnd, in: &draft) else { return }
        draft.markForeign(target)
        let key = LegKey(source: source, target: target, transport: transport)
        let edge = edges[key] ?? draft.edges.count
        if edge == draft.edges.count {
            draft.edges.append(TrafficDraft.Edge(source: source, target: target, transport: transport))
            edges[key] = edge
        }
        draft.edges[edge].sums.policed.add(rate, isDestination: true)
        if row[.secure].is(.yes) { draft.edges[edge].sums.encrypted.add(rate, isDestination: true) }
        if rate > 0 {
            let cell = TrafficDraft.Cell(code: row.code, flags: row.flags, host: row[.targetName], rate: rate)
            draft.add(cell, to: edge)
        }
    }

    private func wants(_ transport: LabelValue) -> Bool {
        (!transport.is(.http) || options.rates.http == .requests)
            && (!transport.is(.grpc) || options.rates.grpc == .requests)
    }

    /// A service of that name.
    private static func end(_ cluster: LabelValue, _ namespace: LabelValue, _ name: LabelValue) -> TrafficEnd {
        TrafficEnd(cluster: cluster.is(.empty) ? .unknown : cluster, serviceNamespace: namespace, service: name)
    }

    /// Where foreign traffic enters, any node that has the name, first in the same mesh cluster; a service of exactly that name comes before a
    /// workload.
    private static func root(_ end: TrafficEnd, in draft: TrafficDraft) -> Int? {
        func matches(_ node: TrafficDraft.Node) -> Bool {
            guard !node.isRemoved, node.key.namespace == end.serviceNamespace else { return false }
            return (node.isService && node.key.name == end.service) || node.app == end.service
                || node.workload == end.service
        }
        let exact = draft.nodes.firstIndex { matches($0) && $0.isService && $0.key.cluster == end.cluster }
        return exact ?? draft.nodes.firstIndex { matches($0) && $0.key.cluster == end.cluster }
            ?? draft.nodes.firstIndex(where: matches)
    }
}

extension TrafficDraft {
    fileprivate mutating func markForeign(_ node: Int) {
        nodes[node].flags.insert(.isExtension)
        nodes[node].isRemoved = false
    }

    /// Adds a rate to an edge and to both of its nodes.
    fileprivate mutating func add(_ cell: Cell, to edge: Int) {
        let transport = edges[edge].transport
        var rates = EdgeRates()
        rates.add(cell.rate, code: cell.code, flags: cell.flags, transport: transport, texts)
        edges[edge].rates.add(rates)
        edges[edge].cells.append(cell)
        nodes[edges[edge].source].rates.addOut(cell.rate, TrafficProtocol(transport, texts))
        nodes[edges[edge].target].rates.addIn(rates, TrafficProtocol(transport, texts))
    }
}
