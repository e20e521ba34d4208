// SPDX-License-Identifier: Apache-2.0
package import Model
internal import Support

/// What the network thread has for the main thread.
package struct Delivery: Sendable {
    /// In the order in which they happened.
    package var observations: [Observation] = []
    /// Whether every source, also each one that was found, has given its first answers (members, ready, alive, the replay of its
    /// stream) or failed to: what a one-shot command waits for.
    package var isSettled = false
}

/// Hands observations from the network thread to the main thread. The main thread's sleep is ended only if it sleeps, and only by news.
package final class Mailbox: Sendable {
    private struct State: Sendable {
        var delivery = Delivery()
        var isReaderAsleep = false
        var hasNews = false
    }

    /// Maximum number of unread observations; at it the network thread stops reading sockets until the main thread has caught up.
    static let maximumUnread = 1 << 16

    /// What the main thread sleeps on.
    package let wakeUp: WakeUp
    private let state = Locked(State())

    /// Fails when the process has no descriptor left.
    package init?() {
        guard let wakeUp = WakeUp() else { return nil }
        self.wakeUp = wakeUp
    }

    /// Takes everything out. For the main thread, each time it is awake.
    ///
    /// - Returns: what has come since the last call.
    package func drain() -> Delivery {
        wakeUp.drain()
        return state.withLock { state in
            (state.isReaderAsleep, state.hasNews) = (false, false)
            defer { state.delivery.observations = [] }
            return state.delivery
        }
    }

    /// Announces that the main thread is about to sleep on `wakeUp`.
    ///
    /// - Returns: whether it may: `false` if news have come since the last `drain`.
    package func beginSleep() -> Bool {
        state.withLock { state in
            state.isReaderAsleep = !state.hasNews
            return !state.hasNews
        }
    }

    /// Puts observations in. For the network thread.
    ///
    /// - Parameters:
    ///   - observations: in order.
    ///   - isNews: whether the main thread's sleep is worth ending; otherwise it finds them when it wakes anyway.
    ///   - isSettled: as in `Delivery`.
    func post(_ observations: [Observation], isNews: Bool, isSettled: Bool) {
        let wakes = state.withLock { state in
            state.delivery.observations += observations
            let isNews = isNews || isSettled != state.delivery.isSettled
            state.delivery.isSettled = isSettled
            state.hasNews = state.hasNews || isNews
            defer { if isNews { state.isReaderAsleep = false } }
            return isNews && state.isReaderAsleep
        }
        if wakes { wakeUp.wake() }
    }

    /// How many observations the main thread has not taken yet.
    var unread: Int { state.withLock { $0.delivery.observations.count } }

    /// Whether the main thread has so much unread that nothing should be added.
    var isFull: Bool { state.withLock { $0.delivery.observations.count >= Self.maximumUnread } }
}
