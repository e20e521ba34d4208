// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Simulator

/// The times of the cluster kit's real clusters (`stable-after` 10 s), in virtual time, over twenty seeds each.
@Suite("The scenarios keep the timings of real clusters")
struct ScenarioTimingTests {
    static let seeds: ClosedRange<UInt64> = 1...20

    @Test("a killed member becomes unreachable in 3.5-5.6 s, and is removed 10.5-13 s later", arguments: seeds)
    func crash(seed: UInt64) throws {
        var run = Watched(.crash, seed: seed)
        run.run(to: 40, observers: [0, 1, 2])
        #expect(run.firstRefusal(2) == 10)
        let all = try #require(
            [0, 1].compactMap { run.first($0) { $0.unreachable[2] == [0, 1] } }.max(), "seed \(seed)")
        #expect((13.5...16.5).contains(all), "seed \(seed)")
        for observer in 0...1 {
            let lost = try #require(run.first(observer) { $0.unreachable[2] != nil })
            let downed = try #require(run.first(observer) { $0.statuses[2] == "Down" })
            let removed = try #require(run.first(observer, from: 10) { $0.statuses[2] == nil })
            #expect((13.5...15.6).contains(lost), "seed \(seed)")
            #expect(lost < downed && downed < removed)
            #expect((10...13.5).contains(removed - lost), "seed \(seed)")
        }
    }

    @Test("a stopped member is unreachable until it has come back, and stays a member", arguments: seeds)
    func gcPause(seed: UInt64) throws {
        var run = Watched(.gcPause, seed: seed)
        run.run(to: 35, observers: [0, 1])
        for observer in 0...1 {
            let lost = try #require(run.first(observer) { $0.unreachable[2] != nil })
            let back = try #require(run.first(observer, from: 18) { $0.unreachable.isEmpty })
            #expect((13.5...15.6).contains(lost), "seed \(seed)")
            #expect((18...22.1).contains(back), "seed \(seed)")
            #expect(run.first(observer) { $0.statuses[2] != "Up" } == nil, "seed \(seed)")
        }
    }

    @Test("a member that was stopped takes the others for lost when it comes back", arguments: seeds)
    func returning(seed: UInt64) {
        var run = Watched(.gcPause, seed: seed)
        run.run(to: 19, observers: [2])
        #expect(run.first(2, from: 18) { $0.unreachable[0] == [2] && $0.unreachable[1] == [2] } == 18)
    }

    @Test("of two sides the majority downs the minority, which downs itself and ends", arguments: seeds)
    func fullPartition(seed: UInt64) throws {
        var run = Watched(.fullPartition, members: 5, seed: seed)
        run.run(to: 35, observers: [0, 4])
        let alone = try #require(run.first(4) { $0.unreachable.count == 4 })
        let led = try #require(run.first(4) { $0.leader == 4 })
        let downed = try #require(run.first(4) { $0.statuses[4] == "Down" })
        let left = try #require(run.first(4) { $0.statuses.isEmpty })
        let gone = try #require(run.firstRefusal(4, from: 10))
        #expect((13.5...16.6).contains(alone), "seed \(seed)")
        #expect(led < downed && downed < left && left < gone)
        #expect((23.5...28).contains(gone), "seed \(seed)")
        let removed = try #require(run.first(0, from: 10) { $0.statuses[4] == nil })
        #expect((23.5...29).contains(removed), "seed \(seed)")
        #expect(run.first(0) { $0.statuses.values.contains { $0 == "Down" } && $0.statuses[4] != "Down" } == nil)
    }

    @Test("after a one-way cut both ends take each other for lost, a third sees both, and all heals", arguments: seeds)
    func oneWayPartition(seed: UInt64) throws {
        var run = Watched(.oneWayPartition, seed: seed)
        run.run(to: 35, observers: [0, 1, 2])
        for (observer, lost) in [(1, 2), (2, 1)] {
            let seen = try #require(run.first(observer) { $0.unreachable[lost] == [observer] })
            #expect((13.5...15.6).contains(seen), "seed \(seed)")
        }
        #expect(run.first(0) { $0.unreachable == [1: [2], 2: [1]] } != nil, "seed \(seed)")
        for observer in 0...2 {
            let healed = try #require(run.first(observer, from: 20) { $0.unreachable.isEmpty })
            #expect((20...24.1).contains(healed), "seed \(seed)")
            #expect(run.first(observer) { Set($0.statuses.values) != ["Up"] } == nil, "seed \(seed)")
        }
    }

    @Test("a restart on the same address needs two joins: the first only removes the old incarnation", arguments: seeds)
    func restart(seed: UInt64) throws {
        var run = Watched(.restartSameAddress, seed: seed)
        run.run(to: 40, observers: [0, 2])
        #expect(run.firstRefusal(2) == 10)
        let downed = try #require(run.first(0) { $0.statuses[2] == "Down" })
        let removed = try #require(run.first(0, from: 10) { $0.statuses[2] == nil })
        let joined = try #require(run.first(0) { $0.statuses[2] == "Joining" && $0.incarnations[2] == 3 })
        let up = try #require(run.first(0) { $0.statuses[2] == "Up" && $0.incarnations[2] == 3 })
        #expect(downed < 14 && downed < removed && removed < joined && joined <= up)
        #expect((22.5...26.5).contains(up), "seed \(seed)")
        #expect(run.first(0) { $0.unreachable[2] != nil } == nil, "terminated is not listed")
        #expect(run.first(2, from: 11) { $0.statuses.isEmpty } != nil, "it answers before it has joined")
    }

    @Test(
        "a member that leaves is Leaving, Exiting and removed within about 2 s, and its port closes", arguments: seeds)
    func gracefulLeave(seed: UInt64) throws {
        var run = Watched(.gracefulLeave, seed: seed)
        run.run(to: 60, observers: [0, 2])
        let leaving = try #require(run.first(2) { $0.statuses[2] == "Leaving" })
        let exiting = try #require(run.first(0) { $0.statuses[2] == "Exiting" })
        let removed = try #require(run.first(0, from: 10) { $0.statuses[2] == nil })
        let gone = try #require(run.firstRefusal(2, from: 10))
        #expect(leaving < exiting && exiting < removed)
        #expect((10.2...13.5).contains(gone), "seed \(seed)")
        #expect((10.8...14).contains(removed), "seed \(seed)")
        #expect(run.first(0) { $0.unreachable[2] != nil } == nil, "seed \(seed)")
        let back = try #require(run.first(0, from: 40) { $0.statuses[2] == "Up" })
        #expect((42...45.5).contains(back), "seed \(seed)")
    }

    @Test("the first member, which leads, can leave as well", arguments: seeds)
    func leaderLeaves(seed: UInt64) throws {
        var run = Watched(.healthy, seed: seed)
        run.run(to: 5, observers: [1])
        run.inject(.leave([0]))
        run.run(to: 30, observers: [0, 1])
        let removed = try #require(run.first(1) { $0.statuses[0] == nil }, "seed \(seed)")
        #expect(removed < 12, "seed \(seed)")
        #expect(run.views[1]?.last?.view?.leader == 1)
    }

    @Test("a node that was removed while it was stopped is told so when it comes back, and ends", arguments: seeds)
    func longPause(seed: UInt64) {
        var run = Watched(.healthy, seed: seed)
        run.inject(.pause([2]))
        run.run(to: 30, observers: [0])
        run.inject(.resume([2]))
        run.run(to: 60, observers: [0, 2])
        #expect(run.views[0]?.last?.view?.statuses == [0: "Up", 1: "Up"], "seed \(seed)")
        #expect(run.firstRefusal(2, from: 30).map { $0 < 40 } == true, "seed \(seed)")
    }
}
