// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Bounds of health endpoints")
struct ProbeBoundTests {
    private let request = HTTPRequest(Endpoint(host: "h", port: 1), path: "/", mode: .stream(timeout: .seconds(1)))

    private func report(_ body: String, status: Int = 503) throws -> ProbeReport {
        try Array(body.utf8).withUnsafeBytes {
            try HealthAnswerReader.report(status: status, body: $0, request: request)
        }
    }

    @Test("as many endpoints as the maximum are asked, one more is not")
    func endpoints() throws {
        for count in [ProbeCollector.maximumEndpoints, ProbeCollector.maximumEndpoints + 1] {
            let targets = try (0..<count).map { try ProbeTarget("http://10.0.\($0 / 250).\($0 % 250 + 1)/x") }
            var collector = ProbeCollector(targets, .test())
            let actions = collector.start(at: Timestamp(microseconds: 0))
            let started = actions.count { if case .start = $0 { true } else { false } }
            #expect(started == ProbeCollector.maximumRequests)
            #expect(collector.connectionsWanted == min(count, ProbeCollector.maximumEndpoints))
        }
    }

    @Test("of an answer the beginning is asked for, no more")
    func body() throws {
        var collector = ProbeCollector([try ProbeTarget("http://h/x")], .test())
        let actions = collector.start(at: Timestamp(microseconds: 0))
        let modes = actions.compactMap { if case .start(_, let request) = $0 { request.mode } else { nil } }
        #expect(modes == [.beginning(timeout: .seconds(2), maximum: HealthAnswerReader.maximumBody)])
    }

    @Test("what it says is whole up to the maximal length, and cut behind it")
    func text() throws {
        let maximum = HealthAnswerReader.maximumText
        let text = String(repeating: "x", count: maximum)
        #expect(try report(#"{"status":"DOWN","error":"\#(text)"}"#).text == text)
        #expect(try report(#"{"status":"DOWN","error":"\#(text)x"}"#).text == text + "…")
    }

    @Test("a failed check is found up to the maximal line, and not behind it")
    func lines() throws {
        let good = "[+]ok\n"
        let maximum = HealthAnswerReader.maximumLines
        #expect(try report(String(repeating: good, count: maximum - 1) + "[-]db failed").text == "db failed")
        #expect(try report(String(repeating: good, count: maximum) + "[-]db failed").text != "db failed")
    }

    @Test("as many parts as the maximum are named, the others are counted")
    func parts() throws {
        func body(_ count: Int) -> String {
            let parts = (0..<count).map { #"{"name":"p\#($0)","status":"DOWN"}"# }.joined(separator: ",")
            return #"{"status":"DOWN","checks":[\#(parts)]}"#
        }
        #expect(try report(body(HealthAnswerReader.maximumParts)).text == "p0 down, p1 down, p2 down")
        #expect(try report(body(HealthAnswerReader.maximumParts + 1)).text == "p0 down, p1 down, p2 down and 1 more")
    }
}
