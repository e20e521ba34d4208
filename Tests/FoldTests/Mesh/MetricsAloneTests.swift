// SPDX-License-Identifier: Apache-2.0
import Fold
import TestSupport
import Testing

@testable import Model

/// Kamon's series as `captures/metrics` of the kit has them: the node itself is in the counts and has no row.
@Suite("Metrics alone")
struct MetricsAloneTests {
    private static let prometheus = SourceID(.prometheus, "http://prom:9090")

    private func script() -> MeshScript {
        var script = MeshScript()
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.prometheus)
        return script
    }

    private func row(_ script: MeshScript, _ name: String) throws -> MemberSnapshot {
        try #require(try script.cluster.members.first { $0.node.address == address(name) })
    }

    /// One exporter: what it names, who of them is unreachable, and what it counts.
    private struct Exporter {
        var host: String
        var rows: [(name: String, status: MemberStatus)]
        var unreachable: Set<String> = []
        var counts: [String: Int] = [:]
    }

    private func report(_ exporters: [Exporter], at: Timestamp, age: Duration = .seconds(1)) -> MetricReport {
        var report = MetricReport(evaluatedAt: at)
        for exporter in exporters {
            for row in exporter.rows {
                report.records.append(
                    MetricReport.Record(
                        observer: .host(exporter.host), subject: address(row.name), status: row.status,
                        isUnreachable: exporter.unreachable.contains(row.name), at: at - age))
            }
            for (word, count) in exporter.counts.sorted(by: { $0.key < $1.key }) {
                report.counts.append(
                    MetricReport.Count(observer: .host(exporter.host), system: "Shop", word: word, count: count))
            }
        }
        return report
    }

    private func say(_ script: inout MeshScript, _ exporters: [Exporter], age: Duration = .seconds(1)) {
        let report = report(exporters, at: second(script.time), age: age)
        script.apply(.metrics(report, Reply(latency: .zero)), from: Self.prometheus)
        script.apply(.tick)
    }

    private let healthy = [
        Exporter(host: "a", rows: [("b", .up), ("c", .up)], counts: ["up": 3]),
        Exporter(host: "b", rows: [("a", .up), ("c", .up)], counts: ["up": 3]),
    ]

    @Test("exporters make the members with their statuses, and say that nothing else is known")
    func members() throws {
        var script = script()
        say(&script, healthy)
        let cluster = try script.cluster
        #expect(cluster.id == "Shop" && cluster.isFromLines && cluster.leader == nil && cluster.isKnown)
        #expect(cluster.members.map(\.node.address) == ["a", "b", "c"].map { address($0) })
        #expect(cluster.members.allSatisfy { $0.status == .up && $0.node.knownUid == nil && $0.unreachableBy.isEmpty })
        #expect(cluster.views.map(\.observer) == ["a", "b"].map { address($0) })
        #expect(cluster.views.allSatisfy { !$0.isVoting && $0.origin == .prometheus })
        #expect(script.mesh.snapshot().health.level == .unknown)
        #expect(script.mesh.snapshot().health.reasons.first?.contains("known from metrics only") == true)
    }

    @Test(
        "one exporter alone: its own address is its host with the port of the others, its own status what the counts leave"
    )
    func alone() throws {
        var script = script()
        say(
            &script,
            [Exporter(host: "a", rows: [("b", .up), ("c", .leaving)], counts: ["up": 1, "leaving": 1, "joining": 1])])
        #expect(try row(script, "a").status == .joining)
        #expect(try row(script, "a").health.level == .notReady)
        #expect(try row(script, "c").status == .leaving)
    }

    @Test("an exporter whose host is no member's is the one member that the others name and it does not")
    func byDifference() throws {
        var script = script()
        say(
            &script,
            [
                Exporter(host: "shop-0", rows: [("b", .up)], unreachable: ["b"]),
                Exporter(host: "shop-1", rows: [("a", .up)]),
            ])
        #expect(try script.cluster.members.map(\.node.address) == ["a", "b"].map { address($0) })
        #expect(try row(script, "b").unreachableBy == [address("a")])
    }

    @Test("who is unreachable is degraded, after 20 s failed, and well again when no exporter says so any more")
    func unreachable() throws {
        var script = script()
        say(&script, healthy)
        var lost = healthy
        lost[0].unreachable = ["c"]
        script.time += 5
        say(&script, lost)
        #expect(try row(script, "c").unreachableBy == [address("a")])
        #expect(try row(script, "c").health.level == .degraded)
        #expect(try row(script, "c").health.reasons == ["unreachable by 1 of the 2 exporters that are read"])
        #expect(script.events.contains { $0.kind == .reachability && $0.subject == address("c") })
        script.time += 25
        say(&script, lost)
        #expect(try row(script, "c").health.level == .failure)
        script.time += 5
        say(&script, healthy)
        #expect(try row(script, "c").unreachableBy == [])
        #expect(try row(script, "c").health.level == .unknown)
    }

    @Test("a member that no exporter names any more was removed; one that comes back is a member again")
    func removed() throws {
        var script = script()
        say(&script, healthy)
        script.time += 5
        let fewer = [
            Exporter(host: "a", rows: [("b", .up)], counts: ["up": 2]),
            Exporter(host: "b", rows: [("a", .up)], counts: ["up": 2]),
        ]
        say(&script, fewer)
        #expect(try row(script, "c").status == .removed)
        #expect(script.events.contains { $0.kind == .member && $0.subject == address("c") && $0.to == "Removed" })
        script.time += 120
        say(&script, fewer)
        #expect(try script.cluster.members.count == 2)
        script.time += 5
        say(&script, healthy)
        #expect(try row(script, "c").status == .up)
    }

    @Test("a sample of 300 s makes members, an older one does not")
    func age() throws {
        var script = script()
        say(&script, healthy, age: .milliseconds(300_000))
        #expect(try script.cluster.members.count == 3)
        var other = self.script()
        say(&other, healthy, age: .milliseconds(300_001))
        #expect(other.mesh.snapshot().clusters.isEmpty)
    }

    @Test("an endpoint that answers ends what metrics made, and one that has not failed yet keeps it from beginning")
    func endpoint() throws {
        var script = MeshScript(sources: ["a"])
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.prometheus)
        say(&script, healthy)
        #expect(script.mesh.snapshot().clusters.isEmpty)
        script.fail("a")
        script.apply(.tick)
        #expect(try script.cluster.isFromLines)
        script.time += 2
        script.round(["a"], [member("a"), member("b")])
        #expect(try !script.cluster.isFromLines)
        #expect(try script.cluster.members.filter { $0.removedAt == nil }.count == 2)
    }

    @Test("exporters of which nothing says whose they are are counted")
    func nameless() throws {
        var script = script()
        var report = MetricReport(evaluatedAt: second(0))
        for (subject, port) in [("b", 25520), ("c", 2552)] {
            report.records.append(
                MetricReport.Record(
                    observer: .host("x"), subject: try Address(parsing: "akka://Shop@\(subject):\(port)"), status: .up,
                    isUnreachable: false, at: second(0)))
        }
        script.apply(.metrics(report, Reply(latency: .zero)), from: Self.prometheus)
        script.apply(.tick)
        #expect(script.mesh.snapshot().clusters.isEmpty)
        let notes = script.mesh.snapshot().sources.first?.notes ?? []
        #expect(notes.contains { $0.hasPrefix("1 exporters cannot be told apart") }, "\(notes)")
    }

    @Test(
        "what each exporter says of a cluster is said, and how to get more",
        arguments: [
            (
                ["member status": 2, "member reachability": 2, "Kamon": 2],
                ["Kamon's series name the members", "no phi"]
            ),
            (["Kamon": 2], ["Kamon is there, but does not export the cluster", "track-cluster-metrics = yes"]),
            (
                ["JMX exporter": 1, "JMX cluster state": 2],
                ["whether a node is available", "no series of an Akka or Pekko"]
            ),
            (["JMX exporter": 1], ["the bean akka:type=Cluster"]),
            (["OpenTelemetry agent": 1], ["OpenTelemetry's agent says nothing of the cluster", "off by default"]),
            ([:], ["no series of an Akka or Pekko cluster"]),
        ] as [([String: Int], [String])])
    func advice(found: [String: Int], words: [String]) {
        var script = script()
        var report = MetricReport(evaluatedAt: second(0))
        report.findings = found.sorted { $0.key < $1.key }.map { MetricReport.Finding(rule: $0.key, series: $0.value) }
        script.apply(.metrics(report, Reply(latency: .zero)), from: Self.prometheus)
        let notes = (script.mesh.snapshot().sources.first?.notes ?? []).joined(separator: "; ")
        for word in words { #expect(notes.contains(word), "\(notes)") }
    }
}
