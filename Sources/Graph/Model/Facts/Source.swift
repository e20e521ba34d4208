// SPDX-License-Identifier: Apache-2.0
/// What kind of thing a source is; the words of the JSON documents.
package enum SourceKind: String, Hashable, Sendable, CaseIterable {
    /// `/cluster/members`, `/ready` and `/alive` of one node.
    case management
    /// The stream `/cluster/domain-events` of one node.
    case sse
    case bridge
    case log
    case prometheus
    case kubernetes
    case journal
    /// The health endpoint of an application: `/healthz`, `/readyz`, `/health`.
    case probe
    /// The log of one container of a pod, read through the Kubernetes API.
    case podLog = "podlog"
}

/// Which source: its kind and what it reads. A target never holds a password: whoever makes the id leaves user information out.
package struct SourceID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What kind of source it is.
    package var kind: SourceKind
    /// A URL or the name of a file.
    package var target: String

    /// A source of a kind and a target.
    package init(_ kind: SourceKind, _ target: String) {
        self.kind = kind
        self.target = target
    }

    /// `management http://10.0.0.7:8558`.
    package var description: String { "\(kind.rawValue) \(target)" }

    /// By kind, then target.
    package static func < (left: SourceID, right: SourceID) -> Bool {
        left.kind == right.kind ? left.target < right.target : left.kind.rawValue < right.kind.rawValue
    }
}

/// Whether a source delivers.
package enum SourceState: String, Hashable, Sendable {
    /// Neither an answer nor a failure yet.
    case connecting
    case ok
    case failing
}

/// Why a source does not deliver: a short code for columns and counters, a long text for people.
package struct SourceFailure: Error, Hashable, Sendable {
    /// The closed set of codes of CONTRACT.md.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        case refused
        case timeout
        case reset
        case dns
        case tls
        case http
        case auth
        case format
        case tooLarge = "too-large"
        case closed
        case other
    }

    /// The short word for columns and counters.
    package var code: Code
    /// What was tried, what happened, and what to do next if that is known. Without secrets and control characters.
    package var message: String

    /// A failure of a code with its text.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// How old a value is, in the intervals in which it should have been renewed.
package enum Freshness: String, Hashable, Sendable, Comparable {
    /// At most 2 intervals.
    case fresh
    /// At most 5.
    case late
    /// At most 30.
    case stale
    /// Older, or never observed.
    case lost

    /// - Parameters:
    ///   - observedAt: When the value was observed; `nil` means never.
    ///   - now: The moment to judge at.
    ///   - interval: The time after which the value should have been renewed.
    package init(observedAt: Timestamp?, now: Timestamp, interval: Duration) {
        guard let observedAt else {
            self = .lost
            return
        }
        let age = Double(now.microseconds) - Double(observedAt.microseconds)
        let intervals = age / Double(max(1, interval.wholeMicroseconds))
        if intervals <= 2 {
            self = .fresh
        } else if intervals <= 5 {
            self = .late
        } else {
            self = intervals <= 30 ? .stale : .lost
        }
    }

    private var rank: Int {
        switch self {
        case .fresh: 0
        case .late: 1
        case .stale: 2
        case .lost: 3
        }
    }

    /// The fresher comes first.
    package static func < (left: Freshness, right: Freshness) -> Bool { left.rank < right.rank }
}

/// How much of a large mesh is asked in one tick. Collectors keep to it, and the fold judges freshness by it.
package enum PollBudget {
    /// Maximum number of members that are polled per tick, in rotation.
    package static let membersPerTick = 50
    /// Minimum time between two refreshes of a metrics server: it scrapes its targets every 15 s or more rarely, and each query costs it something.
    package static let metricsInterval = Duration.seconds(5)
    /// A journal may name any interval; a longer one would be beyond what a duration holds.
    private static let maximumInterval = Duration.seconds(1_000_000_000)

    /// The time in which each of a number of members is polled once.
    ///
    /// - Parameters:
    ///   - members: The number of polled members.
    ///   - interval: The time between two ticks.
    /// - Returns: A multiple of the interval.
    package static func period(members: Int, interval: Duration) -> Duration {
        min(interval, maximumInterval) * max(1, (members + membersPerTick - 1) / membersPerTick)
    }
}
