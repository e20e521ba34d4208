// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Fold

@Suite("Pods and what belongs to them")
struct KubernetesFoldTests {
    /// A mesh that watches pods; members are found in them.
    private struct Script {
        var script = MeshScript()

        init() {
            for resource in KubernetesResource.allCases {
                script.apply(
                    .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.id(resource))
            }
        }

        static func id(_ resource: KubernetesResource) -> SourceID {
            SourceID(.kubernetes, "https://k/\(resource.rawValue)")
        }

        mutating func list(_ resource: KubernetesResource, _ objects: [ObjectValue]) {
            script.apply(.kubernetes(KubernetesReport(resource, .listed(objects))), from: Self.id(resource))
        }

        mutating func change(_ resource: KubernetesResource, _ objects: ObjectValue...) {
            script.apply(.kubernetes(KubernetesReport(resource, .changed(objects))), from: Self.id(resource))
        }

        mutating func find(_ pod: String, at host: String) {
            let origin = SourceOrigin(
                cluster: nil, isConfigured: false, member: nil,
                pod: PodPlace(pod: ObjectName(namespace: "shop", name: pod), way: "directly"))
            script.apply(.sourceAdded(origin), from: MeshScript.management(host))
        }

        var snapshot: MeshSnapshot { script.mesh.snapshot() }
        var kubernetes: KubernetesSnapshot? { snapshot.kubernetes }
        var podEvents: [MeshEvent] { script.events.filter { $0.kind == .pod } }
    }

    /// Two members in two pods of two revisions.
    private static func pair() throws -> Script {
        var script = Script()
        script.list(
            .pods,
            [
                try KubernetesObjects.pod("cart-7f9c-a", ip: "10.0.0.7"),
                try KubernetesObjects.pod("cart-6d4b-b", ip: "10.0.0.8", uid: "u2", hash: "6d4b", cost: 10_000),
            ])
        script.list(.deployments, [try KubernetesObjects.deployment()])
        script.list(
            .replicaSets,
            [
                try KubernetesObjects.replicaSet(hash: "7f9c", revision: 2),
                try KubernetesObjects.replicaSet(hash: "6d4b", revision: 1),
            ])
        script.find("cart-7f9c-a", at: "10.0.0.7")
        script.find("cart-6d4b-b", at: "10.0.0.8")
        let members = [member("10.0.0.7"), member("10.0.0.8")]
        script.script.round(["10.0.0.7", "10.0.0.8"], members)
        return script
    }

