/// What a reader looks at: what is dear is asked of nothing else, but for the worst.
package struct TelemetryInterest: Hashable, Sendable {
    /// Values of `destination_service_name`, those that matter most first.
    package var services: [String]
    /// Values of edges that are shown, besides percentiles.
    package var values: Set<EdgeValue>

    package init(services: [String] = [], values: Set<EdgeValue> = []) {
        self.services = services
        self.values = values
    }
}
