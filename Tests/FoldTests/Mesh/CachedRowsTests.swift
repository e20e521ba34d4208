// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Fold
@testable import Model

/// Two meshes that observe the same; one of them makes all rows anew at each evaluation.
private struct TwinMeshes {
    private var random: SplitMix
    private(set) var mesh = Mesh()
    private var forgetful = Mesh()
    private var time = 0.0
    private let names: [String]
    private var members: [Member]
    /// How many rows of former evaluations were there to be used.
    private(set) var kept = 0

    init(seed: UInt64, members count: Int) {
        random = SplitMix(seed: seed)
        names = (0..<count).map { "node\($0)" }
        members = names.map { member($0) }
        apply(.started(SessionOptions()), nil)
        for name in names {
            let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
            apply(.sourceAdded(origin), MeshScript.management(name))
            let bridge = SourceOrigin(cluster: nil, isConfigured: false, member: address(name))
            apply(.sourceAdded(bridge), Self.bridge(name))
        }
    }

    private static func bridge(_ name: String) -> SourceID { SourceID(.bridge, "http://\(name):8558") }

    private mutating func apply(_ payload: Observation.Payload, _ source: SourceID?) {
        for name in Array(forgetful.clusters.keys) { forgetful.clusters[name]?.table.forgetCaches() }
        let observation = Observation(at: second(time), source: source, payload)
        _ = mesh.apply(observation)
        _ = forgetful.apply(observation)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    /// Mostly somebody answers what it answered before.
    mutating func step() {
        if chance(30) { time += Double(Int.random(in: 0...2000, using: &random)) / 1000 }
        if chance(2) { time += 30 }
        let name = pick(names)
        let reply = Reply(latency: .milliseconds(3))
        switch Int.random(in: 0..<40, using: &random) {
        case 0: change()
        case 1:
            apply(.failed(SourceFailure(.refused, "no"), retryAt: second(time + 2)), MeshScript.management(name))
        case 2..<6: report(name)
        case 6: answer(name, unreachable: [pick(names): [name]])
        case 7..<22: answer(name, unreachable: [:])
        case 22..<26: apply(.membershipUnchanged(reply), MeshScript.management(name))
        default:
            kept += mesh.clusters.values.reduce(0) { $0 + $1.table.cache.count }
            apply(chance(70) ? .tick : .refresh, nil)
        }
    }

    private mutating func change() {
        let place = Int.random(in: 0..<members.count, using: &random)
        let name = names[place]
        let status = chance(70) ? MemberStatus.up : pick([.joining, .leaving, .weaklyUp, .down])
        members[place] = member(
            node(name, uid: chance(80) ? nil : 7), status, roles: chance(80) ? ["dc-default"] : ["dc-other"])
    }

    private mutating func answer(_ name: String, unreachable: [String: [String]]) {
        let listed = chance(95) ? members : Array(members.dropLast())
        let view = view(of: name, listed, unreachable: unreachable)
        apply(.membership(view, Reply(latency: .milliseconds(3))), MeshScript.management(name))
    }

    private mutating func report(_ name: String) {
        let peers = names.filter { _ in chance(60) }
        let states = peers.map { _ in chance(97) ? AssociationState.active : .idle }
        let associations = zip(peers, states).map { peer, state in
            BridgeReport.Association(peer: address(peer), uid: chance(80) ? defaultUid(of: peer) : nil, state: state)
        }
        let report = BridgeReport(
            node: node(name), stack: "akka-2.6.21", transport: .artery, at: second(time), detectors: [],
            associations: associations, reachability: [])
        apply(.bridge(report, Reply(latency: .zero)), Self.bridge(name))
    }

    var areAlike: Bool { mesh.snapshot().clusters == forgetful.snapshot().clusters }
}

@Suite("Rows that stay as they are") struct CachedRowsTests {
    /// Of the larger mesh, plainly active pairs are counted only.
    @Test("rows that are kept from one evaluation to the next are those that would be made", arguments: [9, 210])
    func kept(members: Int) {
        var kept = 0
        for _ in 0..<(members > 100 ? 2 : 12) {
            let seed = UInt64.random(in: 0...UInt64(UInt32.max))
            var twins = TwinMeshes(seed: seed, members: members)
            for step in 0..<300 {
                twins.step()
                guard !twins.areAlike else { continue }
                Issue.record("seed \(seed), step \(step)")
                return
            }
            kept += twins.kept
        }
        #expect(kept > 200)
    }
}
