// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

private let abc = [member("a"), member("b"), member("c")]

/// Polls and the event stream of one observer tell the same changes, in either order and with a lag. Each change is one event, and none
/// is taken back by an answer that is merely behind.
@Suite("Polls and streams")
struct StreamRaceTests {
    /// Only `a` is asked and heard. Its stream has replayed what its first answer said.
    private func watching(_ members: [Member] = abc, unreachable: [String: [String]] = [:]) -> MeshScript {
        var script = MeshScript(sources: ["a"])
        script.round(["a"], members, unreachable: unreachable)
        script.openStream("a", replay: members.map { .member($0) } + [.leaderChanged(address("a"))])
        return script
    }

    private let lagging = [member("a"), member("b"), member("c", .leaving)]

    @Test("the replay of a stream repeats what is known, and is no event")
    func replay() throws {
        var script = watching()
        script.openStream("a", replay: abc.map { .member($0) } + [.leaderChanged(address("a"))])
        script.round(["a"], abc)
        #expect(script.events.isEmpty)
        let stream = try #require(script.snapshot.sources.last)
        #expect(stream.id == MeshScript.sse("a") && stream.state == .ok && stream.events == 8)
        #expect(stream.cluster == "Shop" && stream.member == address("a"))
    }

    @Test("an event before the poll that shows it too", arguments: [0, 0.5, 1.5, 10])
    func eventFirst(delay: Double) {
        var script = watching()
        script.tell("a", .member(member("c", .leaving)))
        script.tell("a", .unreachable(member("b")))
        script.tell("a", .leaderChanged(address("b")))
        script.time += delay
        script.round(["a"], lagging, unreachable: ["b": ["a"]], leader: "b")
        script.round(["a"], lagging, unreachable: ["b": ["a"]], leader: "b")
        #expect(script.story == ["a: c Up>Leaving", "a: b unreachable", "a: leader b"])
        #expect(script.events.allSatisfy { $0.origin == .sse })
    }

    @Test("a poll before the event that tells it too")
    func pollFirst() {
        var script = watching()
        script.round(["a"], lagging, unreachable: ["b": ["a"]], leader: "b")
        script.tell("a", .member(member("c", .leaving)))
        script.tell("a", .unreachable(member("b")))
        script.tell("a", .leaderChanged(address("b")))
        script.round(["a"], lagging, unreachable: ["b": ["a"]], leader: "b")
        #expect(script.story == ["a: c Up>Leaving", "a: b unreachable", "a: leader b"])
        #expect(script.events.allSatisfy { $0.origin == .management })
    }

    @Test("a poll that was under way when the event came does not take it back", arguments: [0.5, 5])
    func overtaken(latency: Double) {
        var script = watching()
        script.tell("a", .member(member("c", .leaving)))
        script.tell("a", .unreachable(member("b")))
        script.tell("a", .leaderChanged(address("b")))
        script.time += latency / 2
        script.poll("a", abc, latency: .milliseconds(Int64(latency * 1000)))
        script.time += 2
        script.round(["a"], lagging, unreachable: ["b": ["a"]], leader: "b")
        script.round(["a"], lagging, unreachable: ["b": ["a"]], leader: "b")
        #expect(script.story == ["a: c Up>Leaving", "a: b unreachable", "a: leader b"])
    }

    @Test("an endpoint that lags behind its own stream does not take an event back")
    func publicationLag() {
        var script = watching()
        script.tell("a", .member(member("c", .leaving)))
        script.tell("a", .unreachable(member("b")))
        script.tell("a", .leaderChanged(nil))
        script.time += 0.05
        script.poll("a", abc, latency: .milliseconds(1))
        script.time += 2
        script.poll("a", lagging, unreachable: ["b": ["a"]], leader: "akka://Shop")
        #expect(script.story.prefix(3) == ["a: c Up>Leaving", "a: b unreachable", "a: leader -"])
        #expect(script.story.count == 4, "the leader that the last poll names is new")
    }

    @Test("that there is no leader any more is told once")
    func noLeader() {
        var script = watching()
        script.tell("a", .leaderChanged(nil))
        script.time += 5
        for _ in 0..<2 {
            script.answer(view(of: "a", abc, oldest: "a"))
            script.tell("a", .leaderChanged(nil))
            script.tick()
        }
        #expect(script.story == ["a: leader -"])
    }

    @Test("an event that comes after a poll has gone further is no way back")
    func lateStatus() {
        var script = watching([member("a"), member("c", .joining)])
        script.round(["a"], [member("a"), member("c", .up)])
        script.tell("a", .member(member("c", .weaklyUp)))
        script.tell("a", .member(member("c", .up)))
        script.round(["a"], [member("a"), member("c", .up)])
        #expect(script.story == ["a: c Joining>Up"])
    }

