// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

private let abcd = ["a", "b", "c", "d"].map { member($0) }
private let names = ["a", "b", "c", "d"]

/// Torn meshes, and views that differ.
@Suite("Torn mesh")
struct PartitionedMeshTests {
    /// a and b on one side, c and d on the other.
    private func tear(_ script: inout MeshScript, _ members: [Member] = abcd) {
        for name in ["a", "b"] {
            script.poll(name, members, unreachable: ["c": ["a", "b"], "d": ["a", "b"]], leader: "a")
        }
        for name in ["c", "d"] {
            script.poll(name, members, unreachable: ["a": ["c", "d"], "b": ["c", "d"]], leader: "c")
        }
        script.tick()
    }

    @Test("a full partition is a failure with both sides and their leaders")
    func fullPartition() throws {
        var script = MeshScript(sources: names)
        script.round(names, abcd)
        tear(&script)
        let cluster = try script.cluster
        #expect(
            cluster.partitions == [
                Partition(members: [address("a"), address("b")], leader: address("a")),
                Partition(members: [address("c"), address("d")], leader: address("c")),
            ])
        #expect(cluster.leader == nil)
        #expect(cluster.members.map(\.isLeader) == [true, false, true, false])
        #expect(cluster.views.map { $0.computedLeader?.host } == ["a", "a", "c", "c"])
        #expect(script.snapshot.health.level == .failure)
        #expect(script.snapshot.health.reasons.first == "2 partitions: a:25520, b:25520 | c:25520, d:25520")
        #expect(cluster.members.allSatisfy { $0.health.level == .degraded && $0.unreachableBy.count == 2 })
        script.round(names, abcd)
        #expect(script.snapshot.health.level == .healthy)
        #expect(try script.cluster.partitions.count == 1)
    }

    @Test("the side that is downed ends: its members are removed, though they voted to the end")
    func downing() throws {
        var script = MeshScript(sources: names)
        script.round(names, abcd)
        tear(&script)
        let left = Array(abcd.prefix(2))
        for name in ["a", "b"] { script.poll(name, left) }
        let down = left + [member("c", .down), member("d", .down)]
        for name in ["c", "d"] { script.poll(name, down, unreachable: ["a": ["c"], "b": ["c"]], leader: nil) }
        script.tick()
        #expect(try script.cluster.partitions.count == 1, "a side that is about to end is no partition")
        #expect(try script.member("c").status == .down)
        #expect(try script.member("c").health.level == .failure)
        for _ in 0..<2 {
            for name in ["c", "d"] { script.fail(name) }
            script.round(["a", "b"], left)
        }
        #expect(try script.member("c").status == .removed)
        #expect(try script.member("d").status == .removed)
        #expect(try script.member("d").removedAt == second(6))
        #expect(script.snapshot.health.level == .healthy)
    }

    @Test("both sides down each other: two leaders, each of its own partition")
    func splitBrain() throws {
        var script = MeshScript(sources: names)
        script.round(names, abcd)
        script.poll("a", Array(abcd.prefix(2)))
        script.poll("b", Array(abcd.prefix(2)))
        script.poll("c", Array(abcd.suffix(2)), leader: "c")
        script.poll("d", Array(abcd.suffix(2)), leader: "c")
        script.tick()
        let cluster = try script.cluster
        #expect(cluster.partitions.map(\.leader) == [address("a"), address("c")])
        #expect(cluster.members.map(\.status) == [.up, .up, .up, .up])
        #expect(cluster.members.map(\.isLeader) == [true, false, true, false])
        #expect(cluster.health.level == .failure)
    }

    @Test("a one-way cut: who is lost is degraded, who loses is not")
    func oneWay() throws {
        var script = MeshScript(sources: ["a", "b", "c"])
        let members = Array(abcd.prefix(3))
        script.round(["a", "b", "c"], members)
        script.round(["a", "b", "c"], members, unreachable: ["c": ["a"]])
        let cluster = try script.cluster
        #expect(cluster.partitions.count == 1)
        #expect(try script.member("c").unreachableBy == [address("a")])
        #expect(try script.member("c").health.reasons == ["unreachable by 1 of the 2 that monitor it"])
        #expect(try script.member("a").health.level == .healthy)
        #expect(cluster.health.level == .degraded)
        #expect(try script.seen(by: "b").unreachable.map(\.observers) == [[address("a")]])
    }

    @Test("what a voting observer says of itself is believed over what others have heard of it")
    func staleGossip() throws {
        var script = MeshScript(sources: ["a", "b"])
        script.poll("a", Array(abcd.prefix(3)))
        script.poll("b", Array(abcd.prefix(3)), unreachable: ["c": ["a"]])
        script.tick()
        #expect(try script.member("c").unreachableBy.isEmpty)
        script.fail("a")
        script.poll("b", Array(abcd.prefix(3)), unreachable: ["c": ["a"]])
        script.tick()
        #expect(try script.member("c").unreachableBy == [address("a")])
    }

    @Test("the status of a member is that of its own partition, the furthest of its views")
    func furthest() throws {
        var script = MeshScript(sources: ["a", "b"])
        script.poll("a", [member("a"), member("b"), member("x", .leaving)])
        script.poll("b", [member("a"), member("b"), member("x", .exiting)])
        script.tick()
        #expect(try script.member("x").status == .exiting)
        #expect(try script.member("x").since == second(0))
        #expect(try script.cluster.views.map { $0.members[address("x")]?.status } == [.leaving, .exiting])
    }

    @Test("views that differ are degraded after more than 5 s, and at once healthy when they agree")
    func differing() throws {
        var script = MeshScript(sources: ["a", "b"])
        var levels: [Health.Level] = []
        for _ in 0..<5 {
            script.poll("a", Array(abcd.prefix(3)))
            script.poll("b", Array(abcd.prefix(2)))
            script.tick()
            levels.append(script.snapshot.health.level)
        }
        #expect(levels == [.healthy, .healthy, .healthy, .degraded, .degraded])
        #expect(try script.member("c").health.reasons == ["views of its partition differ about it"])
        script.round(["a", "b"], Array(abcd.prefix(3)))
        #expect(script.snapshot.health.level == .healthy)
    }

    @Test("equal lists in different objects do not differ")
    func equalLists() {
        var script = MeshScript(sources: names)
        for _ in 0..<10 { script.round(names, abcd) }
        #expect(script.snapshot.health.level == .healthy)
    }

    @Test("where the views differ about the leader, it is nobody's for sure")
    func differingLeader() throws {
        var script = MeshScript(sources: ["a", "b"])
        script.poll("a", Array(abcd.prefix(3)), leader: "a")
        script.poll("b", Array(abcd.prefix(3)), leader: "b")
        script.tick()
        #expect(try script.cluster.leader == nil)
        #expect(try script.cluster.members.map(\.isLeader) == [nil, nil, false])
    }

    @Test("each data centre has its leader, and the cluster none that all agree on")
    func dataCenters() throws {
        let members = [
            member("a", roles: ["dc-west"]), member("b", roles: ["dc-east"]), member("c", roles: ["dc-west"]),
        ]
        var script = MeshScript(sources: ["a", "b"])
        script.poll("a", members, leader: "a")
        script.poll("b", members, leader: "b")
        script.tick()
        #expect(try script.cluster.members.map(\.isLeader) == [true, true, false])
        #expect(try script.cluster.leader == nil)
        #expect(try script.cluster.partitions.count == 1)
    }

    @Test("the reasons of a large failure are one bounded line each")
    func boundedReasons() throws {
        let all = (0..<60).map { "n\($0)" }
        var script = MeshScript(sources: all)
        let list = MemberList(all.map { member($0) })
        for (index, name) in all.enumerated() {
            let others = all.indices.filter { $0 % 2 != index % 2 }.map { all[$0] }
            script.answer(
                MembershipView(
                    observer: address(name), members: list,
                    unreachable: others.map { UnreachableRecord(subject: address($0), observers: [address(name)]) }))
        }
        script.tick()
        let health = script.snapshot.health
        #expect(health.reasons.count == 21)
        #expect(health.reasons.last == "and 41 more")
        #expect(health.reasons.allSatisfy { $0.utf8.count < 300 })
        #expect(try script.cluster.partitions.map(\.members.count) == [30, 30])
    }
}

