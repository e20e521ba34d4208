// SPDX-License-Identifier: Apache-2.0
internal import Model

extension TelemetryQuery {
    /// The query as Prometheus takes it.
    ///
    /// - Parameters:
    ///   - window: over which time rates are taken.
    ///   - conditions: what else must hold of a series of proxies.
    /// - Returns: PromQL.
    func promQL(window: Duration, _ conditions: [String] = []) -> String {
        let labels = metric.columns.map(\.rawValue).joined(separator: ", ")
        let selector = selector(conditions)
        switch metric.kind {
        case .gauge: return "max by (\(labels)) (\(selector))"
        case .presence: return "group by (\(labels)) (\(selector))"
        case .level: return "sum by (\(labels)) (\(selector)) > 0"
        case .counter:
            let sum = "sum by (\(labels)) (rate(\(selector)[\(PromQL.duration(window))]))"
            return includesIdle ? sum : "\(sum) > 0"
        }
    }

    /// Which values a label has among the series of this query; without rates, so that it loads one sample of each.
    func values(of label: TelemetryLabel) -> String {
        "group by (\(label.rawValue)) (\(selector([])))"
    }

    /// The same for one value of a label only.
    func narrowed(_ label: TelemetryLabel, to value: String) -> TelemetryQuery {
        var query = self
        query.matchers.append(TelemetryMatcher(label, [value]))
        return query
    }

    /// The series: the name of the metric in Prometheus, and conditions.
    private func selector(_ others: [String]) -> String {
        let (name, fixed) = metric.series
        let conditions = fixed + matchers.map(Self.condition) + (name.hasPrefix("istio_") ? others : [])
        return conditions.isEmpty ? name : "\(name){\(conditions.joined(separator: ","))}"
    }

    private static func condition(_ matcher: TelemetryMatcher) -> String {
        let label = matcher.label.rawValue
        guard matcher.values.count != 1 else { return "\(label)=\(PromQL.quoted(matcher.values[0]))" }
        return "\(label)=~" + PromQL.quoted(matcher.values.map(PromQL.literal).joined(separator: "|"))
    }
}

extension TelemetryMetric {
    /// The name of the metric in Prometheus, empty where several names mean the same, and conditions that always hold.
    fileprivate var series: (name: String, conditions: [String]) {
        switch self {
        case .principals: ("istio_requests_total", [#"reporter=~"destination|waypoint""#])
        case .bytePrincipals: ("istio_tcp_received_bytes_total", [])
        case .waypoints:
            (
                "",
                [#"__name__=~"istio_requests_total|istio_tcp_received_bytes_total""#, #"reporter="waypoint""#]
            )
        case .openBreakers:
            (
                "",
                [#"__name__=~"envoy_cluster_circuit_breakers_(default|high)_(cx|cx_pool|rq|rq_pending|rq_retry)_open""#]
            )
        case .denials: ("envoy_http_rbac", [#"authz_enforce_result="denied""#])
        default: (rawValue, [])
        }
    }
}
