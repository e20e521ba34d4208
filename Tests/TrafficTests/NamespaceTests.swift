// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing
import Traffic

@testable import Model

/// The graph of some namespaces is the one that Kiali puts together of a traffic map for each.
@Suite("Namespaces of the service graph") struct NamespaceTests {
    private static let clusters = ["east", "west"]
    private static let namespaces = ["a", "b", "c", "ab"]

    @Test("for any choice of namespaces there are the nodes, edges, rates and flags that Kiali's queries for each give")
    func likeKiali() {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var differences: [String] = []
        var random = SplitMix(seed: seed)
        for round in 0..<400 {
            let telemetry = Self.telemetry(&random)
            var options = GraphOptions()
            options.type = random.pick([.workload, .app, .versionedApp])
            options.injectsServices = random.pick([true, false])
            options.rates.ambient = random.pick(TrafficRates.Ambient.allCases)
            options.rates.grpc = random.pick(TrafficRates.Grpc.allCases)
            options.rates.tcp = random.pick(TrafficRates.Tcp.allCases)
            options.namespaces = Self.namespaces.filter { _ in random.pick([true, false]) }
            if options.namespaces.isEmpty { options.namespaces = ["a"] }
            let graph = ServiceGraph.build(telemetry, options: options, observedAt: telemetry.at)
            let ours = NamespaceQueries.Result(graph, options.namespaces)
            let kiali = NamespaceQueries(telemetry, options).graph(options.namespaces)
            differences += ours.differences(to: kiali).map { "round \(round): \($0)" }
        }
        #expect(differences.isEmpty, "seed \(seed): \(differences.prefix(5).joined(separator: "\n"))")
    }

    /// Rates are sums of quarters, so that every order of adding gives the same.
    private static func telemetry(_ random: inout SplitMix) -> Telemetry {
        var script = TelemetryScript()
        for metric in [TelemetryMetric.requests, .requestMessages, .responseMessages, .tcpReceived, .tcpSent] {
            var seen: Set<[TelemetryLabel: String]> = []
            for _ in 0..<random.below(14) {
                let labels = labels(metric, &random)
                guard seen.insert(labels).inserted else { continue }
                script.row(metric, Double(1 + random.below(40)) / 4, labels)
            }
        }
        return script.telemetry
    }

    private static func labels(_ metric: TelemetryMetric, _ random: inout SplitMix) -> [TelemetryLabel: String] {
        var labels: [TelemetryLabel: String] = [.reporter: random.pick(["source", "destination", "waypoint"])]
        let isStranger = random.below(8) == 0
        let source = isStranger ? "unknown" : random.pick(namespaces)
        labels[.sourceCluster] = isStranger ? "unknown" : random.pick(clusters)
        labels[.sourceNamespace] = source
        labels[.sourceWorkload] = isStranger ? "unknown" : random.pick(["w1", "w2", "unknown"])
        labels[.sourceApp] = isStranger ? "unknown" : random.pick(["x", "y"])
        labels[.sourceVersion] = random.pick(["v1", "latest"])
        let isReached = random.below(4) > 0
        let namespace = random.pick(namespaces)
        labels[.destinationCluster] = isReached ? random.pick(clusters) : "unknown"
        labels[.destinationNamespace] = isReached ? namespace : "unknown"
        labels[.destinationWorkload] = isReached ? random.pick(["w1", "w2"]) : "unknown"
        labels[.destinationApp] = isReached ? random.pick(["x", "y", "unknown"]) : "unknown"
        labels[.destinationVersion] = isReached ? random.pick(["v1", "latest"]) : "unknown"
        let service = random.pick(["s1", "s2", "unknown", "PassthroughCluster", "BlackHoleCluster"])
        labels[.destinationServiceNamespace] = service.hasPrefix("s") ? namespace : "unknown"
        labels[.destinationServiceName] = service
        labels[.destinationService] = service.hasPrefix("s") ? "\(service).\(namespace).svc.cluster.local" : service
        if metric == .tcpReceived || metric == .tcpSent {
            labels[.app] = "x"
            labels[.responseFlags] = random.pick(["-", "UF"])
        } else if metric == .requests {
            labels[.requestProtocol] = random.pick(["http", "grpc"])
            labels[.responseCode] = random.pick(["200", "0", "404", "503"])
            labels[.responseFlags] = random.pick(["-", "UF"])
            if labels[.requestProtocol] == "grpc" { labels[.grpcStatus] = random.pick(["0", "14"]) }
        }
        return labels
    }
}

extension SplitMix {
    fileprivate mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