    @Test("events about a node that a poll has seen leave are no news")
    func lateRemoval() {
        var script = watching()
        script.round(["a"], Array(abc.prefix(2)))
        script.tell("a", .member(member("c", .exiting)))
        script.tell("a", .unreachable(member("c", .exiting)))
        script.tell("a", .memberRemoved(member("c", .removed), previousStatus: .exiting))
        script.round(["a"], Array(abc.prefix(2)))
        #expect(script.story == ["a: c Up>Removed"])
    }

    @Test("a removal that the stream tells first is one event, however long the endpoint lists the node")
    func earlyRemoval() throws {
        var script = watching()
        script.tell("a", .memberRemoved(member("c", .removed), previousStatus: .exiting))
        script.time += 0.01
        script.round(["a"], [member("a"), member("b"), member("c", .exiting)])
        script.round(["a"], [member("a"), member("b"), member("c", .exiting)])
        script.round(["a"], Array(abc.prefix(2)))
        #expect(script.story == ["a: c Up>Removed"])
        #expect(try script.member("c").status == .removed)
    }

    @Test("a node that joins by the stream first is one event, and the poll tells how it went on")
    func earlyJoin() {
        var script = watching([member("a")])
        script.tell("a", .member(member("b", .joining)))
        script.tell("a", .member(member("b", .joining)))
        script.poll("a", [member("a")], latency: .milliseconds(500))
        script.time += 2
        script.round(["a"], [member("a"), member("b", .up)])
        script.tell("a", .member(member("b", .up)))
        #expect(script.story == ["a: b >Joining", "a: b Joining>Up"])
    }

    @Test("recovery is one event, whichever way it comes first", arguments: [true, false])
    func recovery(streamFirst: Bool) {
        var script = watching(abc, unreachable: ["b": ["a"]])
        script.tell("a", .unreachable(member("b")))
        script.time += 4
        if streamFirst { script.tell("a", .reachable(member("b"))) }
        script.poll("a", abc, unreachable: streamFirst ? ["b": ["a"]] : [:], latency: .milliseconds(20))
        script.time += 0.1
        if !streamFirst { script.tell("a", .reachable(member("b"))) }
        script.time += 2
        script.round(["a"], abc)
        script.round(["a"], abc)
        #expect(script.story == ["a: b reachable"])
    }

