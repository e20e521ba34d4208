// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Pods of real API servers")
struct PodReadingTests {
    @Test(
        "READY, STATUS and RESTARTS are those that the server itself computes for kubectl",
        arguments: KubernetesFixtures.versions)
    func words(version: String) throws {
        let table = try JSONValue(parsing: try KubernetesFixtures.bytes(version, "pods-table.json"))
        let rows = table["rows"]?.items ?? []
        let pods = try KubernetesFixtures.pods(version)
        #expect(rows.count >= 10 && rows.count == pods.count)
        for row in rows {
            let cells = row["cells"]?.items ?? []
            let pod = try #require(pods.first { $0.name.name == cells[0].text })
            // 1.20 knows no native sidecars: to its own table this pod is for ever within its init containers.
            if version == "v1.20", pod.name.name == "cart-7f6d8b9c5f-m7z2c" { continue }
            #expect(pod.readyWord == cells[1].text, "\(pod.name.name)")
            #expect(pod.statusWord == cells[2].text, "\(pod.name.name)")
            // 1.20 has a number here, 1.36 a text with an age.
            let restarts = cells[3].text?.prefix { $0.isNumber }.description ?? "\(Int(cells[3].double ?? -1))"
            #expect("\(pod.restarts)" == restarts, "\(pod.name.name)")
        }
    }

    @Test("a crashed container keeps how it ended, its limit and its sidecar", arguments: KubernetesFixtures.versions)
    func crash(version: String) throws {
        let pod = try #require(try KubernetesFixtures.pods(version).first { $0.name.name == "cart-7f6d8b9c5f-m7z2c" })
        #expect(pod.lastExit?.reason == "OOMKilled" && pod.lastExit?.code == 137 && pod.lastExit?.container == "app")
        #expect(pod.lastExit?.at != nil)
        #expect(pod.owner == Pod.Owner(kind: "ReplicaSet", name: "cart-7f6d8b9c5f"))
        // 1.20 drops restartPolicy of init containers: there is no native sidecar.
        #expect(pod.sidecar == (version == "v1.20" ? .none : .native))
        #expect(pod.addresses == ["10.77.0.14"] && pod.node == "node-a" && !pod.isReady)
    }

    @Test("of an object only what the mask names is kept", arguments: KubernetesFixtures.versions)
    func mask(version: String) throws {
        let objects = try KubernetesFixtures.page(version, "pods-shop.json", .pods).objects
        for object in objects {
            #expect(object["metadata"]["managedFields"].isNull && object["spec"]["volumes"].isNull)
            #expect(object["metadata"]["labels"]["security.istio.io/tlsMode"] != .integer(0))
        }
        let raw = try KubernetesFixtures.bytes(version, "pods-shop.json").count
        // The server's own bytes are several times as many.
        #expect(objects.map(Self.size).reduce(0, +) * 2 < raw)
    }

    private static func size(_ value: ObjectValue) -> Int {
        switch value {
        case .null, .bool, .integer, .number: 2
        case .text(let text): text.utf8.count
        case .list(let items): items.map(size).reduce(1, +)
        case .map(let fields): fields.map { size($0.value) + 1 }.reduce(1, +)
        }
    }

    @Test("of the environment, which holds secrets, only contact points are kept")
    func environment() throws {
        let text = """
            {"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"},"spec":{"containers":[{"name":"app",
            "env":[{"name":"DB_PASSWORD","value":"hunter2"},{"name":"REQUIRED_CONTACT_POINT_NR","value":"3"}]}]}}]}
            """
        let page = try ObjectReader().page(PaddedBytes(Array(text.utf8)), .pods)
        let environment = page.objects[0]["spec"]["containers"].items[0]["env"].items
        #expect(environment.count == 1)
        #expect(Pod(page.objects[0])?.containers.first?.requiredContactPoints == 3)
    }

    @Test("texts are cut at their bound, and what a terminal would obey is gone", arguments: [0, 1])
    func bounds(beyond: Int) throws {
        let long = String(repeating: "x", count: ObjectValue.maximumText + beyond)
        let text = #"{"metadata":{"name":"a\u001b[2J","namespace":"\#(long)"}}"#
        let line = Array(#"{"type":"ADDED","object":\#(text)}"#.utf8)
        guard case .changed(let object, _) = try ObjectReader().event(line, .pods) else {
            Issue.record("no object")
            return
        }
        #expect(object.objectName?.name == "a\u{FFFD}[2J")
        let kept = object["metadata"]["namespace"].text ?? ""
        #expect(kept == (beyond == 0 ? long : String(long.dropLast()) + "…"))
    }

    @Test("an object without any field we want is no pod, and one with odd ones is no crash")
    func odd() {
        #expect(Pod(.null) == nil && Pod(.map([])) == nil)
        let metadata = ObjectValue.map([ObjectField("name", .text("a"))])
        let pod = Pod(.map([ObjectField("metadata", metadata), ObjectField("status", .list([.null]))]))
        #expect(pod?.statusWord == "Unknown" && pod?.readyWord == "0/0" && pod?.restarts == 0 && pod?.lastExit == nil)
    }

    @Test("events of both generations of recorders say when and how often", arguments: KubernetesFixtures.versions)
    func events(version: String) throws {
        let objects = try KubernetesFixtures.page(version, "events-v1.json", .events).objects
        let events = objects.compactMap(KubernetesEvent.init)
        #expect(events.count == objects.count && events.count >= 8)
        let backOff = try #require(events.first { $0.reason == "BackOff" })
        #expect(backOff.isWarning && backOff.count > 1 && backOff.kind == "Pod")
        #expect(events.contains { $0.component == "default-scheduler" || $0.reason == "FailedScheduling" })
    }

    @Test("workloads tell their rollout", arguments: KubernetesFixtures.versions)
    func workloads(version: String) throws {
        let deployments = try KubernetesFixtures.page(version, "deployments.json", .deployments).objects
            .compactMap { Workload(.deployments, $0) }
        let cart = try #require(deployments.first { $0.name.name == "cart" })
        #expect(
            cart.rollout == .stuck && cart.revision == "2" && cart.replicas.wanted == 3 && cart.replicas.updated == 1)
        let sets = try KubernetesFixtures.page(version, "statefulsets.json", .statefulSets).objects
            .compactMap { Workload(.statefulSets, $0) }
        #expect(sets.first { $0.name.name == "ledger" } != nil)
    }

    @Test("nodes, leases and ReplicaSets are read", arguments: KubernetesFixtures.versions)
    func others(version: String) throws {
        let nodes = try KubernetesFixtures.page(version, "nodes.json", .nodes).objects.compactMap(KubernetesNode.init)
        #expect(nodes.contains { $0.ready?.holds == false } && nodes.contains { $0.ready?.holds == true })
        let lease = try #require(
            try KubernetesFixtures.page(version, "istio-akka-io-leases.json", .akkaLeases).objects
                .compactMap { KubernetesLease(.akkaLeases, $0) }.first)
        #expect(lease.owner == "10.77.0.11:25520" && lease.renewedAt != nil)
        let sets = try KubernetesFixtures.page(version, "replicasets.json", .replicaSets).objects.compactMap(
            ReplicaSet.init)
        #expect(sets.contains { $0.name.name == "cart-7f6d8b9c5f" && $0.revision == "2" && $0.owner?.name == "cart" })
    }
}
