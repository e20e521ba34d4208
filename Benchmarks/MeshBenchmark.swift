// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import Views

/// The fold and what is printed of it, at the sizes of the issue: 1,000 members, 10 observers, 1 % changed per tick.
struct MeshBenchmark {
    private static let start = Timestamp(milliseconds: 1_700_000_000_000)
    private let nodes: [UniqueAddress]
    private let roles = Roles(["web", "dc-default"])

    init(members: Int) throws {
        nodes = try (0..<members).map { index in
            let address = try Address(parsing: "akka://Shop@10.0.\(index / 250).\(index % 250):25520")
            return UniqueAddress(address, uid: Int64(truncatingIfNeeded: index &* 0x1E37_79B9_7F4A_7C15))
        }
    }

    func run(observers: Int, _ measure: Measure) {
        var mesh = Mesh()
        _ = mesh.apply(Observation(at: Self.start, source: nil, .started(SessionOptions())))
        for source in sources(observers) {
            let origin = SourceOrigin(cluster: nil, isConfigured: false, member: nil)
            _ = mesh.apply(Observation(at: Self.start, source: source, .sourceAdded(origin)))
        }
        let before = tick(observers, changed: 0)
        let after = tick(observers, changed: nodes.count / 100)
        for observation in before { _ = mesh.apply(observation) }
        let settled = mesh
        let name = "\(nodes.count) members x \(observers) observers"
        measure("fold of a tick, 1 % changed, \(name)") {
            var mesh = settled
            for observation in after { _ = mesh.apply(observation) }
            return mesh
        }
        measure("fold of a tick, nothing changed, \(name)") {
            var mesh = settled
            for observation in before { _ = mesh.apply(observation) }
            return mesh
        }
        measure("snapshot, \(name)") { settled.snapshot() }
        let snapshot = settled.snapshot()
        measure("snapshot to JSON, \(name)") { SnapshotDocument.json(snapshot, sequence: 1) }
    }

    private func sources(_ count: Int) -> [SourceID] {
        (0..<count).map { SourceID(.management, "http://10.0.\($0 / 250).\($0 % 250):8558") }
    }

    /// One answer of each observer, each with a list of its own, then the tick.
    private func tick(_ observers: Int, changed: Int) -> [Observation] {
        let answers = zip(sources(observers), nodes).map { source, node in
            let members = nodes.enumerated().map { index, node in
                let isChanged = changed > 0 && index % (nodes.count / changed) == 5
                return Member(node: node, status: isChanged ? .leaving : .up, roles: roles)
            }
            let view = MembershipView(
                observer: node.address, members: MemberList(members), leader: nodes[0].address, oldest: nil)
            let payload = Observation.Payload.membership(view, Reply(latency: .milliseconds(3)))
            return Observation(at: Self.start, source: source, payload)
        }
        return answers + [Observation(at: Self.start + .seconds(2), source: nil, .tick)]
    }
}
