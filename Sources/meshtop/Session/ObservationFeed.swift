import Graph

/// Where the observations of a live run come from: the collector's mailbox, in tests a list.
protocol ObservationFeed: AnyObject {
    /// Readable when observations wait; -1 when nothing ever comes.
    var descriptor: Int32 { get }

    /// The observations that wait, in order.
    func drain() -> [Observation]

    /// Asks every source now, those that wait after failures too.
    func pollNow()

    /// Stops collecting; nothing comes afterwards.
    func stop()
}

extension ObservationFeed {
    /// A list has nobody to ask.
    func pollNow() {}
}
