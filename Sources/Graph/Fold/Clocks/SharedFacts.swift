import Model

/// What a node writes in its log at the moment at which its own view becomes so.
struct SharedFact: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        /// The leader moves a member on, or somebody downs it.
        case status(MemberStatus)
        case removed
        /// The observer's own detector, not somebody else's.
        case unreachable
        case reachable
    }

    var subject: Address
    var value: Value
}

/// Facts that a log and an endpoint of the same node tell, as long as one of them waits for the other.
struct SharedFacts: Sendable {
    /// So long a fact waits for its other telling.
    private static let patience = Duration.seconds(60)
    private static let most = 512

    private struct Key: Hashable {
        var observer: Address
        var fact: SharedFact
    }

    private var lines: [Key: (stamp: Timestamp, toldAt: Timestamp)] = [:]
    private var answers: [Key: ClosedRange<Timestamp>] = [:]
    private var forgottenAt: Timestamp?

    /// - Returns: What it says of the observer's clock, if an answer has told it too.
    mutating func tell(line: LifecycleEvent, observer: Address, at now: Timestamp) -> ClockBounds? {
        guard let subject = line.peer, let value = SharedFact.Value(line.kind) else { return nil }
        let key = Key(observer: observer, fact: SharedFact(subject: subject, value: value))
        if let range = answers.removeValue(forKey: key), now - range.upperBound <= Self.patience {
            return bounds(line.at, range)
        }
        forget(at: now)
        if lines.count < Self.most { lines[key] = (line.at, now) }
        return nil
    }

    /// - Returns: What it says of the observer's clock, if a line has told it too.
    mutating func tell(
        _ fact: SharedFact, observer: Address, between range: ClosedRange<Timestamp>
    ) -> ClockBounds? {
        let key = Key(observer: observer, fact: fact)
        if let line = lines.removeValue(forKey: key), range.upperBound - line.toldAt <= Self.patience {
            return bounds(line.stamp, range)
        }
        forget(at: range.upperBound)
        if answers.count < Self.most { answers[key] = range }
        return nil
    }

    /// Makes room when there is none, once a second at most.
    private mutating func forget(at now: Timestamp) {
        guard max(lines.count, answers.count) >= Self.most, forgottenAt.map({ now - $0 >= .seconds(1) }) ?? true else {
            return
        }
        forgottenAt = now
        lines = lines.filter { now - $0.value.toldAt <= Self.patience }
        answers = answers.filter { now - $0.value.upperBound <= Self.patience }
    }

    private func bounds(_ stamp: Timestamp, _ range: ClosedRange<Timestamp>) -> ClockBounds {
        ClockBounds(low: stamp - range.upperBound, high: stamp - range.lowerBound)
    }
}

extension SharedFact.Value {
    fileprivate init?(_ kind: LifecycleEvent.Kind) {
        switch kind {
        case .memberStatus(let status) where status != .joining: self = .status(status)
        case .memberRemoved: self = .removed
        case .unreachable: self = .unreachable
        case .reachable: self = .reachable
        default: return nil
        }
    }
}

/// Chains of cause and effect that two logs tell, one end each. They tell how far the two clocks differ, whatever ours says.
struct LoggedChains: Sendable {
    private static let most = 2_048
    /// How long after the cause the effect is logged at most: heartbeats carry the news within a second, classic remoting hears it at its
    /// next attempt, after a gate of five seconds.
    ///
    /// In the recorded incidents, whose nodes share one clock, the first telling of a quarantine followed after 0.02 to 0.07 s in Artery
    /// (4 of them) and 0.11 to 0.21 s in classic remoting (2), because heartbeats were under way; an exit after 0.01 to 0.20 s (8).
    private static let artery = Duration.seconds(3)
    private static let classic = Duration.seconds(8)
    /// A node that joins answers what it is told within one exchange of messages: in the recorded incidents after 0.02 to 0.23 s (8).
    private static let exchange = Duration.seconds(1)

    private enum Link: Hashable {
        case quarantine(by: Address, of: Address, uid: Int64?)
        /// M04 on the node that is asked, M19 on the one that joins.
        case welcome(from: Address, to: Address)
        /// M05 to Exiting on the leader, M34 on the node that exits.
        case exit(of: Address)
    }

    private struct End {
        var observer: Address
        var at: Timestamp
    }

    private var causes: [Link: End] = [:]
    private var effects: [Link: End] = [:]

    /// - Returns: How far the teller's clock is ahead of that of another observer, where the line is the other end of a chain.
    mutating func tell(
        _ line: LifecycleEvent, observer: Address, uid: (Address) -> Int64?
    ) -> [(from: Address, bounds: ClockBounds)] {
        guard let peer = line.peer ?? (line.kind == .exiting ? observer : nil) else { return [] }
        let end = End(observer: observer, at: line.at)
        let lag = observer.transport == .classic ? Self.classic : Self.artery
        switch line.kind {
        case .quarantined(harmless: false, _):
            return cause(.quarantine(by: observer, of: peer, uid: line.uid), end, lag)
        case .quarantinedByPeer:
            return effect(.quarantine(by: peer, of: observer, uid: uid(observer)), end, lag)
        case .memberStatus(.joining) where line.pattern == "M04":
            return cause(.welcome(from: observer, to: peer), end, Self.exchange)
        case .memberStatus(.exiting): return cause(.exit(of: peer), end, Self.artery)
        case .exiting: return effect(.exit(of: observer), end, Self.artery)
        case .other where line.pattern == "M19":
            return effect(.welcome(from: peer, to: observer), end, Self.exchange)
        default: return []
        }
    }

    private mutating func cause(_ link: Link, _ end: End, _ lag: Duration) -> [(Address, ClockBounds)] {
        if let effect = effects.removeValue(forKey: link) {
            return tie(end, effect, lag).map { [(effect.observer, $0.reversed)] } ?? []
        }
        if causes.count >= Self.most { causes = [:] }
        if causes[link] == nil { causes[link] = end }
        return []
    }

    private mutating func effect(_ link: Link, _ end: End, _ lag: Duration) -> [(Address, ClockBounds)] {
        if let cause = causes.removeValue(forKey: link) {
            return tie(cause, end, lag).map { [(cause.observer, $0)] } ?? []
        }
        if effects.count >= Self.most { effects = [:] }
        if effects[link] == nil { effects[link] = end }
        return []
    }

    private func tie(_ cause: End, _ effect: End, _ lag: Duration) -> ClockBounds? {
        cause.observer == effect.observer ? nil : bounds(cause, effect, lag)
    }

    /// How far the effect's clock is ahead of the cause's.
    private func bounds(_ cause: End, _ effect: End, _ lag: Duration) -> ClockBounds {
        let difference = effect.at - cause.at
        // Stamps of logs are whole milliseconds, cut.
        return ClockBounds(low: difference - lag - .milliseconds(1), high: difference + .milliseconds(1))
    }
}
