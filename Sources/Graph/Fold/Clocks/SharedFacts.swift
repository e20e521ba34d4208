// SPDX-License-Identifier: Apache-2.0
import Model

/// What a node writes in its log at the moment at which its own view becomes so.
struct SharedFact: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        /// The leader moves a member on, or it is downed.
        case status(MemberStatus)
        case removed
        /// The observer's own detector, not another's.
        case unreachable
        case reachable
    }

    var subject: Address
    var value: Value
}

/// Facts that both a log and an endpoint of the same node report, for as long as one of them waits for the other.
struct SharedFacts: Sendable {
    /// How long a fact waits for its other report.
    private static let patience = Duration.seconds(60)
    /// Maximum number of facts that wait, of lines and of answers each.
    static let maximum = 512

    private struct Key: Hashable {
        var observer: Address
        var fact: SharedFact
    }

    private var lines: [Key: (stamp: Timestamp, receivedAt: Timestamp)] = [:]
    private var answers: [Key: ClosedRange<Timestamp>] = [:]
    private var forgottenAt: Timestamp?

    /// - Returns: What it says of the observer's clock, if an answer has reported it too.
    mutating func match(line: LifecycleEvent, observer: Address, at now: Timestamp) -> ClockBounds? {
        guard let subject = line.peer, let value = line.meaning.sharedFact else { return nil }
        let key = Key(observer: observer, fact: SharedFact(subject: subject, value: value))
        if let range = answers.removeValue(forKey: key), now - range.upperBound <= Self.patience {
            return bounds(line.at, range)
        }
        forget(at: now)
        if lines.count < Self.maximum { lines[key] = (line.at, now) }
        return nil
    }

    /// - Returns: What it says of the observer's clock, if a line has reported it too.
    mutating func match(
        _ fact: SharedFact, observer: Address, between range: ClosedRange<Timestamp>
    ) -> ClockBounds? {
        let key = Key(observer: observer, fact: fact)
        if let line = lines.removeValue(forKey: key), range.upperBound - line.receivedAt <= Self.patience {
            return bounds(line.stamp, range)
        }
        forget(at: range.upperBound)
        if answers.count < Self.maximum { answers[key] = range }
        return nil
    }

    /// Makes room when there is none, once a second at most.
    private mutating func forget(at now: Timestamp) {
        guard max(lines.count, answers.count) >= Self.maximum, forgottenAt.map({ now - $0 >= .seconds(1) }) ?? true
        else {
            return
        }
        forgottenAt = now
        lines = lines.filter { now - $0.value.receivedAt <= Self.patience }
        answers = answers.filter { now - $0.value.upperBound <= Self.patience }
    }

    private func bounds(_ stamp: Timestamp, _ range: ClosedRange<Timestamp>) -> ClockBounds {
        ClockBounds(low: stamp - range.upperBound, high: stamp - range.lowerBound)
    }
}
