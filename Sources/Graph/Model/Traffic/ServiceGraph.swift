/// The service graph at one moment: who talks to whom, how much, and how well. Kiali's graph (`graph/telemetry/istio/istio.go`) with members of
/// clusters on it.
package struct ServiceGraph: Hashable, Sendable {
    package var type: GraphType
    /// Over which time rates are taken.
    package var window: Duration
    /// The moment for which Prometheus evaluated.
    package var at: Timestamp
    package var observedAt: Timestamp
    package var freshness = Freshness.fresh
    /// What bounds made us leave out.
    package var omitted = Omitted()
    /// What the user's expression made us leave out.
    package var hidden = Omitted()
    /// What the user's expression finds; `nil` if there is none.
    package var found: FoundElements?
    /// Edges that had traffic lately and have none any more, the newest first.
    package var gone: [GoneEdge] = []
    /// Ends of these that have left the graph, as they were last; sorted by id.
    package var goneNodes: [TrafficNode] = []
    /// Edges that ``withGone()`` has put back, by their places in ``edges``.
    package var ended: [Int: GoneEdge] = [:]
    /// Nodes that it has put back, by their places in ``nodes``: when they were last seen.
    package var endedNodes: [Int: Timestamp] = [:]
    /// Sorted by id.
    package var nodes: [TrafficNode] = []
    /// Sorted by the ids of source and target, then protocol.
    package var edges: [TrafficEdge] = []
    /// What Prometheus could not tell.
    package var notes: [String] = []

    package struct Omitted: Hashable, Sendable {
        package var nodes = 0
        package var edges = 0
        /// Series beyond the bound of an answer.
        package var series = 0
    }

    package init(type: GraphType, window: Duration, at: Timestamp, observedAt: Timestamp) {
        self.type = type
        self.window = window
        self.at = at
        self.observedAt = observedAt
    }

    /// The place of a node in ``nodes``.
    ///
    /// - Parameter id: Its id.
    /// - Returns: `nil` if there is no such node.
    package func index(of id: String) -> Int? {
        var (low, high) = (0, nodes.count)
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < nodes.count && nodes[low].id == id ? low : nil
    }

    /// The id of an edge: `SOURCE|TARGET|PROTOCOL`.
    package func id(of edge: TrafficEdge) -> String {
        "\(nodes[edge.source].id)|\(nodes[edge.target].id)|\(edge.protocol.name)"
    }
}

/// A node of the service graph.
package struct TrafficNode: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case workload
        case app
        case service
        /// Whoever sent no metadata: outside of the mesh, or without a proxy.
        case unknown
        /// A cluster of members, as far as they belong to no workload.
        case cluster
    }

    /// What is special about a node; Kiali's words.
    package enum Flag: String, Hashable, Sendable, CaseIterable {
        /// Has edges out and none in.
        case isRoot
        /// In none of the chosen namespaces.
        case isOutside
        /// Nothing can be known about it.
        case isInaccessible
        /// Has no traffic.
        case isIdle
        /// A service put between those who call it and those who serve it.
        case isInjected
        case isWaypoint
        /// What leaves the mesh, or would if it were allowed to.
        case isEgressCluster
        /// Told by an extension's metrics.
        case isExtension
    }

    package var id: String
    package var kind: Kind
    /// The mesh cluster.
    package var cluster: String?
    package var namespace: String?
    package var workload: String?
    package var app: String?
    package var version: String?
    package var service: String?
    package var flags: Set<Flag> = []
    package var rates = NodeRates()
    package var health = Health(level: .unknown)
    /// By its share of edges, 1 for the highest; `nil` until it was asked for.
    package var rank: Int?
    /// The part of it that the traffic tells, without the members.
    package var traffic = Health(level: .unknown)
    /// The members of clusters that run here, by address.
    package var members: [Address] = []
    /// The workloads that the node stands for.
    package var workloads: [WorkloadName] = []
    /// What health endpoints say of it and of its members.
    package var probes: [ProbeSnapshot] = []
    /// What answers to what comes in betray about their causes, the most telling first.
    package var signs: [TrafficSign] = []
    /// How requests are shared among the versions of the app or service, by version; empty where there is one.
    package var versions: [VersionShare] = []

    /// A node of which nothing else is known yet.
    package init(id: String, kind: Kind) {
        self.id = id
        self.kind = kind
    }

    /// The name with the version, where several run side by side.
    package var nameWithVersion: String { versions.isEmpty ? name : version.map { "\(name) \($0)" } ?? name }

    /// The name a person would use.
    package var name: String {
        switch kind {
        case .workload: workload ?? id
        case .app: app ?? workload ?? id
        case .service: service ?? "unknown"
        case .unknown: "unknown"
        case .cluster: cluster ?? id
        }
    }
}

