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

    private func summary(_ old: MeshSnapshot, _ new: MeshSnapshot) throws -> [String] {
        DiffSummary(from: try tree(old), to: try tree(new)).lines
    }

    @Test("people's words say who came, went, changed and was lost, and what that means")
    func summary() throws {
        let three = try SmallMesh.snapshot([.up, .up, .up])
        #expect(try summary(three, three).isEmpty)
        let changed = try summary(three, SmallMesh.snapshot([.up, .leaving]))
        #expect(changed.contains("~ member akka://Shop@10.0.0.2:25520: Up -> Leaving, health healthy -> notReady"))
        #expect(changed.contains("- member akka://Shop@10.0.0.3:25520 is gone, it was Up"))
        #expect(changed.contains("~ members: 3 -> 2"))
        #expect(changed.first?.hasPrefix("~ health of everything: healthy -> notReady: ") == true)
        let back = try summary(SmallMesh.snapshot([.up, .leaving]), three)
        #expect(back.contains("+ member akka://Shop@10.0.0.3:25520 has come, Up"))
        let lost = try summary(three, SmallMesh.snapshot(lost: 2))
        #expect(
            lost.contains { $0.hasPrefix("~ member akka://Shop@10.0.0.2:25520: ") && $0.contains("unreachable by 2") })
        #expect(
            lost.contains { $0.hasPrefix("- source management http://10.0.0.2:8558") || $0.contains("-> failing: ") })
    }

    @Test("what is said in these words is not said by its path too, and everything else is")
    func covered() throws {
        for new in [try SmallMesh.snapshot([.up, .leaving]), try SmallMesh.snapshot(lost: 2)] {
            let (old, after) = (try tree(SmallMesh.snapshot()), try tree(new))
            let rest = DocumentDiff.changes(from: old, to: after).filter { !DiffSummary.covers($0) }
            #expect(!rest.contains { $0.path.hasSuffix(".status") && $0.path.hasPrefix("clusters[Shop].members[") })
            #expect(rest.contains { $0.path.contains("views[") }, "views are not in people's words")
        }
    }

    @Test("measurements are compared only where that is asked for")
    func measurements() throws {
        let (a, b) = (
            try tree(SmallMesh.snapshot(phi: 0.4, states: [.active, .active])),
            try tree(SmallMesh.snapshot(phi: 0.6, states: [.active, .active]))
        )
        #expect(DocumentDiff.changes(from: a, to: b).isEmpty)
        let all = DocumentDiff.changes(from: a, to: b, measurements: true)
        #expect(all.contains { $0.path.hasSuffix("phi.value") })
    }
}
