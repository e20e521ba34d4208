// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Two jobs that scrape one proxy")
struct ScrapeWaysTests {
    private func verdict(_ rows: [(job: String, instance: String, pod: String)]) throws -> ScrapeWays.Verdict {
        let answer = vector(
            rows.map { row in
                let pod = row.pod.isEmpty ? "" : #","pod":"\#(row.pod)","namespace":"shop""#
                return (#""job":"\#(row.job)","instance":"\#(row.instance)"\#(pod)"#, "1")
            })
        var ways = ScrapeWays()
        _ = try PrometheusReader(maximumBody: 1 << 20).read(PaddedBytes(answer.utf8), into: &ways)
        return ways.verdict
    }

    @Test("a job for each proxy is as it should be, also several jobs for different proxies")
    func fine() throws {
        #expect(try verdict([("a", "10.0.0.1:15020", ""), ("a", "10.0.0.2:15020", "")]) == .init())
        #expect(try verdict([("a", "10.0.0.1:15020", ""), ("gateways", "10.0.0.2:15020", "")]) == .init())
        #expect(try verdict([("a", "10.0.0.1:15020", "p1"), ("b", "10.0.0.1:15020", "p2")]) == .init())
        #expect(try verdict([]) == .init())
    }

    @Test("a second job of the same proxies is left out by its name")
    func secondJob() throws {
        let found = try verdict([
            ("kubernetes-pods", "10.0.0.1:15020", ""), ("kubernetes-pods", "10.0.0.2:15020", ""),
            ("envoy-stats", "10.0.0.1:15090", ""),
        ])
        #expect(found.conditions == [#"job!="envoy-stats""#])
        #expect(found.notes == ["1 proxy is scraped by job envoy-stats, port 15090 too: counted once, without it"])
    }

    @Test("two ports of one job: one port is left out")
    func secondPort() throws {
        let found = try verdict([("pods", "10.0.0.1:15020", "p1"), ("pods", "10.0.0.1:15090", "p1")])
        #expect(found.conditions == [#"instance!~".+:15090""#])
    }

    @Test("names of pods tell proxies apart where instances do not")
    func byPod() throws {
        let found = try verdict([("a", "shop-1", "p1"), ("b", "10.0.0.1:15090", "p1")])
        #expect(found.conditions == [#"job!="b""#])
    }

    @Test("jobs that share some proxies only, and ports that another job needs, cannot be left out: that is said")
    func inseparable() throws {
        let some = try verdict([
            ("a", "10.0.0.1:1", ""), ("a", "10.0.0.2:1", ""), ("b", "10.0.0.2:2", ""), ("b", "10.0.0.3:2", ""),
        ])
        #expect(some.conditions.isEmpty && some.notes.count == 1 && some.notes[0].contains("count twice"))
        let needed = try verdict([
            ("a", "10.0.0.1:1", ""), ("a", "10.0.0.4:1", ""), ("a", "10.0.0.1:2", ""), ("b", "10.0.0.2:2", ""),
        ])
        #expect(needed.conditions.isEmpty && needed.notes.count == 1 && needed.notes[0].contains("count twice"))
    }

    @Test("series that name no proxy are told apart by what they report, where several jobs bring such")
    func byEdge() throws {
        func read(_ rows: [String], into ways: inout ScrapeWays) throws {
            _ = try PrometheusReader(maximumBody: 1 << 20)
                .read(PaddedBytes(vector(rows.map { ($0, "1") }).utf8), into: &ways)
        }
        var one = ScrapeWays()
        try read([#""job":"a""#, #""job":"a","instance":"h:1""#], into: &one)
        #expect(!one.needsEdges)
        var ways = ScrapeWays()
        try read([#""job":"a""#, #""job":"b""#], into: &ways)
        #expect(ways.needsEdges && ways.verdict == .init())
        try read(
            [
                #""job":"a","reporter":"source","source_workload":"web""#,
                #""job":"a","reporter":"source","source_workload":"x""#,
                #""job":"b","reporter":"source","source_workload":"web""#,
            ], into: &ways)
        #expect(ways.verdict.conditions == [#"job!="b""#])
    }

    @Test("of many ways the bound is taken, and one beyond it is not looked at")
    func bound() throws {
        func jobs(_ count: Int) -> [(String, String, String)] {
            (0..<count).map { ("job\($0 + 100)", "10.0.0.\($0):1", "") }
        }
        var ways = ScrapeWays()
        let rows = jobs(ScrapeWays.maximumWays) + [("z", "10.0.0.0:1", "")]
        let answer = vector(rows.map { (#""job":"\#($0.0)","instance":"\#($0.1)""#, "1") })
        _ = try PrometheusReader(maximumBody: 1 << 20).read(PaddedBytes(answer.utf8), into: &ways)
        #expect(ways.verdict == .init())
        let fewer = jobs(ScrapeWays.maximumWays - 1) + [("z", "10.0.0.0:1", "")]
        #expect(try verdict(fewer.map { ($0.0, $0.1, $0.2) }).conditions == [#"job!="z""#])
    }

    @Test("what is left out stands in queries about proxies, and in no others")
    func queries() {
        let conditions = [#"job!="envoy-stats""#]
        #expect(
            TelemetryQuery(.requests).promQL(window: .seconds(60), conditions)
                .contains(#"rate(istio_requests_total{job!="envoy-stats"}[60s])"#))
        #expect(!TelemetryQuery(.podInfo).promQL(window: .seconds(60), conditions).contains("job!="))
    }
}
