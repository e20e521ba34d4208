/// Counters of Istio's metrics that grew evenly in the past, in the text that a real Prometheus takes as history.
struct IstioHistory {
    /// A sample each fifteen seconds, as Prometheus scrapes by default.
    static let step = 15
    static let start = 1_700_000_000
    static let steps = 60

    private var series: [(metric: String, labels: String, value: (Int) -> Double?)] = []

    /// One side's report of calls.
    ///
    /// - Parameters:
    ///   - perSecond: how fast it grows.
    ///   - labels: those that differ from the usual ones; an empty value leaves a label out.
    ///   - metric: its name.
    mutating func add(_ perSecond: Double, _ labels: [String: String], to metric: String = "istio_requests_total") {
        add(labels, to: metric) { 1000 + Double($0 * Self.step) * perSecond }
    }

    /// The same with any values: that of each step, `nil` for no sample.
    mutating func add(
        _ labels: [String: String], to metric: String = "istio_requests_total", value: @escaping (Int) -> Double?
    ) {
        var all = Self.usual
        if metric.contains("tcp") { all["response_code"] = "" }
        for (name, value) in labels { all[name] = value }
        append(metric, all, value)
    }

    /// Something that is there all the time.
    mutating func addGauge(_ metric: String, _ labels: [String: String], value: Double = 1) {
        append(metric, labels) { _ in value }
    }

    private mutating func append(_ metric: String, _ labels: [String: String], _ value: @escaping (Int) -> Double?) {
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
                    guard let value = one.value(step) else { continue }
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
