// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

@testable import meshtop

@Suite("What check remembers between runs")
struct CheckStateTests {
    private static let start = Timestamp(microseconds: 1_700_000_000_000_000)

    /// A cluster of three at a moment, of which some are Up and some unreachable.
    private func snapshot(
        after seconds: Int64, up: Int = 3, unreachable: [String] = [], since: Timestamp? = nil
    ) -> MeshSnapshot {
        let now = Self.start + .seconds(seconds)
        let members = (1...3).map { number in
            let name = "10.0.0.\(number)"
            return MemberSnapshot(
                node: UniqueAddress(address(name), uid: 7), status: number <= up ? .up : .joining, since: now,
                roles: Roles([]), isLeader: nil, isOldest: nil, ready: nil, alive: nil,
                unreachableBy: unreachable.contains(name) ? [address("10.0.0.9")] : [], unreachableSince: since,
                removedAt: nil, health: Health(level: .healthy), observedAt: now, freshness: .fresh, source: nil)
        }
        let cluster = ClusterSnapshot(
            id: "Shop", system: "Shop", stack: .akka, transport: .artery, leader: nil,
            health: Health(level: .healthy), members: members, views: [], partitions: [])
        return MeshSnapshot(
            at: now, options: SessionOptions(), health: Health(level: .healthy), sources: [], clusters: [cluster],
            events: EventLog(), dropped: DroppedCounts())
    }

    private let tolerated = Duration.seconds(20)

    @Test("the time counts from the run that first saw the trouble")
    func grace() {
        var state = CheckState()
        #expect(state.overdue(snapshot(after: 0, unreachable: ["10.0.0.3"]), after: tolerated).isEmpty)
        state = state.next(snapshot(after: 0, unreachable: ["10.0.0.3"]))
        #expect(state.overdue(snapshot(after: 20, unreachable: ["10.0.0.3"]), after: tolerated).isEmpty)
        #expect(
            state.overdue(snapshot(after: 21, unreachable: ["10.0.0.3"]), after: tolerated)
                == ["10.0.0.3:25520 unreachable for 21 s"])
    }

    @Test("what is over begins anew when it comes again")
    func over() {
        var state = CheckState().next(snapshot(after: 0, unreachable: ["10.0.0.3"]))
        state = state.next(snapshot(after: 30))
        #expect(state.unreachable.isEmpty)
        state = state.next(snapshot(after: 60, unreachable: ["10.0.0.3"]))
        #expect(state.overdue(snapshot(after: 70, unreachable: ["10.0.0.3"]), after: tolerated).isEmpty)
    }

    @Test("a beginning that the cluster itself dates is older than the first run")
    func dated() {
        let since = Self.start - .seconds(25)
        let shot = snapshot(after: 0, unreachable: ["10.0.0.3"], since: since)
        #expect(CheckState().overdue(shot, after: tolerated).count == 1)
    }

    @Test("the largest number of members that were Up is kept until the file is old")
    func up() throws {
        let state = CheckState().next(snapshot(after: 0)).next(snapshot(after: 60, up: 2))
        #expect(state.up["Shop"]?.count == 3)
        let late = Self.start + .seconds(8 * 3600 + 1)
        let read = try #require(CheckState(state.text, at: late))
        #expect(read.up.isEmpty)
    }

    @Test("a state is read as it was written")
    func roundTrip() throws {
        let state = CheckState().next(snapshot(after: 0, unreachable: ["10.0.0.2", "10.0.0.3"]))
        let read = try #require(CheckState(state.text, at: Self.start + .seconds(1)))
        #expect(read == state && read.unreachable.count == 2)
    }

    @Test(
        "another file is refused, and an empty one is a beginning",
        arguments: [
            "hello", "meshtop-state 2\n", "meshtop-state 1\nup Shop 3\n", "meshtop-state 1\nfoo a b 1699999999000000\n",
        ])
    func foreign(text: String) {
        #expect(CheckState(text, at: Self.start) == nil)
        #expect(CheckState("", at: Self.start) == CheckState())
    }

    @Test("a cluster that does not answer keeps what was known of it")
    func silent() {
        var state = CheckState().next(snapshot(after: 0, unreachable: ["10.0.0.3"]))
        var empty = snapshot(after: 10)
        empty.clusters = []
        state = state.next(empty)
        #expect(state.up["Shop"]?.count == 3 && state.unreachable.count == 1)
    }

    @Test("no more members are remembered than the bound")
    func bound() {
        var state = CheckState()
        for number in 0...10_000 {
            state.unreachable[CheckState.Place(cluster: "Shop", address: "a\(number)")] = Self.start
        }
        #expect(state.text.split(separator: "\n").count == 10_001)
        #expect(CheckState(state.text, at: Self.start)?.unreachable.count == 10_000)
    }
}
