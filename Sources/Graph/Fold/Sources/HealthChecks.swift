// SPDX-License-Identifier: Apache-2.0
import Model

/// Answers of `/ready`, `/alive` and `/startup` of one member.
struct HealthChecks {
    var ready: ProbeAnswer?
    var alive: ProbeAnswer?
    /// `nil` also of a node that is ready, or has no such route.
    var startup: ProbeAnswer?

    var isEmpty: Bool { ready == nil && alive == nil && startup == nil }

    mutating func merge(_ newer: HealthChecks) {
        ready = newer.ready ?? ready
        startup = newer.startup ?? (newer.ready == .passed ? nil : startup)
        alive = newer.alive ?? alive
    }
}
