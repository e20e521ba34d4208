// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Fold

@Suite("Why a cluster does not form")
struct BootstrapTests {
    private static let pods = SourceID(.kubernetes, "https://k/pods")
    private static let workloads = SourceID(.kubernetes, "https://k/deployments")

    /// What the mesh says of pods that want to be members, and of what their endpoints answer.
    private static func verdict(
        _ objects: [ObjectValue], answers: [String: Observation.Payload] = [:], workload: ObjectValue? = nil,
        resource: KubernetesResource = .deployments, lines: [String] = [], seconds: Double = 0
    ) throws -> BootstrapSnapshot? {
        var script = MeshScript()
        for id in [pods, workloads] {
            script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: id)
        }
        script.apply(.kubernetes(KubernetesReport(.pods, .listed(objects))), from: pods)
        if let workload { script.apply(.kubernetes(KubernetesReport(resource, .listed([workload]))), from: workloads) }
        for object in objects {
            let pod = try #require(Pod(object))
            guard let host = pod.addresses.first else { continue }
            let place = PodPlace(pod: pod.name, way: "directly")
            let id = MeshScript.management(host)
            script.apply(
                .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: nil, pod: place)), from: id)
            let answer = answers[host] ?? .contactPoint(.none, seeds: [])
            script.apply(answer, from: id)
            let log = SourceID(.podLog, pod.name.name)
            script.apply(
                .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: nil, pod: place)), from: log)
            for line in lines {
                let event = LifecycleEvent(
                    at: second(script.time), observer: nil, pattern: "B16", kind: .other, evidence: .init(line))
                script.apply(.lifecycle(event, late: false), from: log)
            }
        }
        script.time += seconds
        script.tick()
        return script.mesh.snapshot().kubernetes?.bootstrap
    }

    private static func three() throws -> [ObjectValue] {
        try [("a", "10.0.0.5"), ("b", "10.0.0.200"), ("c", "10.0.0.30")].map {
            try KubernetesObjects.pod("cart-\($0.0)", ip: $0.1, uid: $0.0, isReady: false)
        }
    }

    @Test("the lowest address is Akka's: bytes have a sign, so .200 comes before .5")
    func lowest() throws {
        let verdict = try #require(try Self.verdict(try Self.three()))
        #expect(verdict.contactPoints.map(\.address) == ["10.0.0.200:8558", "10.0.0.5:8558", "10.0.0.30:8558"])
        #expect(verdict.lowest == "10.0.0.200:8558" && verdict.formsBy == "10.0.0.200:8558" && verdict.blocker == nil)
        #expect(verdict.found == 3 && verdict.contactPoints.allSatisfy { $0.answer == BootstrapSnapshot.Answer.none })
    }

    @Test(
        "addresses in Akka's order",
        arguments: [
            ("10.0.0.200", "10.0.0.5"), ("10.244.0.1", "10.1.0.1"), ("10.0.0.5", "10.0.0.30"), ("cart-0", "10.0.0.1"),
            ("fd00::1", "0a::1"),
        ])
    func order(lower: String, higher: String) {
        #expect(ContactOrder(host: lower, port: 1) < ContactOrder(host: higher, port: 1))
        #expect(!(ContactOrder(host: higher, port: 1) < ContactOrder(host: lower, port: 1)))
    }

    @Test("pods that are missing are named with the reason")
    func pending() throws {
        let pods = [
            try KubernetesObjects.pod("cart-a", uid: "a", isReady: false),
            try KubernetesObjects.pod(
                "cart-b", uid: "b", node: nil, phase: "Pending", isReady: false, scheduling: "0/3 nodes are available"),
        ]
        let line = "Discovered [1] contact points, confirmed [1], which is less than the required [2], retrying"
        let verdict = try #require(try Self.verdict(pods, lines: [line]))
        #expect(verdict.required == 2 && verdict.found == 1 && verdict.formsBy == nil)
        #expect(verdict.blocker == "1 of 2 required contact points: pod cart-b is not there: 0/3 nodes are available")
    }

    @Test("a Deployment that is smaller than what is required is told to grow")
    func small() throws {
        let line = "Discovered [3] contact points, confirmed [3], which is less than the required [5], retrying"
        let verdict = try #require(
            try Self.verdict(try Self.three(), workload: try KubernetesObjects.deployment(wanted: 3), lines: [line]))
        #expect(
            verdict.blocker
                == "3 of 5 required contact points: Deployment cart has replicas: 3; set replicas: 5, or required-contact-point-nr to 3"
        )
    }

    @Test("a contact point that does not run is named with its last exit")
    func dead() throws {
        var pods = try Self.three()
        pods[1] = try KubernetesObjects.pod(
            "cart-b", ip: "10.0.0.200", uid: "b", isReady: false, waiting: "CrashLoopBackOff", exit: "OOMKilled")
        let verdict = try #require(try Self.verdict(pods))
        #expect(
            verdict.blocker?.hasPrefix("contact point cart-b does not run (CrashLoopBackOff, last exit OOMKilled)")
                == true)
    }

    @Test(
        "a contact point that does not answer is named with what to look at",
        arguments: [
            (SourceFailure.Code.refused, "bind-hostname"), (.timeout, "NetworkPolicy"), (.auth, "AuthorizationPolicy"),
        ])
    func silent(code: SourceFailure.Code, hint: String) throws {
        let failure = Observation.Payload.failed(SourceFailure(code, "x"), retryAt: second(9))
        let verdict = try #require(try Self.verdict(try Self.three(), answers: ["10.0.0.5": failure]))
        #expect(
            verdict.blocker?.hasPrefix("contact point cart-a (10.0.0.5:8558)") == true
                && verdict.blocker?.contains(hint) == true)
    }

    @Test(
        "pods that are ready and cannot be reached from here have a cluster that is not seen", arguments: [true, false])
    func unseen(isReady: Bool) throws {
        let pods = [try KubernetesObjects.pod("cart-a", isReady: isReady)]
        let failure = Observation.Payload.failed(SourceFailure(.timeout, "x"), retryAt: second(9))
        let verdict = try Self.verdict(pods, answers: ["10.0.0.7": failure])
        #expect((verdict == nil) == isReady)
    }

    @Test(
        "what the nodes themselves write comes before what is seen from outside",
        arguments: [
            (
                "Forbidden to communicate with Kubernetes API server; check RBAC settings.",
                "system:serviceaccount:shop:cart"
            ),
            (
                "No targets found from pod list. Is the correct port name configured? Current configuration: [Some(mgmt)]. Ports on pods: [Set()]",
                "port-name"
            ),
            (
                "Located service members based on: [Lookup(shop,Some(management),Some(tcp))]: [], filtered to []",
                "pod-label-selector"
            ),
            ("Self contact point [10.0.0.7:8558] not found in targets List(10.0.0.8:8558)", "management.http.hostname"),
            (
                "Application is configured with specific `akka.cluster.seed-nodes`: [x], bailing out of the bootstrap process!",
                "seed-nodes"
            ),
        ])
    func said(line: String, hint: String) throws {
        let verdict = try #require(try Self.verdict(try Self.three(), lines: [line]))
        #expect(verdict.blocker?.contains(hint) == true, "\(verdict.blocker ?? "-")")
        // A line of a minute ago does not count any more.
        #expect(try Self.verdict(try Self.three(), lines: [line], seconds: 61)?.blocker?.contains(hint) != true)
    }

    @Test(
        "if none forms a cluster for a minute although all answer, that is said",
        arguments: [(60.0, false), (60.001, true)])
    func patience(seconds: Double, isSaid: Bool) throws {
        let verdict = try #require(try Self.verdict(try Self.three(), seconds: seconds))
        #expect((verdict.blocker?.contains("new-cluster-enabled") == true) == isSaid)
    }

    @Test("a cluster without members is ill where something is in the way, and forming where nothing is")
    func health() throws {
        var script = MeshScript()
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.pods)
        script.apply(
            .kubernetes(KubernetesReport(.pods, .listed([try KubernetesObjects.pod("web-1")]))), from: Self.pods)
        script.tick()
        let snapshot = script.mesh.snapshot()
        #expect(snapshot.health.level == .degraded)
        #expect(
            snapshot.clusters.map(\.id) == ["shop"]
                && snapshot.clusters[0].bootstrap?.blocker?.contains("no pod declares") == true)
    }
}
