// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("What metrics tell of clusters")
struct MetricReportTests {
    private func node(_ last: Int) throws -> Address { try Address(parsing: "akka://Shop@127.0.36.\(last):25520") }

    @Test(
        "a recorded answer of a healthy cluster: six detectors, their thresholds, six monitored members, the time of each scrape"
    )
    func healthy() throws {
        let report = try metricReport(try recordedMetrics("akka26-artery-healthy"))
        #expect(report.detectors.count == 6)
        #expect(report.detectors.allSatisfy { $0.phi == 0 && $0.threshold == 8 })
        let first = try #require(report.detectors.first)
        #expect(first.observer == .address(try node(1)))
        #expect(try first.peer == node(2))
        #expect(report.evaluatedAt == Timestamp(milliseconds: 1_795_271_455_728))
        #expect(first.at == Timestamp(milliseconds: 1_795_271_454_818))
        #expect(report.records.count == 6)
        #expect(report.records.allSatisfy { $0.status == .up && $0.isUnreachable == false })
        #expect(report.records.first?.observer == .host("127.0.36.1"))
        #expect(report.counts.contains { $0.word == "up" && $0.count == 3 && $0.system == "Shop" })
        #expect(report.counts.contains { $0.word == "weakly_up" && $0.count == 0 })
        #expect(report.unusable == 0)
        #expect(report.findings.map(\.series) == [6, 6, 6, 6, 27, 0, 0, 0, 0])
    }

    @Test("a member that has stopped: phi is infinite for the others, and its own series are gone")
    func paused() throws {
        let report = try metricReport(try recordedMetrics("akka26-artery-paused"))
        #expect(report.detectors.count == 4)
        let third = try node(3)
        #expect(report.detectors.filter { $0.peer == third }.map(\.phi) == [.infinity, .infinity])
        #expect(report.records.filter { $0.subject == third }.allSatisfy { $0.isUnreachable == true })
        #expect(!report.detectors.contains { $0.observer == .address(third) })
    }

    @Test(
        "an unknown exporter's phi: the peer is the label whose value is an address, the observer is the host that was scraped"
    )
    func byShape() throws {
        let report = try metricReport(
            vector([
                (
                    #""__name__":"app_remote_nodes_phi_accrual_value","meshtop_rule":"0","instance":"10.0.0.7:9001","job":"x","remote":"a","to":"akka://Shop@10.0.0.9:25520""#,
                    "1048576"
                ),
                (
                    #""__name__":"app_self_nodes_phi_accrual_threshold_value","meshtop_rule":"1","instance":"10.0.0.7:9001","job":"x""#,
                    "12"
                ),
            ]))
        let detector = try #require(report.detectors.first)
        #expect(detector.observer == .host("10.0.0.7") && detector.peer.hostPort == "10.0.0.9:25520")
        // Lightbend Telemetry's word for infinite.
        #expect(detector.phi == .infinity && detector.threshold == 12)
        #expect(detector.at == report.evaluatedAt, "without ages the time of the evaluation stands in")
    }

    @Test("rules of the user name the labels")
    func namedLabels() throws {
        let rule = try MetricRule(parsing: "phi=shop_phi observer=pod_ip peer=other")
        let labels =
            #""meshtop_rule":"0","pod_ip":"10.0.0.7","other":"akka://Shop@10.0.0.9:25520","self":"akka://Shop@10.0.0.1:1","instance":"exporter:80""#
        let report = try metricReport(vector([(labels, "0.5")]), rules: [rule])
        #expect(report.detectors.first?.observer == .host("10.0.0.7"))
        #expect(report.detectors.first?.peer.hostPort == "10.0.0.9:25520")
    }

