// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

/// Rules that a comparison with real clusters brought to light: what is not to be taken for granted.
@Suite("Doubt about associations")
struct DoubtTests {
    private static let names = ["a", "b", "c"]
    private static let members = names.map { member($0) }
    private static let log = SourceID(.log, "a.log")

    private func calm() -> MeshScript {
        var script = MeshScript(sources: Self.names)
        script.round(Self.names, Self.members)
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: Self.log)
        return script
    }

    private func tell(_ script: inout MeshScript, _ kind: LifecycleEvent.Kind, _ peer: String, uid: Int64? = nil) {
        let line = LifecycleEvent(
            at: second(script.time), observer: address("a"), peer: address(peer), uid: uid, transport: .artery,
            pattern: "X", kind: kind, evidence: LifecycleEvent.Evidence("\(kind)"))
        script.apply(.lifecycle(line, late: false), from: Self.log)
    }

    private func state(_ script: MeshScript, _ observer: String, _ subject: String) throws -> AssociationSnapshot {
        try #require(
            try script.cluster.associationRows().first {
                $0.observer == node(observer) && $0.subject == node(subject)
            })
    }

    @Test(
        "when a process refuses connections nothing is known of its peers' side, until they lose it or still hear of it"
    )
    func refused() throws {
        var script = calm()
        script.fail("c", .refused)
        script.round(["a", "b"], Self.members)
        let gone = try state(script, "a", "c")
        // A management port may end alone, of a member that is well.
        #expect(gone.status.state == .unknown && gone.origin == nil)
        #expect(try state(script, "a", "b").status.state == .active)
        script.fail("c", .refused)
        script.round(["a", "b"], Self.members, unreachable: ["c": ["a"]])
        let lost = try state(script, "a", "c")
        #expect(lost.status.state == .gated && lost.status.isBackingOff && lost.origin == .inferred)
        for _ in 0..<5 {
            script.fail("c", .refused)
            script.round(["a", "b"], Self.members, unreachable: ["c": ["a"]])
        }
        #expect(try state(script, "b", "c").status.state == .active)
    }

    @Test("when it is another machine that refuses, nobody knows until who lost the process tries again")
    func refusedByProxy() throws {
        var script = MeshScript(sources: ["a", "b"])
        let proxy = SourceID(.management, "http://localhost:30558/c")
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: proxy)
        let all = view(of: "c", Self.members, leader: address("a").text, oldest: address("a").text)
        script.apply(.membership(all, Reply(latency: .milliseconds(3))), from: proxy)
        script.round(["a", "b"], Self.members)
        script.apply(.failed(SourceFailure(.refused, "no answer"), retryAt: second(9)), from: proxy)
        script.round(["a", "b"], Self.members)
        #expect(try state(script, "a", "c").status.state == .unknown)
        script.round(["a", "b"], Self.members, unreachable: ["c": ["a"]])
        #expect(try state(script, "a", "c").status.state == .gated)
        #expect(try state(script, "b", "c").status.state == .unknown)
    }

    @Test("a port that never answered tells nothing by being closed")
    func neverOpen() throws {
        var script = MeshScript(sources: ["a", "b"])
        let origin = SourceOrigin(cluster: nil, isConfigured: false, member: address("c"))
        script.apply(.sourceAdded(origin), from: MeshScript.management("c"))
        script.round(["a", "b"], Self.members)
        script.fail("c", .refused)
        script.round(["a", "b"], Self.members)
        #expect(try state(script, "a", "c").status.state == .active)
    }

    @Test("a newcomer is not taken to reach whom others have lost, before it had the time to find out")
    func newcomer() throws {
        for isGone in [false, true] {
            var script = calm()
            let lost = ["c": ["a", "b"]]
            for _ in 0..<10 {
                script.fail("c", isGone ? .refused : .timeout)
                script.round(["a", "b"], Self.members, unreachable: lost)
            }
            script.addSource("d")
            let members = Self.members + [member("d", .joining)]
            script.fail("c", isGone ? .refused : .timeout)
            script.round(["a", "b", "d"], members, unreachable: lost)
            #expect(try state(script, "d", "c").status.state == (isGone ? .gated : .unknown))
            #expect(try state(script, "d", "a").status.state == .active)
            for _ in 0..<5 { script.round(["a", "b", "d"], members, unreachable: lost) }
            #expect(try state(script, "d", "c").status.state == .active)
        }
    }

    @Test("a new process that opens its management port last has not gone")
    func late() throws {
        var script = calm()
        script.fail("c", .refused)
        let members = [member("a"), member("b"), member(node("c", uid: 99), .joining)]
        script.round(["a", "b"], members)
        script.round(["a", "b"], members)
        let row = try script.cluster.associationRows().first {
            $0.observer == node("a") && $0.subject == node("c", uid: 99)
        }
        #expect(try #require(row).status.state != .gated)
    }

    @Test("what only our own attempt says lowers nobody's health")
    func health() throws {
        var script = calm()
        script.fail("c", .refused)
        script.round(["a", "b"], Self.members, unreachable: ["c": ["a"]])
        #expect(try state(script, "a", "c").status.state == .gated)
        #expect(try script.member("a").health.level == .healthy)
    }

    @Test("a process that is silent, or leaves, is no process that has gone")
    func silent() throws {
        var script = calm()
        script.fail("c", .timeout)
        script.round(["a", "b"], Self.members, unreachable: ["c": ["a", "b"]])
        #expect(try state(script, "a", "c").status.state == .active)
        var leaving = calm()
        let members = [member("a"), member("b"), member("c", .leaving)]
        leaving.round(Self.names, members)
        leaving.fail("c", .refused)
        leaving.round(["a", "b"], members)
        #expect(try state(leaving, "a", "c").status.state == .active)
    }

    @Test("a back-off is not over as long as another has the peer as unreachable")
    func othersReports() throws {
        var script = calm()
        tell(&script, .connectionFailed(.control, .refused), "b")
        for _ in 0..<8 { script.round(["a", "c"], Self.members, unreachable: ["b": ["c"]]) }
        #expect(try state(script, "a", "b").status.state == .gated)
        for _ in 0..<2 { script.round(Self.names, Self.members) }
        #expect(try state(script, "a", "b").status.state == .active)
    }

    @Test("a subject that was told as terminated is not so in its next incarnation")
    func terminated() throws {
        var script = calm()
        tell(&script, .quarantined(harmless: false, reason: "x"), "b", uid: node("b").uid)
        tell(&script, .terminated, "b")
        script.tick()
        #expect(try script.seen(by: "a").unreachable.map(\.status) == [.terminated])
        script.round(Self.names, [member("a"), member(node("b", uid: 99)), member("c")])
        #expect(try script.seen(by: "a").unreachable.isEmpty)
        // The same line, read again from the beginning of a log, is still about the old one.
        script.time += 1
        tell(&script, .terminated, "b")
        script.tick()
        #expect(try script.seen(by: "a").unreachable.isEmpty)
    }
}
