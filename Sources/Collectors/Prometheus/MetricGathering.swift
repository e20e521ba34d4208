// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What metrics say of clusters: the one query for all of it, and what its last answer said.
struct MetricGathering {
    /// What an answer means for the round.
    enum Outcome {
        /// The answer names metrics whose ages are to be asked for too.
        case askAgain
        /// It says the same as the last one.
        case unchanged
        case report(MetricReport, isFirst: Bool)
    }

    private let reader: PrometheusReader
    private var query: MetricQuery
    private var report: MetricReport?

    /// - Parameters:
    ///   - rules: which metrics describe clusters.
    ///   - reader: reads answers.
    init(rules: [MetricRule], reader: PrometheusReader) {
        query = MetricQuery(rules: rules)
        self.reader = reader
    }

    /// The query.
    var text: String { query.text }

    /// Takes an answer.
    ///
    /// - Parameters:
    ///   - response: the answer, of any status.
    ///   - request: what was asked.
    /// - Returns: what it means.
    /// - Throws: why it says nothing.
    mutating func receive(_ response: HTTPResponse, _ request: HTTPRequest) throws(SourceFailure) -> Outcome {
        var decoder = MetricDecoder(rules: query.rules)
        let envelope = try PrometheusFailures.read(response, reader, into: &decoder, request: request)
        let aged = decoder.agedMetrics
        // Ages are asked for by exact names, which the first answer lists.
        if !Set(aged).isSubset(of: query.agedMetrics) {
            query.agedMetrics = aged
            return .askAgain
        }
        let report = decoder.report(warnings: envelope.warnings)
        if let known = self.report, report.saysTheSame(as: known) { return .unchanged }
        defer { self.report = report }
        return .report(report, isFirst: self.report == nil)
    }
}
