// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

/// What is left of lines and reports after restarts, removals, and when they come in another order than they were told.
@Suite("The history of associations")
struct AssociationHistoryTests {
    private static let names = ["a", "b", "c"]
    private static let members = names.map { member($0) }
    private static let log = SourceID(.log, "a.log")
    private static let gate = LifecycleEvent.Kind.gated(for: .seconds(5), .refused)
    private static let quarantine = LifecycleEvent.Kind.quarantined(harmless: false, reason: "x")

    private func calm() -> MeshScript {
        var script = MeshScript(sources: Self.names)
        script.round(Self.names, Self.members)
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.log)
        return script
    }

    private func tell(
        _ script: inout MeshScript, _ observer: String, _ kind: LifecycleEvent.Kind, _ peer: String? = nil,
        uid: Int64? = nil, transport: RemotingTransport = .classic, at: Double? = nil
    ) {
        let line = LifecycleEvent(
            at: second(at ?? script.time), observer: address(observer), peer: peer.map { address($0) }, uid: uid,
            transport: transport, pattern: "X", kind: kind, evidence: LifecycleEvent.Evidence("\(kind) \(script.time)"))
        script.apply(.lifecycle(line, late: false), from: Self.log)
    }

    private func row(_ script: MeshScript, _ observer: UniqueAddress, _ subject: UniqueAddress) throws
        -> AssociationSnapshot
    {
        try #require(
            try script.cluster.associationRows().first { $0.observer == observer && $0.subject == subject })
    }

    // MARK: - The machines

    @Test("a report that is older than a quarantine's line does not lift it, a newer one does")
    func olderReport() {
        var machine = AssociationMachine(.artery)
        _ = machine.apply(.event(Self.quarantine, uid: 7), at: second(5))
        let active = BridgeReport.Association(peer: address("b"), uid: 7, state: .active)
        _ = machine.apply(.report(active), at: second(4.5))
        #expect(machine.status(of: 7)?.state == .quarantined)
        _ = machine.apply(.report(active), at: second(5.5))
        #expect(machine.status(of: 7)?.state == .active)
    }

    @Test("an association that was removed is forgotten with all quarantines of its address, but not with newer ones")
    func removed() {
        var machine = AssociationMachine(.artery)
        _ = machine.apply(.event(Self.quarantine, uid: 7), at: second(1))
        _ = machine.apply(.event(Self.quarantine, uid: 8), at: second(2))
        _ = machine.apply(.event(Self.quarantine, uid: 9), at: second(5))
        _ = machine.apply(.event(.associationRemoved, uid: 9), at: second(4))
        #expect(machine.uids == [9])
        #expect(machine.status(of: 9)?.state == .quarantined)
        _ = machine.apply(.event(.connectionOpened, uid: 10), at: second(7))
        #expect(machine.apply(.event(.associationRemoved, uid: 10), at: second(6)) == .rejected(.outdated))
        #expect(machine.status(of: 10)?.state == .active)
    }

    @Test("a quarantine that is kept is the former incarnation's, if that one is quarantined")
    func kept() {
        var machine = AssociationMachine(.classic)
        _ = machine.apply(.event(Self.quarantine, uid: 7), at: second(1))
        _ = machine.apply(.incarnation(8), at: second(2))
        #expect(machine.apply(.event(.quarantineKept, uid: 8), at: second(3)) == .stayed)
        #expect(machine.status(of: 8)?.state != .quarantined)
        var other = AssociationMachine(.classic)
        _ = other.apply(.event(.quarantineKept, uid: 8), at: second(3))
        #expect(other.status(of: 8)?.state == .quarantined)
    }

    @Test("the link to another incarnation is another link, and began later")
    func since() {
        var machine = AssociationMachine(.artery)
        _ = machine.apply(.report(.init(peer: address("b"), uid: 7, state: .active)), at: second(1))
        _ = machine.apply(.report(.init(peer: address("b"), uid: 7, state: .active)), at: second(2))
        #expect(machine.since == second(1))
        _ = machine.apply(.report(.init(peer: address("b"), uid: 8, state: .active)), at: second(3))
        #expect(machine.since == second(3))
    }

    @Test("a gate of classic remoting ends, even if a bridge does not say when")
    func gateWithoutEnd() {
        var machine = AssociationMachine(.classic)
        _ = machine.apply(.report(.init(peer: address("b"), uid: 7, state: .gated)), at: second(1))
        #expect(machine.status(of: 7)?.until == second(6))
        #expect(machine.status(of: 7)?.isBackingOff == false)
    }

    // MARK: - Restarts

    @Test(
        "what a process tells between its start and its joining is about the incarnation that joins",
        arguments: [Int64?.none, 99])
    func restarted(uid: Int64?) throws {
        var script = calm()
        let transport = uid == nil ? RemotingTransport.classic : .artery
        let trouble = uid == nil ? Self.gate : .connectionFailed(.control, .refused)
        tell(&script, "c", trouble, "a", transport: transport)
        tell(&script, "c", .started, uid: uid, transport: transport, at: script.time + 0.1)
        tell(&script, "c", trouble, "b", transport: transport, at: script.time + 0.2)
        let next = node("c", uid: 99)
        let restarted = [member("a"), member("b"), member(next)]
        script.time += 1
        for name in Self.names { script.poll(name, restarted) }
        script.apply(.tick)
        #expect(try row(script, next, node("b")).status.state == .gated)
        #expect(try row(script, next, node("a")).status.state == .active)
        // And what it tells as a member is heard as well.
        tell(&script, "c", Self.quarantine, "a", uid: node("a").uid, transport: transport)
        script.apply(.tick)
        #expect(try row(script, next, node("a")).status.state == .quarantined)
    }

    @Test("a log that begins with former runs tells of the last one only")
    func formerRuns() throws {
        var script = MeshScript(sources: Self.names)
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.log)
        script.time = 100
        tell(&script, "a", .started, at: 1)
        tell(&script, "a", Self.quarantine, "b", uid: node("b").uid, at: 2)
        tell(&script, "a", .started, at: 50)
        tell(&script, "a", .gated(for: .seconds(3_600), .refused), "c", at: 51)
        script.round(Self.names, Self.members)
        #expect(try row(script, node("a"), node("b")).status.state == .active)
        #expect(try row(script, node("a"), node("c")).status.state == .gated)
    }

    // MARK: - Removals

    @Test("who is removed after being downed is quarantined, though classic remoting may not say so; who left is not")
    func downed() throws {
        for (status, state) in [(MemberStatus.down, AssociationState.quarantined), (.exiting, .gated)] {
            var script = calm()
            tell(&script, "a", .gated(for: .seconds(60), .refused), "c")
            let leaving = [member("a"), member("b"), member("c", status)]
            script.round(["a", "b"], leaving)
            script.round(["a", "b"], [member("a"), member("b")])
            let row = try row(script, node("a"), node("c"))
            #expect(row.status.state == state, "\(status)")
            if state == .quarantined { #expect(row.origin == .inferred) }
        }
        var artery = calm()
        tell(&artery, "a", .connectionFailed(.control, .refused), "c", transport: .artery)
        artery.round(["a", "b"], [member("a"), member("b"), member("c", .down)])
        artery.round(["a", "b"], [member("a"), member("b")])
        #expect(try row(artery, node("a"), node("c")).status.state == .gated)
    }

    // MARK: - Pairs that send no heartbeats

    @Test("a back-off of a pair that is not monitored is believed for as long as it may be repeated")
    func unmonitored() throws {
        let names = (1...24).map { "n\($0)" }
        let members = names.map { member($0) }
        var script = MeshScript(sources: names)
        script.round(names, members)
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.log)
        let rows = try script.cluster.associationRows()
        let subject = try #require(
            rows.first { $0.observer == node("n1") && $0.isExpected == false }?.subject.address.host)
        tell(&script, "n1", .connectionFailed(.message, .refused), subject, transport: .artery)
        for _ in 0..<29 { script.round(names, members) }
        #expect(try row(script, node("n1"), node(subject)).status.state == .gated)
        for _ in 0..<3 { script.round(names, members) }
        #expect(try row(script, node("n1"), node(subject)).status.state == .unknown)
    }

    // MARK: - Lines that wait

    @Test("of more lines than can wait for their cluster the newest are kept")
    func newestWait() throws {
        var script = MeshScript(sources: Self.names)
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.log)
        for step in 0..<12_000 {
            tell(&script, "a", .memberRemoved, "b", at: Double(step) / 1000)
        }
        tell(&script, "a", .connectionFailed(.control, .refused), "b", transport: .artery, at: 12.5)
        script.time = 13
        script.round(Self.names, Self.members)
        #expect(try row(script, node("a"), node("b")).status.state == .gated)
        #expect(script.snapshot.dropped.events == 5_000)
    }
}
