// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

@testable import Views

@Suite("Health endpoints on screens and in documents")
struct ProbeScreenTests {
    private static let reason = "readyz 503 for 12 s: db down"

    /// One member whose endpoint says no, a workload whose endpoint says yes, and one that was never heard.
    private static let snapshot: MeshSnapshot = {
        var snapshot = Builder().snapshot()
        let bad = Health(level: .notReady, reasons: [reason], since: Scene.ago(12))
        snapshot.clusters[0].members[0].health = bad
        snapshot.health = bad
        let address = snapshot.clusters[0].members[0].node.address
        snapshot.probes = [
            probe(
                "http://10.0.0.7:8080/readyz", .member(host: "10.0.0.7", port: nil),
                ProbeReport(.failing, status: 503, text: "db down"), bad, [address]),
            probe(
                "http://10.9.9.9:8080/health", .workload(WorkloadName(namespace: "shop", name: "cart-v1")),
                ProbeReport(.passing, status: 200), Health(level: .healthy), []),
            probe(
                "http://10.9.9.9:8080/silent", .workload(WorkloadName(namespace: "shop", name: "cart-v1")), nil,
                Health(level: .unknown), []),
        ]
        snapshot.sources += snapshot.probes.map { probe in
            SourceSnapshot(
                id: probe.id, cluster: nil, member: nil, state: probe.report == nil ? .failing : .ok,
                stateSince: Scene.ago(60), freshness: probe.freshness, lastSuccess: probe.observedAt,
                latency: probe.report.map { _ in .milliseconds(2) }, recentLatencies: [],
                failure: probe.report == nil ? SourceFailure(.timeout, "no answer within 2 s") : nil,
                failuresInARow: probe.report == nil ? 4 : 0, nextAttempt: nil, events: 0)
        }
        return snapshot
    }()

    private static func probe(
        _ url: String, _ subject: ProbeSubject, _ report: ProbeReport?, _ health: Health, _ members: [Address]
    ) -> ProbeSnapshot {
        ProbeSnapshot(
            id: SourceID(.probe, url), subject: subject, report: report, since: report.map { _ in Scene.ago(12) },
            observedAt: report.map { _ in Scene.ago(1) }, freshness: report == nil ? .lost : .fresh, health: health,
            members: members)
    }

    private func session() -> Session { Session(Scene(name: "probes", snapshot: Self.snapshot)) }

    @Test("the member's page has the answer with its age, and the reason of its health")
    func memberPage() {
        let text = session().pressing([.character("2"), .enter]).text
        #expect(text.contains("Probes") && text.contains("readyz  failing 503 for 12s  db down"), "\(text)")
        #expect(text.contains(Self.reason))
    }

    @Test("the sources say in their rows what is wrong, and on their page what it is about")
    func sources() {
        var session = session()
        session.press(.character("7"))
        #expect(session.text.contains("10.0.0.7:8080/readyz"), "\(session.text)")
        #expect(session.text.contains("notReady 10.0.0.7: \(Self.reason)"), "\(session.text)")
        session.press(.enter)
        #expect(session.text.contains("no answer within 2 s"), "the failing one is on top: \(session.text)")
        #expect(session.text.contains("shop/cart-v1") && session.text.contains("no answer yet: timeout"))
    }

    @Test("the document has all of them, and fits its schema; without any it has no such field")
    func document() throws {
        let text = SnapshotDocument.json(Self.snapshot, sequence: 1)
        #expect(try JSONSchema.meshtop().violations(ofText: text) == [])
        let document = try JSONValue(parsing: text)
        guard case .array(let probes)? = document["probes"] else {
            Issue.record("no probes")
            return
        }
        #expect(probes.map { $0["verdict"]?.text } == ["failing", "passing", nil])
        #expect(probes[0]["text"]?.text == "db down" && probes[1]["workload"]?["name"]?.text == "cart-v1")
        var none = Self.snapshot
        none.probes = []
        #expect(try JSONValue(parsing: SnapshotDocument.json(none, sequence: 1))["probes"] == nil)
    }
}
