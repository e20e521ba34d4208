// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

/// What was once shown and was not so: each kind of wrong state with the scenario that brought it to light.
@Suite("States that were shown and were not so")
struct WrongStateTests {
    private static let names = ["a", "b", "c"]
    private static let members = names.map { member($0) }

    private func calm() -> MeshScript {
        var script = MeshScript(sources: Self.names)
        script.round(Self.names, Self.members)
        return script
    }

    private func tell(
        _ script: inout MeshScript, _ observer: String, _ kind: LifecycleEvent.Kind, _ peer: String? = nil,
        uid: Int64? = nil, transport: RemotingTransport = .artery, at: Double? = nil, late: Bool = false
    ) {
        let log = SourceID(.log, "\(observer).log")
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: log)
        let line = LifecycleEvent(
            at: second(at ?? script.time), observer: address(observer), peer: peer.map(address), uid: uid,
            transport: transport, pattern: "X", kind: kind, evidence: LifecycleEvent.Evidence("\(kind)"))
        script.apply(.lifecycle(line, late: late), from: log)
    }

    private func report(
        _ script: inout MeshScript, _ observer: UniqueAddress, _ associations: [BridgeReport.Association],
        _ detectors: [BridgeReport.Detector] = [], reachability: [BridgeReport.ReachabilityRecord] = []
    ) {
        let source = SourceID(.bridge, "http://\(observer.address.host ?? ""):8558")
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: observer.address)), from: source)
        let report = BridgeReport(
            node: observer, stack: "akka-2.6.21", transport: .artery, at: second(script.time),
            detectors: detectors, associations: associations, reachability: reachability)
        script.apply(.bridge(report, Reply(latency: .zero)), from: source)
    }

    private func row(
        _ script: MeshScript, _ observer: UniqueAddress, _ subject: UniqueAddress
    ) throws -> AssociationSnapshot {
        try #require(
            try script.cluster.associationRows().first { $0.observer == observer && $0.subject == subject })
    }

    private static let quarantine = LifecycleEvent.Kind.quarantined(harmless: false, reason: "")
    private static let failed = LifecycleEvent.Kind.connectionFailed(.control, .refused)
    private static let gate = LifecycleEvent.Kind.gated(for: .seconds(5), .refused)

    // MARK: - A: old lines on new incarnations

    @Test("A: a quarantine in the log names a dead incarnation, so the live one is well")
    func oldQuarantine() throws {
        var script = calm()
        tell(&script, "a", Self.quarantine, "c", uid: 99, at: -60)
        tell(&script, "c", .quarantinedByPeer, "a", uid: 98, at: -60)
        script.round(Self.names, Self.members)
        #expect(try row(script, node("a"), node("c")).status.state == .active)
        #expect(script.snapshot.health.level == .healthy)
    }

    @Test("A: what a log said before its process began is about the process before")
    func linesBeforeTheStart() throws {
        var script = calm()
        tell(&script, "a", Self.failed, "b", at: -30)
        tell(&script, "a", .terminated, "c", at: -29)
        tell(&script, "a", .started, uid: node("a").uid, at: -20)
        // Another log has lines about a's predecessor, read before and after a's own.
        tell(&script, "b", Self.failed, "a", at: -25)
        script.tick()
        #expect(script.snapshot.health.level == .healthy)
        #expect(try row(script, node("a"), node("b")).status.state == .active)
        #expect(try row(script, node("b"), node("a")).status.state == .active)
        #expect(try script.seen(by: "a").unreachable.isEmpty)
    }

    @Test("A: old lines are judged in a single evaluation too, as one-shot commands make it")
    func oneEvaluation() throws {
        var script = MeshScript(sources: Self.names)
        script.time = 60
        for name in Self.names { script.poll(name, Self.members) }
        tell(&script, "b", Self.failed, "a", at: 5)
        script.tick()
        #expect(try row(script, node("b"), node("a")).status.state == .active)
    }

    // MARK: - B: terminated that never ends

    @Test("B: terminated ends when the gossip that the bridge reads has no such record any more")
    func terminatedEnds() throws {
        var script = calm()
        script.openStream("b")
        script.tell("b", .unreachable(member("c")))
        let record = BridgeReport.ReachabilityRecord(
            observer: address("a"), subject: address("c"), status: .terminated, version: 1)
        for _ in 0..<3 {
            report(&script, node("b"), [], reachability: [record])
            script.round(Self.names, Self.members)
        }
        #expect(try script.seen(by: "b").unreachable.map(\.status) == [.terminated])
        // a, which had it so, was restarted: its records end without an event.
        report(&script, node("b"), [])
        script.round(Self.names, Self.members)
        #expect(try script.seen(by: "b").unreachable.isEmpty)
        // Where the bridge fails, the stream's word stands again.
        script.apply(
            .failed(SourceFailure(.refused, "no answer"), retryAt: second(script.time)),
            from: SourceID(.bridge, "http://b:8558"))
        script.round(Self.names, Self.members)
        #expect(try script.seen(by: "b").unreachable.map(\.status) == [.terminated])
    }

    // MARK: - C: rows of dead incarnations

    @Test("C: what the process that answers now reports is not booked on the one before")
    func otherProcess() throws {
        var script = calm()
        report(&script, node("a"), [BridgeReport.Association(peer: address("b"), uid: node("b").uid, state: .active)])
        script.tick()
        let next = node("a", uid: 77)
        script.fail("a")
        script.round(["b", "c"], [member(next), member("b"), member("c")])
        report(
            &script, next,
            [BridgeReport.Association(peer: address("b"), uid: node("b").uid, state: .gated, isBackingOff: true)])
        script.round(["b", "c"], [member(next), member("b"), member("c")])
        #expect(try row(script, next, node("b")).status.state == .gated)
        #expect(try script.member("a", uid: node("a").uid).removedAt != nil)
        #expect(try !script.cluster.associations.contains { $0.observer == node("a") })
    }

    @Test("C: a row is as fresh as its own report, not as its source")
    func ownFreshness() throws {
        var script = calm()
        let associations = ["b", "c"].map {
            BridgeReport.Association(peer: address($0), uid: node($0).uid, state: .gated, isBackingOff: true)
        }
        report(&script, node("a"), associations)
        script.tick()
        #expect(try row(script, node("a"), node("c")).freshness == .fresh)
        for _ in 0..<4 {
            report(&script, node("a"), [associations[0]])
            script.round(Self.names, Self.members)
        }
        #expect(try row(script, node("a"), node("b")).freshness == .fresh)
        #expect(try row(script, node("a"), node("c")).freshness == .late)
    }

    // MARK: - D: logs alone

    @Test("D: logs alone call a link neither idle nor gated without a line that says so")
    func logsAlone() throws {
        var script = MeshScript()
        for name in Self.names { tell(&script, "a", .memberStatus(.up), name) }
        tell(&script, "a", .connectionFailed(.control, .refused), "b")
        script.tick()
        #expect(try script.cluster.associations.map(\.status.state) == [.gated])
        script.time += 7
        script.tick()
        // At INFO nothing says that it works again; whom the observer does not lose in eight seconds it has reached.
        #expect(try script.cluster.associations.isEmpty)
        #expect(try script.cluster.health.level == .unknown)
    }

    @Test("D: a peer that the observer has lost stays gated")
    func lostInLogs() throws {
        var script = MeshScript()
        for name in Self.names { tell(&script, "a", .memberStatus(.up), name) }
        tell(&script, "a", Self.failed, "b")
        tell(&script, "a", .unreachable(expected: false), "b")
        for _ in 0..<20 { script.tick() }
        #expect(try script.cluster.associations.map(\.status.state) == [.gated])
    }

    @Test("D: a status that another log has said since is shown in every view")
    func statusOfOthers() throws {
        var script = MeshScript()
        for observer in ["a", "b"] { tell(&script, observer, .memberStatus(.joining), "c") }
        script.time += 1
        tell(&script, "a", .memberStatus(.up), "c")
        script.tick()
        let rows = try script.cluster.views.map { view in view.members.members.first { $0.node.address == address("c") }
        }
        #expect(rows.map { $0?.status } == [.up, .up])
    }

    // MARK: - E: gates

    @Test(
        "E: a gate whose time has passed stays until something is reported, while the peer is lost",
        arguments: [true, false])
    func lapsedGate(isLost: Bool) throws {
        var script = MeshScript(sources: Self.names)
        script.round(Self.names, Self.members)
        tell(&script, "a", Self.gate, "c", transport: .classic)
        let lost = isLost ? ["c": ["a"]] : [:]
        for _ in 0..<6 {
            script.round(Self.names, Self.members, unreachable: lost)
        }
        let state = try row(script, node("a"), node("c")).status
        #expect(state.state == (isLost ? .gated : .active))
        #expect(state.until == nil)
    }

    // MARK: - F: a report that contradicts itself

    @Test("F: a report that denies a connection over which a heartbeat was just answered is not believed")
    func contradiction() throws {
        for (silence, expected) in [(0.4, AssociationState.active), (1.3, .gated)] {
            var script = calm()
            let detector = BridgeReport.Detector(
                peer: address("b"), phi: 0.1, isInfinite: false, threshold: 8, isAvailable: true,
                silence: .microseconds(Int64(silence * 1_000_000)))
            let association = BridgeReport.Association(
                peer: address("b"), uid: node("b").uid, state: .gated, isBackingOff: true)
            // The heartbeat of the first report may be the one that the detector made up.
            for _ in 0..<2 {
                report(&script, node("a"), [association], [detector])
                script.round(Self.names, Self.members)
            }
            #expect(try row(script, node("a"), node("b")).status.state == expected, "\(silence) s")
        }
    }

    // MARK: - G: a management port that ends alone

    @Test("G: a management port that refuses gates nobody while the member's peers still hear of it")
    func managementGone() throws {
        var script = calm()
        for _ in 0..<8 {
            script.fail("c")
            script.round(["a", "b"], Self.members)
            #expect(try row(script, node("a"), node("c")).status.state != .gated)
        }
        #expect(try row(script, node("a"), node("c")).status.state == .active)
    }

    // MARK: - H: two data centres

    @Test("H: members of two small data centres monitor each other; of larger ones nobody knows who does")
    func dataCenters() throws {
        for (count, expected) in [(5, AssociationState?.some(.active)), (6, nil)] {
            let east = (1...count).map { member("e\($0)", roles: ["dc-east"]) }
            let members = east + [member("w1", roles: ["dc-west"])]
            var script = MeshScript(sources: ["e1", "w1"])
            for _ in 0..<2 { script.round(["e1", "w1"], members) }
            let across = try script.cluster.associations.first {
                $0.observer == node("e1") && $0.subject == node("w1")
            }
            #expect(across?.status.state == expected, "\(count) members")
        }
    }
}
