// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import Testing

@testable import Simulator

/// What is foreseen of the resolver, held against what it then does.
@Suite("Forecasts")
struct ForecastTests {
    /// Who is downed after faults, and who was foreseen as that just before.
    private func outcome(
        _ members: Int, stack: SimulatedStack = .akka26Artery, mode: FaultRun.Mode = .bridge,
        _ faults: SimulatedFault...
    ) throws -> (foreseen: [String], downed: Set<String>, forecast: DowningForecast?) {
        var run = FaultRun(members, mode: mode, stack: stack)
        try run.run(15)
        for fault in faults { run.inject(fault) }
        var forecast: DowningForecast?
        var downed: Set<String> = []
        for _ in 0..<30 {
            try run.run(1)
            let cluster = run.mesh.snapshot().clusters[0]
            downed.formUnion(
                cluster.members.filter { $0.status == .down || $0.removedAt != nil }.map(\.node.address.hostPort))
            if downed.isEmpty, let next = cluster.downing?.forecast { forecast = next }
        }
        return (forecast?.down.map(\.hostPort) ?? [], downed, forecast)
    }

    private func names(_ slots: ClosedRange<Int>) -> [String] {
        slots.map { "\(SimulatedCluster.host(slot: $0)):25520" }
    }

    @Test("a crash: the dead one is downed, by the leader, and keep-majority is only assumed")
    func crash() throws {
        let found = try outcome(5, .kill([4]))
        #expect(found.foreseen == names(4...4) && found.downed == Set(names(4...4)))
        #expect(found.forecast?.certainty == .assumed && found.forecast?.by?.hostPort == names(0...0)[0])
        #expect(
            found.forecast?.strategies?.map(\.name) == [
                "down-all", "keep-majority", "keep-oldest", "lease-majority", "none",
            ])
        #expect(found.forecast?.survive.count == 4)
    }

    @Test("a partition: the smaller side", arguments: FaultRun.Mode.allCases)
    func partition(mode: FaultRun.Mode) throws {
        let found = try outcome(7, mode: mode, .isolate([5, 6]))
        #expect(found.foreseen == names(5...6) && found.downed == Set(names(5...6)))
    }

    @Test("two of four cut off: the side without the lowest address")
    func even() throws {
        let found = try outcome(4, .isolate([2, 3]))
        #expect(found.foreseen == names(2...3) && found.downed == Set(names(2...3)))
    }

    @Test("a link between two of five: both, as indirectly connected")
    func link() throws {
        let found = try outcome(5, .cut(from: 3, to: 4), .cut(from: 4, to: 3))
        #expect(found.foreseen == names(3...4) && found.downed == Set(names(3...4)))
        #expect(found.forecast?.decision == "DownIndirectlyConnected")
    }

    @Test("from Akka 2.10.16 on a link between two of four ends the whole cluster, of five it does not")
    func safeguard() throws {
        let four = try outcome(4, stack: .akka210Artery, .cut(from: 2, to: 3), .cut(from: 3, to: 2))
        #expect(four.foreseen == names(0...3) && four.forecast?.survive.isEmpty == true)
        let five = try outcome(5, stack: .akka210Artery, .cut(from: 3, to: 4), .cut(from: 4, to: 3))
        #expect(five.foreseen == names(3...4))
        let older = try outcome(4, .cut(from: 2, to: 3), .cut(from: 3, to: 2))
        #expect(older.foreseen == names(2...3))
    }

    @Test("a crash beside a broken link: both ends of the link, and the dead one")
    func compound() throws {
        let found = try outcome(8, .kill([7]), .cut(from: 2, to: 3), .cut(from: 3, to: 2))
        #expect(Set(found.foreseen) == Set(names(2...3) + names(7...7)))
        #expect(found.downed == Set(found.foreseen))
    }

    @Test("where nobody is unreachable nothing is foreseen")
    func quiet() throws {
        var run = FaultRun(3)
        try run.run(20)
        #expect(run.mesh.snapshot().clusters[0].downing == nil)
    }
}
