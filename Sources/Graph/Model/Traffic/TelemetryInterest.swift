// SPDX-License-Identifier: Apache-2.0
/// What the screen shows. Expensive queries are limited to this and to the few worst services.
package struct TelemetryInterest: Hashable, Sendable {
    /// Values of `destination_service_name`, the most important first.
    package var services: [String]
    /// The values of edges that are shown, besides percentiles.
    package var values: Set<EdgeValue>

    /// - Parameters:
    ///   - services: values of `destination_service_name`.
    ///   - values: the values of edges that are shown.
    package init(services: [String] = [], values: Set<EdgeValue> = []) {
        self.services = services
        self.values = values
    }
}
