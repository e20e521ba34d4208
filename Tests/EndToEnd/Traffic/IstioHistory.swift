/// Counters of Istio's metrics that grew evenly in the past, in the text that a real Prometheus takes as history.
struct IstioHistory {
    /// A sample each fifteen seconds, as Prometheus scrapes by default.
    static let step = 15
    static let start = 1_700_000_000
    static let steps = 60

    private var series: [(metric: String, labels: String, perStep: Double, isGauge: Bool)] = []
    /// The step in which the processes that count were started anew, if they were: their counters begin again.
    var restart: Int?

    /// One side's report of calls.
    ///
    /// - Parameters:
    ///   - perSecond: how fast it grows.
    ///   - labels: those that differ from the usual ones; an empty value leaves a label out.
    ///   - metric: its name.
    mutating func add(_ perSecond: Double, _ labels: [String: String], to metric: String = "istio_requests_total") {
        var all = Self.usual
        if metric.contains("tcp") { all["response_code"] = "" }
        for (name, value) in labels { all[name] = value }
        add(metric, all, perSecond * Double(Self.step), isGauge: false)
    }

    /// Something that is there all the time.
    mutating func addGauge(_ metric: String, _ labels: [String: String]) { add(metric, labels, 1, isGauge: true) }

    private mutating func add(_ metric: String, _ labels: [String: String], _ perStep: Double, isGauge: Bool) {
        let text = labels.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        series.append((metric, text, perStep, isGauge))
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
                    let value = one.isGauge ? 1 : Double(counted) * one.perStep
                    lines.append("\(metric){\(one.labels)} \(value) \(Self.start + step * Self.step)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n# EOF\n"
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
