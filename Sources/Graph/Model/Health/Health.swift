/// How well something is, and why. One ladder for everything; the worst wins and always brings its reasons.
package struct Health: Hashable, Sendable {
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

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }

    package var level: Level
    /// One text each, the worst first; empty when healthy.
    package var reasons: [String]
    /// Since when the level is what it is; `nil` when that was never observed.
    package var since: Timestamp?

    package init(level: Level, reasons: [String] = [], since: Timestamp? = nil) {
        self.level = level
        self.reasons = reasons
        self.since = since
    }
}
