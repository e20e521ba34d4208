// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Simulator

@Suite("Health endpoints of the simulated services")
struct HealthEndpointsTests {
    /// What is answered so many seconds into a scenario.
    private func ask(_ path: String, at second: Double, _ scenario: SimulatedScenario) -> (Int, String) {
        var cluster = SimulatedCluster(.init(scenario: scenario, seed: 1, services: 12))
        cluster.epoch = 1_700_000_000_000
        _ = cluster.advance(to: .milliseconds(Int64(second * 1000)))
        let members = (0..<3).map { (host: SimulatedCluster.host(slot: $0), isBackend: $0 == 2) }
        let server = SimulatedPrometheus(cluster.configuration, members: members)
        let reply = server.answer(path: path, arguments: [], cluster.moment)
        return (reply.status, String(decoding: reply.body, as: UTF8.self))
    }

    @Test("say that all is well as long as it is")
    func healthy() {
        for name in HealthEndpoints.shown {
            for path in ["healthz", "readyz"] {
                #expect(ask("/\(name)/\(path)", at: 30, .healthy) == (200, #"{"status":"UP","checks":[]}"#))
            }
        }
    }

    @Test("say which of those they call is gone, and again that all is well when it is back")
    func outage() {
        var cluster = SimulatedCluster(.init(scenario: .gcPause, seed: 1, services: 12))
        cluster.epoch = 1_700_000_000_000
        let members = (0..<3).map { (host: SimulatedCluster.host(slot: $0), isBackend: $0 == 2) }
        let server = SimulatedPrometheus(cluster.configuration, members: members)
        var told: [SimulatedReply] = []
        for second in 1...60 {
            _ = cluster.advance(to: .seconds(second))
            told.append(server.answer(path: "/shop/frontend-v1/readyz", arguments: [], cluster.moment))
            #expect(server.answer(path: "/shop/frontend-v1/healthz", arguments: [], cluster.moment).status == 200)
        }
        #expect(told.first?.status == 200 && told.last?.status == 200, "a pause of eight seconds, then another")
        let unwell = told.filter { $0.status == 503 }
        #expect((6...20).contains(unwell.count), "\(unwell.count) of 60 seconds")
        let texts = unwell.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(texts.allSatisfy { $0.hasPrefix(#"{"status":"DOWN","checks":[{"name":""#) }, "\(texts.first ?? "")")
    }

    @Test("are those of services that there are, and nothing else")
    func others() {
        for path in [
            "/shop/nobody/readyz", "/shop/frontend-v1", "/shop/frontend-v1/metrics", "/readyz", "//readyz", "",
        ] {
            #expect(ask(path, at: 1, .healthy).0 == 404, "\(path)")
        }
    }
}
