// SPDX-License-Identifier: Apache-2.0
import Model

/// Evaluates expressions for the nodes and edges of one graph, in three values: what is not known is neither true nor false.
struct FindEvaluator {
    private let graph: ServiceGraph
    private let now: Timestamp
    private let members: [Int: MemberFacts]
    private let ranks: [Int]

    /// - Parameters:
    ///   - shown: with members on its nodes.
    ///   - clusters: where these members are.
    ///   - now: the moment to which ages are counted.
    init(_ shown: ShownGraph, clusters: [ClusterSnapshot], now: Timestamp) {
        graph = shown.graph
        ranks = shown.ranks
        self.now = now
        members = MemberFacts.all(of: graph, clusters)
    }

    func selection(_ expression: FindExpression) -> FoundElements {
        var selection = FoundElements()
        if expression.isAboutNodes {
            selection.nodes = Set(graph.nodes.indices.filter { holds(expression, node: $0) })
        }
        if expression.isAboutEdges {
            selection.edges = Set(graph.edges.indices.filter { holds(expression, edge: $0) })
        }
        return selection
    }

    func holds(_ expression: FindExpression, node: Int) -> Bool {
        value(expression.root) { self.node($0, node) } == true
    }

    func holds(_ expression: FindExpression, edge: Int) -> Bool {
        value(expression.root) { self.edge($0, edge) } == true
    }

    /// `nil`: not known, so that neither it nor its opposite holds.
    private func value(_ branch: FindExpression.Branch, _ term: (FindExpression.Term) -> Bool?) -> Bool? {
        switch branch {
        case .term(let one): return term(one)
        case .not(let inner): return value(inner, term).map { !$0 }
        case .and(let left, let right):
            let (one, other) = (value(left, term), value(right, term))
            if one == false || other == false { return false }
            return one == nil || other == nil ? nil : true
        case .or(let left, let right):
            let (one, other) = (value(left, term), value(right, term))
            if one == true || other == true { return true }
            return one == nil || other == nil ? nil : false
        }
    }

    // MARK: - Nodes

    private func node(_ term: FindExpression.Term, _ place: Int) -> Bool? {
        guard term.end == .either else { return nil }
        let node = graph.nodes[place]
        switch term.test {
        case .flag(let flag): return self.flag(flag, of: node, place)
        case .text(let word, let sign, let value): return Self.compare(texts(word, of: node, place), sign, value)
        case .pattern(let word, let pattern, let isNegated):
            return texts(word, of: node, place).map { $0.contains(where: pattern.isFound) != isNegated }
        case .number(let word, let sign, let value):
            return number(word, of: node, place).map { Self.compare($0, sign, value) }
        case .activity(let word, let isWanted):
            guard FindWord.number(word).isOfNodes else { return nil }
            return ((number(word, of: node, place) ?? 0) > 0) == isWanted
        }
    }

    private func flag(_ flag: FindWord.Flag, of node: TrafficNode, _ place: Int) -> Bool? {
        switch flag {
        case .healthy: node.health.level == .unknown ? nil : node.health.level == .healthy
        case .idle: node.flags.contains(.isIdle)
        case .inaccessible: node.flags.contains(.isInaccessible)
        case .outside: node.flags.contains(.isOutside)
        case .trafficsource: node.flags.contains(.isRoot)
        case .waypoint: node.flags.contains(.isWaypoint)
        case .egress: node.flags.contains(.isEgressCluster)
        case .reachable: members[place].map { !$0.isUnreachable }
        case .unreachable: members[place]?.isUnreachable
        case .mtls, .traffic: nil
        }
    }

    /// The values of which one must compare; `nil` for what a node does not have.
    private func texts(_ word: FindWord.Text, of node: TrafficNode, _ place: Int) -> [String]? {
        switch word {
        case .app: node.app.map { [$0] }
        case .cluster: ([node.cluster].compactMap { $0 } + (members[place]?.clusters ?? [])).nonEmpty
        case .name:
            [node.app, node.service, node.workload, node.kind == .unknown ? "unknown" : nil].compactMap { $0 }
                .nonEmpty ?? [node.name]
        case .namespace: node.namespace.map { [$0] }
        case .node: [node.kind.rawValue]
        case .probe: node.probes.map { $0.report?.verdict.rawValue ?? "unknown" }.nonEmpty
        case .service: node.service.map { [$0] }
        case .version: node.version.map { [$0] }
        case .workload: node.workload.map { [$0] } ?? node.workloads.map(\.name).nonEmpty
        case .health: [node.health.level.rawValue]
        case .member: members[place]?.addresses
        case .status: members[place]?.statuses
        case .role: members[place]?.roles
        case .assoc: members[place]?.associations
        case .sign: node.signs.map(\.kind.rawValue)
        case .protocol, .code, .flag, .host, .sourceprincipal, .destprincipal: nil
        }
    }

    private func number(_ word: FindWord.Number, of node: TrafficNode, _ place: Int) -> Double? {
        switch word {
        case .grpcin: node.rates.grpcIn
        case .grpcout: node.rates.grpcOut
        case .httpin: node.rates.httpIn
        case .httpout: node.rates.httpOut
        case .tcpin: node.rates.tcpIn
        case .tcpout: node.rates.tcpOut
        case .rank: Double(ranks[place])
        case .members: Double(node.members.count)
        case .phi: members[place]?.phi
        case .age: seconds(since: members[place]?.observedAt ?? graph.observedAt)
        case .since: node.health.since.map(seconds)
        default: nil
        }
    }

