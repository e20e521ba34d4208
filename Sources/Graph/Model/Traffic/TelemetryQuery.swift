// SPDX-License-Identifier: Apache-2.0
/// A question to Prometheus. The collector writes it as PromQL:
/// `sum by (columns) (rate(metric{matchers}[window])) > 0`, or `max by (columns) (metric{matchers})` for what is no counter.
package struct TelemetryQuery: Hashable, Sendable {
    /// What is asked for.
    package var metric: TelemetryMetric
    /// Conditions on the series.
    package var matchers: [TelemetryMatcher]
    /// Whether rows without traffic are asked for too.
    package var includesIdle: Bool

    /// - Parameters:
    ///   - metric: what is asked for.
    ///   - matchers: conditions on the series.
    ///   - includesIdle: whether rows without traffic are asked for too.
    package init(_ metric: TelemetryMetric, matchers: [TelemetryMatcher] = [], includesIdle: Bool = false) {
        self.metric = metric
        self.matchers = matchers
        self.includesIdle = includesIdle
    }
}

/// A condition on a label: that its value is one of some.
package struct TelemetryMatcher: Hashable, Sendable {
    /// The label.
    package var label: TelemetryLabel
    /// Plain texts, which are quoted where they become part of a regular expression.
    package var values: [String]

    /// - Parameters:
    ///   - label: the label.
    ///   - values: plain texts, one of which its value must be.
    package init(_ label: TelemetryLabel, _ values: [String]) {
        self.label = label
        self.values = values
    }
}

extension GraphOptions {
    /// The queries of one refresh in their order, one per metric: first those that nodes and edges are made of.
    package var queries: [TelemetryQuery] {
        let traffic = rates.metrics.map { TelemetryQuery($0, includesIdle: keepsIdleEdges) }
        return traffic + (edgeMetrics + extensionMetrics + Self.envoy + Self.kubernetes).map { TelemetryQuery($0) }
    }

    /// The question for percentiles of some services only: the buckets of everything are sixteen times as much as all other traffic.
    ///
    /// - Parameter services: Values of `destination_service_name`.
    /// - Returns: `nil` if no percentile is wanted, or of no service.
    package func percentiles(of services: [String]) -> TelemetryQuery? {
        guard !services.isEmpty, edgeValues.contains(where: \.isPercentile) else { return nil }
        return TelemetryQuery(.durationBuckets, matchers: [TelemetryMatcher(.destinationServiceName, services)])
    }

    private var edgeMetrics: [TelemetryMetric] {
        var metrics: [TelemetryMetric] = []
        if edgeValues.contains(.average) { metrics += [.durationSum, .durationCount] }
        if edgeValues.contains(.throughput) { metrics.append(.responseBytes) }
        if edgeValues.contains(.mtls) { metrics += [.principals, .bytePrincipals] }
        return metrics
    }

    /// The metrics of other systems, in the directions that are wanted.
    package var extensionMetrics: [TelemetryMetric] {
        var metrics: [TelemetryMetric] = []
        if rates.http == .requests || rates.grpc == .requests { metrics.append(.extensionRequests) }
        if rates.tcp == .sent || rates.tcp == .total { metrics.append(.extensionSent) }
        if rates.tcp == .received || rates.tcp == .total { metrics.append(.extensionReceived) }
        return metrics
    }

    private static let envoy: [TelemetryMetric] = [.ejections, .openBreakers, .denials]
    private static let kubernetes: [TelemetryMetric] = [.podInfo, .podOwner, .replicaSetOwner, .waypoints]
}

extension TrafficRates {
    /// The metrics that these rates are computed from.
    package var metrics: [TelemetryMetric] {
        var metrics: [TelemetryMetric] = []
        if http == .requests || grpc == .requests { metrics.append(.requests) }
        if grpc == .sent || grpc == .total { metrics.append(.requestMessages) }
        if grpc == .received || grpc == .total { metrics.append(.responseMessages) }
        if tcp == .sent || tcp == .total { metrics.append(.tcpReceived) }
        if tcp == .received || tcp == .total { metrics.append(.tcpSent) }
        return metrics
    }
}
