// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Health endpoints on the command line", .serialized)
struct ProbeCommandTests {
    /// What a script reads of a snapshot.
    private struct Picture: Decodable {
        struct Workload: Decodable {
            var namespace: String
            var name: String
        }

        struct Probe: Decodable {
            var url: String
            var workload: Workload?
            var verdict: String?
            var status: Int?
            var text: String?
            var health: HealthDocument
        }

        var kind: String
        var health: HealthDocument?
        var probes: [Probe]?
    }

    @Test("a service that fails and recovers is seen to, and the replay prints the same lines")
    func failureAndRecovery() throws {
        // The exporter answers any path with 200, as services do that tell the truth in their body alone.
        let service = Service()
        try withExporter(service) { port in
            let journal = FileManager.default.temporaryDirectory.appending(
                path: "meshtop-probe-\(UUID().uuidString).mtr")
            defer { try? FileManager.default.removeItem(at: journal) }
            let watch = try RunningCommand(
                Command.meshtop,
                [
                    "watch", "--interval", "200ms", "--probe", "shop/cart=http://ops:geheim@127.0.0.1:\(port)/readyz",
                    "--record", journal.path,
                ])
            defer { watch.terminate() }
            #expect(wait(watch) { $0.probes?.first?.verdict == "passing" && $0.health?.level == "healthy" })
            service.setDown(true)
            #expect(wait(watch) { $0.probes?.first?.verdict == "failing" && $0.health?.level == "notReady" })
            let bad = try #require(newest(watch))
            let probe = try #require(bad.probes?.first)
            #expect(probe.workload?.namespace == "shop" && probe.workload?.name == "cart")
            #expect(probe.status == 200 && probe.text == "db down (connection refused)")
            #expect(probe.url == "http://127.0.0.1:\(port)/readyz")
            #expect(bad.health?.reasons.first?.hasPrefix("shop/cart readyz 200 for ") == true, "\(bad)")
            service.setDown(false)
            #expect(wait(watch) { $0.probes?.first?.verdict == "passing" && $0.health?.level == "healthy" })
            watch.terminate(SIGINT)
            #expect(watch.waitForExit() == 130)
            let schema = try JSONSchema.meshtop()
            for line in watch.lines { #expect(schema.violations(ofText: line.utf8) == []) }
            let replay = try Command.run(Command.meshtop, ["replay", journal.path, "-o", "jsonl"])
            #expect(replay.output == watch.outputText)
            #expect(!watch.outputText.contains("geheim"))
            let bytes = try Data(contentsOf: journal)
            #expect(bytes.range(of: Data("geheim".utf8)) == nil, "nor is it in the journal")
        }
    }

    @Test("doctor says what an endpoint says of itself, and which one is not there")
    func doctor() throws {
        let service = Service()
        service.setDown(true)
        try withExporter(service) { port in
            let result = try Command.run(
                Command.meshtop,
                [
                    "doctor", "--probe", "shop/cart=http://127.0.0.1:\(port)/healthz", "--probe",
                    "shop/pay=http://127.0.0.1:1/healthz",
                ])
            #expect(result.status == 1)
            #expect(result.output.contains("ok        probe http://127.0.0.1:\(port)/healthz answered"))
            #expect(
                result.output.contains("trouble   shop/cart says of itself: healthz 200 for 0 s: db down"),
                "\(result.output)")
            #expect(result.output.contains("trouble   probe http://127.0.0.1:1/healthz failed (refused)"))
        }
    }

    @Test(
        "a wrong one ends with 64 and says what would be right",
        arguments: [
            ("127.0.0.1:8080/readyz", "http://"), ("shop=", "http://"), ("role:web=http://127.0.0.1/x", "{host}"),
            ("http://127.0.0.1/x?token=geheim", "no query"),
        ])
    func wrong(value: String, text: String) throws {
        let result = try Command.run(Command.meshtop, ["snapshot", "--probe", value])
        #expect(result.status == 64 && result.output.isEmpty)
        #expect(result.errors.contains("--probe") && result.errors.contains(text), "\(result.errors)")
    }

    // MARK: -

    /// A service that can lose its database.
    private final class Service: Sendable {
        private let isDown = Mutex(false)

        func setDown(_ down: Bool) { isDown.withLock { $0 = down } }

        var text: String {
            isDown.withLock { $0 }
                ? #"{"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"connection refused"}}}}"#
                : #"{"status":"UP"}"#
        }
    }

    private func withExporter(_ service: Service, _ body: (Int) throws -> Void) throws {
        let exporter = try MetricsExporter { service.text }
        try body(exporter.port)
    }

    private func newest(_ watch: RunningCommand) -> Picture? {
        guard let text = watch.lines.last(where: { $0.contains("\"kind\":\"snapshot\"") }) else { return nil }
        return try? JSONDecoder().decode(Picture.self, from: Data(text.utf8))
    }

    private func wait(_ watch: RunningCommand, _ condition: (Picture) -> Bool) -> Bool {
        Deadline.poll(seconds: 10) { newest(watch).map(condition) ?? false }
    }
}
