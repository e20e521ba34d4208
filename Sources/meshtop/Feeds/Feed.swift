// SPDX-License-Identifier: Apache-2.0
import Model

/// Where observations come from: the collector's mailbox, a recording at its own pace, in tests a list. Used by the main thread alone.
protocol Feed: AnyObject {
    /// Readable when observations wait; -1 if that is never so.
    var descriptor: Int32 { get }

    /// When ``drain()`` has something even if the descriptor stays silent, by ``SystemTime/monotonic``; nil for never.
    var deadline: Int64? { get }

    /// The present moment of the observations: the wall clock, in a replay the recording's.
    var now: Timestamp { get }

    /// Whether every source, also each one found, has answered or failed, as of the last ``drain()``.
    var isSettled: Bool { get }

    /// Why no more will come, in a sentence for the user; nil as long as all is well.
    var failure: String? { get }

    /// Announces that the main thread is about to sleep on the descriptor.
    ///
    /// - Returns: false when something waits already.
    func beginSleep() -> Bool

    /// The observations that wait, in order.
    func drain() -> [Observation]

    /// Asks every source now, those that wait after failures too.
    func pollNow()

    /// Reports what the screen shows, so that expensive queries are limited to that.
    func look(at interest: TelemetryInterest)

    /// Stops collecting; nothing comes afterwards.
    func stop()
}

extension Feed {
    var deadline: Int64? { nil }
    var now: Timestamp { SystemTime.now }
    var failure: String? { nil }
}
