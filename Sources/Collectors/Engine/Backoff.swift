// SPDX-License-Identifier: Apache-2.0
internal import Model

/// When a source that failed is asked again: at once the first time, because one lost packet is no news; then after one interval, two,
/// four, up to 30 s, or 10 s for one that has answered before.
struct Backoff: Hashable, Sendable {
    /// Maximum time without a try.
    static let maximumDelay = Duration.seconds(30)

    /// Maximum time without a try of a source that has answered before: after the loss of a whole cluster nobody else says when it is back.
    static let maximumDelayOfKnown = Duration.seconds(10)

    /// How many tries in a row have failed.
    private(set) var failures = 0
    private(set) var failedAt: Timestamp?

    /// A try has failed.
    mutating func fail(at now: Timestamp) {
        failures += 1
        failedAt = now
    }

    /// A try has succeeded.
    mutating func succeed() { self = Backoff() }

    /// Something says that the source is back: it is due at once.
    mutating func expectReturn() {
        failures = min(failures, 1)
    }

    /// Whether the last try has failed.
    var isFailing: Bool { failures > 0 }

    /// When the next try is due.
    ///
    /// - Parameters:
    ///   - interval: the time between two polls.
    ///   - isLikelyToReturn: whether it is asked every other interval at least, because a voting view lists the member.
    ///   - hasAnswered: whether it has answered before.
    /// - Returns: the time, or `nil` when nothing has failed.
    func dueAt(interval: Duration, isLikelyToReturn: Bool, hasAnswered: Bool = false) -> Timestamp? {
        guard let failedAt else { return nil }
        guard failures > 1 else { return failedAt }
        let maximum = hasAnswered ? Self.maximumDelayOfKnown : Self.maximumDelay
        var delay = min(interval * (1 << min(failures - 2, 10)), maximum)
        if isLikelyToReturn { delay = min(delay, interval * 2) }
        return failedAt + delay
    }
}
