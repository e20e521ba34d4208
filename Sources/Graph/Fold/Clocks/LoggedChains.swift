// SPDX-License-Identifier: Apache-2.0
import Model

/// Chains of cause and effect of which two logs report one end each. They say how far the two clocks differ, whatever ours says.
struct LoggedChains: Sendable {
    /// Maximum number of causes, and of effects, that wait for their other end.
    static let maximum = 2_048
    /// How long after the cause the effect is logged at most: heartbeats carry the news within a second, classic remoting hears it at its
    /// next attempt, after a gate of five seconds.
    ///
    /// In the recorded incidents, whose nodes share one clock, the first report of a quarantine followed after 0.02 to 0.07 s in Artery
    /// (4 of them) and 0.11 to 0.21 s in classic remoting (2), because heartbeats were under way; an exit after 0.01 to 0.20 s (8).
    private static let artery = Duration.seconds(3)
    private static let classic = Duration.seconds(8)
    /// A node that joins answers within one exchange of messages: in the recorded incidents after 0.02 to 0.23 s (8).
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

    /// - Returns: How far the observer's clock is ahead of that of another observer, where the line is the other end of a chain.
    mutating func match(
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
        case .memberStatus(.joining):
            return cause(.welcome(from: observer, to: peer), end, Self.exchange)
        case .memberStatus(.exiting): return cause(.exit(of: peer), end, Self.artery)
        case .exiting: return effect(.exit(of: observer), end, Self.artery)
        case .welcomed:
            return effect(.welcome(from: peer, to: observer), end, Self.exchange)
        default: return []
        }
    }

    private mutating func cause(_ link: Link, _ end: End, _ lag: Duration) -> [(Address, ClockBounds)] {
        if let effect = effects.removeValue(forKey: link) {
            return tie(end, effect, lag).map { [(effect.observer, $0.reversed)] } ?? []
        }
        if causes.count >= Self.maximum { causes = [:] }
        if causes[link] == nil { causes[link] = end }
        return []
    }

    private mutating func effect(_ link: Link, _ end: End, _ lag: Duration) -> [(Address, ClockBounds)] {
        if let cause = causes.removeValue(forKey: link) {
            return tie(cause, end, lag).map { [(cause.observer, $0)] } ?? []
        }
        if effects.count >= Self.maximum { effects = [:] }
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
