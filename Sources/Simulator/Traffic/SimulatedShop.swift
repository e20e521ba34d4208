// SPDX-License-Identifier: Apache-2.0
import Model

/// The workloads of the simulated mesh and their calls.
struct SimulatedShop: Sendable {
    /// The cluster's name in Istio's labels.
    static let mesh = "Kubernetes"
    static let gateway = SimulatedWorkload(namespace: "istio-system", app: "istio-ingressgateway", version: "latest")

    private(set) var flows: [TrafficFlow] = []
    private var called: Set<String> = []
    /// Those of the cluster's members: the first of those with the role `web` alone, the second of the others.
    let members = [cart, SimulatedWorkload(namespace: "shop", app: "checkout")]

    private static let cart = SimulatedWorkload(namespace: "shop", app: "cart")

    /// - Parameters:
    ///   - services: How many services; the twelve of a shop, or made-up ones besides.
    ///   - seed: Equal seeds give equal meshes.
    init(services: Int, seed: UInt64) {
        addShop()
        if services > Self.size { addMadeUp(services - Self.size, seed: seed) }
    }

    /// How many services the shop itself has.
    static let size = 12

    /// All workloads that are called or call, once each.
    var workloads: [SimulatedWorkload] {
        var (known, result) = (Set<SimulatedWorkload>(), [SimulatedWorkload]())
        for workload in flows.flatMap({ [$0.source, $0.destination] }).compactMap({ $0 })
        where known.insert(workload).inserted {
            result.append(workload)
        }
        return result
    }

    private mutating func addShop() {
        let shop = "shop"
        let pay = "payments"
        func at(_ namespace: String, _ app: String, _ version: String = "v1") -> SimulatedWorkload {
            SimulatedWorkload(namespace: namespace, app: app, version: version)
        }
        let (front, search) = (at(shop, "frontend"), at(shop, "search"))
        // What comes in from outside is reported by the gateway only.
        add(Self.gateway, front, 42, latency: 31, moved: 0.03, echoes: true)
        split(front, at(shop, "catalog"), 61, canary: 0.1, latency: 9, missing: 0.01)
        add(front, search, 12.5, latency: 22)
        add(front, at(shop, "reviews"), 18, latency: 14, missing: 0.02)
        add(front, Self.cart, 25, latency: 8)
        split(front, at(shop, "checkout"), 6, canary: 0.15, latency: 120)
        split(search, at(shop, "catalog"), 8, canary: 0.1, latency: 9)
        for version in ["v1", "v2"] {
            let (catalog, share) = (at(shop, "catalog", version), version == "v1" ? 0.9 : 0.1)
            add(catalog, at(shop, "catalog-db"), 38_000 * share, .tcp)
        }
        add(at(shop, "reviews"), at(shop, "catalog-db"), 9000, .tcp)
        // A job without a proxy.
        add(nil, at(shop, "reviews"), 0.8, latency: 14)
        add(Self.cart, at(pay, "currency"), 20, .grpc, latency: 3)
        for (version, share) in [("v1", 0.85), ("v2", 0.15)] {
            let checkout = at(shop, "checkout", version)
            add(checkout, Self.cart, 6 * share, latency: 8)
            add(checkout, at(pay, "currency"), 6 * share, .grpc, latency: 3)
            add(checkout, at(pay, "payment"), 5 * share, .grpc, latency: 85)
        }
        add(at(pay, "payment"), at(pay, "fraud"), 5, .grpc, latency: 40)
        add(at(pay, "payment"), at(pay, "ledger"), 5, latency: 18)
        add(at(pay, "ledger"), at(pay, "ledger-db"), 12_000, .tcp)
        flows.append(TrafficFlow(source: at(pay, "payment"), rate: 1.2, latency: 210))
    }

    private mutating func add(
        _ source: SimulatedWorkload?, _ destination: SimulatedWorkload, _ rate: Double,
        _ wire: TrafficFlow.Wire = .http, latency: Double = 12, moved: Double = 0, missing: Double = 0,
        failed: Double = 0, echoes: Bool = false
    ) {
        let shares: [(ending: TrafficEnding, share: Double)] = [
            (.moved, moved), (.missing, missing), (.failed, failed),
        ]
        flows.append(
            TrafficFlow(
                source: source, service: (destination.namespace, destination.app), destination: destination, wire: wire,
                rate: rate, latency: latency, shares: shares.filter { $0.share > 0 }, echoes: echoes))
    }

    /// A part goes to the next version.
    private mutating func split(
        _ source: SimulatedWorkload, _ destination: SimulatedWorkload, _ rate: Double, canary: Double,
        latency: Double, moved: Double = 0, missing: Double = 0, failed: Double = 0
    ) {
        var next = destination
        next.version = "v2"
        add(source, destination, rate * (1 - canary), latency: latency, moved: moved, missing: missing)
        add(source, next, rate * canary, latency: latency * 1.3, moved: moved, missing: missing, failed: failed)
    }

    /// The frontend and the gateway call the teams' entries.
    private mutating func addMadeUp(_ count: Int, seed: UInt64) {
        var random = SplitMix(seed: seed &+ 0x5348_4F50)
        let teams = SimulatedTeams(count, random: &random)
        let front = SimulatedWorkload(namespace: "shop", app: "frontend")
        for entry in teams.entries.ofFrontend { add(front, entry, Double(1 + random.below(20)), latency: 20) }
        for entry in teams.entries.ofGateway { add(Self.gateway, entry, Double(1 + random.below(20)), latency: 20) }
        for call in teams.calls { addCall(call, &random) }
    }

    private mutating func addCall(_ call: SimulatedTeams.Call, _ random: inout SplitMix) {
        let (source, target) = (call.source, call.target)
        let wire: TrafficFlow.Wire =
            call.isData ? .tcp : [.http, .http, .http, .http, .http, .http, .grpc][random.below(7)]
        // One counter counts all calls of a kind from one to another.
        guard called.insert("\(source.name) \(target.name) \(wire.rawValue)").inserted else { return }
        let rate = Double(1 + random.below(400)) / 10 * (wire == .tcp ? 1000 : 1)
        let latency = Double(2 + random.below(60))
        guard wire == .http else { return add(source, target, rate, wire, latency: latency) }
        let failed = random.below(40) == 0 ? 0.004 : 0
        if random.below(6) == 0 {
            split(
                source, target, rate, canary: 0.2, latency: latency, moved: 0.02, missing: 0.01, failed: failed * 20)
        } else {
            add(source, target, rate, wire, latency: latency, moved: 0.02, missing: 0.01, failed: failed)
        }
    }
}
