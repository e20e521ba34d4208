// SPDX-License-Identifier: Apache-2.0
/// Counters of Istio's metrics that grew evenly in the past, in the text that a real Prometheus takes as history.
struct IstioHistory {
    /// A sample each fifteen seconds, as Prometheus scrapes by default.
    static let step = 15
    static let start = 1_700_000_000
    static let steps = 60

    /// A value by the step, and by the steps that were counted.
    private var series: [(metric: String, labels: String, value: (_ step: Int, _ counted: Int) -> Double?)] = []
    /// The step in which the processes that count were started anew, if they were: their counters begin again.
    var restart: Int?

    /// One side's report of calls.
    ///
    /// - Parameters:
    ///   - perSecond: how fast it grows.
    ///   - labels: those that differ from the usual ones; an empty value leaves a label out.
    ///   - metric: its name.
    mutating func add(_ perSecond: Double, _ labels: [String: String], to metric: String = "istio_requests_total") {
        append(metric, usual(labels, metric)) { _, counted in Double(counted * Self.step) * perSecond }
    }

    /// The same with any values: that of each step, `nil` for no sample.
    mutating func add(
        _ labels: [String: String], to metric: String = "istio_requests_total", value: @escaping (Int) -> Double?
    ) {
        append(metric, usual(labels, metric)) { step, _ in value(step) }
    }

    private func usual(_ labels: [String: String], _ metric: String) -> [String: String] {
        var all = Self.usual
        if metric.contains("tcp") { all["response_code"] = "" }
        return all.merging(labels) { $1 }
    }

    /// Something that is there all the time.
    mutating func addGauge(_ metric: String, _ labels: [String: String], value: Double = 1) {
        append(metric, labels) { _, _ in value }
    }

    private mutating func append(
        _ metric: String, _ labels: [String: String], _ value: @escaping (Int, Int) -> Double?
    ) {
        let text = labels.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        series.append((metric, text, value))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// OpenMetrics.
    var text: String {
        var lines: [String] = []
        for metric in Set(series.map(\.metric)).sorted() {
            lines.append("# TYPE \(metric) unknown")
            for one in series where one.metric == metric {
                for step in 0...Self.steps {
                    let counted = restart.map { step < $0 ? 1000 + step : step - $0 + 1 } ?? 1000 + step
                    guard let value = one.value(step, counted) else { continue }
                    lines.append("\(metric){\(one.labels)} \(Self.text(value)) \(Self.start + step * Self.step)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n# EOF\n"
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : "\(value)"
    }

    private static let usual = [
        "reporter": "destination", "source_cluster": "Kubernetes", "source_workload_namespace": "shop",
        "source_workload": "web-v1", "source_canonical_service": "web", "source_canonical_revision": "v1",
        "destination_cluster": "Kubernetes", "destination_service_namespace": "shop",
        "destination_service": "cart.shop.svc.cluster.local", "destination_service_name": "cart",
        "destination_workload_namespace": "shop", "destination_workload": "cart-v1",
        "destination_canonical_service": "cart", "destination_canonical_revision": "v1", "request_protocol": "http",
        "response_code": "200", "response_flags": "-", "connection_security_policy": "mutual_tls",
    ]
}
