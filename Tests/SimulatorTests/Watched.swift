// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Simulator

/// A cluster in virtual time, and what every observer said at each change.
struct Watched {
    /// One observer's view at the moment it changed: statuses by place, and who is unreachable by whom.
    struct View: Equatable {
        var statuses: [Int: String] = [:]
        var incarnations: [Int: Int] = [:]
        var unreachable: [Int: Set<Int>] = [:]
        var leader: Int?
    }

    private(set) var cluster: SimulatedCluster
    /// `nil`: refuses.
    private(set) var views: [Int: [(second: Double, view: View?)]] = [:]
    private(set) var events: [Int: [(second: Double, text: String)]] = [:]

    init(_ scenario: SimulatedScenario, members: Int = 3, seed: UInt64 = 1, following: [Int] = []) {
        cluster = SimulatedCluster(.init(scenario: scenario, members: members, seed: seed))
        for slot in following { _ = cluster.answer(SimulatedRequest(path: "/cluster/domain-events"), at: slot) }
    }

    mutating func run(to seconds: Double, observers: [Int]) {
        while Double(cluster.now) < seconds * Double(Step.perSecond) {
            let effects = cluster.advance(to: .milliseconds((cluster.now + 1) * Step.milliseconds))
            let second = Double(cluster.now) / Double(Step.perSecond)
            for case .publish(let slot, let published) in effects {
                events[slot, default: []] += published.map { (second, String(decoding: $0.bytes, as: UTF8.self)) }
            }
            for slot in observers {
                let view = view(slot)
                if let last = views[slot]?.last, last.view == view { continue }
                views[slot, default: []].append((second, view))
            }
        }
    }

    private func view(_ slot: Int) -> View? {
        guard let process = cluster.processes[slot], process.opensAt <= cluster.now else { return nil }
        var view = View()
        guard let gossip = process.gossip else { return view }
        for row in gossip.rows {
            let place = cluster.world.incarnations[row.id].slot
            view.statuses[place] = row.status.name
            view.incarnations[place] = row.id
        }
        for record in gossip.reachability.records where record.status == .unreachable {
            view.unreachable[cluster.world.incarnations[record.subject].slot, default: []]
                .insert(cluster.world.incarnations[record.observer].slot)
        }
        let leader = gossip.leader(for: process.id, world: cluster.world)
        view.leader = gossip.rows.first { cluster.world.incarnations[$0.id].node.address == leader }
            .map { cluster.world.incarnations[$0.id].slot }
        return view
    }

    /// The first second, from `start` on, at which an observer's view holds what is asked.
    func first(_ observer: Int, from start: Double = 0, _ condition: (View) -> Bool) -> Double? {
        views[observer]?.first { $0.second >= start && $0.view.map(condition) == true }?.second
    }

    func firstRefusal(_ observer: Int, from start: Double = 0) -> Double? {
        views[observer]?.first { $0.second >= start && $0.view == nil }?.second
    }

    mutating func inject(_ fault: SimulatedFault) { cluster.inject(fault) }
}
