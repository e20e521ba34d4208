// SPDX-License-Identifier: Apache-2.0
internal import Model

/// One question to a metrics server.
enum MetricsInquiry: Hashable, Sendable {
    /// What metrics say of clusters.
    case metrics
    /// A metric of the service graph; `isNeeded`: without it there is no graph.
    case telemetry(TelemetryQuery, isNeeded: Bool)
    /// The namespaces of a metric that the server refuses to answer in one piece.
    case namespaces(TelemetryQuery)
    /// One namespace of it.
    case piece(TelemetryQuery)
    /// Something about the server itself.
    case fact(ServerFact)
    /// Which jobs scrape which proxies.
    case scrapes(byEdge: Bool)
}

/// What is left to do in a round, in order. Answers add to it.
struct QuerySteps {
    /// One step of a round.
    enum Step: Hashable {
        case ask(MetricsInquiry)
        /// What has come is passed on.
        case deliver
    }

    private var steps: [Step]

    /// - Parameter steps: in order.
    init(_ steps: [Step]) { self.steps = steps }

    /// Whether nothing is left to do.
    var isEmpty: Bool { steps.isEmpty }

    /// Takes the next step off.
    mutating func next() -> Step? { steps.isEmpty ? nil : steps.removeFirst() }

    /// Puts inquiries before all other steps.
    mutating func insert(_ inquiries: [MetricsInquiry]) {
        steps.insert(contentsOf: inquiries.map(Step.ask), at: 0)
    }

    /// Puts a query behind the first delivery, so that the graph does not wait for it, in place of any other one of its metric.
    mutating func insertBehindDelivery(_ query: TelemetryQuery) {
        steps.removeAll {
            if case .ask(.telemetry(let other, _)) = $0 { other.metric == query.metric } else { false }
        }
        let place = steps.firstIndex(of: .deliver).map { $0 + 1 } ?? steps.count
        steps.insert(contentsOf: [.ask(.telemetry(query, isNeeded: false)), .deliver], at: place)
    }
}
