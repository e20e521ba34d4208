// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Simulator

@Suite("The simulated mesh's Prometheus")
struct SimulatedPrometheusTests {
    private struct Answer: Decodable {
        struct Body: Decodable {
            struct Row: Decodable {
                struct Sample: Decodable {
                    let at: Double
                    let text: String

                    init(from decoder: any Decoder) throws {
                        var list = try decoder.unkeyedContainer()
                        at = try list.decode(Double.self)
                        text = try list.decode(String.self)
                    }
                }
                let metric: [String: String]
                let value: Sample
                var number: Double { Double(value.text) ?? .nan }
            }
            let resultType: String
            let result: [Row]
        }
        let status: String
        let errorType: String?
        let error: String?
        let data: Body?
    }

    private static let epoch: Int64 = 1_700_000_000_000

    /// The server of a mesh of three, and the moment so long after its start.
    private func server(
        at second: Double, _ scenario: SimulatedScenario, services: Int = 12, seed: UInt64 = 1
    ) -> (SimulatedPrometheus, MeshMoment) {
        var cluster = SimulatedCluster(.init(scenario: scenario, seed: seed, services: services))
        cluster.epoch = Self.epoch
        _ = cluster.advance(to: .milliseconds(Int64(second * 1000)))
        let members = (0..<3).map { (host: SimulatedCluster.host(slot: $0), isBackend: $0 == 2) }
        return (SimulatedPrometheus(cluster.configuration, members: members), cluster.moment)
    }

    private func ask(
        _ query: String, at second: Double = 60, _ scenario: SimulatedScenario = .healthy, services: Int = 12,
        seed: UInt64 = 1
    ) throws -> Answer {
        let (server, moment) = server(at: second, scenario, services: services, seed: seed)
        let reply = server.answer(path: "/api/v1/query", arguments: [("query", query)], moment)
        #expect(reply.contentType == "application/json")
        return try JSONDecoder().decode(Answer.self, from: Data(reply.body))
    }

    private func rows(
        _ query: String, at second: Double = 60, _ scenario: SimulatedScenario = .healthy, services: Int = 12
    ) throws -> [Answer.Body.Row] {
        let answer = try ask(query, at: second, scenario, services: services)
        #expect(answer.status == "success" && answer.data?.resultType == "vector")
        return answer.data?.result ?? []
    }

    /// The query for a metric, as meshtop writes it.
    private func query(_ metric: TelemetryMetric, window: Int = 60) -> String {
        let labels = metric.columns.map(\.rawValue).joined(separator: ", ")
        return metric.isCounter
            ? "sum by (\(labels)) (rate(\(metric.rawValue)[\(window)s])) > 0"
            : "max by (\(labels)) (\(metric.rawValue))"
    }

    /// Those that are asked for by their names alone.
    private static let named = TelemetryMetric.allCases.filter { metric in
        !metric.rawValue.contains(" ") && metric != .openBreakers
    }

    @Test("knows every metric that the graph asks for of Istio and of pods", arguments: named)
    func metrics(metric: TelemetryMetric) throws {
        let rows = try rows(query(metric))
        // Nobody tells of other systems, and the simulated proxies tell nothing of Envoy itself.
        let isForeign = metric.rawValue.hasPrefix("kiali_ext") || metric.rawValue.hasPrefix("envoy_")
        #expect(rows.isEmpty == isForeign)
        let names = Set(metric.columns.map(\.rawValue))
        #expect(rows.allSatisfy { Set($0.metric.keys).isSubset(of: names) && $0.number > 0 })
        #expect(Set(rows.map(\.metric)).count == rows.count, "each group once")
    }

    @Test("shows twelve services in two namespaces, versions side by side, three protocols and the way out")
    func shop() throws {
        let rows = try rows(query(.requests)) + rows(query(.tcpReceived))
        let services = Set(rows.compactMap { $0.metric["destination_service_name"] })
        #expect(services.subtracting(["PassthroughCluster"]).count == 12)
        let spaces = Set(rows.compactMap { $0.metric["destination_service_namespace"] })
        #expect(spaces == ["shop", "payments", "unknown"])
        #expect(rows.contains { $0.metric["destination_workload"] == "checkout-v2" })
        #expect(rows.contains { $0.metric["source_workload"] == "istio-ingressgateway" })
        #expect(rows.contains { $0.metric["request_protocol"] == "grpc" && $0.metric["grpc_response_status"] == "0" })
        #expect(rows.contains { $0.metric["source_workload"] == "unknown" && $0.metric["reporter"] == "destination" })
        let codes = Set(rows.map { $0.metric["response_code"] ?? "-" })
        #expect(codes == ["200", "302", "404", "-"], "healthy")
    }