    @Test("unreachable by the stream, and not by the endpoint asked well after: terminated")
    func terminated() throws {
        var script = watching()
        script.tell("a", .unreachable(member("b")))
        script.round(["a"], abc)
        #expect(script.snapshot.health.level == .healthy)
        script.round(["a"], abc)
        let row = try script.member("b")
        #expect(row.health.level == .degraded)
        #expect(row.health.reasons == ["terminated for a:25520"])
        let seen = try script.seen(by: "a").unreachable
        #expect(
            seen == [
                UnreachableSubject(
                    subject: address("b"), subjectUid: defaultUid(of: "b"), status: .terminated, observers: [],
                    since: second(2))
            ])
        for _ in 0..<40 { script.round(["a"], abc) }
        #expect(script.story == ["a: b unreachable"])
        script.tell("a", .member(member("b", .down)))
        script.tell("a", .memberRemoved(member("b", .removed), previousStatus: .down))
        script.round(["a"], [abc[0], abc[2]])
        #expect(try script.seen(by: "a").unreachable.isEmpty)
        #expect(script.story == ["a: b unreachable", "a: b Up>Down", "a: b Down>Removed"])
    }

    @Test("losing the stream clears what only it said, and its replay says it again without an event")
    func loss() throws {
        var script = watching()
        script.tell("a", .unreachable(member("b")))
        script.round(["a"], abc)
        script.round(["a"], abc)
        #expect(script.snapshot.health.level == .degraded)
        script.loseStream("a")
        script.round(["a"], abc)
        script.round(["a"], abc)
        #expect(script.snapshot.health.level == .healthy)
        #expect(try script.seen(by: "a").unreachable.isEmpty)
        script.openStream("a", replay: abc.map { .member($0) } + [.unreachable(member("b"))])
        script.round(["a"], abc)
        script.round(["a"], abc)
        #expect(script.snapshot.health.level == .degraded)
        #expect(script.story == ["a: b unreachable"])
        #expect(script.sourceChanges.filter { $0.id.kind == .sse }.map(\.to) == [.ok, .failing, .ok])
    }

    @Test("a subject that recovered while the stream was lost is reachable when the replay does not name it")
    func recoveredMeanwhile() throws {
        var script = watching()
        script.tell("a", .unreachable(member("b")))
        script.round(["a"], abc)
        script.loseStream("a")
        script.round(["a"], abc)
        script.openStream("a", replay: abc.map { .member($0) })
        script.round(["a"], abc)
        #expect(script.story == ["a: b unreachable", "a: b reachable"])
    }

    @Test("a stream that is read no more says nothing any more")
    func removedStream() throws {
        var script = watching()
        script.tell("a", .unreachable(member("b")))
        script.round(["a"], abc)
        script.round(["a"], abc)
        script.apply(.sourceRemoved, from: MeshScript.sse("a"))
        script.round(["a"], abc)
        #expect(try script.seen(by: "a").unreachable.isEmpty)
    }

    @Test("a node that shuts down reports everybody as removed: that is its own end, not theirs")
    func shuttingDown() throws {
        var script = watching([member("a", .exiting), member("b"), member("c")])
        script.addSource("b")
        script.round(["b"], abc)
        script.tell("a", .shuttingDown)
        for name in ["b", "c", "a"] {
            script.tell("a", .memberRemoved(member(name, .removed), previousStatus: .up))
        }
        script.tell("a", .leaderChanged(nil))
        script.tell("a", .shuttingDown)
        #expect(script.story == ["a: shutdown"])
        #expect(script.events.first?.subject == address("a"))
        script.poll("a", [])
        script.fail("b")
        script.tick()
        #expect(try script.member("b").status == .up)
        #expect(try script.member("c").status == .up)
    }

    @Test("after a restart the new process's stream is listened to")
    func restarted() {
        var script = watching()
        script.tell("a", .shuttingDown)
        script.poll("a", [])
        script.loseStream("a")
        script.openStream("a")
        let reborn = [member(node("a", uid: 5)), member("b"), member("c")]
        script.round(["a"], reborn)
        script.tell("a", .unreachable(member("b")))
        #expect(script.story == ["a: shutdown", "a: b unreachable"])
    }

    @Test("what a node learns when it joins is a state, and no event")
    func joining() throws {
        var script = MeshScript(sources: ["a", "c"])
        script.poll("c", [])
        script.round(["a"], Array(abc.prefix(2)))
        script.openStream("c")
        for name in ["a", "b", "c"] { script.tell("c", .member(member(name, name == "c" ? .joining : .up))) }
        script.tell("c", .leaderChanged(address("a")))
        script.tell("c", .unreachable(member("b")))
        let joined = [member("a"), member("b"), member("c", .joining)]
        script.poll("a", joined)
        script.poll("c", joined, unreachable: ["b": ["c"]])
        script.tick()
        script.tell("c", .member(member("c", .up)))
        #expect(script.story == ["a: c >Joining", "c: c Joining>Up"])
        #expect(try script.seen(by: "c").unreachable.map(\.since) == [second(2)])
    }

    @Test("events before the first view, or of a source that was never added, say nothing")
    func orphans() {
        var script = MeshScript(sources: ["a"])
        script.openStream("a", replay: [.member(member("b")), .unreachable(member("b"))])
        script.tell("a", .leaderChanged(address("b")))
        script.apply(.streamEvent(.shuttingDown, replayed: false), from: MeshScript.sse("z"))
        script.apply(.membership(view(of: "z", abc), Reply(latency: .zero)), from: MeshScript.management("z"))
        script.apply(.failed(SourceFailure(.dns, ""), retryAt: second(2)), from: MeshScript.management("z"))
        script.apply(.membershipUnchanged(Reply(latency: .zero)), from: MeshScript.management("a"))
        script.tick()
        #expect(script.events.isEmpty)
        #expect(script.snapshot.clusters.isEmpty)
        #expect(script.snapshot.sources.map(\.id) == [MeshScript.management("a"), MeshScript.sse("a")])
    }

    @Test("each observer tells its own story")
    func twoObservers() {
        var script = MeshScript(sources: ["a", "b"])
        script.round(["a", "b"], abc)
        script.openStream("b")
        script.tell("b", .unreachable(member("c")))
        script.round(["a", "b"], abc, unreachable: ["c": ["b"]])
        #expect(script.story == ["b: c unreachable", "a: c unreachable"])
        #expect(
            script.events.map(\.text) == [
                "b:25520 sees c:25520 as unreachable", "a:25520 hears from b:25520 that c:25520 is unreachable",
            ])
    }
}