/// Which way requests travel.
package enum TrafficProtocol: Hashable, Sendable {
    case http
    case grpc
    case tcp
    case other(String)

    /// As it stands in labels.
    package var name: String {
        switch self {
        case .http: "http"
        case .grpc: "grpc"
        case .tcp: "tcp"
        case .other(let name): name
        }
    }
}

/// The rates of a node, per second, with Kiali's names (`graph/protocol.go`); bytes for TCP.
package struct NodeRates: Hashable, Sendable {
    package var grpcIn = 0.0
    package var grpcInErr = 0.0
    package var grpcInNoResponse = 0.0
    package var grpcOut = 0.0
    package var httpIn = 0.0
    package var httpIn3xx = 0.0
    package var httpIn4xx = 0.0
    package var httpIn5xx = 0.0
    package var httpInNoResponse = 0.0
    package var httpOut = 0.0
    package var tcpIn = 0.0
    package var tcpOut = 0.0

    package init() {}

    /// Whether anything comes in or goes out.
    package var isIdle: Bool { grpcIn + grpcOut + httpIn + httpOut + tcpIn + tcpOut <= 0 }

    package mutating func addIn(_ rates: EdgeRates, _ transport: TrafficProtocol) {
        switch transport {
        case .grpc:
            grpcIn += rates.total
            grpcInErr += rates.grpcErrors
            grpcInNoResponse += rates.noResponse
        case .http:
            httpIn += rates.total
            httpIn3xx += rates.redirects
            httpIn4xx += rates.clientErrors
            httpIn5xx += rates.serverErrors
            httpInNoResponse += rates.noResponse
        case .tcp: tcpIn += rates.total
        case .other: break
        }
    }

    package mutating func addOut(_ total: Double, _ transport: TrafficProtocol) {
        switch transport {
        case .grpc: grpcOut += total
        case .http: httpOut += total
        case .tcp: tcpOut += total
        case .other: break
        }
    }

    package mutating func resetOut() { (grpcOut, httpOut, tcpOut) = (0, 0, 0) }

    /// What goes out by a protocol.
    package func out(_ transport: TrafficProtocol) -> Double {
        switch transport {
        case .grpc: grpcOut
        case .http: httpOut
        case .tcp: tcpOut
        case .other: 0
        }
    }
}

/// The rates of an edge, per second; bytes for TCP.
package struct EdgeRates: Hashable, Sendable {
    package var total = 0.0
    /// The client gave up, or nobody answered.
    package var noResponse = 0.0
    package var redirects = 0.0
    package var clientErrors = 0.0
    package var serverErrors = 0.0
    package var grpcErrors = 0.0

    package init() {}

    /// All that Kiali counts as an error: no response, 4xx, 5xx, and for gRPC any status but OK.
    package var errors: Double { noResponse + clientErrors + serverErrors + grpcErrors }

    /// Errors in percent of all.
    package var percentErrors: Double { total > 0 ? errors / total * 100 : 0 }

    package mutating func add(_ other: EdgeRates) {
        total += other.total
        noResponse += other.noResponse
        redirects += other.redirects
        clientErrors += other.clientErrors
        serverErrors += other.serverErrors
        grpcErrors += other.grpcErrors
    }
}