    @Test("both sides tell the same of a call that arrives")
    func reporters() throws {
        let total = "sum by (reporter) (rate(istio_requests_total{source_workload=\"frontend-v1\"}[1m]))"
        let sides = try rows(total)
        #expect(sides.count == 2 && sides[0].number == sides[1].number && sides[0].number > 100)
    }

    @Test("calls to a member fail while it is dead, and not before or after")
    func trouble() throws {
        // The third member is the only one of checkout.
        let refused =
            "sum(rate(istio_requests_total{destination_service_name=\"checkout\",response_flags=\"UF\"}[10s])) > 0"
        #expect(try rows(refused, at: 9, .crash).isEmpty)
        let during = try #require(try rows(refused, at: 22, .crash).first)
        #expect((2...5).contains(during.number))
        #expect(try rows(refused, at: 60, .crash).isEmpty)
        let unknown = try rows("istio_requests_total{response_flags=\"UF\"}", at: 22, .crash)
        #expect(!unknown.isEmpty && unknown.allSatisfy { $0.metric["destination_workload"] == "unknown" })
        let broken = try rows("istio_requests_total{response_flags=\"UC\"}", at: 22, .crash)
        #expect(!broken.isEmpty && broken.allSatisfy { $0.metric["destination_workload"] == "checkout-v1" })
        let gateway =
            "sum(rate(istio_requests_total{source_workload=\"istio-ingressgateway\",response_code=\"500\"}[10s])) > 0"
        #expect(try rows(gateway, at: 9, .crash).isEmpty && !rows(gateway, at: 22, .crash).isEmpty)
    }

    @Test("a member that stands still lets its callers wait; both sides tell")
    func silence() throws {
        let late =
            "sum by (response_code, response_flags, reporter) (rate(istio_requests_total{response_flags!=\"-\"}[5s])) > 0"
        let sides = try rows(late, at: 17, .gcPause)
        let told = Set(sides.map { [$0.metric["reporter"], $0.metric["response_code"], $0.metric["response_flags"]] })
        #expect(told == [["source", "504", "UT"], ["destination", "0", "DC"]])
        #expect(sides.count == 2 && abs(sides[0].number - sides[1].number) < 1e-9)
    }

    @Test("counters never fall, and rates are their growth", arguments: SimulatedScenario.allCases)
    func counters(scenario: SimulatedScenario) throws {
        let (server, moment) = server(at: 110, scenario)
        func rows(_ query: String, _ second: Int) throws -> [Answer.Body.Row] {
            let time = ("time", "\(Self.epoch / 1000 + Int64(second))")
            let reply = server.answer(path: "/api/v1/query", arguments: [("query", query), time], moment)
            return try #require(try JSONDecoder().decode(Answer.self, from: Data(reply.body)).data).result
        }
        var last: [[String: String]: Double] = [:]
        for second in stride(from: 0, through: 110, by: 5) {
            for row in try rows("istio_requests_total", second) {
                #expect(row.number >= last[row.metric] ?? 0, "\(scenario) \(second)")
                last[row.metric] = row.number
            }
        }
        let rate = try #require(try rows("sum(rate(istio_requests_total[5s]))", 110).first).number
        let total = "sum(istio_requests_total)"
        let growth = try #require(try rows(total, 110).first).number - #require(try rows(total, 105).first).number
        #expect(abs(growth / 5 - rate) < 1e-3)
    }

