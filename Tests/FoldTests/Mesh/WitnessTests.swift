// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

@Suite("Members that lines of logs tell of")
struct WitnessTests {
    /// A mesh without any endpoint; logs are named after the node that writes them.
    private struct Logs {
        var script = MeshScript()
        private var known: Set<String> = []

        private mutating func source(of name: String) -> SourceID {
            let id = SourceID(.log, "\(name).log")
            if known.insert(name).inserted {
                script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: id)
            }
            return id
        }

        mutating func tell(
            _ observer: String, _ kind: LifecycleEvent.Kind, _ peer: String? = nil, uid: Int64? = nil,
            pattern: String = "X", text: String? = nil, at: Double? = nil
        ) {
            let line = LifecycleEvent(
                at: second(at ?? script.time), observer: address(observer), peer: peer.map(address), uid: uid,
                transport: .artery, pattern: pattern, kind: kind,
                evidence: LifecycleEvent.Evidence(text ?? "\(kind) \(peer ?? "") \(script.time)"))
            script.apply(.lifecycle(line, late: false), from: source(of: observer))
        }

        /// All three join; the first leads.
        mutating func form() {
            tell("a", .memberStatus(.joining), "a")
            tell("a", .leads(true))
            for name in ["a", "b", "c"] {
                if name != "a" { tell("a", .memberStatus(.joining), name) }
                script.time += 1
                tell("a", .memberStatus(.up), name)
            }
            script.tick()
        }

