// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model
import Testing

@testable import Simulator

@Suite("What simulated nodes say means to the collectors what it means to the nodes")
struct DecodingTests {
    @Test("every answer of every incident", arguments: SimulatedScenario.allCases)
    func answers(scenario: SimulatedScenario) throws {
        var cluster = SimulatedCluster(.init(scenario: scenario, members: 12, seed: 7))
        let decoder = MembersDecoder()
        for _ in 0..<45 {
            _ = cluster.advance(to: cluster.elapsed + .seconds(1))
            for (slot, process) in cluster.processes.enumerated() {
                guard let process, process.opensAt <= cluster.now, !process.isPaused else { continue }
                guard case .reply(let reply) = cluster.answer(.init(path: "/cluster/members"), at: slot) else {
                    Issue.record("place \(slot) does not answer")
                    continue
                }
                let view = try decoder.decode(PaddedBytes(reply.body))
                #expect(view.observer == cluster.world.incarnations[process.id].node.address)
                #expect(view.members == process.gossip?.membership.list ?? .empty)
                #expect(view.leader == process.gossip?.leader(for: process.id, world: cluster.world))
                #expect(view.unreachable == unreachable(process, cluster.world))
            }
        }
    }

    private func unreachable(_ process: SimulatedProcess, _ world: World) -> [UnreachableRecord] {
        let records = (process.gossip?.reachability.records ?? []).filter { $0.status == .unreachable }
        let address = { (id: Int) in world.incarnations[id].node.address }
        return Dictionary(grouping: records, by: \.subject)
            .map { UnreachableRecord(subject: address($0), observers: $1.map { address($0.observer) }.sorted()) }
            .sorted { $0.subject < $1.subject }
    }
}
