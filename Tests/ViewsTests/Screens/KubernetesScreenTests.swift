// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Views

@Suite("Kubernetes on screens")
struct KubernetesScreenTests {
    private static func row(
        _ object: ObjectValue, revision: String, member: Int? = nil
    ) throws -> KubernetesSnapshot.PodRow {
        KubernetesSnapshot.PodRow(
            pod: try #require(Pod(object)), workload: Pod.Owner(kind: "Deployment", name: "cart"), revision: revision,
            member: member.map { Scene.node($0) }, cluster: member == nil ? nil : "Shop")
    }

    /// A rolling update that is stuck: the new pod is killed for memory.
    private static func scene() throws -> Scene {
        var snapshot = Builder().snapshot()
        let pods = [
            try row(
                try KubernetesObjects.pod(
                    "cart-7f9c-abcde", ip: "10.0.0.9", uid: "a", isReady: false, restarts: 12,
                    waiting: "CrashLoopBackOff", exit: "OOMKilled", exitAt: "2026-11-21T14:03:08Z"), revision: "7",
                member: 9),
            try row(
                try KubernetesObjects.pod("cart-6d4b-fghij", ip: "10.0.0.7", uid: "b", hash: "6d4b", cost: 10_000),
                revision: "6", member: 7),
            try row(
                try KubernetesObjects.pod(
                    "cart-7f9c-klmno", uid: "c", node: nil, phase: "Pending", isReady: false,
                    scheduling: "0/3 nodes are available: 3 Insufficient memory."), revision: "7"),
        ]
        let cart = try #require(
            Workload(
                .deployments,
                try KubernetesObjects.deployment(wanted: 3, ready: 1, updated: 2, revision: 7, isStuck: true)))
        let events = [
            try KubernetesObjects.event(
                "e1", of: "cart", kind: "Deployment", reason: "ScalingReplicaSet",
                "Scaled up replica set cart-7f9c from 0 to 1", isWarning: false, at: "2026-11-21T14:02:51Z"),
            try KubernetesObjects.event(
                "e2", of: "cart-7f9c-abcde", reason: "BackOff", "Back-off restarting failed container app", count: 22,
                at: "2026-11-21T14:03:10Z"),
        ].compactMap(KubernetesEvent.init)
        snapshot.kubernetes = KubernetesSnapshot(
            pods: pods,
            workloads: [
                KubernetesSnapshot.WorkloadRow(workload: cart, cluster: "Shop", pods: pods.map(\.pod.name.name))
            ],
            events: events, nodes: [], leases: [], podOfMember: [Scene.node(9): 0, Scene.node(7): 1])
        return Scene(name: "kubernetes", snapshot: snapshot)
    }

    private static let pages: [(String, [Key])] = [
        ("Kubernetes", [.character("8")]), ("Workload", [.character("8"), .enter]),
        ("Pod", [.character("8"), .down, .enter]), ("Members", [.character("2")]),
        ("Member", [.character("2"), .end, .enter]),
    ]

    @Test("screens and pages look as recorded", arguments: [(80, 24), (132, 40), (40, 10)])
    func goldens(columns: Int, rows: Int) throws {
        let scene = try Self.scene()
        for glyphs in [GlyphSet.unicode, .ascii] {
            let frames = Self.pages.map { name, keys in
                Session(scene, size: Size(columns: columns, rows: rows), glyphs: glyphs).pressing(keys).picture(
                    named: name)
            }
            Golden.check(frames.joined(), "Kubernetes/\(columns)x\(rows)-\(glyphs.asciiOnly ? "ascii" : "unicode")")
        }
    }

    @Test("a cluster that does not form says why on the overview")
    func bootstrap() throws {
        var snapshot = Builder(lasts: []).snapshot()
        snapshot.clusters[0].bootstrap = BootstrapSnapshot(
            contactPoints: [
                .init(
                    address: "10.0.0.7:8558", pod: ObjectName(namespace: "shop", name: "cart-a"),
                    answer: BootstrapSnapshot.Answer.none, seeds: []),
                .init(
                    address: "10.0.0.8:8558", pod: ObjectName(namespace: "shop", name: "cart-b"), answer: .refused,
                    seeds: []),
            ], required: 3, found: 2, lowest: "10.0.0.7:8558", formsBy: nil,
            blocker: "2 of 3 required contact points: Deployment cart has replicas: 2; set replicas: 3")
        let text = Session(Scene(name: "bootstrap", snapshot: snapshot)).text
        for part in [
            "no cluster yet, blocked: 2 of 3 required contact points", "set replicas: 3",
            "10.0.0.7:8558  cart-a  answers that there is no cluster", "10.0.0.8:8558  cart-b  refused",
        ] { #expect(text.contains(part), "\(part)\n\(text)") }
    }

    @Test("without Kubernetes its screen says what to type, and no other screen changes")
    func without() {
        let session = Session(Scene.healthy)
        #expect(!session.text.contains("8 Kube"))
        #expect(session.pressing([.character("8")]).text.contains("--kubernetes"))
    }

    @Test("every key on the screen and its pages is taken")
    func keys() throws {
        let scene = try Self.scene()
        for keys in Self.pages.map(\.1) {
            var session = Session(scene).pressing(keys)
            for key in [Key.down, .up, .pageDown, .end, .home, .enter, .escape, .tab, .character("?"), .escape] {
                session.press(key)
            }
            #expect(!session.text.isEmpty)
        }
    }

    @Test(
        "who leaves next follows costs, readiness and phase; without costs singletons move each time",
        arguments: [
            ([10_000, 9_900], "cart-1: its deletion cost, 9900, is the lowest", "once"),
            ([nil, nil], "one of 2 pods that are alike (deletion cost 0): roughly the newest", "2 times at worst"),
        ])
    func order(costs: [Int?], next: String, singletons: String) throws {
        let rows = try costs.enumerated().map {
            try Self.row(
                try KubernetesObjects.pod("cart-\($0.offset)", uid: "\($0.offset)", cost: $0.element), revision: "1")
        }
        let order = DeletionOrder(rows)
        #expect(order.next == next && order.singletons?.contains(singletons) == true)
    }
}
