// SPDX-License-Identifier: Apache-2.0
import Model

/// The graph while it is made: labels are numbers still, and everything is a sum.
struct TrafficDraft {
    var nodes: [Node] = []
    var edges: [Edge] = []
    let texts: TelemetryTexts

    init(texts: TelemetryTexts) { self.texts = texts }

    struct Node {
        var key: NodeKey
        var id: String
        var workload: LabelValue
        var app: LabelValue
        var version: LabelValue
        var flags: Set<TrafficNode.Flag> = []
        var rates = NodeRates()
        var load = NodeLoad()
        /// The requests to each version.
        var versions: [LabelValue: EdgeRates] = [:]
        /// The workloads that it stands for.
        var workloads: Set<WorkloadKey> = []
        var isRemoved = false

        init(_ key: NodeKey, id: String, of end: TrafficEnd) {
            self.key = key
            self.id = id
            workload = end.workload
            app = end.app
            version = end.version
            let isEgress = end.service.is(.passthrough) || end.service.is(.blackHole)
            if key.form == .service, isEgress { flags.insert(.isEgressCluster) }
        }

        var isService: Bool { key.form == .service }
        var isWorkload: Bool { key.form == .workload }
    }

    struct Edge {
        var source: Int
        var target: Int
        var transport: LabelValue
        var rates = EdgeRates()
        var cells: [Cell] = []
        var sums = EdgeSums()
        var waypoint: WaypointWay?
        var isRemoved = false
    }

    /// A rate by code, flags and host.
    struct Cell {
        var code: LabelValue
        var flags: LabelValue
        var host: LabelValue
        var rate: Double
    }

    /// A service stands for the workloads that serve it, so that members are found at it.
    mutating func addServedWorkloads() {
        for edge in edges.indices where nodes[edges[edge].source].flags.contains(.isInjected) {
            let served = nodes[edges[edge].target].workloads
            nodes[edges[edge].source].workloads.formUnion(served)
        }
    }

    /// Removes nodes without an edge: rows of namespaces that were not chosen have made nodes too.
    mutating func removeUntouched() {
        var isTouched = [Bool](repeating: false, count: nodes.count)
        for edge in edges.indices {
            isTouched[edges[edge].source] = true
            isTouched[edges[edge].target] = true
        }
        for node in nodes.indices where !isTouched[node] { nodes[node].isRemoved = true }
    }

    /// Leaves out the edges with least traffic.
    ///
    /// - Parameter limit: maximum number of edges that stay.
    /// - Returns: the number of edges that were left out.
    mutating func bound(to limit: Int) -> Int {
        guard edges.count > limit else { return 0 }
        let omitted = edges.count - limit
        edges.sort { $0.rates.total > $1.rates.total }
        edges.removeLast(omitted)
        return omitted
    }

    /// The edges that are still there.
    var liveEdges: [Edge] { edges.filter(isLive) }

    func isLive(_ edge: borrowing Edge) -> Bool {
        !edge.isRemoved && !nodes[edge.source].isRemoved && !nodes[edge.target].isRemoved
    }
}

extension EdgeRates {
    /// Adds a rate under the class of its code; Kiali's classes (`graph/protocol.go`). What Envoy flags as never answered has no response, whatever
    /// code stands beside the flag: 200 is what a proxy counts for gRPC without a status.
    mutating func add(
        _ rate: Double, code: LabelValue, flags: LabelValue, transport: LabelValue, _ texts: TelemetryTexts
    ) {
        total += rate
        if transport.is(.tcp) { return }
        if code.is(.none) || texts[code].isHTTPSuccess && texts.saysNoAnswer(flags) {
            noResponse += rate
        } else if transport.is(.grpc) {
            if texts[code].isGRPCError { grpcErrors += rate }
        } else {
            switch texts[code].utf8.first {
            case UInt8(ascii: "3"): redirects += rate
            case UInt8(ascii: "4"): clientErrors += rate
            case UInt8(ascii: "5"): serverErrors += rate
            default: break
            }
        }
    }
}

extension TrafficProtocol {
    init(_ label: LabelValue, _ texts: TelemetryTexts) {
        switch label {
        case LabelValue(.http): self = .http
        case LabelValue(.grpc): self = .grpc
        case LabelValue(.tcp): self = .tcp
        default: self = .other(texts[label])
        }
    }
}