    @Test(
        "what is no phi of anybody is counted, never shown",
        arguments: [
            (#""meshtop_rule":"0","self":"akka://S@a:1","peer":"akka://S@b:1""#, "NaN"),
            (#""meshtop_rule":"0","self":"akka://S@a:1","peer":"akka://S@b:1""#, "-1"),
            (#""meshtop_rule":"0","self":"akka://S@a:1","peer":"akka://S@b:1""#, "-Inf"),
            (#""meshtop_rule":"0","self":"akka://S@a:1""#, "1"), (#""meshtop_rule":"0","peer":"akka://S@b:1""#, "1"),
            (#""meshtop_rule":"4","instance":"a:1""#, "-3"), (#""meshtop_rule":"4","instance":"a:1""#, "1e300"),
        ])
    func unusable(labels: String, value: String) throws {
        let report = try metricReport(vector([(labels, value)]))
        #expect(report.unusable == 1)
        #expect(report.detectors.isEmpty && report.counts.isEmpty)
    }

    @Test("a rule's number that was never sent is passed over")
    func foreignRule() throws {
        let report = try metricReport(
            vector([(#""meshtop_rule":"77","peer":"akka://S@b:1""#, "1"), (#""a":"b""#, "1")]))
        #expect(report.detectors.isEmpty && report.findings.allSatisfy { $0.series == 0 })
    }

    @Test("warnings of a partial answer come along, bounded and clean")
    func warnings() throws {
        let many = (0..<9).map { #""\u001b[2Jpart \#($0)""# }.joined(separator: ",")
        let report = try metricReport(vector([], extra: #","warnings":[\#(many)]"#))
        #expect(report.warnings.count == 5)
        #expect(report.warnings.first == "[2Jpart 0")
    }

    @Test(
        "what is no answer of the query API is an error with its place",
        arguments: [
            "", "<html>hello</html>", "[]", #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
            #"{"status":"success","data":{"result":[],"resultType":"vector"}}"#,
            vector([(#""a":1"#, "1")]), vector([(#""a":"b""#, "one")]), vector([(#""a":"b""#, "1 ")]),
            #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}"#,
        ])
    func malformed(answer: String) {
        #expect(throws: JSONError.self) { try metricReport(answer) }
    }

    @Test("equal facts make equal reports, in whatever order they come and whenever they are evaluated")
    func order() throws {
        let rows = (1...4).map {
            (#""meshtop_rule":"0","self":"akka://S@a:1","peer":"akka://S@h\#($0):1""#, "0.5")
        }
        let left = try metricReport(vector(rows))
        var right = try metricReport(vector(rows.reversed()))
        right.evaluatedAt = right.evaluatedAt + .seconds(2)
        #expect(left.detectors.map(\.peer) == right.detectors.map(\.peer))
        #expect(!left.saysTheSame(as: right) || left.detectors == right.detectors)
    }
}

@Suite("Rules of metrics")
struct MetricRuleTests {
    @Test("a rule is a role, a name and the labels")
    func parsing() throws {
        let rule = try MetricRule(parsing: "status=shop_.+_status observer=node  peer=member")
        #expect(rule == MetricRule(.status, "shop_.+_status", observerLabel: "node", peerLabel: "member"))
    }

    @Test(
        "what is no rule is refused with a reason",
        arguments: ["", "phi", "phi=", "fie=x", "phi=x peer", "phi=x peer=1a", "phi=x who=y", "phi=\u{e9}"])
    func wrong(text: String) {
        #expect(throws: OptionError.self) { try MetricRule(parsing: text) }
    }

    @Test("the user's rules take the place of the known names of their roles only")
    func complete() throws {
        let rules = MetricRule.complete([MetricRule(.phi, "mine")])
        #expect(rules.filter { $0.role == .phi }.map(\.pattern) == ["mine"])
        #expect(Set(rules.map(\.role)) == Set(MetricRule.Role.allCases))
    }

    @Test("names go into the query quoted, ages by exact names")
    func query() {
        let query = MetricQuery(rules: [MetricRule(.phi, #"a"\d"#)], agedMetrics: ["m"])
        #expect(
            query.text.hasPrefix(
                #"label_replace({__name__=~"a\"\\d"}, "meshtop_rule", "0", "", "") or "#
                    + #"label_replace(max by (job, instance) (timestamp({__name__="m"})), "meshtop_rule", "age", "", "")"#
            ))
        for rule in ["process-queue", "process-leaving", "process-hiccup", "process-collecting"] {
            #expect(query.text.contains(#""meshtop_rule", "\#(rule)", "", "")"#))
        }
    }
}
