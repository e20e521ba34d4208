// SPDX-License-Identifier: Apache-2.0
package import Model

/// What is collected from a metrics server.
package struct PrometheusOptions: Sendable {
    /// The server; its query API lies below it.
    package var endpoint: Endpoint
    /// Which metrics describe clusters.
    package var rules: [MetricRule]
    /// What the service graph shows, which decides what is asked for it.
    package var graph: GraphOptions
    /// Over which time rates are taken.
    package var window: Duration
    /// For which moment traffic is asked; `nil`: the present.
    package var at: Timestamp?
    /// How many services' percentiles are asked for, the worst first, whether or not a viewer looks at them.
    package var worstServices = 50

    /// - Parameters:
    ///   - endpoint: the server.
    ///   - rules: the user's rules; the standard ones stand in for roles without one.
    ///   - graph: what the service graph shows.
    ///   - window: over which time rates are taken.
    ///   - at: for which moment traffic is asked; `nil`: the present.
    package init(
        endpoint: Endpoint, rules: [MetricRule] = [], graph: GraphOptions = GraphOptions(),
        window: Duration = .seconds(60), at: Timestamp? = nil
    ) {
        self.endpoint = endpoint
        self.rules = MetricRule.complete(rules)
        self.graph = graph
        self.window = window
        self.at = at
    }

    /// Options for an interactive session, which reports its interest: besides that, percentiles are asked of the few worst services,
    /// unless the user has named values.
    var interactive: PrometheusOptions {
        var options = self
        if graph.edgeValues.isEmpty { options.worstServices = 8 }
        options.graph.edgeValues.formUnion(EdgeValue.allCases.filter(\.isPercentile))
        return options
    }
}

extension CollectorFactory {
    /// Collects from a metrics server.
    ///
    /// - Parameter options: which server is asked for what.
    /// - Returns: the factory.
    package static func prometheus(_ options: PrometheusOptions) -> CollectorFactory {
        // Queries come one after the other, and each may take longer than an answer of a member.
        CollectorFactory(firstAnswerTimeouts: 11) { context in
            PrometheusCollector(context.isInteractive ? options.interactive : options, context)
        }
    }
}