    @Test("shows an exporter's text that says what queries say")
    func exposition() throws {
        let (server, moment) = server(at: 22, .crash)
        let reply = server.answer(path: "/metrics", arguments: [("metric", "istio_requests_total")], moment)
        #expect(reply.contentType.hasPrefix("text/plain; version=0.0.4"))
        let lines = String(decoding: reply.body, as: UTF8.self).split(separator: "\n")
        #expect(Set(lines.map { $0.split(separator: "}")[0] }).count == lines.count, "each series once")
        let sum = lines.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? .nan) }
        let asked = try rows("sum(istio_requests_total)", at: 22, .crash)
        #expect(abs(sum - (asked.first?.number ?? 0)) < 1)
    }

    @Test("buckets grow with their bound, and end at all requests")
    func buckets() throws {
        let of = "{destination_service_name=~\"cart|check\\\\.out\",reporter=\"source\"}"
        let rows = try rows("sum by (le) (rate(istio_request_duration_milliseconds_bucket\(of)[60s]))")
        let values = rows.map { (Double($0.metric["le"]?.replacing("+Inf", with: "inf") ?? ""), $0.number) }
            .sorted { ($0.0 ?? 0) < ($1.0 ?? 0) }.map(\.1)
        #expect(values.count == 20 && values == values.sorted())
        let count = try self.rows("sum(rate(istio_request_duration_milliseconds_count\(of)[60s]))")
        #expect(abs((values.last ?? 0) - (count.first?.number ?? -1)) < 1e-6)
    }

    @Test("ties members to workloads by the addresses of pods")
    func pods() throws {
        let pods = try rows("kube_pod_info")
        let cart = try #require(pods.first { $0.metric["pod_ip"] == "127.1.1.1" })
        let other = try #require(pods.first { $0.metric["pod_ip"] == "127.1.1.3" })
        let sets = try rows("kube_replicaset_owner")
        func workload(_ pod: [String: String]) -> String? {
            sets.first { $0.metric["replicaset"] == pod["created_by_name"] }?.metric["owner_name"]
        }
        #expect(workload(cart.metric) == "cart-v1" && workload(other.metric) == "checkout-v1")
        #expect(pods.allSatisfy { workload($0.metric) != nil })
        #expect(Set(pods.compactMap { $0.metric["pod"] }).count == pods.count)
    }

    @Test("makes up as many services as wanted, the same for the same seed", arguments: [50, 200, 2000])
    func many(services: Int) throws {
        let rows = try rows("sum by (destination_service_name) (rate(istio_requests_total[1m]))", services: services)
        // Services that only speak TCP are not among these, nor are those that nobody calls.
        #expect(rows.count > services / 2 && rows.count <= services + 2)
        let again = try self.rows(
            "sum by (destination_service_name) (rate(istio_requests_total[1m]))", services: services)
        #expect(rows.map(\.number) == again.map(\.number))
    }

    @Test(
        "answers what it does not know as Prometheus does: an error that says where",
        arguments: ["", "sum(", "histogram_quantile(0.9, x)", "rate(x[1y2", "x{a~\"b\"}", "x{a=~\"(\"}", "x > 1", "{}"])
    func errors(query: String) throws {
        let answer = try ask(query)
        #expect(answer.status == "error" && answer.errorType == "bad_data" && answer.data == nil)
        #expect(answer.error?.isEmpty == false)
    }

    @Test("finds no exporters' metrics of clusters, by whatever names")
    func exporters() throws {
        #expect(try rows("label_replace({__name__=~\"akka_cluster_phi\"}, \"rule\", \"0\", \"\", \"\")").isEmpty)
    }

    @Test("evaluates for another moment, given as seconds or as RFC 3339")
    func moments() throws {
        let (server, moment) = server(at: 60, .crash)
        let query = "sum(rate(istio_requests_total{response_flags=\"UF\"}[10s])) > 0"
        for time in ["1700000022.5", "2023-11-14T22:13:42.5Z"] {
            let reply = server.answer(path: "/api/v1/query", arguments: [("query", query), ("time", time)], moment)
            let rows = try JSONDecoder().decode(Answer.self, from: Data(reply.body)).data?.result
            #expect(rows?.first?.value.at == 1_700_000_022.5)
        }
        let reply = server.answer(path: "/api/v1/query", arguments: [("query", query), ("time", "yesterday")], moment)
        #expect(reply.status == 400)
    }
}
