// SPDX-License-Identifier: Apache-2.0
import Collectors
import Model
import Testing

@testable import Simulator

/// A cluster in virtual time, asked for its bridges' reports, read as meshtop reads them.
struct WatchedBridge {
    /// One association at the moment it changed.
    struct Change: Equatable, CustomStringConvertible {
        var second: Double
        var text: String
        var state: AssociationState
        var person: Int?

        var description: String { "\(second) \(text)" }
    }

    struct Pair: Hashable {
        let observer: Int
        let peer: Int
    }

    private(set) var cluster: SimulatedCluster
    private(set) var changes: [Pair: [Change]] = [:]
    private(set) var events: [Int: [(second: Double, event: BridgeReport.Event)]] = [:]
    /// The newest report of each place; those that do not answer keep their last.
    private(set) var reports: [Int: BridgeReport] = [:]
    /// The detectors of each report, by second.
    private(set) var detectors: [Pair: [(second: Double, detector: BridgeReport.Detector)]] = [:]
    private var told: [Int: Int64] = [:]
    private let decoder = BridgeDecoder()

    /// How many steps pass between two looks.
    private let interval: Int

    init(
        _ scenario: SimulatedScenario, stack: SimulatedStack? = nil, members: Int = 3, seed: UInt64 = 1, every: Int = 1
    ) {
        interval = every
        cluster = SimulatedCluster(.init(scenario: scenario, members: members, seed: seed, stack: stack))
    }

    var second: Double { Double(cluster.now) / Double(Step.perSecond) }

    mutating func run(to seconds: Double) throws {
        while second < seconds {
            _ = cluster.advance(to: .milliseconds((cluster.now + 1) * Step.milliseconds))
            if cluster.now % interval != 0 { continue }
            for slot in cluster.processes.indices { try look(slot) }
        }
    }

    private mutating func look(_ slot: Int) throws {
        guard case .reply(let reply) = cluster.answer(.init(path: "/meshtop/remoting"), at: slot) else { return }
        #expect(reply.status == 200)
        let report = try decoder.decode(PaddedBytes(reply.body))
        reports[slot] = report
        for event in report.events where event.sequence > told[report.node.hashValue, default: 0] {
            events[slot, default: []].append((second, event))
            told[report.node.hashValue] = event.sequence
        }
        for detector in report.detectors {
            let pair = Pair(observer: slot, peer: place(detector.peer))
            detectors[pair, default: []].append((second, detector))
        }
        for association in report.associations {
            note(association, Pair(observer: slot, peer: place(association.peer)))
        }
    }

    private mutating func note(_ association: BridgeReport.Association, _ pair: Pair) {
        let qualifiers = [
            association.isHarmless ? "harmless" : nil, association.isBackingOff ? "backoff" : nil,
            association.isHandshaking ? "handshaking" : nil, association.gatedUntil == nil ? nil : "until",
        ]
        let text = ([association.state.rawValue] + qualifiers.compactMap { $0 }).joined(separator: " ")
        let person = association.uid.flatMap { uid in
            cluster.world.incarnations.firstIndex { $0.node == UniqueAddress(association.peer, uid: uid) }
        }
        let change = Change(second: second, text: text, state: association.state, person: person)
        if let last = changes[pair]?.last, last.text == text, last.person == person { return }
        changes[pair, default: []].append(change)
    }

    private func place(_ address: Address) -> Int {
        cluster.world.incarnations.first { $0.node.address == address }?.slot ?? -1
    }

    /// The states of a pair in order, without their times.
    func states(_ observer: Int, _ peer: Int) -> [String] {
        (changes[Pair(observer: observer, peer: peer)] ?? []).map { "\($0.text) \($0.person.map(String.init) ?? "?")" }
    }

    func first(_ observer: Int, _ peer: Int, _ text: String, from start: Double = 0) -> Double? {
        changes[Pair(observer: observer, peer: peer)]?.first { $0.second >= start && $0.text == text }?.second
    }
}