    private func seconds(since moment: Timestamp) -> Double { (now - moment).inSeconds }

    // MARK: - Edges

    private func edge(_ term: FindExpression.Term, _ place: Int) -> Bool? {
        let edge = graph.edges[place]
        var onNode = term
        onNode.end = .either
        switch term.end {
        case .source: return node(onNode, edge.source)
        case .target: return node(onNode, edge.target)
        case .either: break
        }
        guard term.word.isOfEdges else {
            let (one, other) = (node(onNode, edge.source), node(onNode, edge.target))
            // `ns != shop` asks that neither end is there.
            let wanted = !term.isNegative
            if one == wanted || other == wanted { return wanted }
            return one == nil && other == nil ? nil : !wanted
        }
        switch term.test {
        case .flag(let flag): return self.flag(flag, of: edge)
        case .text(let word, let sign, let value): return Self.compare(texts(word, of: edge), sign, value)
        case .pattern(let word, let pattern, let isNegated):
            return texts(word, of: edge).map { $0.contains(where: pattern.isFound) != isNegated }
        case .number(let word, let sign, let value): return number(word, of: edge).map { Self.compare($0, sign, value) }
        case .activity(let word, let isWanted): return ((number(word, of: edge) ?? 0) > 0) == isWanted
        }
    }

    private func flag(_ flag: FindWord.Flag, of edge: TrafficEdge) -> Bool? {
        switch flag {
        case .healthy: edge.health.level == .unknown ? nil : edge.health.level == .healthy
        case .mtls: edge.mtls.map { $0 > 0 }
        case .traffic: edge.rates.total > 0
        default: nil
        }
    }

    func texts(_ word: FindWord.Text, ofNode place: Int) -> [String]? { texts(word, of: graph.nodes[place], place) }

    func texts(_ word: FindWord.Text, of edge: TrafficEdge) -> [String]? {
        switch word {
        case .protocol: [edge.protocol.name]
        case .code: edge.responses.map(\.code)
        case .flag: edge.responses.flatMap { $0.flags.map(\.name) }
        case .host: edge.responses.flatMap { $0.hosts.map(\.name) }
        case .health: [edge.health.level.rawValue]
        case .sign: edge.signs.map(\.kind.rawValue)
        case .sourceprincipal: edge.principals?.source.map(\.name)
        case .destprincipal: edge.principals?.destination.map(\.name)
        default: nil
        }
    }

    private func number(_ word: FindWord.Number, of edge: TrafficEdge) -> Double? {
        switch word {
        case .grpc: edge.protocol == .grpc ? edge.rates.total : nil
        case .http: edge.protocol == .http ? edge.rates.total : nil
        case .tcp: edge.protocol == .tcp ? edge.rates.total : nil
        case .rate: edge.rates.total
        case .throughput: edge.throughput
        case .gap: edge.gap?.percent
        case .p50: edge.responseTime?.p50.map { $0 * 1_000 }
        case .p95: edge.responseTime?.p95.map { $0 * 1_000 }
        case .p99: edge.responseTime?.p99.map { $0 * 1_000 }
        case .avg: edge.responseTime?.average.map { $0 * 1_000 }
        case .responsetime: edge.responseTime?.shown.map { $0 * 1_000 }
        case .percentGRPCErrors: edge.protocol == .grpc ? edge.rates.percentErrors : nil
        case .percentHTTPErrors: edge.protocol == .http ? edge.rates.percentErrors : nil
        case .percentErrors: edge.protocol == .tcp ? nil : edge.rates.percentErrors
        case .percentGRPCTraffic: edge.protocol == .grpc ? edge.percentOfSource : nil
        case .percentHTTPTraffic: edge.protocol == .http ? edge.percentOfSource : nil
        case .percentEncrypted: edge.mtls
        case .age: seconds(since: graph.observedAt)
        case .since: edge.health.since.map(seconds)
        default: nil
        }
    }

    // MARK: - Comparing

    private static func compare(_ value: Double, _ sign: FindOperator, _ wanted: Double) -> Bool {
        switch sign {
        case .equal: value == wanted
        case .notEqual: value != wanted
        case .less: value < wanted
        case .lessOrEqual: value <= wanted
        case .greater: value > wanted
        case .greaterOrEqual: value >= wanted
        default: false
        }
    }

    /// A negative operator asks that no value is so.
    private static func compare(_ values: [String]?, _ sign: FindOperator, _ wanted: String) -> Bool? {
        guard let values else { return nil }
        let positive = sign.isNegative ? sign.opposite : sign
        return values.contains { holds($0.lowercased(), positive, wanted) } != sign.isNegative
    }

    private static func holds(_ value: String, _ sign: FindOperator, _ wanted: String) -> Bool {
        switch sign {
        case .equal: value == wanted
        case .startsWith: value.hasPrefix(wanted)
        case .endsWith: value.hasSuffix(wanted)
        case .contains: value.contains(wanted)
        default: false
        }
    }
}

extension FindExpression.Term {
    fileprivate var isNegative: Bool {
        switch test {
        case .text(_, let sign, _), .number(_, let sign, _): sign.isNegative
        case .pattern(_, _, let isNegated): isNegated
        case .activity(_, let isWanted): !isWanted
        case .flag: false
        }
    }
}

extension Array {
    fileprivate var nonEmpty: [Element]? { isEmpty ? nil : self }
}
