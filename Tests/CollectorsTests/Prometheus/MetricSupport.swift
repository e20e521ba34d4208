// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Collectors

/// An answer of a real server, as it was recorded.
func recordedMetrics(_ name: String) throws -> String {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/prometheus/\(name).json")
    return try String(contentsOf: file, encoding: .utf8)
}

/// An instant vector as Prometheus prints it, at 1,700,000,000 s.
func vector(_ series: [(labels: String, value: String)], extra: String = "") -> String {
    let rows = series.map { #"{"metric":{\#($0.labels)},"value":[1700000000,"\#($0.value)"]}"# }
    return #"{"status":"success","data":{"resultType":"vector","result":[\#(rows.joined(separator: ","))]}\#(extra)}"#
}

/// What the answer to the query about clusters tells.
func metricReport(_ answer: String, rules: [MetricRule] = MetricRule.standard) throws -> MetricReport {
    var decoder = MetricDecoder(rules: rules)
    let envelope = try PrometheusReader(maximumBody: 1 << 20).read(PaddedBytes(answer.utf8), into: &decoder)
    return decoder.report(warnings: envelope.warnings)
}
