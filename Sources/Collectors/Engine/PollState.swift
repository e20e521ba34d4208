// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What is known of a source that is polled again and again.
enum PollState<Answer> {
    /// No poll has had an outcome yet. → `answering`, `failing`
    case unanswered
    /// The latest poll was answered. → `answering`, `failing`
    case answering(Answer)
    /// The latest poll failed. → `answering`, `failing`
    case failing(Failing)

    /// Why a source fails, and when it is tried again.
    struct Failing {
        var failure: SourceFailure
        var backoff: Backoff
        /// What it answered before it failed.
        let lastAnswer: Answer?
    }

    /// The latest answer, also of a source that has failed since.
    var answer: Answer? {
        switch self {
        case .unanswered: nil
        case .answering(let answer): answer
        case .failing(let failing): failing.lastAnswer
        }
    }

    /// The answer of the latest poll; `nil` if that failed.
    var current: Answer? { if case .answering(let answer) = self { answer } else { nil } }

    /// Why the latest poll failed.
    var failure: SourceFailure? { if case .failing(let failing) = self { failing.failure } else { nil } }

    /// Whether the latest poll failed.
    var isFailing: Bool { failure != nil }

    /// How many polls in a row have failed.
    var failures: Int { if case .failing(let failing) = self { failing.backoff.failures } else { 0 } }

    /// When the next try of a failing source is due; `nil` when nothing has failed.
    ///
    /// - Parameters:
    ///   - interval: the time between two polls.
    ///   - isLikelyToReturn: whether it is asked every other interval at least.
    /// - Returns: the time.
    func retryAt(interval: Duration, isLikelyToReturn: Bool) -> Timestamp? {
        guard case .failing(let failing) = self else { return nil }
        return failing.backoff.dueAt(
            interval: interval, isLikelyToReturn: isLikelyToReturn, hasAnswered: failing.lastAnswer != nil)
    }

    /// Whether it may be polled in a tick. A little early counts: otherwise it would wait another interval.
    func isDue(at now: Timestamp, interval: Duration, isLikelyToReturn: Bool) -> Bool {
        guard let due = retryAt(interval: interval, isLikelyToReturn: isLikelyToReturn) else { return true }
        return due <= now + interval / 4
    }

    /// A poll was answered.
    mutating func succeed(_ answer: Answer) { self = .answering(answer) }

    /// A poll failed.
    ///
    /// - Returns: whether this is news: the poll before did not fail in the same way.
    mutating func fail(_ failure: SourceFailure, at now: Timestamp) -> Bool {
        let isNews = failure != self.failure
        if case .failing(var failing) = self {
            failing.failure = failure
            failing.backoff.fail(at: now)
            self = .failing(failing)
        } else {
            var backoff = Backoff()
            backoff.fail(at: now)
            self = .failing(Failing(failure: failure, backoff: backoff, lastAnswer: answer))
        }
        return isNews
    }

    /// Something says that the source is back: if it fails, it is due at once.
    mutating func expectReturn() {
        guard case .failing(var failing) = self else { return }
        failing.backoff.expectReturn()
        self = .failing(failing)
    }
}
