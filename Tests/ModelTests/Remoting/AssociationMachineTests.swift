// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("The state machines of associations")
struct AssociationMachineTests {
    private static let uid: Int64 = 7

    /// What follows each other, and the state of the incarnation afterwards.
    private func state(
        _ transport: RemotingTransport, _ events: [LifecycleEvent.Kind], uid: Int64? = uid
    ) -> AssociationState? {
        var machine = AssociationMachine(transport)
        for (index, event) in events.enumerated() {
            _ = machine.apply(.event(event, uid: uid), at: second(Double(index)))
        }
        return machine.status(of: Self.uid)?.state
    }

    private static let gate = LifecycleEvent.Kind.gated(for: .seconds(5), .refused)
    private static let quarantine = LifecycleEvent.Kind.quarantined(harmless: false, reason: "")
    private static let failed = LifecycleEvent.Kind.connectionFailed(.control, .refused)

    @Test("nothing is known before anything was told")
    func nothing() {
        #expect(state(.classic, []) == nil)
        #expect(state(.artery, [.unreachable(expected: false)]) == nil)
    }

    @Test(
        "classic remoting goes through its table",
        arguments: [
            ([.associated(inbound: true)], .active), ([.disassociated(inbound: false)], .idle),
            ([.associated(inbound: false), .disassociated(inbound: false)], .idle),
            ([gate], .gated), ([gate, .disassociated(inbound: false)], .gated),
            ([gate, .associated(inbound: true)], .active), ([gate, .reachable], .active),
            ([.associated(inbound: false), .associationFailed(.shutDown, inbound: false)], .gated),
            ([.associated(inbound: false), .associationFailed(.refused, inbound: false)], .active),
            ([.associated(inbound: false), .unreachable(expected: false)], .active),
            ([quarantine], .quarantined), ([quarantine, .associated(inbound: true)], .quarantined),
            ([gate, quarantine, gate, .associated(inbound: true)], .quarantined),
            ([.associated(inbound: true), .quarantineKept], .quarantined),
            ([.gated(for: .seconds(5), .quarantinedByPeer)], .gated),
        ] as [([LifecycleEvent.Kind], AssociationState)])
    func classic(events: [LifecycleEvent.Kind], expected: AssociationState) {
        #expect(state(.classic, events) == expected)
    }

    @Test(
        "Artery goes through its table",
        arguments: [
            ([.connectionOpened], .active), ([.handshakeCompleted], .active), ([failed], .gated),
            ([failed, .reachable], .active), ([failed, .unreachable(expected: false)], .gated),
            ([.streamRestarted(.message, .other)], .gated), ([.handshakeTimedOut(after: .seconds(20))], .gated),
            ([.connectionOpened, .connectionFailed(.control, .stoppedIdle)], .active),
            ([.connectionOpened, .connectionFailed(.control, .stoppedQuarantined)], .active),
            ([.connectionOpened, .connectionClosed], .active), ([.connectionOpened, .idleStopped(.control)], .idle),
            ([.connectionOpened, .idleStopped(.message)], .active), ([failed, .idleStopped(.control)], .gated),
            ([quarantine, failed, .reachable], .quarantined), ([quarantine, .associationRemoved], .idle),
        ] as [([LifecycleEvent.Kind], AssociationState)])
    func artery(events: [LifecycleEvent.Kind], expected: AssociationState) {
        #expect(state(.artery, events) == expected)
    }

    @Test("a gate has a time and may be prolonged; Artery's back-off has none")
    func expiry() {
        #expect(state(.artery, [Self.failed]) == .gated)
        var machine = AssociationMachine(.classic)
        _ = machine.apply(.event(Self.gate, uid: nil), at: second(0))
        #expect(machine.status(of: 7)?.until == second(5))
        // A gate that is prolonged is the same gate.
        _ = machine.apply(.event(Self.gate, uid: nil), at: second(3))
        #expect(machine.status(of: 7)?.until == second(8))
        #expect(machine.status(of: 7)?.since == second(0))
    }

    @Test(
        "a quarantine is sticky for its uid, and of no concern to the next incarnation",
        arguments: [RemotingTransport.classic, .artery])
    func incarnations(transport: RemotingTransport) {
        var machine = AssociationMachine(transport)
        _ = machine.apply(.event(Self.quarantine, uid: 7), at: second(0))
        _ = machine.apply(.incarnation(7), at: second(0))
        #expect(machine.status(of: 7)?.state == .quarantined)
        _ = machine.apply(.incarnation(8), at: second(5))
        #expect(machine.status(of: 7)?.state == .quarantined)
        #expect(machine.status(of: 8)?.state != .quarantined)
        _ = machine.apply(.event(.reachable, uid: 8), at: second(6))
        #expect(machine.status(of: 8)?.state == .active)
        // The quarantine of the former one repeated late changes nothing for the new one.
        _ = machine.apply(.event(Self.quarantine, uid: 7), at: second(7))
        #expect(machine.status(of: 8)?.state == .active)
    }

