import Model

/// Where the observations of a live run come from: the collector's mailbox, in tests a list. Used by the main thread alone.
protocol ObservationFeed: AnyObject {
    /// Readable when observations wait; -1 when nothing ever comes.
    var descriptor: Int32 { get }

    /// Whether every source, also each one found, has answered or failed, as of the last ``drain()``.
    var isSettled: Bool { get }

    /// Announces that the main thread is about to sleep on the descriptor.
    ///
    /// - Returns: false when something waits already.
    func beginSleep() -> Bool

    /// The observations that wait, in order.
    func drain() -> [Observation]

    /// Asks every source now, those that wait after failures too.
    func pollNow()

    /// Tells what is looked at, so that it is asked for.
    func look(at interest: TelemetryInterest)

    /// Stops collecting; nothing comes afterwards.
    func stop()
}
