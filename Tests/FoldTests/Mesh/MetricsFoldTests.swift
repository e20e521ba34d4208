// SPDX-License-Identifier: Apache-2.0
import Fold
import TestSupport
import Testing

@testable import Model

@Suite("Metrics in the fold")
struct MetricsFoldTests {
    private static let prometheus = SourceID(.prometheus, "http://prom:9090")

    private func script() -> MeshScript {
        var script = MeshScript(sources: ["a", "b", "c"])
        let members = ["a", "b", "c"].map { member($0) }
        script.round(["a", "b", "c"], members)
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.prometheus)
        return script
    }

    private func tell(
        _ script: inout MeshScript, _ phi: Double, by observer: MetricReport.Observer = .address(address("a")),
        of peer: String = "b", threshold: Double? = 8, age: Double = 1, clock: Double = 0
    ) {
        let at = second(script.time + clock)
        let detector = MetricReport.Detector(
            observer: observer, peer: address(peer), phi: phi, threshold: threshold,
            at: at - .milliseconds(Int64(age * 1000)))
        let report = MetricReport(evaluatedAt: at, detectors: [detector])
        script.apply(.metrics(report, Reply(latency: .zero)), from: Self.prometheus)
        script.apply(.tick)
    }

    private func row(_ script: MeshScript, _ observer: String = "a", _ subject: String = "b") throws
        -> AssociationSnapshot
    {
        let rows = try script.cluster.associationRows()
        return try #require(rows.first { $0.observer == node(observer) && $0.subject == node(subject) })
    }

    @Test("a phi of a metric is the pair's, with the age of its sample and what is not known left unknown")
    func phi() throws {
        var script = script()
        tell(&script, 3.5, threshold: nil)
        let row = try row(script)
        let phi = try #require(row.phi)
        #expect(phi.value == 3.5 && phi.threshold == 8 && phi.isAvailable && phi.carrier == .metric)
        #expect(phi.silence == nil && phi.untilThreshold == nil && phi.isAssumed)
        #expect(phi.observedAt == second(script.time - 1))
        #expect(row.isMonitored == true)
        #expect(try self.row(script, "a", "c").isMonitored == false)
        #expect(try self.row(script, "b", "a").isMonitored == nil)
    }

    @Test(
        "a member that exporters report as unreachable is degraded, with them as evidence, until the sample is too old")
    func unreachable() throws {
        var script = script()
        let at = second(script.time)
        let records = ["a", "b"].map {
            MetricReport.Record(
                observer: .host($0), subject: address("c"), status: .up, isUnreachable: true, at: at)
        }
        script.apply(
            .metrics(MetricReport(evaluatedAt: at, records: records), Reply(latency: .zero)), from: Self.prometheus)
        script.apply(.tick)
        #expect(try script.member("c").health.level == .degraded)
        #expect(try script.member("c").health.reasons == ["unreachable by the metrics of a:25520, b:25520"])
        #expect(try script.member("a").health.level == .healthy)
        let notes = try #require(script.mesh.snapshot().sources.first { $0.id == Self.prometheus }?.notes)
        #expect(notes.isEmpty == false)
    }

    @Test("the observer is found by the host that was scraped, unless several members are on it")
    func byHost() throws {
        var script = script()
        tell(&script, 1, by: .host("a"))
        #expect(try row(script).phi?.value == 1)
        let twin = UniqueAddress(address("akka://Shop@a:25521"), uid: 77)
        script.round(["a", "b", "c"], ["a", "b", "c"].map { member($0) } + [member(twin)])
        tell(&script, 2, by: .host("a"))
        #expect(try row(script).phi == nil)
        let notes = script.mesh.snapshot().sources.first { $0.id == Self.prometheus }?.notes ?? []
        #expect(notes.contains("1 series are of members that no view lists"), "\(notes)")
    }

    @Test("what came before its members were known is placed as soon as they are")
    func early() throws {
        var script = MeshScript(sources: ["a", "b"])
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.prometheus)
        tell(&script, 2)
        script.round(["a", "b"], ["a", "b"].map { member($0) })
        #expect(try row(script).phi?.value == 2)
    }

    @Test("the server's clock is not ours: ages hold, whatever it says")
    func skew() throws {
        var script = script()
        tell(&script, 1, age: 4, clock: 3_600)
        #expect(try row(script).phi?.observedAt == second(script.time - 4))
    }

    @Test("a bridge's word stands above a metric's")
    func bridge() throws {
        var script = script()
        tell(&script, 5)
        let source = SourceID(.bridge, "http://a:8558")
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: address("a"))), from: source)
        let report = BridgeReport(
            node: node("a"), stack: "akka-2.6.21", transport: .artery, at: second(script.time),
            detectors: [
                BridgeReport.Detector(
                    peer: address("b"), phi: 0.1, isInfinite: false, threshold: 8, isAvailable: true,
                    silence: .seconds(1))
            ])
        script.apply(.bridge(report, Reply(latency: .zero)), from: source)
        tell(&script, 6)
        let phi = try #require(try row(script).phi)
        #expect(phi.carrier == .bridge && phi.value == 0.1)
    }

    @Test("a series that is no longer answered, and one that is not renewed for five minutes, are no more")
    func stale() throws {
        var script = script()
        tell(&script, 1)
        script.apply(
            .metrics(MetricReport(evaluatedAt: second(script.time)), Reply(latency: .zero)), from: Self.prometheus)
        script.apply(.tick)
        #expect(try row(script).phi == nil)
        tell(&script, 1, age: 299)
        #expect(try row(script).phi != nil)
        script.time += 2
        script.apply(.tick)
        #expect(try row(script).phi == nil)
    }

    @Test("passing the threshold is an event, told once")
    func crossing() throws {
        var script = script()
        tell(&script, 1)
        tell(&script, .infinity)
        tell(&script, .infinity)
        let events = script.events.filter { $0.kind == .phi }
        #expect(events.count == 1)
        #expect(events.first?.to == "unavailable" && events.first?.origin == .prometheus)
        let phi = try #require(try row(script).phi)
        #expect(phi.isInfinite && phi.value == nil && !phi.isAvailable)
    }

    @Test("a server that is down leaves the membership as it is, and what it said ages")
    func down() throws {
        var script = script()
        tell(&script, 1)
        script.apply(
            .failed(SourceFailure(.refused, "gone"), retryAt: second(script.time + 5)), from: Self.prometheus)
        script.round(["a", "b", "c"], ["a", "b", "c"].map { member($0) })
        #expect(try row(script).phi?.value == 1)
        #expect(try script.cluster.health.level == .healthy)
        script.apply(.sourceRemoved, from: Self.prometheus)
        script.apply(.tick)
        #expect(try row(script).phi == nil)
    }
}