        func member(_ name: String) throws -> MemberSnapshot {
            try #require(try script.cluster.members.last { $0.node.address == address(name) })
        }
    }

    @Test("a cluster is made of what one log tells: statuses, nobody's votes, and no health that nothing tells")
    func forms() throws {
        var logs = Logs()
        logs.form()
        let cluster = try logs.script.cluster
        #expect(cluster.isFromLines)
        #expect(cluster.members.map(\.status) == [.up, .up, .up])
        #expect(cluster.members.allSatisfy { $0.node.knownUid == nil && $0.health.level == .unknown })
        #expect(cluster.views.map(\.observer) == [address("a")])
        #expect(
            cluster.views[0].origin == .log && !cluster.views[0].isVoting && cluster.views[0].leader == address("a"))
        #expect(cluster.leader == nil && cluster.health.level == .unknown)
        #expect(cluster.associationRows().allSatisfy { $0.isExpected == nil })
        #expect(logs.script.mesh.snapshot().dropped.events == 0)
        #expect(logs.script.events.contains { $0.kind == .member && $0.to == "Up" })
    }

    @Test("who is unreachable for whom follows the lines, and lowers health")
    func reachability() throws {
        var logs = Logs()
        logs.form()
        logs.tell("a", .unreachable(expected: false), "c")
        logs.tell("b", .unreachable(expected: false), "c")
        logs.script.tick()
        #expect(try logs.member("c").unreachableBy == [address("a"), address("b")])
        #expect(try logs.member("c").health.level == .degraded)
        #expect(try logs.member("c").health.reasons == ["unreachable by 2 of the 2 logs that are read"])
        #expect(try logs.script.cluster.health.level == .degraded)
        for _ in 0..<12 { logs.script.tick() }
        #expect(try logs.member("c").health.level == .failure)
        logs.tell("a", .reachable, "c")
        logs.tell("b", .reachable, "c")
        logs.script.tick()
        #expect(try logs.member("c").health.level == .unknown)
        #expect(try logs.member("c").unreachableSince == nil)
    }

    @Test("a line about a member never seen makes it known, with the status that the line has")
    func neverSeen() throws {
        var logs = Logs()
        logs.tell(
            "a", .unreachable(expected: false), "z",
            text: "Marking node as UNREACHABLE [Member(\(address("z").text), WeaklyUp, 1.0.0)].")
        logs.script.tick()
        #expect(try logs.member("z").status == .weaklyUp)
        #expect(try logs.member("z").unreachableBy == [address("a")])
        #expect(try logs.member("a").status == .unreported)
    }

    @Test("a member that was removed stays for 60 s and is not called back by those who still refuse it")
    func removal() throws {
        var logs = Logs()
        logs.form()
        logs.tell("a", .unreachable(expected: false), "c")
        logs.tell("a", .memberStatus(.down), "c")
        logs.script.tick()
        #expect(try logs.member("c").health.level == .failure)
        logs.tell("a", .memberRemoved, "c")
        logs.tell("a", .quarantined(harmless: false, reason: "x"), "c", uid: 5)
        logs.script.tick()
        #expect(try logs.member("c").status == .removed)
        for _ in 0..<31 { logs.script.tick() }
        logs.tell("b", .quarantineKept, "c")
        logs.tell("c", .shutdown(reason: "end"))
        logs.script.tick()
        #expect(try logs.script.cluster.members.map(\.node.address) == [address("a"), address("b")])
        #expect(logs.script.mesh.snapshot().dropped.events == 0)
    }

    @Test("a uid is learned when a node tells it, and another one is another incarnation")
    func incarnations() throws {
        var logs = Logs()
        logs.form()
        logs.tell("b", .connectionFailed(.control, .refused), "c")
        logs.tell("c", .started, uid: 7)
        logs.script.tick()
        #expect(try logs.member("c").node.uid == 7)
        #expect(try logs.member("c").status == .up)
        let rows = try logs.script.cluster.associations
        #expect(rows.first { $0.observer.address == address("b") }?.subject.uid == 7)
        logs.script.time += 1
        logs.tell("c", .started, uid: 8)
        logs.tell("a", .memberStatus(.joining), "c")
        logs.script.tick()
        let all = try logs.script.cluster.members.filter { $0.node.address == address("c") }
        #expect(all.map(\.node.uid) == [7, 8])
        #expect(all.map(\.status) == [.removed, .joining])
    }

    @Test("where the line of a start tells no uid, as in classic remoting, it is another incarnation all the same")
    func classicStart() throws {
        var logs = Logs()
        logs.form()
        logs.tell("b", .unreachable(expected: false), "c")
        logs.tell("b", .started)
        logs.tell("b", .connectionFailed(.control, .refused), "c")
        logs.script.tick()
        #expect(try logs.member("b").status == .unreported)
        #expect(try logs.member("c").unreachableBy.isEmpty)
        let row = try logs.script.cluster.associationRows().first {
            $0.observer.address == address("b") && $0.origin == .log
        }
        #expect(row?.status.state == .gated)
    }

    @Test("who joins after it was up is another incarnation, though nobody tells a uid")
    func rejoins() throws {
        var logs = Logs()
        logs.form()
        logs.tell("a", .unreachable(expected: false), "b")
        logs.script.tick()
        logs.tell("a", .memberStatus(.joining), "b")
        logs.script.tick()
        #expect(try logs.member("b").status == .joining)
        #expect(try logs.member("b").unreachableBy.isEmpty)
        #expect(try logs.script.cluster.members.count == 3)
    }

    @Test("a line about an earlier time changes no later status")
    func late() throws {
        var logs = Logs()
        logs.form()
        logs.tell("b", .memberStatus(.joining), "c", at: 0)
        logs.script.tick()
        #expect(try logs.member("c").status == .up)
    }

    @Test("associations that lines tell of have rows, between members without uids too")
    func associations() throws {
        var logs = Logs()
        logs.form()
        logs.tell("b", .connectionFailed(.control, .refused), "c")
        logs.tell("a", .quarantined(harmless: false, reason: "x"), "b", uid: 9)
        logs.script.tick()
        let rows = try logs.script.cluster.associationRows()
        let states = Dictionary(
            uniqueKeysWithValues: rows.map {
                ("\($0.observer.address.host ?? "")\($0.subject.address.host ?? "")", $0.status.state)
            })
        #expect(states["bc"] == .gated)
        #expect(states["ab"] == .quarantined)
        #expect(states["ac"] == .unknown)
        #expect(try logs.member("b").health.level == .failure)
        #expect(logs.script.events.contains { $0.kind == .association && $0.to == "gated" && $0.subjectUid == nil })
    }

    @Test("an endpoint that answers knows better, and what lines made ends")
    func endpoint() throws {
        var logs = Logs()
        logs.form()
        logs.script.addSource("a")
        logs.script.round(["a"], [member("a"), member("b")])
        let cluster = try logs.script.cluster
        #expect(!cluster.isFromLines)
        #expect(cluster.members.map(\.node) == [node("a"), node("b")])
        #expect(cluster.health.level == .healthy)
    }

    @Test("with an endpoint that has not answered yet lines wait; when it only fails they are told")
    func failing() throws {
        var logs = Logs()
        logs.script.addSource("a")
        logs.tell("a", .memberStatus(.up), "b")
        #expect(logs.script.mesh.snapshot().clusters.isEmpty)
        logs.script.fail("a")
        logs.script.tick()
        logs.script.tick()
        #expect(try logs.member("b").status == .up)
    }

    @Test("a hostile log makes no more members and clusters than there may be")
    func bounded() throws {
        var logs = Logs()
        for number in 0..<2_500 { logs.tell("a", .memberStatus(.up), "h\(number)") }
        #expect(try logs.script.cluster.members.count <= 2_001)
    }
}
