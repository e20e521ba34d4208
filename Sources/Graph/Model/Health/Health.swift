// SPDX-License-Identifier: Apache-2.0
/// How well something is, and why. One ladder for everything; the worst wins and always brings its reasons.
package struct Health: Hashable, Sendable {
    /// How well, from unknown to failure.
    package enum Level: String, Hashable, Sendable, Comparable, CaseIterable {
        case unknown
        case healthy
        case notReady
        case degraded
        case failure

        private var rank: Int {
            switch self {
            case .unknown: 0
            case .healthy: 1
            case .notReady: 2
            case .degraded: 3
            case .failure: 4
            }
        }

        /// The better comes first; unknown before all.
        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }

    /// How well it is.
    package var level: Level
    /// One text each, the worst first; empty when healthy.
    package var reasons: [String]
    /// Since when the level is what it is; `nil` when that was never observed.
    package var since: Timestamp?

    /// Every property as given.
    package init(level: Level, reasons: [String] = [], since: Timestamp? = nil) {
        self.level = level
        self.reasons = reasons
        self.since = since
    }
}
