// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A real cluster, a real Prometheus that scrapes it together with what a mesh around it would tell, and meshtop on both: members on
/// workloads, phi of metrics, traffic; then one after the other dies and comes back.
@Suite(
    "A real cluster with a real Prometheus", .serialized,
    .enabled(
        if: ClusterKit.reasonToSkip == nil && PrometheusServer.reasonToSkip == nil,
        "needs the cluster kit, Java and Prometheus"))
struct KitWithPrometheusTests {
    private static let base = "127.0.86"

    @Test("both are one picture; either may die, the other goes on, and what returns is taken up again")
    func picture() throws {
        let kit = try ClusterKit(name: "prometheus", base: Self.base)
        defer { kit.stop() }
        try kit.up("akka26-artery")
        let exporter = try MetricsExporter(Self.exposition)
        let nodes = (1...3).map { "\(Self.base).\($0):9404" }
        let prometheus = try PrometheusServer(targets: nodes + ["127.0.0.1:\(exporter.port)"])
        let watch = try RunningCommand(
            Command.meshtop,
            [
                "watch", "--interval", "1s", "--window", "10s", "--management", "http://\(Self.base).1:8558",
                "--prometheus", prometheus.url, "--probe", "http://{host}:8558/ready",
            ])
        let run = PictureRun(watch: watch, base: Self.base)
        defer { run.end() }
        try run.expectPicture()
        try run.expectPhi()
        prometheus.stop()
        try run.expectLastGraph()
        try prometheus.start()
        try run.expectReturn()
        try kit.run(["kill", "n3"])
        try run.expectLoss(of: 3)
        try run.expectValidLines()
    }

    /// What the proxies and kube-state-metrics of a mesh around the cluster would tell: nodes 1 and 2 are of `web`, node 3 is of `checkout`.
    @Sendable private static func exposition() -> String {
        let seconds = Date().timeIntervalSince1970 - 1_700_000_000
        var lines: [String] = []
        for (number, workload) in [(1, "web"), (2, "web"), (3, "checkout")] {
            let set = "\(workload)-6d4cf56db6"
            let pod = "namespace=\"shop\",pod=\"\(set)-\(number)\""
            lines.append(
                "kube_pod_info{\(pod),pod_ip=\"\(base).\(number)\",created_by_kind=\"ReplicaSet\",created_by_name=\"\(set)\"} 1"
            )
            lines.append("kube_pod_owner{\(pod),owner_kind=\"ReplicaSet\",owner_name=\"\(set)\"} 1")
            if number != 2 {
                lines.append(
                    "kube_replicaset_owner{namespace=\"shop\",replicaset=\"\(set)\",owner_kind=\"Deployment\",owner_name=\"\(workload)\"} 1"
                )
            }
        }
        for (code, rate) in [("200", 4.0), ("503", 0.5)] {
            let labels = Self.labels("web", "checkout") + ",request_protocol=\"http\",response_code=\"\(code)\""
            lines.append("istio_requests_total{\(labels)} \(seconds * rate)")
        }
        let calls = Self.labels("checkout", "payment") + ",request_protocol=\"grpc\",response_code=\"200\""
        lines.append("istio_requests_total{\(calls),grpc_response_status=\"0\"} \(seconds * 2)")
        // Remoting that was not kept out of the proxies.
        let bytes = Self.labels("web", "checkout") + ",request_protocol=\"tcp\",app=\"web\""
        lines.append("istio_tcp_received_bytes_total{\(bytes)} \(seconds * 800)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func labels(_ source: String, _ target: String) -> String {
        [
            "reporter=\"destination\"", "source_cluster=\"K\"", "destination_cluster=\"K\"",
            "source_workload_namespace=\"shop\"", "source_workload=\"\(source)\"",
            "source_canonical_service=\"\(source)\"", "source_canonical_revision=\"v1\"",
            "destination_service_namespace=\"shop\"", "destination_service=\"\(target).shop.svc.cluster.local\"",
            "destination_service_name=\"\(target)\"", "destination_workload_namespace=\"shop\"",
            "destination_workload=\"\(target)\"", "destination_canonical_service=\"\(target)\"",
            "destination_canonical_revision=\"v1\"", "response_flags=\"-\"",
        ].joined(separator: ",")
    }
}

/// What a `meshtop watch` shows while things die and return.
private struct PictureRun {
    /// What of a snapshot this test looks at, as a script would decode it.
    struct Picture: Decodable {
        struct Workload: Decodable {
            var namespace: String
            var name: String
        }

        struct Member: Decodable {
            var address: String
            var status: String
            var unreachableBy: [String]
            var workload: Workload?
            var freshness: String
            var health: HealthDocument
        }

        struct Phi: Decodable {
            var value: Double?
            var infinite: Bool
            var via: String
        }

        struct Association: Decodable {
            var observer: String
            var subject: String
            var expected: Bool?
            var phi: Phi?
        }

        struct Cluster: Decodable {
            var members: [Member]
            var associations: [Association]
        }

        struct Edge: Decodable {
            var id: String
            var notes: [String]
        }

        struct Notes: Decodable { var edges: [Edge] }

        struct Probe: Decodable {
            var url: String
            var members: [String]
            var verdict: String?
        }

