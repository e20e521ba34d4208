// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What is known of the bridge of one node: whether it has one, and what it last said.
enum BridgeState {
    /// It is not known whether there is one. → `absent`, `present`, `failing`
    case unknown
    /// The node has none; it may be restarted with one, so it is asked again then. → any
    case absent(until: Timestamp)
    /// It has answered, and is listed as a source. → `absent`, `present`, `failing`
    case present(Known)
    /// It did not answer, or nothing that makes sense. → `absent`, `present`, `failing`
    case failing(Failing)

    /// How often a node without a bridge is asked.
    static let absenceInterval = Duration.seconds(60)

    /// The last event that is known, and of which process it is.
    struct Known {
        let uid: Int64
        let sequence: Int64
    }

    /// Why it fails, and when it is tried again.
    struct Failing {
        var failure: SourceFailure
        var backoff: Backoff
        /// What is known since it answered; `nil` if it never did, and then it is not listed as a source.
        let known: Known?
    }

    /// What is known since it last answered.
    var known: Known? {
        switch self {
        case .unknown, .absent: nil
        case .present(let known): known
        case .failing(let failing): failing.known
        }
    }

    /// Whether it is listed as a source, because it has answered.
    var isListed: Bool { known != nil }

    /// Why it fails.
    var failure: SourceFailure? { if case .failing(let failing) = self { failing.failure } else { nil } }

    /// Whether it is to be asked in a tick. A little early counts, as for members.
    func isDue(at now: Timestamp, interval: Duration) -> Bool {
        switch self {
        case .unknown, .present: true
        case .absent(let until): until <= now + interval / 4
        case .failing(let failing):
            failing.backoff.dueAt(interval: interval, isLikelyToReturn: isListed).map { $0 <= now + interval / 4 }
                ?? true
        }
    }

    /// When it is tried again.
    func retryAt(_ now: Timestamp, interval: Duration) -> Timestamp {
        guard case .failing(let failing) = self else { return now }
        return max(now, failing.backoff.dueAt(interval: interval, isLikelyToReturn: isListed) ?? now)
    }

    /// It has answered.
    ///
    /// - Returns: whether it is listed from now on.
    mutating func succeed(_ report: BridgeReport) -> Bool {
        let before = known
        let last = before?.uid == report.node.uid ? before?.sequence : nil
        self = .present(Known(uid: report.node.uid, sequence: report.events.last?.sequence ?? last ?? 0))
        return before == nil
    }

    /// It did not answer, or nothing that makes sense.
    mutating func fail(_ failure: SourceFailure, at now: Timestamp) {
        var failing = Failing(failure: failure, backoff: Backoff(), known: known)
        if case .failing(let earlier) = self { failing.backoff = earlier.backoff }
        failing.backoff.fail(at: now)
        self = .failing(failing)
    }

    /// The node has none.
    ///
    /// - Returns: whether it was listed.
    mutating func disappear(at now: Timestamp) -> Bool {
        defer { self = .absent(until: now + Self.absenceInterval) }
        return isListed
    }

    /// The node is another one now, which may have a bridge or an intact one: it is due at once.
    mutating func expectAnother() {
        switch self {
        case .unknown, .present: break
        case .absent: self = .unknown
        case .failing(var failing):
            failing.backoff.expectReturn()
            self = .failing(failing)
        }
    }
}
