// SPDX-License-Identifier: Apache-2.0
import Model

/// Answers of `/ready` and `/alive` of one member.
struct HealthChecks {
    var ready: ProbeAnswer?
    var alive: ProbeAnswer?

    var isEmpty: Bool { ready == nil && alive == nil }

    mutating func merge(_ newer: HealthChecks) {
        ready = newer.ready ?? ready
        alive = newer.alive ?? alive
    }
}
