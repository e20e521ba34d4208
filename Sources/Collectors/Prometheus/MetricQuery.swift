// SPDX-License-Identifier: Apache-2.0
/// The one query for everything that metrics say of clusters.
///
/// Prometheus stamps the answer of an instant query with the time of the evaluation, not with that of the scrape, so the age of the samples is
/// asked for besides: per target, by the exact names of metrics, because `timestamp` of several metrics at once fails when their labels are
/// equal. Which rule a series is of comes back in a label.
struct MetricQuery: Hashable, Sendable {
    /// The label in which the rule's number comes back; `age` for ages.
    static let ruleLabel = "meshtop_rule"
    static let ageRule = "age"
    /// Maximum number of metrics whose samples' ages are asked for.
    static let maximumAgedMetrics = 8

    var rules: [MetricRule]
    /// The names of metrics that are known to be there.
    var agedMetrics: [String] = []

    var text: String {
        var parts = rules.enumerated().map { number, rule in
            Self.marked("{__name__=~\(PromQL.quoted(rule.pattern))}", as: String(number))
        }
        let ages = agedMetrics.prefix(Self.maximumAgedMetrics).map {
            "max by (job, instance) (timestamp({__name__=\(PromQL.quoted($0))}))"
        }
        if !ages.isEmpty { parts.append(Self.marked(ages.joined(separator: " or "), as: Self.ageRule)) }
        parts += ProcessQuery.allCases.map { Self.marked($0.text, as: $0.rule) }
        return parts.joined(separator: " or ")
    }

    private static func marked(_ vector: String, as rule: String) -> String {
        "label_replace(\(vector), \(PromQL.quoted(ruleLabel)), \(PromQL.quoted(rule)), \"\", \"\")"
    }
}
