// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

private let abc = [member("a"), member("b"), member("c")]
private let names = ["a", "b", "c"]

/// The main incidents, as the fold tells them.
@Suite("Mesh")
struct MeshTests {
    @Test("before anything answered nothing is known")
    func nothing() {
        var script = MeshScript(sources: ["a"])
        #expect(script.snapshot.health.level == .unknown)
        script.tick()
        #expect(script.snapshot.health.reasons == ["nothing has answered yet"])
        #expect(script.snapshot.sources.map(\.state) == [.connecting])
        #expect(script.snapshot.sources.map(\.freshness) == [.lost])
        #expect(script.snapshot.clusters.isEmpty)
    }

    @Test("a mesh in which all agree is healthy, and agreement is no event")
    func healthy() throws {
        var script = MeshScript(sources: names)
        for _ in 0..<5 { script.round(names, abc) }
        let cluster = try script.cluster
        #expect(script.snapshot.health.level == .healthy)
        #expect(script.snapshot.health.since == second(0))
        #expect(cluster.id == "Shop" && cluster.system == "Shop")
        #expect(cluster.leader == address("a"))
        #expect(cluster.stack == .akka && cluster.transport == .artery)
        #expect(cluster.members.map(\.node) == names.map { node($0) })
        #expect(cluster.members.map(\.isLeader) == [true, false, false])
        #expect(cluster.members.map(\.isOldest) == [true, false, false])
        #expect(
            cluster.members.allSatisfy { $0.status == .up && $0.health == Health(level: .healthy, since: second(0)) })
        #expect(cluster.partitions == [Partition(members: names.map(address), leader: address("a"))])
        #expect(cluster.views.map(\.computedLeader) == [address("a"), address("a"), address("a")])
        #expect(script.events.isEmpty)
        #expect(script.sourceChanges.map(\.to) == [.ok, .ok, .ok])
    }

    @Test("a killed node: degraded, after 20 s a failure, then removed, and forgotten after a minute")
    func kill() throws {
        var script = MeshScript(sources: names)
        script.round(names, abc)
        func survive() {
            script.fail("c")
            script.round(["a", "b"], abc, unreachable: ["c": ["a", "b"]])
        }
        survive()
        var row = try script.member("c")
        #expect(row.health.level == .degraded)
        #expect(row.health.reasons == ["unreachable by 2 of the 2 that monitor it"])
        #expect(row.unreachableBy == [address("a"), address("b")])
        #expect(row.unreachableSince == second(2))
        #expect(try script.source("c").state == .failing)
        while script.time <= 22 { survive() }
        #expect(try script.member("c").health.level == .degraded)
        survive()
        row = try script.member("c")
        #expect(row.health.level == .failure)
        #expect(row.health.since == second(24))
        #expect(row.unreachableSince == second(2))
        #expect(
            script.snapshot.health.reasons == ["c:25520 unreachable by 2 of the 2 that monitor it for more than 20 s"])
        #expect(try script.cluster.partitions.count == 1)

        script.fail("c")
        script.round(["a", "b"], [abc[0], abc[1]])
        row = try script.member("c")
        #expect(row.status == .removed && row.removedAt == second(26))
        #expect(row.unreachableBy.isEmpty && row.unreachableSince == nil && row.isLeader == nil)
        #expect(script.snapshot.health.level == .healthy)
        while script.time <= 86 { script.round(["a", "b"], Array(abc.prefix(2))) }
        #expect(try script.member("c").status == .removed)
        script.round(["a", "b"], Array(abc.prefix(2)))
        #expect(try script.cluster.members.map(\.node) == [node("a"), node("b")])
        #expect(
            script.story == [
                "a: c unreachable", "b: c unreachable", "a: c Up>Removed", "b: c Up>Removed",
            ])
    }

    @Test("a paused node comes back: one event each way, and healthy again")
    func pause() throws {
        var script = MeshScript(sources: names)
        script.round(names, abc)
        script.fail("c", .timeout)
        script.round(["a", "b"], abc, unreachable: ["c": ["a", "b"]])
        script.round(["a", "b"], abc, unreachable: ["c": ["a", "b"]])
        #expect(try script.member("c").health.level == .degraded)
        script.round(names, abc)
        #expect(script.snapshot.health == Health(level: .healthy, since: second(6)))
        #expect(try script.member("c").unreachableSince == nil)
        #expect(
            script.story == [
                "a: c unreachable", "b: c unreachable", "a: c reachable", "b: c reachable",
            ])
        #expect(try script.source("c").failure == nil)
    }

    @Test("a restart on the same address: the old incarnation is removed, the new one joins, both are listed")
    func restart() throws {
        let (old, new) = (node("c", uid: 1), node("c", uid: 2))
        let before = [abc[0], abc[1], member(old, .up)]
        var script = MeshScript(sources: names)
        script.round(names, before)
        script.poll("c", [])
        script.round(["a", "b"], before, unreachable: ["c": ["a", "b"]])
        #expect(try script.cluster.views.count == 3)
        #expect(try script.seen(by: "c").isVoting == false)
        func after(_ status: MemberStatus) -> [Member] {
            [abc[0], abc[1], member(new, status)]
        }
        script.round(names, after(.joining))
        #expect(try script.member("c", uid: 1).status == .removed)
        #expect(try script.member("c", uid: 2).status == .joining)
        #expect(script.snapshot.health.level == .notReady)
        #expect(try script.seen(by: "c").observerUid == 2)
        script.round(names, after(.up))
        #expect(script.snapshot.health.level == .healthy)
        #expect(try script.cluster.members.map(\.node.uid).suffix(2) == [1, 2])
        #expect(try script.cluster.currentMembers.count == 3)
        #expect(
            script.story.filter { $0.hasPrefix("a") } == [
                "a: c unreachable", "a: c Up>Removed", "a: c >Joining", "a: c Joining>Up",
            ])
        while script.time <= 66 { script.round(names, after(.up)) }
        #expect(try script.cluster.members.map(\.node) == [node("a"), node("b"), new])
    }

    @Test("a restart that is seen by its new uid first replaces the old incarnation at once")
    func replaced() throws {
        var script = MeshScript(sources: ["a"])
        script.round(["a"], [abc[0], member(node("c", uid: 1), .up)])
        script.round(["a"], [abc[0], member(node("c", uid: 2), .up)])
        #expect(try script.member("c", uid: 1).status == .removed)
        #expect(try script.member("c", uid: 2).status == .up)
    }

    @Test("a graceful leave goes through Leaving and Exiting, not ready, and is never a failure")
    func leave() throws {
        var script = MeshScript(sources: names)
        script.round(names, abc)
        var levels: [Health.Level] = []
        for status in [MemberStatus.leaving, .exiting] {
            script.round(names, [abc[0], abc[1], member("c", status)])
            levels.append(script.snapshot.health.level)
        }
        script.poll("c", [])
        script.round(["a", "b"], [abc[0], abc[1], member("c", .exiting)])
        levels.append(script.snapshot.health.level)
        script.fail("c")
        script.round(["a", "b"], Array(abc.prefix(2)))
        levels.append(script.snapshot.health.level)
        #expect(levels == [.notReady, .notReady, .notReady, .healthy])
        #expect(try script.member("c").status == .removed)
        #expect(
            script.story.filter { $0.hasPrefix("a") } == [
                "a: c Up>Leaving", "a: c Leaving>Exiting", "a: c Exiting>Removed",
            ])
    }

    @Test("a node that lists nobody yet is an empty view that does not vote")
    func emptyView() throws {
        var script = MeshScript(sources: names)
        script.poll("c", [])
        script.round(["a", "b"], Array(abc.prefix(2)))
        let view = try script.seen(by: "c")
        #expect(view.members.members.isEmpty && view.observerUid == nil && !view.isVoting)
        #expect(view.computedLeader == nil)
        #expect(try script.cluster.partitions.map(\.members) == [[address("a"), address("b")]])
        #expect(script.snapshot.health.level == .healthy)
    }

    @Test(
        "all members refusing for more than 20 s is a failure; timing out says nothing",
        arguments: [
            (SourceFailure.Code.refused, 20.0, Health.Level.unknown), (.refused, 20.001, .failure),
            (.timeout, 60, .unknown),
        ])
    func totalLoss(code: SourceFailure.Code, seconds: Double, expected: Health.Level) throws {
        var script = MeshScript(sources: names)
        script.round(names, abc)
        for name in names { script.fail(name, code) }
        script.time += seconds
        for name in names { script.fail(name, code) }
        script.tick()
        #expect(try script.cluster.health.level == expected)
        script.round(names, abc)
        #expect(script.snapshot.health.level == .healthy)
    }

    @Test("all sources failing: the last data stays, its health is unknown, nobody is removed")
    func allFailing() throws {
        var script = MeshScript(sources: names)
        script.round(names, abc, unreachable: ["c": ["b"]])
        for _ in 0..<60 {
            for name in names { script.fail(name, .timeout) }
            script.tick()
        }
        let cluster = try script.cluster
        #expect(script.snapshot.health.level == .unknown)
        #expect(script.snapshot.health.reasons == ["no member answers: what is shown is what was last known"])
        #expect(cluster.members.map(\.status) == [.up, .up, .up])
        #expect(cluster.members.allSatisfy { $0.health.level == .unknown && $0.freshness == .lost })
        #expect(cluster.members.allSatisfy { $0.observedAt == second(0) })
        #expect(cluster.partitions.isEmpty)
        #expect(cluster.views.count == 3 && cluster.views.allSatisfy { !$0.isVoting })
        #expect(try script.source("a").failuresInARow == 60)
        script.round(names, abc)
        #expect(script.snapshot.health.level == .healthy)
        #expect(try script.member("a").freshness == .fresh)
        #expect(script.sourceChanges.filter { $0.id == MeshScript.management("a") }.map(\.to) == [.ok, .failing, .ok])
    }

    @Test("one source failing is a state of the source, not of its member")
    func oneFailing() throws {
        var script = MeshScript(sources: names)
        script.round(names, abc)
        script.apply(.readiness(.passed), from: MeshScript.management("c"))
        for _ in 0..<20 {
            script.fail("c")
            script.round(["a", "b"], abc)
        }
        #expect(script.snapshot.health.level == .healthy)
        let row = try script.member("c")
        #expect(row.health.level == .healthy && row.freshness == .fresh && row.ready == nil)
        #expect(try script.seen(by: "c").isVoting == false)
        #expect(try script.seen(by: "c").freshness == .stale)
        #expect(try script.source("c").failure?.code == .refused)
        #expect(try script.source("c").lastSuccess == second(0))
    }

    @Test("a member that everybody forgot with its observers is unknown, not removed, and goes after a minute")
    func unlisted() throws {
        var script = MeshScript(sources: ["a", "x"])
        script.poll("a", Array(abc.prefix(2)))
        script.poll("x", [member("x"), member("y")])
        script.tick()
        script.fail("x")
        script.round(["a"], Array(abc.prefix(2)))
        let row = try script.member("y")
        #expect(row.health == Health(level: .unknown, reasons: ["no voting view lists it"], since: second(2)))
        #expect(row.status == .up && row.removedAt == nil && row.isLeader == nil)
        while script.time <= 64 { script.round(["a"], Array(abc.prefix(2))) }
        #expect(try script.cluster.members.map(\.node) == [node("a"), node("b")])
    }

    @Test("a member that was forgotten is listed again when somebody who lists it answers again")
    func remembered() throws {
        var script = MeshScript(sources: ["a", "x"])
        script.poll("a", Array(abc.prefix(2)))
        script.poll("x", [member("x"), member("y")])
        script.tick()
        while script.time <= 70 {
            script.fail("x")
            script.round(["a"], Array(abc.prefix(2)))
        }
        #expect(try script.cluster.members.count == 2)
        script.apply(.membershipUnchanged(Reply(latency: .milliseconds(1))), from: MeshScript.management("x"))
        script.round(["a"], Array(abc.prefix(2)))
        #expect(try script.cluster.members.map(\.node) == ["a", "b", "x", "y"].map { node($0) })
        #expect(try script.member("y").health.level == .healthy)
    }

    @Test("readiness and liveness are the member's, before and after its first view")
    func probes() throws {
        var script = MeshScript(sources: ["a", "b"])
        script.apply(.readiness(.notPassed("Not Healthy: Check [x] not ok")), from: MeshScript.management("a"))
        script.apply(.liveness(.passed), from: MeshScript.management("a"))
        script.round(["a", "b"], Array(abc.prefix(2)))
        let row = try script.member("a")
        #expect(row.ready == .notPassed("Not Healthy: Check [x] not ok"))
        #expect(row.alive == .passed)
        #expect(row.health.level == .notReady)
        #expect(row.health.reasons == ["not ready: Not Healthy: Check [x] not ok"])
        script.apply(.readiness(.passed), from: MeshScript.management("a"))
        script.apply(.readiness(.unavailable("404")), from: MeshScript.management("b"))
        script.round(["a", "b"], Array(abc.prefix(2)))
        #expect(script.snapshot.health.level == .healthy)
        #expect(try script.member("b").ready == .unavailable("404"))
    }

    @Test("what a paused process answered before is not said of the one that took its place")
    func probesOfOldIncarnation() throws {
        var script = MeshScript(sources: ["a", "c"])
        let old = member(node("c", uid: 1), .up)
        script.apply(.readiness(.notPassed("old")), from: MeshScript.management("c"))
        script.round(["a", "c"], [abc[0], old])
        #expect(try script.member("c", uid: 1).ready == .notPassed("old"))
        script.fail("c")
        script.round(["a"], [abc[0], member(node("c", uid: 2), .up)])
        #expect(try script.member("c", uid: 2).ready == nil)
        #expect(try script.member("c", uid: 2).health.level == .healthy)
    }
}
