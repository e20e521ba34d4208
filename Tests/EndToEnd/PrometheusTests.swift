// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Foundation
import Model
import TestSupport
import Testing

@Suite("Against a real Prometheus", .serialized)
struct PrometheusTests {
    @Test("phi of an exporter's metrics is on the pair in the snapshot, and doctor says what no metric tells")
    func phi() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let mesh = try RunningCommand(Command.meshtop, ["simulate", "healthy", "--members", "3"])
        defer { mesh.terminate() }
        #expect(Deadline.poll(seconds: 10) { !mesh.lines.isEmpty })
        let first = try JSONValue(parsing: String(mesh.lines.first ?? "").utf8)
        let management = try #require(first["management"]?.items.first?.text)
        let members = try snapshot(["--management", management])["clusters"]?.items.first?["members"]?.items ?? []
        let addresses = members.compactMap { $0["address"]?.text }
        try #require(addresses.count == 3)
        let exporter = try MetricsExporter(
            """
            akka_cluster_phi{self="\(addresses[0])",peer="\(addresses[1])"} 3.25
            akka_cluster_phi{self="\(addresses[1])",peer="\(addresses[0])"} +Inf
            akka_cluster_phi_threshold{self="\(addresses[0])",peer="\(addresses[1])"} 10

            """)
        let prometheus = try PrometheusServer(targets: ["127.0.0.1:\(exporter.port)"])
        let arguments = ["--management", management, "--no-bridge", "--prometheus", prometheus.url]
        var phi: JSONValue?
        Deadline.poll(seconds: 30) {
            guard let document = try? snapshot(arguments) else { return false }
            phi = pair(document, addresses[0], addresses[1])
            return phi?["value"]?.amount != nil
        }
        #expect(phi?["value"]?.amount == 3.25)
        #expect(phi?["threshold"]?.amount == 10)
        #expect(phi?["via"]?.text == "metric")
        let other = pair(try snapshot(arguments), addresses[1], addresses[0])
        #expect(other?["infinite"]?.truth == true && other?["available"]?.truth == false)
        let doctor = try Command.run(Command.meshtop, ["doctor"] + arguments)
        #expect(doctor.output.contains("phi in 2 series"), "\(doctor.output)")
        #expect(doctor.output.contains("no series of member status, member reachability, member counts"))
    }

    @Test("traffic of the past is asked for its moment: rates are those of the counters that were there then")
    func past() throws {
        if let reason = PrometheusServer.reasonToSkip { return print(reason) }
        let start = 1_700_000_000
        let labels =
            #"reporter="destination",source_workload="web",destination_workload="cart",request_protocol="http",response_code="200",response_flags="-""#
        let samples = (0...40).map { step in
            "istio_requests_total{\(labels)} \(step * 30) \(start + step * 15)"
        }
        let history = "# TYPE istio_requests counter\n" + samples.joined(separator: "\n") + "\n# EOF\n"
        let prometheus = try PrometheusServer(history: history)
        let inside = try telemetry(prometheus.url, at: start + 300)
        let vector = try #require(inside.vector(.requests))
        #expect(vector.values.count == 1)
        #expect(abs((vector.values.first ?? 0) - 2) < 1e-6)
        #expect(inside.at == Timestamp(milliseconds: Int64(start + 300) * 1000))
        #expect(try telemetry(prometheus.url, at: start + 7_200).vector(.requests)?.count == 0)
    }

    // MARK: -

    private func snapshot(_ arguments: [String]) throws -> JSONValue {
        let result = try Command.run(Command.meshtop, ["snapshot"] + arguments)
        return try JSONValue(parsing: result.output.utf8)
    }

    private func pair(_ document: JSONValue, _ observer: String, _ subject: String) -> JSONValue? {
        let rows = document["clusters"]?.items.first?["associations"]?.items ?? []
        return rows.first { $0["observer"]?.text == observer && $0["subject"]?.text == subject }?["phi"]
    }

    private func telemetry(_ url: String, at seconds: Int) throws -> Telemetry {
        let address = try ManagementAddress(url)
        let options = CollectorOptions(
            [
                .prometheus(
                    PrometheusOptions(
                        endpoint: Endpoint(host: address.host, port: address.port ?? 9090),
                        at: Timestamp(milliseconds: Int64(seconds) * 1000)))
            ], isOneShot: true)
        let mailbox = try #require(Mailbox())
        let thread = try #require(CollectorThread(options: options, mailbox: mailbox))
        try #require(thread.start())
        defer { thread.stop() }
        var found: Telemetry?
        Deadline.poll(seconds: 20) {
            for case .telemetry(let telemetry, _) in mailbox.drain().observations.map(\.payload) { found = telemetry }
            return found != nil
        }
        return try #require(found)
    }
}

extension JSONValue {
    fileprivate var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
    fileprivate var amount: Double? { if case .number(let number) = self { number } else { nil } }
    fileprivate var truth: Bool? { if case .bool(let bool) = self { bool } else { nil } }
}
