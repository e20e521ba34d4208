// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Answers of health endpoints")
struct HealthAnswerReaderTests {
    private func read(_ status: Int, _ body: String) throws -> ProbeReport {
        let endpoint = Endpoint(host: "10.0.0.7", port: 8080)
        let request = HTTPRequest(endpoint, path: "/readyz", mode: .beginning(timeout: .seconds(1), maximum: 1 << 16))
        return try Array(body.utf8).withUnsafeBytes {
            try HealthAnswerReader.report(status: status, body: $0, request: request)
        }
    }

    @Test(
        "what frameworks send is understood",
        arguments: [
            (200, "ok", ProbeReport.Verdict.passing, ""),
            (200, "", .passing, ""),
            (204, "", .passing, ""),
            (200, "all my services are fine", .passing, "all my services are fine"),
            // Spring Boot's Actuator.
            (200, #"{"status":"UP","components":{"db":{"status":"UP"}}}"#, .passing, ""),
            (
                503,
                #"{"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"connection refused"}},"disk":{"status":"UP"}}}"#,
                .failing, "db down (connection refused)"
            ),
            (503, #"{"status":"OUT_OF_SERVICE"}"#, .failing, "OUT_OF_SERVICE"),
            (200, #"{"status":"DOWN"}"#, .failing, "DOWN"),
            // MicroProfile Health.
            (
                503, #"{"status":"DOWN","checks":[{"name":"cart","status":"DOWN"},{"name":"mail","status":"UP"}]}"#,
                .failing, "cart down"
            ),
            // health+json.
            (
                200, #"{"status":"warn","checks":{"disk:used":[{"status":"warn","output":"91 %"}]}}"#, .warning,
                "disk:used warn (91 %)"
            ),
            (200, #"{"status":"pass"}"#, .passing, ""),
            // ASP.NET Core.
            (200, "Degraded", .warning, "Degraded"),
            (503, "Unhealthy", .failing, "Unhealthy"),
            (
                200, #"{"status":"Degraded","entries":{"redis":{"status":"Degraded","description":"slow"}}}"#, .warning,
                "redis degraded (slow)"
            ),
            // Kubernetes' own components.
            (
                500, "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n", .failing,
                "etcd failed: reason withheld"
            ),
            // Akka Management.
            (500, "Not Healthy: Check [db] not ok", .failing, "Not Healthy: Check [db] not ok"),
            // A proxy in front of nobody.
            (
                502, "<html><head><title>x</title></head><body><h1>502 Bad Gateway</h1></body></html>", .failing,
                "502 Bad Gateway"
            ),
            (200, #"{"uptime":3}"#, .passing, ""),
            (200, #"{"status":"#, .passing, ""),
        ])
    func understood(status: Int, body: String, verdict: ProbeReport.Verdict, text: String) throws {
        #expect(try read(status, body) == ProbeReport(verdict, status: status, text: text))
    }

    @Test(
        "what says nothing of health is a failure of the source, and says why",
        arguments: [
            (301, "", SourceFailure.Code.http, "redirects are not followed"),
            (401, "", .auth, "give user and password"),
            (404, "404 page not found", .http, "404 page not found"),
            (200, "<!doctype html><html><body><p>Welcome</p></body></html>", .format, "web page (Welcome)"),
        ])
    func unusable(status: Int, body: String, code: SourceFailure.Code, text: String) throws {
        do {
            Issue.record("\(try read(status, body))")
        } catch let failure as SourceFailure {
            #expect(failure.code == code && failure.message.contains(text), "\(failure)")
            #expect(failure.message.contains("http://10.0.0.7:8080/readyz"))
        }
    }

    @Test("many parts are counted, long and hostile texts cut and cleaned")
    func hostile() throws {
        let checks = (1...9).map { #"{"name":"part-\#($0)","status":"DOWN"}"# }.joined(separator: ",")
        let many = try read(503, #"{"status":"DOWN","checks":[\#(checks)]}"#)
        #expect(many.text == "part-1 down, part-2 down, part-3 down and 6 more")
        let long = try read(503, String(repeating: "x", count: 60_000))
        #expect(long.text.count == 121 && long.text.hasSuffix("…"))
        let escape = try read(503, #"{"status":"DOWN","error":"\u001b[2J\u202egone"}"#)
        #expect(escape.text == "[2Jgone")
        let deep = String(repeating: #"{"checks":"#, count: 500) + "1" + String(repeating: "}", count: 500)
        #expect(try read(200, deep).verdict == .passing)
    }
}