/// Several clusters, names, forks and sources.
@Suite("Clusters")
struct ClusterNamingTests {
    @Test("two clusters of one system are told apart by the names that the user gave")
    func named() throws {
        var script = MeshScript()
        script.addSource("a", cluster: "east")
        script.addSource("b", cluster: "west")
        script.poll("a", [member("a")])
        script.poll("b", [member("b", .joining)])
        script.tick()
        let snapshot = script.snapshot
        #expect(snapshot.clusters.map(\.id) == ["east", "west"])
        #expect(snapshot.clusters.map(\.system) == ["Shop", "Shop"])
        #expect(snapshot.clusters.map(\.health.level) == [.healthy, .degraded])
        #expect(snapshot.health.level == .degraded)
        #expect(snapshot.health.reasons == ["west: its only member is not Up", "west: b:25520 Joining"])
        #expect(snapshot.sources.map(\.cluster) == ["east", "west"])
    }

    @Test("another system is another cluster, although nobody named it")
    func systems() {
        var script = MeshScript(sources: ["a", "b"])
        script.poll("a", [member("a")])
        let other = UniqueAddress(address("pekko.tcp://Stock@b:7355"), uid: 3)
        script.answer(
            MembershipView(observer: other.address, members: MemberList([member(other)])), from: "b")
        script.tick()
        #expect(script.snapshot.clusters.map(\.id) == ["Shop", "Stock"])
        #expect(script.snapshot.clusters.map(\.stack) == [.akka, .pekko])
        #expect(script.snapshot.clusters.map(\.transport) == [.artery, .classic])
    }

