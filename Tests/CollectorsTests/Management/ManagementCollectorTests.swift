// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Management collector, in virtual time")
struct ManagementCollectorTests: FakeClusterTests {
    private typealias Cluster = FakeCluster

    // MARK: - Discovery

    @Test("from one address all members are found and asked, without waiting for a tick")
    func discovery() {
        let rig = rig(Cluster(1...3))
        rig.run(for: .milliseconds(20))
        #expect(
            rig.log == [
                "configured \(url(1))", "members \(url(1))", "found \(url(2))", "found \(url(3))", "members \(url(2))",
                "members \(url(3))",
            ])
    }

    @Test("health checks and streams follow half a second later, and at once in a one-shot command")
    func secondPhase() {
        let rig = rig(Cluster(1...1))
        rig.run(for: .milliseconds(400))
        #expect(rig.log == ["configured \(url(1))", "members \(url(1))"])
        #expect(!rig.collector.isSettled(at: rig.now))
        rig.run(for: .milliseconds(200))
        #expect(rig.log(of: url(1)).suffix(2) == ["ready", "alive"])
        #expect(
            rig.log(of: url(1, "/cluster/domain-events")) == ["configured", "opened", "replay", "replayed"])
        #expect(rig.collector.isSettled(at: rig.now))

        let hasty = self.rig(Cluster(1...3), ManagementSetup(seeds: [seed(1)], isOneShot: true))
        hasty.run(for: .milliseconds(20))
        #expect(hasty.collector.isSettled(at: hasty.now))
        #expect(hasty.log.count { $0.hasPrefix("ready") } == 3)
        #expect(hasty.log.count { $0.hasPrefix("replayed") } == 3)
    }

    @Test("members that were found are asked on the port that answered, or on the one that was given")
    func ports() {
        var cluster = Cluster(1...2)
        cluster.port = 7626
        let found = rig(cluster, ManagementSetup(seeds: [seed(1, ports: [7626])]))
        found.run(for: .milliseconds(20))
        #expect(found.log.contains("members \(FakeCluster.url(2, port: 7626))"))
        let given = rig(cluster, ManagementSetup(seeds: [seed(1, ports: [7626])], managementPort: 9999))
        given.run(for: .milliseconds(20))
        #expect(given.log.contains("found \(FakeCluster.url(2, port: 9999))"))
    }

    @Test("without discovery nobody else is asked")
    func noDiscovery() {
        let rig = rig(Cluster(1...3), ManagementSetup(seeds: [seed(1)], discovers: false))
        rig.run(for: .seconds(5))
        #expect(Set(rig.asked.map { $0.url.prefix(20) }).count == 1)
    }

    @Test("of two default ports the one that answers stays, and the first wins if both do", arguments: [8558, 7626, 0])
    func defaultPorts(answering: Int) {
        var cluster = Cluster(1...1)
        cluster.port = answering
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1, ports: ManagementSeed.defaultPorts)])) { url in
            if answering == 0 { cluster.port = url.contains(":7626") ? 7626 : 8558 }
            return cluster.answer(url)
        }
        rig.begin()
        rig.run(for: .milliseconds(50))
        let kept = answering == 0 ? 8558 : answering
        let dropped = kept == 8558 ? 7626 : 8558
        #expect(rig.log(of: FakeCluster.url(1, port: kept)).contains("members"))
        #expect(rig.log(of: FakeCluster.url(1, port: dropped)).last == "removed")
        #expect(rig.collector.sources.count == 1)
    }

    @Test("when neither default port answers, both stay and say why")
    func noDefaultPort() {
        let rig = rig(Cluster([]), ManagementSetup(seeds: [seed(1, ports: ManagementSeed.defaultPorts)]))
        rig.run(for: .milliseconds(50))
        #expect(rig.log(of: FakeCluster.url(1, port: 8558)).last == "refused")
        #expect(rig.log(of: FakeCluster.url(1, port: 7626)).last == "refused")
        #expect(rig.collector.isSettled(at: rig.now))
    }

    @Test("a seed that says it is X covers X, and replaces a source that was found for X")
    func coverage() {
        let cluster = Cluster(1...2)
        let options = ManagementSetup(seeds: [
            seed(1), ManagementSeed(endpoints: [Endpoint(host: "localhost", port: 8558)]),
        ])
        let rig = CollectorRig(options) { url in
            cluster.answer(url.replacing("//localhost:", with: "//10.0.0.2:"))
        }
        rig.begin()
        rig.run(for: .seconds(3))
        #expect(rig.collector.sources.all.map(\.id.target).sorted() == [url(1), "http://localhost:8558"])
        #expect(rig.log(of: url(2)).last == "removed" || rig.log(of: url(2)).isEmpty)
    }

    @Test(
        "a source that was found is dropped 60 s after the last voting view has listed its member, a configured one never"
    )
    func dropping() {
        var cluster = Cluster(1...4)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1), seed(4)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(10))
        for host in 3...4 { cluster.members[host] = nil }
        rig.run(for: .seconds(60))
        #expect(!rig.log(of: url(3)).contains("removed"))
        rig.run(for: .seconds(6))
        #expect(rig.log(of: url(3)).last == "removed")
        #expect(rig.log(of: url(3, "/cluster/domain-events")).last == "removed")
        #expect(!rig.log(of: url(4)).contains("removed"))
        rig.forgetAsked()
        rig.run(for: .seconds(40))
        #expect(rig.times(url(3, "/cluster/members")).isEmpty)
        #expect(!rig.times(url(4, "/cluster/members")).isEmpty)
    }

    @Test("when nobody answers any more, nobody can say who is gone, and all sources stay")
    func totalOutage() {
        var cluster = Cluster(1...3)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(5))
        cluster.refusing = [1, 2, 3]
        rig.run(for: .seconds(200))
        #expect(rig.collector.sources.count == 3)
        cluster.refusing = []
        rig.run(for: .seconds(31))
        #expect(rig.collector.sources.all.allSatisfy { $0.isAnswering })
    }

    @Test("a name given to a seed is the cluster of all that is found from it")
    func names() {
        let rig = rig(Cluster(1...2), ManagementSetup(seeds: [seed(1, name: "prod")]))
        rig.run(for: .seconds(1))
        let clusters = rig.observations.compactMap { observation -> String? in
            if case .sourceAdded(let origin) = observation.payload { origin.cluster } else { nil }
        }
        #expect(clusters == ["prod", "prod", "prod", "prod"])
    }

    // MARK: - Polling

    @Test("all members are asked together once per interval, and the same answer again is said to be unchanged")
    func ticks() {
        let rig = rig(Cluster(1...3))
        rig.run(for: .milliseconds(4100))
        for host in 1...3 {
            #expect(rig.times(url(host, "/cluster/members")).dropFirst() == [.seconds(2), .seconds(4)])
            #expect(rig.log(of: url(host)).count { $0 == "unchanged" } == 2)
        }
        #expect(rig.overlaps == [])
    }

    @Test("health checks are asked about every ten seconds, each tick if the interval is longer")
    func checkInterval() {
        let rig = rig(Cluster(1...1))
        rig.run(for: .seconds(40))
        #expect(rig.times(url(1, "/ready")).count == 4)
        let slow = self.rig(Cluster(1...1), ManagementSetup(seeds: [seed(1)], interval: .seconds(15)))
        slow.run(for: .seconds(46))
        #expect(slow.times(url(1, "/alive")).count == 4)
    }

    @Test("of a large mesh the health of 20 members is asked per tick, each in turn", .tags(.slow), .unlessQuick)
    func checkRotation() {
        let rig = rig(Cluster(1...200))
        rig.run(for: .seconds(5))
        rig.forgetAsked()
        rig.run(for: .seconds(36))
        let checks = rig.asked.filter { $0.url.hasSuffix("/ready") }
        #expect(checks.count <= 18 * 20)
        #expect(Set(checks.map(\.url)).count == 200)
    }

    @Test("a status that changes in a member's own row has its health asked at once")
    func checksAfterChange() {
        var cluster = Cluster(1...2)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(3))
        rig.forgetAsked()
        cluster.members[2]?.status = "Leaving"
        cluster.isReady = false
        rig.run(for: .milliseconds(1100))
        #expect(rig.times(url(2, "/ready")).count == 1)
        #expect(rig.times(url(1, "/ready")).isEmpty)
        #expect(rig.log(of: url(2)).contains("not ready: Not Healthy: Check [x] not ok"))
    }

    @Test(
        "at most 16 requests run at once, and never two at one endpoint, also when answers are slower than the interval"
    )
    func bounds() {
        var cluster = Cluster(1...40)
        cluster.silent = Set(30...40)
        let rig = rig(cluster, ManagementSetup(seeds: [seed(1)], timeout: .seconds(7)))
        rig.latency = .milliseconds(900)
        rig.run(for: .seconds(60))
        #expect(rig.mostInFlight == 16)
        #expect(rig.overlaps == [])
    }

    @Test("of a large mesh 50 members are asked per tick, each in turn")
    func rotation() {
        let rig = rig(Cluster(1...200))
        rig.run(for: .seconds(5))
        rig.forgetAsked()
        rig.run(for: .seconds(8))
        let polls = rig.asked.filter { $0.url.hasSuffix("/members") }
        #expect(polls.count == 200)
        #expect(Set(polls.map(\.url)).count == 200)
        #expect(Set(polls.map { Int($0.at.inSeconds) }).count == 4)
    }

    @Test("of a large mesh those that are unreachable for somebody are asked in every tick")
    func suspiciousFirst() {
        var cluster = Cluster(1...200)
        cluster.unreachable = [77: [1], 78: [1, 2]]
        let rig = rig(cluster)
        rig.run(for: .seconds(5))
        rig.forgetAsked()
        rig.run(for: .seconds(20))
        #expect(rig.times(url(77, "/cluster/members")).count == 10)
        #expect(rig.times(url(78, "/cluster/members")).count == 10)
        #expect(rig.times(url(100, "/cluster/members")).count >= 2)
    }

    @Test("poll now asks everybody at once and counts the interval from there")
    func pollNow() {
        let rig = rig(Cluster(1...2))
        rig.run(for: .milliseconds(2500))
        rig.forgetAsked()
        rig.pollNow()
        rig.run(for: .milliseconds(2100))
        #expect(rig.times(url(2, "/cluster/members")) == [.milliseconds(2500), .milliseconds(4500)])
    }

    // MARK: - Failures

    @Test("a failure is retried at once, then after one interval, two, four, up to 30 s")
    func backoff() {
        let rig = rig(Cluster([]))
        rig.run(for: .seconds(120))
        let times = rig.times(url(1, "/cluster/members")).map { ($0.inSeconds * 10).rounded() / 10 }
        #expect(times == [0, 0, 2, 6, 14, 30, 60, 90, 120])
    }

    @Test("a member that is still listed is asked every other interval at least")
    func backoffOfListed() {
        var cluster = Cluster(1...2)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(3))
        cluster.refusing = [2]
        rig.forgetAsked()
        rig.run(for: .seconds(20))
        let times = rig.times(url(2, "/cluster/members")).map { $0.inSeconds.rounded() }
        #expect(times == [4, 4, 6, 10, 14, 18, 22])
    }

    @Test("one that has answered before is asked every 10 s at least, also when the whole cluster is gone")
    func backoffOfKnown() {
        var cluster = Cluster(1...1)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(3))
        cluster.refusing = [1]
        rig.forgetAsked()
        rig.run(for: .seconds(60))
        let times = rig.times(url(1, "/cluster/members")).map(\.inSeconds)
        #expect(times.count > 6)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 10.5 })
        #expect(zip(times, times.dropFirst()).contains { $1 - $0 > 8 }, "the pauses grow")
    }

    @Test("after the loss of a whole cluster the first node that answers has the others asked at once")
    func returnOfCluster() {
        /// When each of two members is asked after all were lost; the first comes back, as a cluster of its own, or does not.
        func asked(comesBack: Bool) -> (first: [Duration], second: [Duration]) {
            var cluster = Cluster(1...2)
            let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
            rig.begin()
            rig.run(for: .seconds(3))
            // One after the other, so that they wait in different rhythms.
            cluster.refusing = [2]
            rig.run(for: .seconds(6))
            cluster.refusing = [1, 2]
            rig.run(for: .seconds(40))
            rig.forgetAsked()
            if comesBack { (cluster.refusing, cluster.ownViews) = ([2], [1: [1]]) }
            rig.run(for: .seconds(12))
            return (rig.times(url(1, "/cluster/members")), rig.times(url(2, "/cluster/members")))
        }
        let (lost, returned) = (asked(comesBack: false), asked(comesBack: true))
        let back = returned.first.first ?? .zero
        func count(_ times: [Duration]) -> Int { times.count { $0 >= back && $0 < back + .milliseconds(500) } }
        // At most its own turn falls into that time otherwise.
        #expect(count(lost.second) <= 1)
        #expect(count(returned.second) > count(lost.second))
    }

    @Test("the log of a node that starts has its endpoint asked at once; other lines do not")
    func logSaysBack() {
        for (kind, count) in [(LifecycleEvent.Kind.started, 1), (.welcomed, 1), (.unreachable(expected: false), 0)] {
            var cluster = Cluster(1...2)
            let rig = CollectorRig(ManagementSetup(seeds: [seed(1)], interval: .seconds(10))) { cluster.answer($0) }
            rig.begin()
            rig.run(for: .seconds(3))
            cluster.refusing = [2]
            rig.run(for: .seconds(35))
            rig.forgetAsked()
            rig.follow(
                LifecycleEvent(
                    at: rig.now, observer: try? Address(parsing: FakeCluster.address(2)), pattern: "T01", kind: kind,
                    evidence: LifecycleEvent.Evidence("a line")))
            rig.run(for: .milliseconds(10))
            #expect(rig.times(url(2, "/cluster/members")).count == count, "\(kind)")
        }
    }

    @Test("an event that says a member is back has it asked at once")
    func eventSaysBack() {
        var cluster = Cluster(1...2)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(3))
        cluster.refusing = [2]
        rig.run(for: .milliseconds(8500))
        cluster.refusing = []
        rig.forgetAsked()
        let member = #"{"roles":[],"status":"Up","uniqueAddress":{"address":"\#(FakeCluster.address(2))","longUid":2}}"#
        rig.say("data:{\"type\":\"ReachableMember\",\"member\":\(member)}\n\n", on: url(1, "/cluster/domain-events"))
        rig.run(for: .milliseconds(10))
        #expect(rig.times(url(2, "/cluster/members")).count == 1)
        #expect(rig.log(of: url(2)).contains("unchanged"))
        #expect(rig.times(url(2, "/ready")).count == 1, "a source that is back has its health asked")
    }

    @Test("a new incarnation in somebody's view has its address asked at once")
    func newIncarnation() {
        var cluster = Cluster(1...2)
        let rig = CollectorRig(ManagementSetup(seeds: [seed(1)], interval: .seconds(10))) { cluster.answer($0) }
        rig.begin()
        rig.run(for: .seconds(5))
        cluster.refusing = [2]
        rig.run(for: .seconds(21))
        cluster.refusing = []
        cluster.members[2]?.uid = 22
        rig.forgetAsked()
        rig.run(for: .milliseconds(4100))
        #expect(rig.times(url(2, "/cluster/members")).map { $0.inSeconds.rounded() } == [30])
    }

    @Test("bad answers are failures of their own kind, and a good one after them is taken")
    func badAnswers() {
        let bodies: [(CollectorRig.Answer, String)] = [
            (.reply(200, "{\"selfNode\":"), "format"), (.reply(200, "[]"), "format"),
            (.reply(502, "<html><h1>Bad Gateway</h1>"), "http"), (.reply(401, ""), "auth"), (.silence, "timeout"),
            (.reply(200, "{\"selfNode\":\"akka://S@h\\u001b[1m:1\",\"members\":[]}"), "format"),
        ]
        for (answer, code) in bodies {
            var isBad = true
            let cluster = Cluster(1...1)
            let rig = CollectorRig(ManagementSetup(seeds: [seed(1)])) { url in
                isBad && url.hasSuffix("/members") ? answer : cluster.answer(url)
            }
            rig.begin()
            rig.run(for: .seconds(5))
            #expect(rig.log(of: url(1)).last == code)
            isBad = false
            rig.run(for: .seconds(40))
            #expect(rig.log(of: url(1)).contains("members"))
        }
    }
}
