// SPDX-License-Identifier: Apache-2.0
/// What a node of the service graph stands for; Kiali's words (`graph/types.go`).
package enum GraphType: String, Hashable, Sendable, CaseIterable {
    /// A workload.
    case workload
    /// An application with all of its versions.
    case app
    /// One version of an application.
    case versionedApp
    /// A service.
    case service
}

/// How much is counted, per protocol; Kiali's words (`graph/options.go`).
package struct TrafficRates: Hashable, Sendable {
    /// What is counted of HTTP.
    package enum Http: String, Hashable, Sendable, CaseIterable {
        case requests
        case none
    }

    /// What is counted of gRPC: requests, or messages by direction.
    package enum Grpc: String, Hashable, Sendable, CaseIterable {
        case requests
        case sent
        case received
        case total
        case none
    }

    /// Which direction of bytes is counted.
    package enum Tcp: String, Hashable, Sendable, CaseIterable {
        case sent
        case received
        case total
        case none
    }

    /// Which reports count in an ambient mesh: those of waypoints, of node proxies (ztunnel), or both.
    package enum Ambient: String, Hashable, Sendable, CaseIterable {
        case total
        case waypoint
        case ztunnel
        case none
    }

    /// What is counted of HTTP.
    package var http = Http.requests
    /// What is counted of gRPC.
    package var grpc = Grpc.requests
    /// What is counted of TCP.
    package var tcp = Tcp.sent
    /// Which reports count in an ambient mesh.
    package var ambient = Ambient.total

    /// - Parameters:
    ///   - http: what is counted of HTTP.
    ///   - grpc: what is counted of gRPC.
    ///   - tcp: what is counted of TCP.
    ///   - ambient: which reports count in an ambient mesh.
    package init(http: Http = .requests, grpc: Grpc = .requests, tcp: Tcp = .sent, ambient: Ambient = .total) {
        self.http = http
        self.grpc = grpc
        self.tcp = tcp
        self.ambient = ambient
    }
}

/// A value of edges that is asked for besides their traffic.
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
    /// What the name is of.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case workload
        case app
        case service
    }

    /// What the name is of.
    package var kind: Kind
    /// The namespace of the node.
    package var namespace: String
    /// The name of the node.
    package var name: String

    /// - Parameters:
    ///   - kind: what the name is of.
    ///   - namespace: the namespace of the node.
    ///   - name: its name.
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
    /// What nodes stand for.
    package var type = GraphType.versionedApp
    /// The namespaces that are shown; none means all.
    package var namespaces: [String] = []
    /// Whether a service stands between its callers and its workloads.
    package var injectsServices = false
    /// Whether edges without traffic are kept.
    package var keepsIdleEdges = false
    /// What is counted, per protocol.
    package var rates = TrafficRates()
    /// The values of edges that are asked for besides their traffic.
    package var edgeValues: Set<EdgeValue> = []
    /// The node whose surroundings are shown; `nil` for everything.
    package var focus: GraphFocus?
    /// How far the surroundings of the focus reach.
    package var hops = 1
    /// Which workloads members belong to, where Prometheus does not know them; the first rule that fits counts.
    package var memberRules: [MemberRule] = []
    /// Which edges a node's rank counts.
    package var rank = GraphRank.all
    /// The expression whose matches are marked; `nil` for none.
    package var find: FindExpression?
    /// The expression whose matches are left out; `nil` for none.
    package var hide: FindExpression?

    /// The defaults, which are Kiali's.
    package init() {}
}
