// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing
import Traffic

@testable import Fold
@testable import Model

@Suite("Health endpoints in the fold")
struct ProbeFoldTests {
    private let source = SourceID(.probe, "http://10.0.0.1:8080/readyz")
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    private func mesh(_ subject: ProbeSubject, _ source: SourceID? = nil) throws -> Mesh {
        var mesh = Mesh()
        _ = mesh.apply(Observation(at: start, source: nil, .started(SessionOptions())))
        let management = SourceID(.management, "http://10.0.0.1:8558")
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
        _ = mesh.apply(Observation(at: start, source: management, .sourceAdded(origin)))
        let address = try Address(parsing: "akka://Shop@10.0.0.1:25520")
        let member = Member(node: UniqueAddress(address, uid: 7), status: .up, roles: Roles(["dc-default"]))
        let view = MembershipView(
            observer: address, members: MemberList([member]), unreachable: [], leader: address, oldest: address)
        _ = mesh.apply(Observation(at: start, source: management, .membership(view, Reply(latency: .zero))))
        let probed = SourceOrigin(cluster: nil, isConfigured: true, member: nil, subject: subject)
        _ = mesh.apply(Observation(at: start, source: source ?? self.source, .sourceAdded(probed)))
        return mesh
    }

    private func say(
        _ verdict: ProbeReport.Verdict, _ status: Int, _ text: String = "", at seconds: Int, from id: SourceID? = nil,
        _ mesh: inout Mesh
    ) {
        let report = ProbeReport(verdict, status: status, text: text)
        _ = mesh.apply(
            Observation(at: start + .seconds(seconds), source: id ?? source, .probed(report, Reply(latency: .zero))))
        _ = mesh.apply(Observation(at: start + .seconds(seconds), source: nil, .tick))
    }

    private func fail(at seconds: Int, _ mesh: inout Mesh) {
        let at = start + .seconds(seconds)
        _ = mesh.apply(Observation(at: at, source: source, .failed(SourceFailure(.timeout, "x"), retryAt: at)))
        _ = mesh.apply(Observation(at: at, source: nil, .tick))
    }

    @Test("the member at the host is as ready as its endpoint says, since when it says so")
    func member() throws {
        var mesh = try mesh(.member(host: "10.0.0.1", port: nil))
        say(.passing, 200, at: 0, &mesh)
        #expect(mesh.snapshot().clusters.first?.members.first?.health.level == .healthy)
        say(.failing, 503, "db down", at: 1, &mesh)
        say(.failing, 503, "db down", at: 4, &mesh)
        let snapshot = mesh.snapshot()
        let health = try #require(snapshot.clusters.first?.members.first?.health)
        #expect(health.level == .notReady && health.reasons == ["readyz 503 for 3 s: db down"])
        #expect(health.since == start + .seconds(1))
        #expect(snapshot.health.level == .notReady)
        let probe = try #require(snapshot.probes.first)
        #expect(probe.members.map(\.hostPort) == ["10.0.0.1:25520"])
        #expect(probe.since == start + .seconds(1) && probe.freshness == .fresh)
        say(.passing, 200, at: 5, &mesh)
        #expect(mesh.snapshot().clusters.first?.members.first?.health.level == .healthy)
    }

    @Test("another port of the host is another member's")
    func otherPort() throws {
        var mesh = try mesh(.member(host: "10.0.0.1", port: 25521))
        say(.failing, 503, at: 1, &mesh)
        #expect(mesh.snapshot().clusters.first?.members.first?.health.level == .healthy)
        #expect(mesh.snapshot().probes.first?.members == [])
    }

    @Test(
        "readiness lowers to not ready, everything else to failure",
        arguments: [
            ("readyz", Health.Level.notReady), ("health/readiness", .notReady), ("startupz", .notReady),
            ("actuator/health", .failure), ("healthz", .failure), ("livez", .failure),
        ])
    func levels(path: String, level: Health.Level) throws {
        let id = SourceID(.probe, "http://10.0.0.1:8080/\(path)")
        var mesh = try mesh(.member(host: "10.0.0.1", port: nil), id)
        say(.failing, 500, at: 1, from: id, &mesh)
        let health = try #require(mesh.snapshot().clusters.first?.members.first?.health)
        #expect(health.level == level)
        let name = path.split(separator: "/").last ?? ""
        #expect(health.reasons == ["\(name) 500 for 0 s"], "the last part of the path names it")
        say(.warning, 200, "slow", at: 2, from: id, &mesh)
        #expect(mesh.snapshot().clusters.first?.members.first?.health.level == .degraded)
    }

    @Test("one that never answered lowers nothing; one that did, and is silent three times in a row, degrades")
    func silence() throws {
        var mesh = try mesh(.member(host: "10.0.0.1", port: nil))
        for second in 1...5 { fail(at: second, &mesh) }
        #expect(mesh.snapshot().clusters.first?.members.first?.health.level == .healthy)
        #expect(mesh.snapshot().probes.first?.health.level == .unknown)
        say(.passing, 200, at: 6, &mesh)
        fail(at: 7, &mesh)
        fail(at: 8, &mesh)
        #expect(mesh.snapshot().clusters.first?.members.first?.health.level == .healthy)
        fail(at: 9, &mesh)
        let health = try #require(mesh.snapshot().clusters.first?.members.first?.health)
        #expect(health.level == .degraded && health.reasons == ["readyz no answer for 3 s: timeout"])
    }

    @Test("a workload's endpoint lowers the mesh, not the members, and is forgotten with its source")
    func workload() throws {
        var mesh = try mesh(.workload(WorkloadName(namespace: "shop", name: "cart")))
        say(.failing, 503, "db down", at: 1, &mesh)
        let snapshot = mesh.snapshot()
        #expect(snapshot.clusters.first?.health.level == .healthy)
        #expect(snapshot.health.level == .notReady)
        #expect(snapshot.health.reasons == ["shop/cart readyz 503 for 0 s: db down"])
        _ = mesh.apply(Observation(at: start + .seconds(2), source: source, .sourceRemoved))
        _ = mesh.apply(Observation(at: start + .seconds(2), source: nil, .tick))
        #expect(mesh.snapshot().health.level == .healthy && mesh.snapshot().probes.isEmpty)
    }
}
