import Model

/// The graph while it is made: labels are numbers still, and everything is a sum.
struct GraphDraft {
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
        /// What is asked of each version.
        var versions: [LabelValue: EdgeRates] = [:]
        /// Namespace and name of each workload that it stands for.
        var workloads: Set<SIMD2<UInt32>> = []
        var isRemoved = false

        init(_ key: NodeKey, id: String, of end: Endpoint) {
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

    /// The edges that are still there.
    var liveEdges: [Edge] { edges.filter(isLive) }

    func isLive(_ edge: borrowing Edge) -> Bool {
        !edge.isRemoved && !nodes[edge.source].isRemoved && !nodes[edge.target].isRemoved
    }
}

extension EdgeRates {
    /// Adds a rate under the class of its code; Kiali's classes (`graph/protocol.go`).
    mutating func add(_ rate: Double, code: LabelValue, transport: LabelValue, _ texts: TelemetryTexts) {
        total += rate
        if transport.is(.tcp) { return }
        if code.is(.none) {
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
        case TelemetryWord.http.rawValue: self = .http
        case TelemetryWord.grpc.rawValue: self = .grpc
        case TelemetryWord.tcp.rawValue: self = .tcp
        default: self = .other(texts[label])
        }
    }
}