    @Test("a harmless quarantine says so, and a repetition does not change it")
    func harmless() {
        var machine = AssociationMachine(.artery)
        let first = machine.apply(
            .event(.quarantined(harmless: true, reason: "ActorSystem terminated"), uid: 7), at: second(0))
        #expect(first != .stayed)
        #expect(machine.apply(.event(Self.quarantine, uid: 7), at: second(1)) == .stayed)
        #expect(machine.status(of: 7)?.isHarmless == true)
        #expect(machine.status(of: 7)?.since == second(0))
    }

    @Test("what cannot be is rejected with its reason")
    func rejected() {
        var classic = AssociationMachine(.classic)
        var artery = AssociationMachine(.artery)
        #expect(classic.apply(.event(Self.quarantine, uid: nil), at: second(0)) == .rejected(.noUid))
        #expect(classic.apply(.event(.idleStopped(.control), uid: 7), at: second(0)) == .rejected(.otherTransport))
        #expect(artery.apply(.event(Self.gate, uid: 7), at: second(0)) == .rejected(.otherTransport))
        #expect(artery.apply(.event(.associated(inbound: true), uid: 7), at: second(0)) == .rejected(.otherTransport))
        #expect(artery.apply(.event(.noDowning, uid: 7), at: second(0)) == .rejected(.irrelevant))
        _ = artery.apply(.event(.connectionOpened, uid: 7), at: second(9))
        #expect(artery.apply(.event(Self.failed, uid: 7), at: second(8)) == .rejected(.outdated))
        #expect(artery.status(of: 7)?.state == .active)
        // A quarantine is true however late it is told.
        #expect(artery.apply(.event(Self.quarantine, uid: 7), at: second(8)) != .rejected(.outdated))
    }

    @Test("what the bridge reads stands above what was inferred, and newer lines above it")
    func bridge() {
        var machine = AssociationMachine(.classic)
        _ = machine.apply(.event(Self.gate, uid: 7), at: second(0))
        let active = BridgeReport.Association(peer: address("b"), uid: 7, state: .active)
        _ = machine.apply(.report(active), at: second(1))
        #expect(machine.status(of: 7)?.state == .active)
        #expect(machine.apply(.event(Self.gate, uid: 7), at: second(0.5)) == .rejected(.outdated))
        _ = machine.apply(.event(Self.gate, uid: 7), at: second(1.5))
        #expect(machine.status(of: 7)?.state == .gated)
        _ = machine.apply(.event(Self.quarantine, uid: 7), at: second(2))
        _ = machine.apply(.report(active), at: second(3))
        #expect(machine.status(of: 7)?.state == .active)
        var gated = BridgeReport.Association(peer: address("b"), uid: 7, state: .gated)
        gated.gatedUntil = second(9)
        _ = machine.apply(.report(gated), at: second(4))
        #expect(machine.status(of: 7)?.until == second(9))
        let quarantined = BridgeReport.Association(peer: address("b"), uid: 7, state: .quarantined, isHarmless: true)
        _ = machine.apply(.report(quarantined), at: second(5))
        #expect(machine.status(of: 7)?.isHarmless == true)
    }

    @Test("random inputs never bring a state that the table does not know, and restarts without end stay bounded")
    func random() {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var random = SplitMix(seed: seed)
        let kinds: [LifecycleEvent.Kind] = [
            .associated(inbound: true), .disassociated(inbound: false), Self.gate, Self.quarantine, .quarantineKept,
            .reachable, Self.failed, .idleStopped(nil), .associationRemoved, .connectionOpened, .quarantinedByPeer,
            .gated(for: .seconds(-5), .other), .associationFailed(.shutDown, inbound: true),
        ]
        for transport in [RemotingTransport.classic, .artery] {
            var machine = AssociationMachine(transport)
            for step in 0..<5_000 {
                let uid: Int64? = Bool.random(using: &random) ? Int64.random(in: 0..<100, using: &random) : nil
                let at = second(Double(step) + Double.random(in: -5...5, using: &random))
                let kind = kinds[Int.random(in: kinds.indices, using: &random)]
                if case .moved(let from, let to) = machine.apply(.event(kind, uid: uid), at: at) {
                    #expect(from != to, "seed \(seed)")
                }
                let state = machine.status(of: 7)
                #expect(state?.until == nil || state?.state == .gated, "seed \(seed)")
                #expect(state?.isBackingOff != true || transport == .artery, "seed \(seed)")
                #expect(machine.uids.count <= 17, "seed \(seed)")
            }
        }
    }
}
