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
            pattern: String = "X", text: String? = nil, at: Double? = nil, payload: LinePayload? = nil
        ) {
            let line = LifecycleEvent(
                at: second(at ?? script.time), observer: address(observer), peer: peer.map(address), uid: uid,
                transport: .artery, pattern: pattern, kind: kind,
                evidence: LifecycleEvent.Evidence(text ?? "\(kind) \(peer ?? "") \(script.time)"), payload: payload)
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

    // MARK: - Lists, losers, troubles

    private static func records(_ pairs: [(String, String)]) -> LinePayload {
        LinePayload(records: pairs.map { .init(observer: address($0.0), subject: address($0.1), status: .unreachable) })
    }

    @Test("the records that a line lists count for nodes without a log of their own, until a newer list")
    func listedRecords() throws {
        var logs = Logs()
        logs.form()
        logs.tell("a", .convergence(false), payload: Self.records([("a", "c"), ("b", "c")]))
        logs.script.tick()
        #expect(try logs.member("c").unreachableBy == [address("a"), address("b")])
        #expect(logs.script.events.last?.text == "a:25520 leads and cannot act: no convergence, c:25520 unreachable")
        logs.script.time += 1
        logs.tell("a", .convergence(true))
        logs.tell("a", .reachable, "c")
        logs.script.tick()
        #expect(try logs.member("c").unreachableBy.isEmpty)
    }

    @Test("data centres and roles are read where lines name them")
    func dataCentres() throws {
        var logs = Logs()
        logs.form()
        let member = LinePayload.Member(address: address("b"), status: .exiting, dataCenter: "eu", roles: ["web"])
        logs.tell("a", .unreachable(expected: true), "b", payload: LinePayload(members: [member]))
        logs.script.tick()
        #expect(try logs.member("b").status == .exiting)
        #expect(try logs.member("b").roles.dataCenter == "eu" && logs.member("b").roles.names.contains("web"))
    }

    @Test("whom a node downs at its end is not down for that; what others say of it counts")
    func losers() throws {
        var logs = Logs()
        logs.form()
        logs.tell("b", .memberStatus(.down), "a")
        logs.tell("b", .memberStatus(.down), "c")
        logs.tell("c", .memberStatus(.down), "a")
        logs.script.time += 1
        logs.tell("b", .selfDowned)
        logs.tell("b", .memberStatus(.down), "c")
        logs.script.tick()
        #expect(try logs.member("c").status == .up)
        #expect(try logs.member("a").status == .down)
        #expect(try logs.member("b").status == .down)
    }

    @Test("a node that has gone down has no vote on who is unreachable")
    func lostVotes() throws {
        var logs = Logs()
        logs.form()
        logs.tell("b", .unreachable(expected: false), "a")
        logs.tell("b", .downing(.decided("DownAll", downsSelf: true)))
        logs.script.tick()
        #expect(try logs.member("a").unreachableBy.isEmpty)
    }

    @Test("what keeps a node from joining is a reason while lines repeat it, and ends with its welcome")
    func troubles() throws {
        var logs = Logs()
        logs.tell("d", .other, pattern: "M23", text: "Couldn't join seed nodes after [9] attempts, will try again.")
        logs.script.tick()
        #expect(try logs.member("d").health.reasons == ["could not join its seed nodes after 9 attempts"])
        #expect(logs.script.events.last?.text == "d:25520 could not join its seed nodes after 9 attempts")
        #expect(logs.script.events.last?.severity == .warning)
        logs.script.time += 1
        logs.tell("d", .welcomed, "a")
        logs.script.tick()
        #expect(try logs.member("d").health.level == .unknown)
    }

    @Test("one line of a node that works is no trouble yet, and one that cannot join is")
    func once() throws {
        var logs = Logs()
        logs.form()
        logs.tell("a", .other, pattern: "H02", text: "Cart: No coordinator found to register.")
        logs.tell(
            "d", .other, pattern: "B16",
            text: "Discovered [2] contact points, confirmed [1], which is less than the required [3]")
        logs.script.tick()
        #expect(try logs.member("a").health.level == .unknown)
        #expect(
            try logs.member("d").health.reasons == ["found 2 contact points, 1 confirmed, of the 3 that are required"])
    }

    @Test("a trouble ends with the patience, by the newest line of its node", arguments: [15.0, 16.0])
    func patience(seconds: Double) throws {
        var logs = Logs()
        logs.form()
        for _ in 0..<2 { logs.tell("a", .other, pattern: "H02", text: "Cart: No coordinator found to register.") }
        logs.tell("a", .heartbeatDelayed(actual: .seconds(3), expected: .seconds(1)), at: logs.script.time + seconds)
        logs.script.tick()
        let isThere = try logs.member("a").health.reasons.contains("finds no shard coordinator to register with")
        #expect(isThere == (seconds <= 15))
    }

    @Test("a line that only repeats what its node said is no event again within a minute", arguments: [60.0, 60.5])
    func repetitions(seconds: Double) throws {
        var logs = Logs()
        logs.form()
        let before = logs.script.events.count
        logs.tell("a", .other, pattern: "H02", text: "Cart: No coordinator found to register. Total [5]")
        logs.script.time += seconds
        logs.tell("a", .other, pattern: "H02", text: "Cart: No coordinator found to register. Total [6]")
        #expect(logs.script.events.count - before == (seconds <= 60 ? 1 : 2))
    }

    @Test("a peer that a node cannot reach and that nothing names as a member is a reason, and no member")
    func strangers() throws {
        var logs = Logs()
        logs.form()
        logs.tell("a", .connectionFailed(.control, .refused), "zz")
        logs.script.tick()
        #expect(try logs.member("a").health.reasons == ["cannot reach zz:25520, not known as a member"])
        #expect(try logs.script.cluster.members.count == 3)
        #expect(
            try logs.script.cluster.associationRows().contains { $0.subject.address == address("zz") && !$0.isCurrent })
    }

    @Test("a line without a node is an event of a node without a name, once a minute")
    func unnamed() throws {
        var logs = Logs()
        logs.form()
        let before = logs.script.events.count
        let source = SourceID(.log, "x.log")
        logs.script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: source)
        for _ in 0..<2 {
            let line = logLine(nil, .gated(for: .seconds(5), .refused), "zz", at: second(logs.script.time))
            logs.script.apply(.lifecycle(line, late: false), from: source)
        }
        #expect(logs.script.events.count == before + 1)
        let event = try #require(logs.script.events.last)
        #expect(event.observer == nil && event.subject == address("zz") && event.to == "gated")
        #expect(event.text == "an unnamed node has gated zz:25520")
        #expect(event.cluster == "Shop")
    }

    @Test("what a node's log reports that is no member is shown once every endpoint has answered")
    func outsiders() throws {
        var script = MeshScript(sources: ["a"])
        let source = SourceID(.log, "d.log")
        script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: source)
        let line = LifecycleEvent(
            at: second(script.time), observer: address("d"), pattern: "M25", kind: .other,
            evidence: LifecycleEvent.Evidence("Couldn't join seed nodes because of incompatible cluster configuration.")
        )
        script.apply(.lifecycle(line, late: false), from: source)
        script.tick()
        #expect(script.events.isEmpty)
        script.round(["a"], ["a", "b"].map { member($0) })
        #expect(
            script.events.map(\.text) == ["d:25520 cannot join: its configuration is incompatible with the cluster's"])
        script.tick()
        #expect(script.events.count == 1)
        #expect(try script.cluster.health.reasons.contains { $0.hasPrefix("d:25520 cannot join") })
        #expect(try script.cluster.members.count == 2)
    }
}
