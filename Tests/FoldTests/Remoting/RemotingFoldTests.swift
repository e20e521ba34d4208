// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

@Suite("Associations in the fold")
struct RemotingFoldTests {
    private static let names = ["a", "b", "c"]
    private static let log = SourceID(.log, "a.log")

    private func script(
        _ names: [String] = names, options: SessionOptions = SessionOptions(), rounds: Int = 1
    ) -> MeshScript {
        var script = MeshScript(sources: names, options: options)
        for _ in 0..<rounds { script.round(names, names.map { member($0) }) }
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
        script.apply(.sourceAdded(origin), from: Self.log)
        return script
    }

    private func line(
        _ observer: String, _ kind: LifecycleEvent.Kind, _ peer: String? = nil, uid: Int64? = nil, at: Timestamp,
        pattern: String = "X"
    ) -> LifecycleEvent {
        LifecycleEvent(
            at: at, observer: address(observer), peer: peer.map(address), uid: uid, transport: .artery,
            pattern: pattern, kind: kind, evidence: LifecycleEvent.Evidence("\(pattern) \(peer ?? "")"))
    }

    private func tell(
        _ script: inout MeshScript, _ observer: String, _ kind: LifecycleEvent.Kind, _ peer: String? = nil,
        uid: Int64? = nil, pattern: String = "X"
    ) {
        script.apply(
            .lifecycle(line(observer, kind, peer, uid: uid, at: second(script.time), pattern: pattern), late: false),
            from: Self.log)
    }

