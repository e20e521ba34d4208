// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Answers of /ready and /alive")
struct HealthCheckReaderTests {
    private func answer(_ status: Int, _ body: String) -> ProbeAnswer {
        let request = HTTPRequest(
            Endpoint(host: "h", port: 1), path: "/ready", mode: .whole(timeout: .seconds(1), maximum: 1))
        return Array(body.utf8).withUnsafeBytes { HealthCheckReader.answer(status: status, body: $0, request: request) }
    }

    @Test("200 passes, 500 names the check that failed, anything else says why nobody knows")
    func answers() {
        #expect(answer(200, "OK") == .passed)
        #expect(answer(500, "Not Healthy: Check [a.B] not ok") == .notPassed("Not Healthy: Check [a.B] not ok"))
        #expect(answer(500, "") == .notPassed("no reason given"))
        #expect(answer(500, "a\u{1B}[2J\nb") == .notPassed("a[2J"))
        guard case .unavailable(let reason) = answer(404, "<html><p>no route</p>") else { Issue.record("404"); return }
        #expect(reason.hasPrefix("GET http://h:1/ready: HTTP 404 (no route)"))
    }
}