/// An edge of the service graph: traffic of one protocol from one node to another.
package struct TrafficEdge: Hashable, Sendable {
    /// Places in ``ServiceGraph/nodes``.
    package var source: Int
    package var target: Int
    package var `protocol`: TrafficProtocol
    package var rates = EdgeRates()
    /// In percent of what the source sends by this protocol; 0 for TCP.
    package var percentOfSource = 0.0
    /// By code, sorted.
    package var responses: [Response] = []
    package var responseTime: ResponseTime?
    /// Bytes per second.
    package var throughput: Double?
    /// In percent of the traffic.
    package var mtls: Double?
    package var health = Health(level: .unknown)
    package var gap: ReporterGap?
    /// Which way it goes, where one of its ends is a waypoint.
    package var waypoint: WaypointWay?
    /// What answers betray about their causes, the most telling first.
    package var signs: [TrafficSign] = []
    /// Who the ends proved to be; `nil` if that was not asked.
    package var principals: EdgePrincipals?
    /// Sentences about the edge, such as that remoting goes through the sidecar.
    package var notes: [String] = []

    package init(source: Int, target: Int, protocol: TrafficProtocol) {
        self.source = source
        self.target = target
        self.protocol = `protocol`
    }

    /// What was answered with one code.
    package struct Response: Hashable, Sendable {
        /// `200`, a status of gRPC, or `-` for none.
        package var code: String
        package var rate: Double
        /// By Envoy's flags, `-` for none; sorted.
        package var flags: [Share]
        /// By the host that was asked for; sorted.
        package var hosts: [Share]

        package init(
            code: String, rate: Double, flags: [Share], hosts: [Share]
        ) {
            self.code = code
            self.rate = rate
            self.flags = flags
            self.hosts = hosts
        }
    }

    /// A part of a rate.
    package struct Share: Hashable, Sendable {
        package var name: String
        /// Per second.
        package var rate: Double

        package init(
            name: String, rate: Double
        ) {
            self.name = name
            self.rate = rate
        }
    }
}

/// Who the ends of an edge's traffic proved to be by their certificates, by how much of it; none where it was not encrypted.
package struct EdgePrincipals: Hashable, Sendable {
    /// `spiffe://cluster.local/ns/shop/sa/web`, the one with most traffic first.
    package var source: [TrafficEdge.Share] = []
    package var destination: [TrafficEdge.Share] = []

    package init() {}
}

/// The part of a version in what an app or a service is asked.
package struct VersionShare: Hashable, Sendable {
    package var version: String
    /// Requests per second.
    package var rate: Double
    /// In percent of the requests of all versions.
    package var percent: Double
    /// Errors in percent of the version's requests.
    package var percentErrors: Double

    package init(
        version: String, rate: Double, percent: Double, percentErrors: Double
    ) {
        self.version = version
        self.rate = rate
        self.percent = percent
        self.percentErrors = percentErrors
    }
}

/// How an edge stands to a waypoint, the proxy of a namespace in an ambient mesh: traffic goes there and on from there. What comes back to
/// whom it came from is no edge of its own (Kiali, `graph/telemetry/istio/appender/ambient.go`).
package struct WaypointWay: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable, CaseIterable {
        case to
        case from
        case both
    }

    package var direction: Direction
    /// What comes back, per second.
    package var returned: Double?

    package init(direction: Direction, returned: Double? = nil) {
        self.direction = direction
        self.returned = returned
    }
}

/// How long requests took, in seconds.
package struct ResponseTime: Hashable, Sendable {
    package var average: Double?
    package var p50: Double?
    package var p95: Double?
    package var p99: Double?
    /// Percentiles beyond the last bound of the histogram, whose value is that bound: the truth is longer.
    package var clipped: Set<EdgeValue> = []

    package init(
        average: Double? = nil, p50: Double? = nil, p95: Double? = nil, p99: Double? = nil, clipped: Set<EdgeValue> = []
    ) {
        self.average = average
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
        self.clipped = clipped
    }
}

/// What the source reports against what the destination does: lost requests, retries, timeouts of the client, or a proxy that is missing.
package struct ReporterGap: Hashable, Sendable {
    /// Per second.
    package var source: Double
    package var destination: Double

    package init(
        source: Double, destination: Double
    ) {
        self.source = source
        self.destination = destination
    }

    /// What the destination did not report, in percent of what the source did; negative when it reported more.
    package var percent: Double { source > 0 ? (source - destination) / source * 100 : 0 }
}