    private func row(_ script: MeshScript, _ observer: String, _ subject: String, uid: Int64? = nil) throws
        -> AssociationSnapshot
    {
        let cluster = try script.cluster
        return try #require(
            cluster.associationRows().first {
                $0.observer == node(observer) && $0.subject == node(subject, uid: uid)
            })
    }

    private func report(
        _ script: inout MeshScript, _ observer: String, _ associations: [BridgeReport.Association],
        _ detectors: [BridgeReport.Detector] = [], reachability: [BridgeReport.ReachabilityRecord] = []
    ) {
        let source = SourceID(.bridge, "http://\(observer):8558")
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: address(observer))), from: source)
        let report = BridgeReport(
            node: node(observer), stack: "akka-2.6.21", transport: .artery, at: second(script.time),
            detectors: detectors, associations: associations, reachability: reachability)
        script.apply(.bridge(report, Reply(latency: .zero)), from: source)
    }

    @Test("without any source a pair that is monitored and reachable is inferred to be active")
    func inferred() throws {
        let script = script()
        let row = try row(script, "a", "b")
        #expect(row.status.state == .active && row.origin == .inferred && row.isExpected == true)
        let counts = try script.cluster.associationCounts
        #expect(counts.active == 6 && counts.unknown == 0)
        #expect(script.events.isEmpty)
    }

    @Test("what a source tells and no association can use is counted with the source, by reason, and goes with it")
    func rejected() throws {
        var script = script()
        tell(&script, "a", .gated(for: .seconds(5), .shutDown), "b")
        let source = try #require(script.mesh.snapshot().sources.first { $0.id == Self.log })
        #expect(source.rejected[.otherTransport] == 1)
        #expect(source.rejected.total == 1)
        script.apply(.sourceRemoved, from: Self.log)
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
        script.apply(.sourceAdded(origin), from: Self.log)
        #expect(script.mesh.snapshot().sources.first { $0.id == Self.log }?.rejected.total == 0)
    }

    @Test("a subject that was unreachable from the beginning is unknown; one that falls silent stays active")
    func silence() throws {
        var script = MeshScript(sources: Self.names)
        let members = Self.names.map { member($0) }
        script.round(["a", "b"], members, unreachable: ["c": ["a"]])
        #expect(try row(script, "a", "c").status.state == .unknown)
        #expect(try row(script, "b", "c").status.state == .active)
        script.round(["a", "b"], members, unreachable: ["c": ["a", "b"]])
        #expect(try row(script, "b", "c").status.state == .active)
    }

    @Test("a failed connection gates until the peer is reachable again, degrades its observer and is told once")
    func backoff() throws {
        var script = script()
        tell(&script, "a", .connectionFailed(.control, .refused), "b", pattern: "T02")
        tell(&script, "a", .connectionFailed(.message, .refused), "b", pattern: "T02b")
        script.tick()
        let gated = try row(script, "a", "b")
        #expect(gated.status.state == .gated && gated.status.isBackingOff && gated.status.until == nil)
        #expect(gated.origin == .log && gated.evidence.count == 2)
        #expect(try script.member("a").health.level == .degraded)
        #expect(try script.member("b").health.level == .healthy)
        tell(&script, "a", .reachable, "b", pattern: "F04")
        script.tick()
        #expect(try row(script, "a", "b").status.state == .active)
        #expect(try script.member("a").health.level == .healthy)
        let told = script.events.filter { $0.kind == .association }.map { "\($0.from ?? "-")>\($0.to ?? "-")" }
        #expect(told == ["->gated", "gated>active"])
    }

    @Test("a back-off that no line ends is over when the peer has stayed reachable for longer than a detector needs")
    func recovery() throws {
        var script = script()
        tell(&script, "a", .connectionFailed(.control, .refused), "b")
        for _ in 0..<3 { script.round(Self.names, Self.names.map { member($0) }) }
        #expect(try row(script, "a", "b").status.state == .gated)
        for _ in 0..<3 { script.round(Self.names, Self.names.map { member($0) }) }
        let row = try row(script, "a", "b")
        #expect(row.status.state == .active && row.origin == .inferred)
    }

    @Test("a quarantine between current members fails both, until one of them is another incarnation")
    func quarantine() throws {
        var script = script()
        tell(&script, "a", .quarantined(harmless: false, reason: "x"), "b", uid: node("b").uid, pattern: "T08")
        script.tick()
        #expect(try row(script, "a", "b").status.state == .quarantined)
        for name in ["a", "b"] { #expect(try script.member(name).health.level == .failure) }
        #expect(try script.member("c").health.level == .healthy)
        let restarted = [member("a"), member(node("b", uid: 99)), member("c")]
        script.round(Self.names, restarted)
        script.round(Self.names, restarted)
        #expect(try row(script, "a", "b", uid: 99).status.state == .active)
        let old = try row(script, "a", "b")
        #expect(old.status.state == .quarantined && !old.isCurrent)
        #expect(try script.member("a").health.level == .healthy)
        #expect(try script.cluster.associationCounts.quarantined == 0)
        for _ in 0..<40 { script.round(Self.names, restarted) }
        #expect(try script.cluster.associationRows().count == 6)
    }

    @Test("a harmless quarantine lowers no health; a node that was told of its quarantine tells the other side's state")
    func otherSide() throws {
        var script = script()
        tell(&script, "a", .quarantined(harmless: true, reason: "ActorSystem terminated"), "b", uid: node("b").uid)
        script.tick()
        #expect(try script.member("b").health.level == .healthy)
        #expect(try row(script, "a", "b").status.isHarmless)
        tell(&script, "c", .quarantinedByPeer, "a", uid: node("a").uid, pattern: "T14")
        script.tick()
        #expect(try row(script, "a", "c").status.state == .quarantined)
        #expect(try row(script, "c", "a").status.state != .quarantined)
    }

    @Test(
        "lines that come before the cluster is known wait for its first view; the same line twice in one log is two events"
    )
    func early() throws {
        var script = MeshScript(sources: Self.names)
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.log)
        tell(&script, "a", .connectionFailed(.control, .refused), "b")
        #expect(script.snapshot.clusters.isEmpty)
        script.round(Self.names, Self.names.map { member($0) })
        #expect(try row(script, "a", "b").status.state == .gated)
        let twin = line("a", .shutdown(reason: "x"), at: second(1))
        for _ in 0..<2 { script.apply(.lifecycle(twin, late: true), from: Self.log) }
        let told = script.events.filter { $0.kind == .shutdown }
        #expect(told.count == 2 && told.allSatisfy(\.isLate))
    }

    @Test("the bridge measures phi and overrides what lines said; crossing the threshold is an event")
    func bridge() throws {
        var script = script()
        let uid = node("b").uid
        func detector(_ phi: Double?, available: Bool) -> BridgeReport.Detector {
            BridgeReport.Detector(
                peer: address("b"), phi: phi, isInfinite: phi == nil, threshold: 8, isAvailable: available,
                silence: .seconds(1))
        }
        report(&script, "a", [.init(peer: address("b"), uid: uid, state: .active)], [detector(0.1, available: true)])
        tell(&script, "a", .connectionFailed(.control, .refused), "b")
        script.tick()
        #expect(try row(script, "a", "b").status.state == .gated)
        report(&script, "a", [.init(peer: address("b"), uid: uid, state: .active)], [detector(nil, available: false)])
        script.tick()
        let measured = try row(script, "a", "b")
        #expect(measured.status.state == .active && measured.origin == .bridge)
        #expect(measured.isMonitored == true && measured.phi?.isInfinite == true && measured.phi?.value == nil)
        #expect(!measured.isPlainlyActive)
        let phi = script.events.filter { $0.kind == .phi }
        #expect(phi.map(\.to) == ["unavailable"])
        #expect(try script.cluster.version == "2.6.21")
    }

    @Test("a terminated subject is known from the bridge although the endpoint leaves it out")
    func terminated() throws {
        var script = script()
        let dead = BridgeReport.ReachabilityRecord(
            observer: address("a"), subject: address("b"), status: .terminated, version: 3)
        report(&script, "a", [], reachability: [dead])
        script.tick()
        let seen = try script.seen(by: "a").unreachable
        #expect(seen.map(\.status) == [.terminated])
        report(&script, "a", [])
        script.tick()
        #expect(try script.seen(by: "a").unreachable.isEmpty)
    }

    @Test("our own estimate rises with a member's silence, and not because we were stalled ourselves")
    func estimated() throws {
        var script = script(rounds: 20)
        #expect(try script.member("a").estimatedPhi?.value == 0)
        script.time += 60
        script.tick()
        #expect(try script.member("a").estimatedPhi?.value ?? 99 < 1)
        for _ in 0..<5 {
            script.poll("b", Self.names.map { member($0) })
            script.poll("c", Self.names.map { member($0) })
            script.fail("a")
            script.tick()
        }
        let estimate = try #require(try script.member("a").estimatedPhi)
        #expect(estimate.isInfinite || estimate.value ?? 0 > 8)
        #expect(try script.member("b").estimatedPhi?.value ?? 99 < 1)
    }

    @Test("a peer that is no member has a row of its own, which is not current, and its member's once it joins")
    func strangers() throws {
        var script = script()
        tell(&script, "a", .connectionFailed(.control, .refused), "zz")
        script.tick()
        let ghost = try #require(
            try script.cluster.associationRows().first { $0.subject.address == node("zz").address })
        #expect(ghost.status.state == .gated && !ghost.isCurrent && ghost.subject.knownUid == nil)
        #expect(try script.cluster.associationCounts.gated == 0)
        #expect(script.events.last?.subject == node("zz").address)
        script.poll("a", (Self.names + ["zz"]).map { member($0) })
        script.tick()
        let known = try #require(try script.cluster.associationRows().first { $0.subject == node("zz") })
        #expect(known.status.state == .gated && known.isCurrent)
    }

    @Test("lines of a former run of the observer change nothing")
    func formerRuns() throws {
        var script = script()
        tell(&script, "a", .started, uid: 12345)
        tell(&script, "a", .connectionFailed(.control, .refused), "b")
        script.tick()
        #expect(try row(script, "a", "b").status.state == .active)
        #expect(try script.cluster.associationRows().count == 6)
        tell(&script, "a", .started, uid: node("a").uid, pattern: "T01")
        tell(&script, "a", .connectionFailed(.control, .refused), "b", pattern: "T02")
        script.tick()
        #expect(try row(script, "a", "b").status.state == .gated)
    }

    @Test("a thousand members make no million rows, and the counts are complete all the same")
    func large() throws {
        let names = (0..<1_000).map { "n\($0)" }
        let members = names.map { member($0) }
        var script = MeshScript(sources: Array(names.prefix(50)))
        let list = MemberList(members)
        for name in names.prefix(50) {
            script.answer(MembershipView(observer: address(name), members: list))
        }
        report(
            &script, "n1", names.dropFirst(2).map { .init(peer: address($0), uid: defaultUid(of: $0), state: .active) })
        script.tick()
        let cluster = try script.cluster
        #expect(cluster.associations.isEmpty)
        let counts = cluster.associationCounts
        #expect(counts.active + counts.idle + counts.gated + counts.quarantined + counts.unknown == 999_000)
        #expect(counts.active >= 998 + 49 * 9 && counts.active <= 999 + 49 * 9)
    }
}
