// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Event streams of the management collector, in virtual time")
struct CollectorStreamTests: FakeClusterTests {
    private typealias Cluster = FakeCluster

    @Test("a stream that ends is opened again at once, then ever later, and each opening replays")
    func reconnect() {
        let rig = rig(Cluster(1...1))
        let stream = url(1, "/cluster/domain-events")
        rig.run(for: .seconds(1))
        rig.forgetObservations()
        rig.end(stream)
        rig.run(for: .milliseconds(10))
        #expect(rig.log(of: stream) == ["closed", "opened", "replay", "replayed"])
        rig.end(stream)
        rig.run(for: .milliseconds(10))
        #expect(rig.log(of: stream).last == "closed")
        rig.run(for: .seconds(4))
        #expect(rig.log(of: stream).last == "replayed")
        rig.say("data:{\"type\":\"LeaderChanged\"}\n\ndata:\n\n", on: stream)
        #expect(rig.log(of: stream).suffix(2) == ["event", "heartbeat"])
    }

    @Test("events that come together are answered by one poll of their node, 100 ms later; those of a replay by none")
    func repoll() {
        let rig = rig(Cluster(1...2))
        let stream = url(1, "/cluster/domain-events")
        rig.run(for: .seconds(1))
        #expect(rig.times(url(1, "/cluster/members")).count == 1)
        rig.say("data:{\"type\":\"RoleLeaderChanged\",\"role\":\"web\"}\n\n", on: stream)
        rig.run(for: .milliseconds(200))
        #expect(rig.times(url(1, "/cluster/members")).count == 1)
        for _ in 0..<3 { rig.say("data:{\"type\":\"LeaderChanged\"}\n\n", on: stream) }
        rig.run(for: .milliseconds(500))
        #expect(rig.times(url(1, "/cluster/members")) == [.zero, .milliseconds(1300)])
        #expect(rig.times(url(2, "/cluster/members")).count == 1)
    }

    @Test(
        "a stream that has somebody as unreachable of whom the endpoint says nothing is opened again after a removal",
        arguments: [true, false])
    func contradiction(isRemoval: Bool) {
        var cluster = Cluster(1...3)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(3))
        let stream = url(1, "/cluster/domain-events")
        let member = #"{"roles":[],"status":"Up","uniqueAddress":{"address":"\#(FakeCluster.address(3))","longUid":3}}"#
        rig.say("data:{\"type\":\"UnreachableMember\",\"member\":\(member)}\n\n", on: stream)
        rig.run(for: .seconds(3))
        rig.forgetObservations()
        // Who had it as terminated is removed, or only changes its status.
        if isRemoval { cluster.members[2] = nil } else { cluster.members[2]?.status = "Leaving" }
        rig.run(for: .seconds(3))
        #expect(rig.log(of: stream).contains("opened") == isRemoval)
        #expect(!rig.log(of: stream).contains("closed"), "it is no failure")
    }

    @Test("a stream that breaks has the member asked at once, for its process may be gone")
    func brokenStream() {
        var cluster = Cluster(1...2)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .milliseconds(2500))
        cluster.refusing = [2]
        rig.forgetAsked()
        rig.end(url(2, "/cluster/domain-events"))
        rig.run(for: .milliseconds(100))
        #expect(rig.times(url(2, "/cluster/members")).count == 2)
        #expect(rig.log(of: url(2)).last == "refused")
    }

    @Test("what a node says of others while it shuts down is no news")
    func shuttingDown() {
        let rig = rig(Cluster(1...1))
        let stream = url(1, "/cluster/domain-events")
        rig.run(for: .seconds(1))
        rig.forgetObservations()
        let member =
            #"{"roles":[],"status":"Removed","uniqueAddress":{"address":"\#(FakeCluster.address(2))","longUid":2}}"#
        rig.say("data:{\"type\":\"ClusterShuttingDown\"}\n\n", on: stream)
        rig.say("data:{\"type\":\"MemberRemoved\",\"member\":\(member)}\n\n", on: stream)
        #expect(rig.log(of: stream) == ["event"])
    }

    @Test("a stream without a sign of life for 25 s is opened anew")
    func silence() {
        let rig = rig(Cluster(1...1))
        let stream = url(1, "/cluster/domain-events")
        rig.run(for: .seconds(20))
        rig.say("data:\n\n", on: stream)
        rig.run(for: .seconds(24))
        #expect(!rig.log(of: stream).contains("timeout"))
        rig.run(for: .seconds(2))
        #expect(rig.log(of: stream).suffix(4) == ["timeout", "opened", "replay", "replayed"])
        #expect(rig.cancelled.count == 1)
    }

    @Test("a replay without a leader is over after half a second")
    func replayWithoutLeader() {
        var cluster = Cluster(1...1)
        cluster.replay = "data:\n\n"
        let rig = rig(cluster)
        rig.run(for: .milliseconds(900))
        #expect(!rig.log.contains { $0.hasPrefix("replayed") })
        rig.run(for: .milliseconds(200))
        #expect(rig.log.contains { $0.hasPrefix("replayed") })
    }

    @Test("a server without the route is no failing source: the stream is taken off")
    func noStreams() {
        var cluster = Cluster(1...1)
        cluster.replay = nil
        let rig = rig(cluster)
        rig.run(for: .seconds(20))
        #expect(rig.log(of: url(1, "/cluster/domain-events")) == ["configured", "removed"])
        #expect(rig.times(url(1, "/cluster/domain-events")).count == 1)
        #expect(rig.collector.isSettled(at: rig.now))
    }

    @Test("bytes that make no sense end the stream as a format failure")
    func nonsense() {
        let rig = rig(Cluster(1...1))
        let stream = url(1, "/cluster/domain-events")
        rig.run(for: .seconds(1))
        rig.say("data:{oops\n\n", on: stream)
        #expect(rig.log(of: stream).last == "format")
        rig.run(for: .seconds(1))
        #expect(rig.log(of: stream).last == "replayed")
    }

    @Test("only so many streams are held open")
    func streamLimit() {
        let rig = rig(Cluster(1...60), ManagementSetup(seeds: [seed(1)], maximumStreams: 5))
        rig.run(for: .seconds(10))
        #expect(rig.streams.count == 5)
    }
}
