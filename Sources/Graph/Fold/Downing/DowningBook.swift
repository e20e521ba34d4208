// SPDX-License-Identifier: Apache-2.0
import Model

/// What split brain resolvers report of themselves.
struct DowningBook {
    /// How much longer than a poll's period it takes until all views show what a line said.
    static let settling = Duration.seconds(2)
    /// A decision that was not taken so long after it might have been is no longer pending.
    static let overdue = Duration.seconds(20)

    private(set) var snapshot: DowningSnapshot?
    /// When a decision was last announced, by our clock.
    private var announcedAt: Timestamp?

    /// Records a line of a resolver; other lines change nothing.
    mutating func record(_ line: LifecycleEvent, at now: Timestamp) {
        switch line.kind {
        case .downing(.started(let strategy, let stableAfter)):
            snapshot = DowningSnapshot(
                strategy: strategy, stableAfter: stableAfter, unstableAfter: Self.unstableAfter(line.evidence.text))
        case .downing(.waiting(_, let notBefore, _)):
            var next = snapshot ?? DowningSnapshot(strategy: "unknown")
            next.decisionNotBefore = notBefore
            next.stableAfter = next.stableAfter ?? Self.stableAfter(line.evidence.text)
            snapshot = next
            announcedAt = now
        case .downing(.healed), .downing(.decided), .downing(.unstable): snapshot?.decisionNotBefore = nil
        case .noDowning: snapshot = DowningSnapshot(strategy: "none")
        default: break
        }
    }

    /// `waiting for stable-after = 30000 ms before`: a resolver whose start was not read says it here.
    private static func stableAfter(_ text: String) -> Duration? {
        let words = text.split(separator: " ")
        guard let place = words.firstIndex(of: "stable-after"), place + 3 < words.count, words[place + 1] == "=",
            words[place + 3] == "ms", let count = Int64(words[place + 2]), count >= 0, count < 1_000_000_000
        else { return nil }
        return .milliseconds(count)
    }

    /// `down-all-when-unstable [7500 milliseconds]`, or `off`; the words of a journal's line are all that there is.
    private static func unstableAfter(_ text: String) -> Duration? {
        guard let setting = text.split(separator: ",").first(where: { $0.contains("down-all-when-unstable [") }),
            let value = setting.split(separator: "[").last?.split(separator: "]").first
        else { return nil }
        if value == "off" { return .zero }
        let words = value.split(separator: " ")
        guard words.count == 2, let count = Int64(words[0]), count >= 0, count < 1_000_000_000 else { return nil }
        switch words[1] {
        case "millisecond", "milliseconds": return .milliseconds(count)
        case "second", "seconds": return .seconds(count)
        case "minute", "minutes": return .seconds(count * 60)
        default: return nil
        }
    }

    /// Takes back the announcement of a decision that nothing waits for any more. A resolver announces a new one when it has taken one, and
    /// says nothing when the members that it downed are removed.
    ///
    /// - Parameters:
    ///   - isPending: Whether any member is unreachable and not down yet.
    ///   - moment: The time, and how often members are polled.
    mutating func settle(isPending: Bool, at moment: Moment) {
        guard let notBefore = snapshot?.decisionNotBefore, let announcedAt else { return }
        // What the line says the next views show too.
        let isSettled = moment.now - announcedAt > moment.pollPeriod + Self.settling
        if isSettled && !isPending || moment.now - notBefore > Self.overdue { snapshot?.decisionNotBefore = nil }
    }
}