        var clusters: [Cluster]
        var graph: Notes?
        var probes: [Probe]?
    }

    let watch: RunningCommand
    let base: String

    func end() {
        watch.terminate()
        watch.waitForExit()
    }

    private var newest: (line: GraphLine, picture: Picture)? {
        guard let text = watch.lines.last(where: { $0.contains("\"kind\":\"snapshot\"") }) else { return nil }
        let data = Data(text.utf8)
        guard let line = try? JSONDecoder().decode(GraphLine.self, from: data),
            let picture = try? JSONDecoder().decode(Picture.self, from: data)
        else { return nil }
        return (line, picture)
    }

    private func wait(
        _ what: Comment, seconds: Double, _ condition: (GraphLine, Picture) -> Bool
    ) throws -> (line: GraphLine, picture: Picture) {
        var seen: (line: GraphLine, picture: Picture)?
        let isSeen = Deadline.poll(seconds: seconds, every: 0.2) {
            guard let newest, condition(newest.line, newest.picture) else { return false }
            seen = newest
            return true
        }
        #expect(isSeen, "\(what): \(watch.lines.last ?? "nothing") \(watch.errorText)")
        return try #require(seen)
    }

    private func prometheus(_ line: GraphLine) -> SourceDocument? { line.sources.first { $0.kind == "prometheus" } }

    private func node(_ line: GraphLine, _ workload: String) -> GraphLine.Node? {
        line.graph?.node("vapp_K_shop_\(workload)")
    }

    func expectPicture() throws {
        let seen = try wait("members on workloads, and traffic", seconds: 40) { line, picture in
            // A window that is full of samples.
            (line.graph?.edges.first { $0.id.hasSuffix("|http") }?.exact["http"] ?? 0) > 4.2
                && line.graph?.edges.count == 3 && node(line, "web")?.members.count == 2
                && node(line, "checkout")?.members.count == 1 && picture.clusters.first?.members.count == 3
                && picture.probes?.count == 3 && picture.probes?.allSatisfy { $0.verdict == "passing" } == true
        }
        let members = seen.picture.clusters[0].members
        #expect(members.map { $0.workload?.name } == ["web", "web", "checkout"])
        #expect(members.allSatisfy { $0.status == "Up" && $0.workload?.namespace == "shop" })
        #expect(seen.line.graph?.edges.map { $0.id.split(separator: "|").last } == ["grpc", "http", "tcp"])
        let calls = try #require(seen.line.graph?.edges.first { $0.id.hasSuffix("|http") })
        #expect(abs((calls.exact["http"] ?? 0) - 4.5) < 0.5, "\(calls.exact)")
        #expect(abs((calls.rates["httpPercentErr"] ?? 0) - 11.1) < 1, "\(calls.rates)")
        let bytes = seen.picture.graph?.edges.first { $0.id.hasSuffix("|tcp") }
        #expect(bytes?.notes == ["remoting goes through the sidecar"])
        #expect(seen.picture.probes?.map(\.members.count) == [1, 1, 1])
    }

    /// Three nodes monitor each other: six pairs, whose phi only the metrics tell.
    func expectPhi() throws {
        let seen = try wait("phi of six pairs", seconds: 20) { _, picture in
            picture.clusters.first?.associations.count { $0.phi?.via == "metric" } == 6
        }
        for row in seen.picture.clusters[0].associations {
            #expect(row.expected == true && row.phi?.infinite == false && (row.phi?.value ?? 99) < 8, "\(row)")
        }
    }

    func expectLastGraph() throws {
        let edges = newest?.line.graph?.edges.map(\.id)
        let seen = try wait("a graph that ages", seconds: 30) { line, _ in
            prometheus(line)?.state == "failing" && line.graph?.freshness != "fresh"
        }
        #expect(prometheus(seen.line)?.error?.code == "refused")
        #expect(seen.line.graph?.edges.map(\.id) == edges)
        #expect(seen.picture.clusters[0].members.allSatisfy { $0.status == "Up" && $0.freshness == "fresh" })
        #expect(seen.line.sources.filter { $0.kind == "management" }.allSatisfy { $0.state == "ok" })
    }

    func expectLoss(of number: Int) throws {
        _ = try wait("the loss of n\(number)", seconds: 12) { line, picture in
            let member = picture.clusters.first?.members.first { $0.address.contains("\(base).\(number):") }
            let reasons = node(line, "checkout")?.health.reasons ?? []
            return member?.unreachableBy.count == 2
                && reasons.contains { $0.contains("\(base).\(number)") && $0.contains("unreachable") }
        }
    }

    func expectReturn() throws {
        let seen = try wait("Prometheus again", seconds: 40) { line, _ in
            prometheus(line)?.state == "ok" && line.graph?.freshness == "fresh"
        }
        #expect(prometheus(seen.line)?.error == nil)
        let edges = try wait("its graph again", seconds: 20) { line, _ in line.graph?.edges.count == 3 }
        #expect(node(edges.line, "web")?.members.count == 2)
    }

    func expectValidLines() throws {
        let schema = try JSONSchema.meshtop()
        let lines = watch.lines
        for line in [lines.first, lines.last].compactMap(\.self) {
            #expect(schema.violations(ofText: line.utf8) == [])
        }
    }
}
