// SPDX-License-Identifier: Apache-2.0
import Fold
import Foundation
import Model
import TestSupport
import Testing

/// Recorded incidents of real clusters: what the bridges and the members answered, and what was true inside at the same moments.
@Suite("Recorded incidents, with the bridge")
struct RecordedTruthTests {
    private struct Line {
        var at: Timestamp
        var node: String
        var kind: String
        var body: JSONValue?
    }

    private func lines(_ name: String) throws -> [Line] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/remoting/\(name).jsonl")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { text in
            let value = try JSONValue(parsing: text.utf8)
            return Line(
                at: Timestamp(milliseconds: value["at"]?.integer ?? 0), node: value["node"]?.text ?? "",
                kind: value["kind"]?.text ?? "", body: value["body"])
        }
    }

    /// How often we agreed with what was true, outside of two seconds around a change.
    private struct Score {
        var right = 0
        var wrong: [String] = []
    }

    private func score(_ name: String) throws -> Score {
        let lines = try lines(name)
        var mesh = Mesh()
        _ = mesh.apply(Observation(at: lines[0].at, source: nil, .started(SessionOptions(interval: .seconds(1)))))
        for node in ["n1", "n2", "n3"] {
            for kind in [SourceKind.management, .bridge] {
                let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
                _ = mesh.apply(Observation(at: lines[0].at, source: SourceID(kind, node), .sourceAdded(origin)))
            }
        }
        let changes = lines.flatMap { line in
            (line.body?["changes"]?.items ?? []).compactMap { $0.integer.map { Timestamp(milliseconds: $0) } }
        }
        var score = Score()
        for line in lines {
            if line.kind == "truth" {
                _ = mesh.apply(Observation(at: line.at, source: nil, .tick))
                let isNearChange = changes.contains { abs(($0 - line.at).inSeconds) <= 2 }
                // Before a bridge has answered for the first time there is nothing to compare with.
                if !isNearChange, line.at > lines[0].at + .seconds(2) { compare(line, mesh.snapshot(), &score) }
            } else if let payload = try payload(line) {
                let kind = line.kind == "bridge" ? SourceKind.bridge : .management
                _ = mesh.apply(Observation(at: line.at, source: SourceID(kind, line.node), payload))
            }
        }
        return score
    }

    private func compare(_ line: Line, _ snapshot: MeshSnapshot, _ score: inout Score) {
        guard let cluster = snapshot.clusters.first else { return }
        let observer = line.body?["self"]?.text
        let rows = cluster.associationRows().filter { $0.observer.address.text == observer && $0.isCurrent }
        for entry in line.body?["associations"]?.items ?? [] {
            let parts = entry.items
            guard let row = rows.first(where: { $0.subject.address.text == parts[0].text }),
                parts[1] == .null || parts[1].text == String(row.subject.uid)
            else { continue }
            if row.status.state.rawValue == parts[2].text {
                score.right += 1
            } else {
                score.wrong.append("\(line.at) \(line.node) \(entry) is said to be \(row.status.state)")
            }
        }
        for entry in line.body?["available"]?.items ?? [] {
            guard let row = rows.first(where: { $0.subject.address.text == entry.items[0].text }), let phi = row.phi,
                abs((phi.observedAt - line.at).inSeconds) < 0.5
            else { continue }
            if phi.isAvailable != entry.items[1].bool { score.wrong.append("\(line.at) \(line.node) phi \(entry)") }
        }
    }

    private func payload(_ line: Line) throws -> Observation.Payload? {
        switch line.kind {
        case "members": return .membership(try view(line.body), Reply(latency: .milliseconds(5)))
        case "unchanged": return .membershipUnchanged(Reply(latency: .milliseconds(5)))
        case "failed": return .failed(SourceFailure(.refused, "no answer"), retryAt: line.at + .seconds(1))
        case "bridge": return .bridge(try report(line.body), Reply(latency: .milliseconds(5)))
        default: return nil
        }
    }

    private func view(_ body: JSONValue?) throws -> MembershipView {
        let members = (body?["members"]?.items ?? []).map { entry in
            Member(
                node: UniqueAddress(address(entry["node"]?.text ?? ""), uid: Int64(entry["nodeUid"]?.text ?? "") ?? 0),
                status: MemberStatus(name: entry["status"]?.text ?? ""), roles: Roles(["dc-default"]))
        }
        let unreachable = (body?["unreachable"]?.items ?? []).map { entry in
            UnreachableRecord(
                subject: address(entry["node"]?.text ?? ""),
                observers: (entry["observedBy"]?.items ?? []).compactMap(\.text).map(address).sorted())
        }
        return MembershipView(
            observer: address(body?["selfNode"]?.text ?? ""), members: MemberList(members), unreachable: unreachable,
            leader: body?["leader"]?.text.map(address))
    }

    private func report(_ body: JSONValue?) throws -> BridgeReport {
        let body = try #require(body)
        let isClassic = body["remoting"]?.text == "classic"
        return BridgeReport(
            node: UniqueAddress(address(body["self"]?.text ?? ""), uid: Int64(body["uid"]?.text ?? "") ?? 0),
            stack: body["stack"]?.text ?? "", transport: isClassic ? .classic : .artery,
            at: Timestamp(milliseconds: body["atMs"]?.integer ?? 0),
            detectors: (body["detectors"]?.items ?? []).map { entry in
                BridgeReport.Detector(
                    peer: address(entry["peer"]?.text ?? ""), phi: entry["phi"]?.double,
                    isInfinite: entry["phiInf"]?.bool ?? false, threshold: entry["threshold"]?.double ?? 8,
                    isAvailable: entry["available"]?.bool ?? true,
                    silence: .milliseconds(entry["sinceMs"]?.integer ?? 0))
            },
            associations: (body["associations"]?.items ?? []).map { entry in
                BridgeReport.Association(
                    peer: address(entry["peer"]?.text ?? ""), uid: entry["uid"]?.text.flatMap { Int64($0) },
                    state: AssociationState(rawValue: entry["state"]?.text ?? "") ?? .unknown,
                    isHarmless: entry["harmless"]?.bool ?? false, isBackingOff: entry["backoff"]?.bool ?? false,
                    gatedUntil: entry["gatedUntilMs"]?.integer.map { Timestamp(milliseconds: $0) })
            },
            events: (body["events"]?.items ?? []).map { entry in
                BridgeReport.Event(
                    sequence: entry["seq"]?.integer ?? 0, at: Timestamp(milliseconds: entry["atMs"]?.integer ?? 0),
                    type: entry["type"]?.text ?? "", peer: entry["peer"]?.text.map(address),
                    uid: entry["uid"]?.text.flatMap { Int64($0) }, isInbound: entry["inbound"]?.bool,
                    reason: entry["reason"]?.text)
            })
    }

    @Test(
        "what is shown agrees with what was true, two seconds around a change left out", .tags(.slow), .unlessQuick,
        arguments: [
            "akka26-artery-crash", "akka26-artery-quarantine", "akka26-classic-gated-flapping",
            "akka26-classic-quarantine", "pekko-artery-graceful-leave",
        ])
    func agrees(name: String) throws {
        let score = try score(name)
        print("\(name): \(score.right) right, \(score.wrong.count) wrong")
        #expect(score.right > 10)
        #expect(score.wrong.isEmpty, "\(score.wrong.prefix(12).joined(separator: "\n"))")
    }
}
