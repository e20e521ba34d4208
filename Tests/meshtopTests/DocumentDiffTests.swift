// SPDX-License-Identifier: Apache-2.0
import Collectors
import Fold
import Model
import Testing
import Views

@testable import meshtop

@Suite("Differences between snapshots")
struct DocumentDiffTests {
    private func tree(_ snapshot: MeshSnapshot, sequence: Int = 1) throws -> JSONTree {
        try JSONTree(parsing: SnapshotDocument.json(snapshot, sequence: sequence))
    }

    @Test("two snapshots of the same state do not differ, whatever their times and numbers")
    func equal() throws {
        var later = Mesh()
        for observation in try SmallMesh.observations() {
            _ = later.apply(
                Observation(at: observation.at + .seconds(60), source: observation.source, observation.payload))
        }
        let changes = DocumentDiff.changes(
            from: try tree(SmallMesh.snapshot()), to: try tree(later.snapshot(), sequence: 9))
        #expect(changes == [])
    }

    @Test("a member that changed, one that came and one that went are told by what they are")
    func members() throws {
        let changes = DocumentDiff.changes(
            from: try tree(SmallMesh.snapshot([.up, .up, .up])), to: try tree(SmallMesh.snapshot([.up, .leaving])))
        let texts = changes.map { "\($0.kind.rawValue) \($0.path) \($0.from ?? "") \($0.to ?? "")" }
        #expect(texts.contains("changed clusters[Shop].members[akka://Shop@10.0.0.2:25520 2].status Up Leaving"))
        #expect(texts.contains("removed clusters[Shop].members[akka://Shop@10.0.0.3:25520 3] status Up "))
        #expect(texts.contains("changed health.level healthy notReady"))
        #expect(texts.contains { $0.hasPrefix("removed sources[management http://10.0.0.3:8558] state ok") })
    }

    @Test("turning a difference around swaps what came and what went")
    func reversed() throws {
        let (a, b) = (try tree(SmallMesh.snapshot()), try tree(SmallMesh.snapshot(lost: 2)))
        let (there, back) = (DocumentDiff.changes(from: a, to: b), DocumentDiff.changes(from: b, to: a))
        #expect(!there.isEmpty)
        #expect(there.count { $0.kind == .added } == back.count { $0.kind == .removed })
        #expect(Set(there.map(\.path)) == Set(back.map(\.path)))
    }
}