    @Test("members have pods, workloads and revisions, and workloads have clusters")
    func join() throws {
        let script = try Self.pair()
        let kubernetes = try #require(script.kubernetes)
        let cluster = script.snapshot.clusters[0]
        let rows = cluster.members.map { kubernetes.pod(of: $0.node) }
        #expect(rows.map { $0?.pod.name.name } == ["cart-7f9c-a", "cart-6d4b-b"])
        #expect(rows.map { $0?.revision } == ["2", "1"])
        #expect(
            rows.allSatisfy { $0?.workload == Pod.Owner(kind: "Deployment", name: "cart") && $0?.cluster == cluster.id }
        )
        #expect(
            kubernetes.workloads.map(\.cluster) == [cluster.id]
                && kubernetes.workloads[0].pods == ["cart-6d4b-b", "cart-7f9c-a"])
        #expect(script.snapshot.workloads.values.allSatisfy { $0 == WorkloadName(namespace: "shop", name: "cart") })
        #expect(kubernetes.bootstrap == nil && script.podEvents.isEmpty)
    }

    @Test("without the right to read ReplicaSets their names tell the Deployment")
    func withoutReplicaSets() throws {
        var script = Script()
        script.list(.pods, [try KubernetesObjects.pod("cart-7f9c-a")])
        script.script.tick()
        #expect(script.kubernetes?.pods[0].workload == Pod.Owner(kind: "Deployment", name: "cart"))
        #expect(script.kubernetes?.pods[0].revision == nil)
    }

    @Test("a container that is killed for memory is told once, with the member and its time")
    func oom() throws {
        var script = try Self.pair()
        let broken = try KubernetesObjects.pod(
            "cart-7f9c-a", isReady: false, restarts: 1, waiting: "CrashLoopBackOff", exit: "OOMKilled",
            exitAt: "2026-01-01T00:00:01Z")
        for _ in 0..<2 {
            script.change(.pods, broken)
            script.script.tick()
        }
        let told = script.podEvents.map { "\($0.from ?? "-") \($0.to ?? "-") \($0.severity)" }
        #expect(told == ["- OOMKilled failure", "Running CrashLoopBackOff warning", "Ready NotReady warning"])
        #expect(
            script.podEvents.allSatisfy {
                $0.subject == address("10.0.0.7") && $0.cluster == script.snapshot.clusters[0].id
                    && $0.origin == .kubernetes
            })
        #expect(script.podEvents[0].at == second(1))
        #expect(script.podEvents[0].text.contains("container app ended: OOMKilled (137), 1 restart"))
    }

    @Test("a repeated event is told again only when its count grows, one of another workload never")
    func kubeEvents() throws {
        var script = try Self.pair()
        func event(_ count: Int, _ pod: String = "cart-7f9c-a") throws -> ObjectValue {
            try KubernetesObjects.event("e-\(pod)", of: pod, reason: "BackOff", "Back-off restarting", count: count)
        }
        script.change(.events, try event(1), try event(1, "web-1"))
        script.script.tick()
        script.change(.events, try event(1))
        script.script.tick()
        script.change(.events, try event(3))
        script.script.tick()
        #expect(
            script.podEvents.map(\.text) == [
                "cart-7f9c-a BackOff: Back-off restarting", "cart-7f9c-a BackOff: Back-off restarting (3 times)",
            ])
        #expect(script.kubernetes?.events.count == 2, "the screen has those of other workloads too")
    }

    @Test("pods that come and go are told, and a list that lacks one is its end")
    func comeAndGo() throws {
        var script = try Self.pair()
        script.change(.pods, try KubernetesObjects.pod("cart-7f9c-c", ip: "10.0.0.9", uid: "u3"))
        script.script.tick()
        script.list(
            .pods,
            [
                try KubernetesObjects.pod("cart-7f9c-a"),
                try KubernetesObjects.pod("cart-7f9c-c", ip: "10.0.0.9", uid: "u3"),
            ])
        script.script.tick()
        #expect(script.podEvents.map(\.text) == ["cart-7f9c-c was created on node-a", "cart-6d4b-b is gone"])
        script.script.apply(.sourceRemoved, from: Script.id(.pods))
        script.script.tick()
        #expect(script.kubernetes?.pods.isEmpty == true)
    }

    @Test("the lease of a split brain resolver that is taken says that a split is decided")
    func lease() throws {
        var script = try Self.pair()
        script.change(.akkaLeases, try KubernetesObjects.lease("shop-akka-sbr", owner: "10.0.0.7:25520"))
        script.script.tick()
        script.change(.akkaLeases, try KubernetesObjects.lease("shop-akka-sbr", owner: ""))
        script.script.tick()
        let events = script.script.events.filter { $0.kind == .lease }
        #expect(events.map { [$0.from, $0.to] } == [[nil, "10.0.0.7:25520"], ["10.0.0.7:25520", nil]])
        #expect(events.map(\.severity) == [.warning, .notice])
    }

    @Test(
        "hosts of every form lead to the pod",
        arguments: [
            ("10.0.0.7", true), ("10-0-0-7.shop.pod.cluster.local", true), ("10-0-0-7.other.pod.cluster.local", false),
            ("cart-7f9c-a.cart.shop.svc.cluster.local", true), ("cart-7f9c-a.cart.other.svc.cluster.local", false),
            ("cart-7f9c-a", true), ("10.0.0.8", false), ("cart", false),
        ])
    func hosts(host: String, isFound: Bool) throws {
        let pod = try #require(Pod(try KubernetesObjects.pod("cart-7f9c-a")))
        let place = PodIndex([pod]).place(of: try Address(parsing: "akka://Shop@\(host):25520"))
        #expect((place == 0) == isFound)
    }

    @Test("the same journal gives the same picture")
    func replay() throws {
        var script = try Self.pair()
        script.change(
            .pods, try KubernetesObjects.pod("cart-7f9c-a", isReady: false, waiting: "CrashLoopBackOff", exit: "Error"))
        script.script.tick()
        var again = Mesh()
        for observation in script.script.observations { _ = again.apply(observation) }
        #expect(again.snapshot() == script.snapshot)
    }
}
