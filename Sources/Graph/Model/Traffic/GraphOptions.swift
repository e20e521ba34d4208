/// What a node of the service graph stands for; Kiali's words (`graph/types.go`).
package enum GraphType: String, Hashable, Sendable, CaseIterable {
    case workload
    case app
    case versionedApp
    case service
}

/// How much is counted, per protocol; Kiali's words (`graph/options.go`).
package struct TrafficRates: Hashable, Sendable {
    package enum Http: String, Hashable, Sendable, CaseIterable {
        case requests
        case none
    }

    package enum Grpc: String, Hashable, Sendable, CaseIterable {
        case requests
        case sent
        case received
        case total
        case none
    }

    package enum Tcp: String, Hashable, Sendable, CaseIterable {
        case sent
        case received
        case total
        case none
    }

    /// Whose reports of an ambient mesh count.
    package enum Ambient: String, Hashable, Sendable, CaseIterable {
        case total
        case waypoint
        case ztunnel
        case none
    }

    package var http = Http.requests
    package var grpc = Grpc.requests
    package var tcp = Tcp.sent
    package var ambient = Ambient.total

    package init(http: Http = .requests, grpc: Grpc = .requests, tcp: Tcp = .sent, ambient: Ambient = .total) {
        self.http = http
        self.grpc = grpc
        self.tcp = tcp
        self.ambient = ambient
    }
}

/// What else is asked for each edge.
package enum EdgeValue: String, Hashable, Sendable, CaseIterable {
    case p50
    case p95
    case p99
    case average = "avg"
    case throughput
    case mtls

    /// Whether it takes the buckets of a histogram.
    package var isPercentile: Bool { self == .p50 || self == .p95 || self == .p99 }
}

/// Which node the graph is about: the value of `--focus`, `TYPE:NAMESPACE/NAME`.
package struct GraphFocus: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case workload
        case app
        case service
    }

    package var kind: Kind
    package var namespace: String
    package var name: String

    package init(kind: Kind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// Reads `workload:shop/checkout`.
    ///
    /// - Parameter text: As typed.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else {
            return nil
        }
        let place = text[text.index(after: colon)...]
        guard let slash = place.firstIndex(of: "/") else { return nil }
        let (namespace, name) = (place[..<slash], place[place.index(after: slash)...])
        guard !namespace.isEmpty, !name.isEmpty else { return nil }
        self.init(kind: kind, namespace: String(namespace), name: String(name))
    }

    /// As it is typed.
    package var text: String { "\(kind.rawValue):\(namespace)/\(name)" }
}

/// What the service graph shows.
package struct GraphOptions: Hashable, Sendable {
    package var type = GraphType.versionedApp
    /// The namespaces that are looked at; none means all.
    package var namespaces: [String] = []
    /// Whether a service stands between those who call it and those who serve it.
    package var injectsServices = false
    /// Whether edges without traffic are kept.
    package var keepsIdleEdges = false
    package var rates = TrafficRates()
    package var edgeValues: Set<EdgeValue> = []
    package var focus: GraphFocus?
    /// How far the surroundings of the focus reach.
    package var hops = 1
    /// Which workloads members belong to, where Prometheus does not tell; the first that fits.
    package var memberRules: [MemberRule] = []
    /// Which edges a node's rank counts.
    package var rank = GraphRank.all
    /// What is marked.
    package var find: FindExpression?
    /// What is left out.
    package var hide: FindExpression?

    package init() {}
}