    @Test("the server's header tells the fork better than the protocol does")
    func fork() throws {
        var script = MeshScript(sources: ["a", "b"])
        let both = [member("a"), member("b")]
        for name in ["a", "b"] {
            let reply = Reply(latency: .milliseconds(1), server: "pekko-http/1.3.0")
            script.apply(.membership(view(of: name, both), reply), from: MeshScript.management(name))
        }
        script.tick()
        #expect(try script.cluster.stack == .pekko)
        let reply = Reply(latency: .milliseconds(1), server: "akka-http/10.2.10")
        script.apply(.membership(view(of: "b", both), reply), from: MeshScript.management("b"))
        script.tick()
        #expect(try script.cluster.stack == .mixed)
    }

    @Test("a source that is dropped takes its view along")
    func dropped() throws {
        var script = MeshScript(sources: ["a", "b"])
        let both = [member("a"), member("b")]
        script.round(["a", "b"], both)
        script.apply(.sourceRemoved, from: MeshScript.management("b"))
        script.round(["a"], both)
        #expect(try script.cluster.views.map(\.observer) == [address("a")])
        #expect(script.snapshot.sources.map(\.id) == [MeshScript.management("a")])
        #expect(try script.member("b").source == nil)
        #expect(script.snapshot.health.level == .healthy)
    }

    @Test("two sources of one member: the failing one does not silence the other")
    func twoSources() throws {
        var script = MeshScript(sources: ["a", "alias"])
        for _ in 0..<3 {
            script.fail("alias")
            script.poll("a", [member("a")])
            script.tick()
        }
        script.answer(view(of: "a", [member("a")]), from: "alias")
        script.poll("a", [member("a")])
        script.fail("alias")
        script.tick()
        #expect(try script.seen(by: "a").isVoting)
        #expect(try script.member("a").source == MeshScript.management("a"))
    }

