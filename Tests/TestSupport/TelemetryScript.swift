// SPDX-License-Identifier: Apache-2.0
package import Model
import Traffic

/// Telemetry written as rows of labels, as people read it.
package struct TelemetryScript {
    private var texts = TelemetryTexts()
    private var numbers: [String: LabelValue] = [:]
    private var cells: [TelemetryMetric: [LabelValue]] = [:]
    private var values: [TelemetryMetric: [Double]] = [:]

    /// For which moment Prometheus told.
    package var at = Timestamp(milliseconds: 1_700_000_000_000)

    package init() {
        for word in TelemetryWord.allCases { numbers[word.text] = LabelValue(word) }
    }

    /// A row of a metric. Labels that are not given are missing.
    package mutating func row(_ metric: TelemetryMetric, _ value: Double, _ labels: [TelemetryLabel: String]) {
        for column in metric.columns { cells[metric, default: []].append(number(labels[column] ?? "")) }
        values[metric, default: []].append(value)
    }

    /// Requests from one end to another, `NAMESPACE/APP-VERSION`; `nil` is an end that nobody knows.
    package mutating func requests(
        _ source: String?, _ target: String?, _ value: Double, by reporters: [String] = ["source", "destination"],
        service: String? = nil, serviceNamespace: String? = nil, _ more: [TelemetryLabel: String] = [:]
    ) {
        var labels = Self.ends(source, target, service: service, serviceNamespace: serviceNamespace)
        labels[.requestProtocol] = "http"
        labels[.responseCode] = "200"
        labels[.responseFlags] = "-"
        labels.merge(more) { $1 }
        for reporter in reporters {
            labels[.reporter] = reporter
            row(.requests, value, labels)
        }
    }

    /// The labels of two ends.
    package static func ends(
        _ source: String?, _ target: String?, service: String? = nil, serviceNamespace: String? = nil
    ) -> [TelemetryLabel: String] {
        let (from, to) = (end(source), end(target))
        let space = serviceNamespace ?? to.namespace
        let name = service ?? to.app
        return [
            .sourceCluster: source == nil ? "unknown" : "east", .sourceNamespace: from.namespace,
            .sourceWorkload: from.workload, .sourceApp: from.app, .sourceVersion: from.version,
            .destinationCluster: target == nil && serviceNamespace == nil ? "unknown" : "east",
            .destinationServiceNamespace: space,
            .destinationService: name == "unknown" ? "unknown" : "\(name).\(space).svc.cluster.local",
            .destinationServiceName: name, .destinationNamespace: to.namespace, .destinationWorkload: to.workload,
            .destinationApp: to.app, .destinationVersion: to.version,
        ]
    }

    private static func end(_ text: String?) -> (namespace: String, workload: String, app: String, version: String) {
        guard let text else { return ("unknown", "unknown", "unknown", "unknown") }
        let parts = text.split(separator: "/")
        let name = parts[1].split(separator: "-")
        let version = name.count > 1 ? String(name[1]) : "latest"
        return (String(parts[0]), String(parts[1]), String(name[0]), version)
    }

    private mutating func number(_ text: String) -> LabelValue {
        if let known = numbers[text] { return known }
        let number = texts.append(text)
        numbers[text] = number
        return number
    }

    /// All rows.
    package var telemetry: Telemetry {
        let vectors = TelemetryMetric.allCases.compactMap { metric -> TelemetryVector? in
            guard let cells = cells[metric] else { return nil }
            let keys = TelemetryKeys(width: metric.columns.count, cells: cells)
            return TelemetryVector(metric, keys: keys, values: values[metric] ?? [])
        }
        return Telemetry(
            at: at, window: .seconds(60), interval: .seconds(15), texts: texts,
            vectors: vectors)
    }

    /// The graph of all rows, without members.
    package func graph(_ type: GraphType = .workload, _ change: (inout GraphOptions) -> Void = { _ in }) -> ServiceGraph
    {
        var options = GraphOptions()
        options.type = type
        change(&options)
        let telemetry = telemetry
        return ServiceGraph.build(telemetry, options: options, observedAt: telemetry.at)
    }
}

extension ServiceGraph {
    /// Each edge with its rate: `wl_east_shop_web|wl_east_shop_cart|http 2.0`.
    package var lines: [String] { edges.map { "\(id(of: $0)) \($0.rates.total)" } }

    /// The node of an id.
    package func node(_ id: String) -> TrafficNode? { index(of: id).map { nodes[$0] } }
}

extension ShownGraph {
    /// Changes the graph that is shown; what was hidden or found in it before is forgotten.
    package mutating func change(_ change: (inout ServiceGraph) -> Void) {
        var changed = graph
        change(&changed)
        self = ShownGraph(changed)
    }
}
