internal import Graph

extension TelemetryQuery {
    /// The query as Prometheus takes it.
    ///
    /// - Parameter window: over which time rates are taken.
    /// - Returns: PromQL.
    func promQL(window: Duration) -> String {
        let labels = metric.columns.map(\.rawValue).joined(separator: ", ")
        let selector = metric.rawValue + Self.braces(matchers)
        guard metric.isCounter else { return "max by (\(labels)) (\(selector))" }
        let sum = "sum by (\(labels)) (rate(\(selector)[\(PromQL.duration(window))]))"
        return includesIdle ? sum : "\(sum) > 0"
    }

    /// Which values a label has among the series of this query; without rates, so that it loads one sample of each.
    func values(of label: TelemetryLabel) -> String {
        "group by (\(label.rawValue)) (\(metric.rawValue)\(Self.braces(matchers)))"
    }

    /// The same for one value of a label only.
    func narrowed(_ label: TelemetryLabel, to value: String) -> TelemetryQuery {
        var query = self
        query.matchers.append(TelemetryMatcher(label, [value]))
        return query
    }

    private static func braces(_ matchers: [TelemetryMatcher]) -> String {
        guard !matchers.isEmpty else { return "" }
        let parts = matchers.map { matcher in
            matcher.values.count == 1
                ? "\(matcher.label.rawValue)=\(PromQL.quoted(matcher.values[0]))"
                : "\(matcher.label.rawValue)=~"
                    + PromQL.quoted(matcher.values.map(PromQL.literal).joined(separator: "|"))
        }
        return "{\(parts.joined(separator: ","))}"
    }
}
