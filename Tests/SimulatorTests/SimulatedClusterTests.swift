// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Simulator

@Suite("A simulated cluster")
struct SimulatedClusterTests {
    /// Everything that the nodes of a cluster say now.
    private func bodies(_ cluster: inout SimulatedCluster) -> [String] {
        cluster.processes.indices.map { slot in
            guard case .reply(let reply) = cluster.answer(SimulatedRequest(path: "/cluster/members"), at: slot) else {
                return "-"
            }
            return String(decoding: reply.body, as: UTF8.self)
        }
    }

    @Test("is the same for the same seed, however finely time is cut", arguments: SimulatedScenario.allCases)
    func determinism(scenario: SimulatedScenario) {
        let configuration = SimulatedCluster.Configuration(scenario: scenario, members: 12, seed: 42)
        var (fine, coarse) = (SimulatedCluster(configuration), SimulatedCluster(configuration))
        for slot in 0..<12 {
            _ = fine.answer(SimulatedRequest(path: "/cluster/domain-events"), at: slot)
            _ = coarse.answer(SimulatedRequest(path: "/cluster/domain-events"), at: slot)
        }
        var (fineEvents, coarseEvents) = ([String](), [String]())
        for _ in 0..<130 {
            for _ in 0..<10 { fineEvents += fine.advance(to: fine.elapsed + .milliseconds(100)).map { "\($0)" } }
            coarseEvents += coarse.advance(to: coarse.elapsed + .seconds(1)).map { "\($0)" }
            #expect(bodies(&fine) == bodies(&coarse))
        }
        #expect(fineEvents == coarseEvents)
        #expect(scenario == .healthy || !fineEvents.isEmpty)
    }

    @Test("has other uids with another seed")
    func seeds() {
        var one = SimulatedCluster(.init(seed: 1))
        var two = SimulatedCluster(.init(seed: 2))
        #expect(bodies(&one) != bodies(&two))
    }

    @Test("numbers a classic stack's incarnations with 32 bits, as its handshake does")
    func classicUIDs() {
        let cluster = SimulatedCluster(.init(members: 50, stack: .akka26Classic))
        #expect(cluster.world.incarnations.allSatisfy { Int64(Int32(truncatingIfNeeded: $0.node.uid)) == $0.node.uid })
        let artery = SimulatedCluster(.init(members: 50))
        #expect(artery.world.incarnations.contains { Int64(Int32(truncatingIfNeeded: $0.node.uid)) != $0.node.uid })
    }

    @Test("makes no new gossip while nothing happens, at any size", arguments: [3, 11, 1000])
    func quiet(members: Int) {
        var cluster = SimulatedCluster(.init(members: members))
        let serials = cluster.gossips.count
        #expect(cluster.advance(to: .seconds(20)).isEmpty)
        #expect(cluster.gossips.count == serials)
    }

    @Test("of three hundred shares one view again after six were killed", .timeLimit(.minutes(1)))
    func sharedViews() {
        var cluster = SimulatedCluster(.init(scenario: .crash, members: 300))
        _ = cluster.advance(to: .seconds(58))
        let views = cluster.processes.compactMap { $0?.gossip }
        #expect(views.count == 294)
        #expect(Set(views.map(ObjectIdentifier.init)).count == 1)
        #expect(views.first?.rows.count == 294)
        #expect(views.first?.reachability.isEmpty == true)
    }

    @Test("of twelve has a ring: a lost member is reported by the nine that monitor it, not by all")
    func ring() {
        var cluster = SimulatedCluster(.init(members: 12))
        cluster.inject(.kill([11]))
        _ = cluster.advance(to: .seconds(8))
        let records = cluster.processes[0]?.gossip?.reachability.records ?? []
        #expect(records.count == 9)
        #expect(records.allSatisfy { $0.subject == 11 })
    }

    @Test("has somebody live at the address of each place, and knows the place of each address")
    func addresses() {
        #expect(SimulatedCluster.host(slot: 0) == "127.1.1.1")
        #expect(SimulatedCluster.host(slot: 999) == "127.1.4.250")
        #expect(SimulatedCluster.slot(host: 127 << 24 | 1 << 16 | 4 << 8 | 250) == 999)
    }

    @Test("repeats its incidents", arguments: SimulatedScenario.allCases.filter { $0 != .healthy })
    func repetition(scenario: SimulatedScenario) throws {
        let period = Double(try #require(scenario.period))
        var run = Watched(scenario, members: 5)
        run.run(to: 2 * period - 1, observers: [0, 1, 2, 3, 4])
        for round in 0...1 {
            let incident = (Double(round) * period + 10)..<(Double(round) * period + 30)
            let changes = (0...4).flatMap { run.views[$0] ?? [] }.filter { incident.contains($0.second) }
            #expect(!changes.isEmpty, "round \(round)")
        }
        for slot in 0...4 {
            let last = try #require(run.views[slot]?.last?.view)
            #expect(Set(last.statuses.values) == ["Up"] && last.statuses.count == 5 && last.unreachable.isEmpty)
        }
    }

    @Test("every scenario says what it does in one line")
    func about() {
        for scenario in SimulatedScenario.allCases {
            #expect((10...110).contains(scenario.about.count), "\(scenario.about)")
        }
    }
}
