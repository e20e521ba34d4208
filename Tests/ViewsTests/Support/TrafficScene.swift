// SPDX-License-Identifier: Apache-2.0
@testable import Model
@testable import Traffic
@testable import Views

/// Service graphs made by hand, of any size.
struct TrafficScene {
    private var nodes: [String: TrafficNode] = [:]
    private var edges: [Link] = []
    var type = GraphType.versionedApp

    struct Link {
        var from: String
        var to: String
        var `protocol`: TrafficProtocol
        var rate: Double
        var errors: Double
        var code: String
        var flag: String
        var p95: Double?
        var mtls: Double?
    }

    // MARK: - Putting together

    @discardableResult
    mutating func app(
        _ name: String, _ version: String? = "v1", in namespace: String = "shop", cluster: String = "Kubernetes",
        members: [Address] = [], level: Health.Level = .healthy, reasons: [String] = [],
        flags: Set<TrafficNode.Flag> = []
    ) -> String {
        let id = "app_\(cluster)_\(namespace)_\(name)_\(version ?? "")"
        var node = TrafficNode(id: id, kind: .app)
        (node.labels.cluster, node.labels.namespace) = (cluster, namespace)
        (node.labels.app, node.labels.version) = (name, version)
        node.labels.workload = version.map { "\(name)-\($0)" } ?? name
        node.members = members
        node.flags = flags
        node.health = Health(level: level, reasons: reasons, since: Scene.ago(level == .healthy ? 5000 : 84))
        nodes[id] = node
        return id
    }

    mutating func service(_ name: String, in namespace: String = "shop") -> String {
        let id = "svc_Kubernetes_\(namespace)_\(name)"
        var node = TrafficNode(id: id, kind: .service)
        (node.labels.cluster, node.labels.namespace, node.labels.service) = ("Kubernetes", namespace, name)
        node.flags = [.isInjected]
        node.health = Health(level: .healthy)
        nodes[id] = node
        return id
    }

    mutating func cluster(_ system: String, _ members: [Address], level: Health.Level) -> String {
        let id = "cluster_\(system)"
        var node = TrafficNode(id: id, kind: .cluster)
        node.labels.cluster = system
        node.members = members
        node.health = Health(level: level)
        nodes[id] = node
        return id
    }

    mutating func link(
        _ from: String, _ to: String, _ rate: Double, errors: Double = 0, code: String = "503", flag: String = "UF",
        protocol: TrafficProtocol = .http, p95: Double? = nil, mtls: Double? = nil
    ) {
        edges.append(
            Link(
                from: from, to: to, protocol: `protocol`, rate: rate, errors: errors, code: code, flag: flag, p95: p95,
                mtls: mtls))
    }

    var graph: ServiceGraph {
        var graph = ServiceGraph(
            type: type, window: .seconds(60), at: Scene.ago(2), observedAt: Scene.ago(2))
        graph.nodes = nodes.values.sorted { $0.id < $1.id }
        let places = Dictionary(uniqueKeysWithValues: graph.nodes.enumerated().map { ($1.id, $0) })
        for link in edges {
            guard let source = places[link.from], let target = places[link.to] else { continue }
            graph.edges.append(Self.edge(link, source, target))
            let transport = link.protocol
            let rates = graph.edges[graph.edges.count - 1].rates
            graph.nodes[source].rates.addOut(rates.total, transport)
            graph.nodes[target].rates.addIn(rates, transport)
        }
        for index in graph.edges.indices where graph.edges[index].protocol != .tcp {
            let out = graph.nodes[graph.edges[index].source].rates.out(graph.edges[index].protocol)
            if out > 0 { graph.edges[index].percentOfSource = graph.edges[index].rates.total / out * 100 }
        }
        graph.edges.sort {
            ($0.source, $0.target, $0.protocol.name) < ($1.source, $1.target, $1.protocol.name)
        }
        return graph
    }

    private static func edge(_ link: Link, _ source: Int, _ target: Int) -> TrafficEdge {
        var edge = TrafficEdge(source: source, target: target, protocol: link.protocol)
        edge.rates.total = link.rate
        edge.rates.serverErrors = link.errors
        if link.errors > 0 {
            edge.responses = [
                TrafficEdge.Response(
                    code: "200", rate: link.rate - link.errors,
                    flags: [TrafficEdge.Share(name: "-", rate: link.rate - link.errors)], hosts: []),
                TrafficEdge.Response(
                    code: link.code, rate: link.errors, flags: [TrafficEdge.Share(name: link.flag, rate: link.errors)],
                    hosts: []),
            ]
        }
        var health = TrafficHealth.health(of: edge.rates, link.protocol, flags: link.errors > 0 ? [link.flag] : [])
        health.since = Scene.ago(84)
        edge.health = health
        if let p95 = link.p95 { edge.responseTime = ResponseTime(p95: p95) }
        edge.mtls = link.mtls
        edge.gap = link.errors > 0 ? ReporterGap(source: link.rate, destination: link.rate - link.errors) : nil
        return edge
    }

    func scene(_ name: String, _ base: Scene = .oneUnreachable) -> Scene {
        var snapshot = base.snapshot ?? Builder().snapshot()
        snapshot.graph = ShownGraph(graph)
        return Scene(name: name, snapshot: snapshot)
    }
}

extension TrafficScene {
    /// A gateway, a shop with a canary and a cluster, and a service that fails.
    static let three: TrafficScene = {
        var scene = TrafficScene()
        let members = [7, 8, 9, 10, 11, 12].map { Scene.address($0) }
        let gateway = scene.app("gateway", nil, in: "istio-ingress", flags: [.isRoot])
        let old = scene.app("web", "v1")
        let canary = scene.app("web", "v2")
        let cart = scene.app("cart", "v1", members: members, level: .degraded, reasons: ["10.0.0.9:25520: unreachable"])
        let payment = scene.app(
            "payment", "v1", level: .failure, reasons: ["5xx 12 % of 34/s inbound, UF"])
        scene.link(gateway, old, 189, p95: 0.031)
        scene.link(gateway, canary, 21, p95: 0.044)
        scene.link(old, cart, 110, p95: 0.088)
        scene.link(canary, cart, 10, p95: 0.12)
        scene.link(cart, payment, 34, errors: 4.1, p95: 0.412, mtls: 100)
        return scene
    }()

    /// A number of services in tiers, with hubs; always the same for the same numbers.
    static func tiers(_ count: Int, namespaces: [String], seed: UInt64 = 1, trouble: Bool = true) -> TrafficScene {
        var scene = TrafficScene()
        var generator = Generator(seed: seed)
        let words = ["cart", "order", "stock", "price", "user", "mail", "pay", "ship", "search", "media"]
        var ids: [String] = []
        for number in 0..<count {
            let isIll = trouble && number % 17 == 9
            ids.append(
                scene.app(
                    "\(words[number % words.count])\(number / words.count == 0 ? "" : "-\(number / words.count)")",
                    in: namespaces[number * namespaces.count / count], level: isIll ? .failure : .healthy,
                    reasons: isIll ? ["5xx 14 % of 9.0/s inbound, UF"] : []))
        }
        for number in 1..<count {
            let callers = number < 4 ? 1 : Int.random(in: 1...2, using: &generator)
            for _ in 0..<callers {
                let from = Int.random(in: max(0, number / 2 - 3)..<max(1, number * 2 / 3 + 1), using: &generator)
                guard from != number else { continue }
                let rate = Double(Int.random(in: 1...400, using: &generator)) / 2
                scene.link(ids[from], ids[number], rate, errors: trouble && number % 17 == 9 ? rate / 7 : 0)
            }
        }
        return scene
    }
}