    @Test("an answer equal to the last one renews the view")
    func unchanged() throws {
        var script = MeshScript(sources: ["a"])
        script.round(["a"], [member("a")])
        for _ in 0..<20 {
            script.apply(.membershipUnchanged(Reply(latency: .milliseconds(7))), from: MeshScript.management("a"))
            script.tick()
        }
        #expect(try script.seen(by: "a").freshness == .fresh)
        #expect(try script.source("a").latency == .milliseconds(7))
        #expect(try script.source("a").recentLatencies.count == 20)
        #expect(try script.source("a").freshness == .fresh)
        #expect(try script.source("a").nextAttempt == second(42))
    }
}

/// Ages.
@Suite("Freshness in a mesh")
struct MeshFreshnessTests {
    @Test(
        "values age by the interval",
        arguments: [(4, .fresh), (10, .late), (60, .stale), (61, .lost)] as [(Double, Freshness)])
    func ages(seconds: Double, expected: Freshness) throws {
        var script = MeshScript(sources: ["a"])
        script.round(["a"], [member("a")])
        script.time = seconds
        script.apply(.tick)
        #expect(try script.member("a").freshness == expected)
        #expect(try script.seen(by: "a").freshness == expected)
        #expect(try script.source("a").freshness == expected)
        #expect(try script.seen(by: "a").isVoting == (expected != .lost))
    }

    @Test("above 50 members everything may be as much older as the rotation takes")
    func rotation() throws {
        let names = (0..<120).map { "n\($0)" }
        var script = MeshScript(sources: names)
        let members = names.map { member($0) }
        script.round(["n0"], members)
        script.time = 12
        script.apply(.tick)
        #expect(try script.member("n0").freshness == .fresh)
        script.time = 12.1
        script.apply(.tick)
        #expect(try script.member("n0").freshness == .late)
    }

    @Test("in a mesh that is polled in rotation views may differ until all were renewed")
    func rotatingViews() throws {
        let names = (0..<101).map { String(100 + $0) }
        var script = MeshScript(sources: names)
        let before = MemberList(names.map { member($0) })
        let after = MemberList(names.map { member($0, $0 == "200" ? .leaving : .up) })
        for name in names { script.answer(MembershipView(observer: address(name), members: before)) }
        script.tick()
        var levels: [Health.Level] = []
        for _ in 0..<5 {
            script.answer(MembershipView(observer: address("100"), members: after))
            script.tick()
            levels.append(script.snapshot.health.level)
        }
        #expect(levels == [.notReady, .notReady, .notReady, .notReady, .notReady])
        script.answer(MembershipView(observer: address("100"), members: after))
        script.tick()
        #expect(script.snapshot.health.level == .degraded)
    }

    @Test("an open stream need only give a sign of life every 10 s")
    func stream() throws {
        var script = MeshScript(sources: ["a"])
        script.round(["a"], [member("a")])
        script.openStream("a")
        script.time = 22
        script.apply(.tick)
        let stream = try #require(script.snapshot.sources.last)
        #expect(stream.freshness == .fresh && stream.nextAttempt == nil)
        script.time = 23
        script.apply(.tick)
        #expect(script.snapshot.sources.last?.freshness == .late)
        script.apply(.streamHeartbeat, from: MeshScript.sse("a"))
        #expect(script.snapshot.sources.last?.freshness == .fresh)
    }

    @Test("time never runs backwards")
    func backwards() throws {
        var script = MeshScript(sources: ["a"])
        script.time = 100
        script.round(["a"], [member("a")])
        script.time = 50
        script.round(["a"], [member("a", .leaving)])
        #expect(script.snapshot.at == second(100))
        #expect(try script.member("a").since == second(100))
        #expect(script.events.map(\.at) == [second(100)])
    }
}
