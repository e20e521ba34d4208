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
    @Test(
        "rows that are kept from one evaluation to the next are those that would be made", .tags(.slow), .unlessQuick,
        arguments: [9, 210])
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

@Suite("Pairs that are counted only") struct CountedPairTests {
    /// Everybody lists everybody; each bridge measures the nine that the ring has it monitor. One pair is hot.
    private func mesh(_ options: SessionOptions, members count: Int) -> ClusterSnapshot? {
        var mesh = Mesh()
        let names = (0..<count).map { "node\($0)" }
        let members = names.map { member($0) }
        let ring = HeartbeatRing(nodes: members.map(\.node), monitored: HeartbeatRing.defaultMonitoredByMembers)
        func apply(_ payload: Observation.Payload, _ source: SourceID?) {
            _ = mesh.apply(Observation(at: second(1), source: source, payload))
        }
        let hottest = ring.receivers(of: node(hot)).map(\.address).min()
        apply(.started(options), nil)
        for name in names {
            apply(
                .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), MeshScript.management(name))
            apply(
                .membership(view(of: name, members, unreachable: [:]), Reply(latency: .milliseconds(3))),
                MeshScript.management(name))
        }
        for name in names {
            let source = SourceID(.bridge, "http://\(name):8558")
            apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: address(name))), source)
            let detectors = ring.receivers(of: node(name)).map(\.address).sorted().map { peer in
                BridgeReport.Detector(
                    peer: peer, phi: hot == name && peer == hottest ? 3 : 0.1, isInfinite: false, threshold: 8,
                    isAvailable: true, silence: .milliseconds(400), history: nil)
            }
            let report = BridgeReport(
                node: node(name), stack: "akka-2.6.21", transport: .artery, at: second(1), detectors: detectors,
                associations: [], reachability: [])
            apply(.bridge(report, Reply(latency: .zero)), source)
        }
        apply(.tick, nil)
        return mesh.snapshot().clusters.first
    }

    private let hot = "node6"

    @Test("a large mesh counts its calm pairs as one that lists every pair does, and lists the others")
    func counts() throws {
        var options = SessionOptions()
        options.allPairs = true
        let count = SessionOptions.maximumMembersInFull + 5
        let full = try #require(mesh(options, members: count))
        let counted = try #require(mesh(SessionOptions(), members: count))
        #expect(counted.associationCounts == full.associationCounts)
        #expect(counted.associationCounts.active >= count * 9)
        let listed = counted.associations.filter { !$0.isPlainlyActive }
        #expect(listed == full.associations.filter { !$0.isPlainlyActive && $0.status.state != .unknown })
        #expect(listed.map(\.observer.address) == [address(hot)])
    }
}
