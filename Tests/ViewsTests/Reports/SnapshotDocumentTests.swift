// SPDX-License-Identifier: Apache-2.0
import Fold
import Foundation
import Model
import TestSupport
import Testing

@testable import Views

@Suite("SnapshotDocument")
struct SnapshotDocumentTests {
    private static let scenes: [(String, ReportScript)] = [
        ("healthy", .healthy), ("one-unreachable", .oneUnreachable), ("partition", .partition), ("removed", .removed),
        ("hostile", .hostile), ("nothing", ReportScript(sources: [7])),
    ]

    @Test("documents look as they always did", arguments: scenes.indices)
    func goldens(index: Int) throws {
        let (name, script) = Self.scenes[index]
        _ = try ParsedDocument(script.document)
        Golden.check(spread(script.document), "Reports/\(name).json")
    }

    @Test("all scenes are one line without control characters, that a parser reads", arguments: scenes.indices)
    func oneLine(index: Int) throws {
        let bytes = Self.scenes[index].1.document
        #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(try JSONSchema.meshtop().violations(ofText: bytes) == [])
        let root = try ParsedDocument(bytes).root
        #expect(root["schema"] as? String == "meshtop/v1")
        #expect(root["kind"] as? String == "snapshot")
        #expect(root["seq"] as? Int == 1)
        let required = ["ts", "health", "sources", "clusters", "graph", "findings", "dropped"]
        #expect(required.allSatisfy { root[$0] != nil })
    }

    @Test("uids are texts, because they exceed what a double holds")
    func uids() throws {
        let members = try ParsedDocument(ReportScript.healthy.document).array("clusters", "members")
        #expect(members.compactMap { $0["uid"] as? String }.count == 3)
        #expect(members.first?["uid"] as? String == "3205344596430592877")
    }

    @Test("every ordered pair of current members has a row, up to 64")
    func pairs() throws {
        let document = try ParsedDocument(ReportScript.large(64).document)
        let rows = document.array("clusters", "associations")
        #expect(rows.count == 64 * 63)
        // Four observers answer, and each is taken as active towards the nine that it monitors; of the rest nothing is known.
        #expect(rows.count { $0["state"] as? String == "active" && $0["origin"] as? String == "inferred" } == 4 * 9)
        #expect(rows.count { $0["state"] as? String == "unknown" && $0["origin"] is NSNull } == 64 * 63 - 4 * 9)
        #expect(rows.count { $0["expected"] as? Bool == true } == 64 * 9)
        #expect(counts(document) == ["idle": 0, "active": 36, "gated": 0, "quarantined": 0, "unknown": 64 * 63 - 36])
        #expect(document.array("clusters", "views").allSatisfy { $0["sameAs"] is NSNull && $0["members"] is [Any] })
    }

    @Test("above 64 members pairs with nothing to tell are counted only, and equal views are printed once")
    func short() throws {
        let document = try ParsedDocument(ReportScript.large(65).document)
        #expect(document.array("clusters", "associations").isEmpty)
        #expect(counts(document)["unknown"] == 65 * 64 - 36)
        let views = document.array("clusters", "views")
        let first = Scene.address(0).text
        #expect(views.map { $0["sameAs"] as? String } == [nil, nil, first, first])
        #expect(views.map { ($0["members"] as? [Any])?.count } == [65, 65, nil, nil])
    }

    @Test("unless all are asked for")
    func allPairs() throws {
        let document = try ParsedDocument(ReportScript.large(65, allPairs: true).document)
        #expect(document.array("clusters", "associations").count == 65 * 64)
        #expect(document.array("clusters", "views").allSatisfy { ($0["members"] as? [Any])?.count == 65 })
    }

    @Test("removed members are listed, but are no subject of a pair")
    func removed() throws {
        let document = try ParsedDocument(ReportScript.removed.document)
        let members = document.array("clusters", "members")
        #expect(members.map { $0["status"] as? String } == ["Up", "Up", "Removed"])
        #expect(members.last?["removedAt"] as? String == "2026-01-01T00:00:18.000Z")
        #expect(document.array("clusters", "associations").count == 2)
    }

    @Test("the same observations print the same bytes, every time", arguments: 0..<4)
    func determinism(index: Int) {
        let script = Self.scenes[index].1
        for _ in 0..<10 {
            var mesh = Mesh()
            for observation in script.observations { _ = mesh.apply(observation) }
            #expect(SnapshotDocument.json(mesh.snapshot(), sequence: 1) == script.document)
        }
    }

    private func counts(_ document: ParsedDocument) -> [String: Int] {
        document.array("clusters").first?["associationCounts"] as? [String: Int] ?? [:]
    }
}

@Suite("LineReport")
struct LineReportTests {
    @Test("a run prints one object per line, numbered from 1, and ends with its end")
    func run() throws {
        var script = ReportScript.removed
        script.apply(.refresh)
        script.apply(.ended(.duration, exit: 2))
        let lines = script.lines.textLines
        let parsed = try lines.map { try ParsedDocument(Array($0.utf8)).root }
        #expect(parsed.map { $0["seq"] as? Int } == Array(1...lines.count))
        #expect(parsed.last?["kind"] as? String == "end")
        #expect(parsed.last?["reason"] as? String == "duration" && parsed.last?["exit"] as? Int == 2)
        let kinds = parsed.compactMap { $0["kind"] as? String }
        #expect(kinds.count { $0 == "snapshot" } == 10)
        #expect(kinds.count { $0 == "event" } == 4)
        #expect(kinds.count { $0 == "source" } == 4)
        #expect(script.lines.last == UInt8(ascii: "\n"))
    }

    @Test("lines other than snapshots look as they always did")
    func golden() {
        var script = ReportScript.healthy
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: Scene.address(7))),
            from: ReportScript.stream(7))
        script.apply(.streamOpened, from: ReportScript.stream(7))
        let joining = ReportScript.member(10, .joining, roles: [ReportScript.hostileText])
        for event: DomainEvent in [
            .member(joining), .unreachable(ReportScript.member(9)), .reachable(ReportScript.member(9)),
            .leaderChanged(nil), .leaderChanged(Scene.address(8)), .shuttingDown,
        ] {
            script.apply(.streamEvent(event, replayed: false), from: ReportScript.stream(7))
        }
        script.fail(8, .timeout, "no answer within 2 s\u{1B}[2J")
        script.apply(.ended(.signal, exit: 130))
        let lines = script.lines.textLines.filter { !$0.contains("\"kind\":\"snapshot\"") }
        Golden.check(lines.map { "\($0)\n" }.joined(), "Reports/lines.jsonl")
    }

    @Test("a wall clock that is set back turns no line back")
    func backwards() throws {
        var script = ReportScript.healthy
        script.time = -100
        script.fail(9)
        script.apply(.ended(.count, exit: 0))
        let stamps = try script.lines.textLines.map { try ParsedDocument(Array($0.utf8)).root["ts"] as? String ?? "" }
        #expect(stamps == stamps.sorted())
    }

    @Test("a replay prints what was printed live, byte for byte")
    func replay() {
        var script = ReportScript.removed
        script.apply(.ended(.count, exit: 0))
        var (mesh, report, lines) = (Mesh(), LineReport(), [UInt8]())
        for observation in script.observations {
            let changes = mesh.apply(observation)
            lines += report.lines(after: observation, changes: changes, at: mesh.now, snapshot: mesh.snapshot)
        }
        #expect(lines == script.lines)
    }
}
