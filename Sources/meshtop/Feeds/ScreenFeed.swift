import Model

/// The run loop's side of the data: how it learns of them, and what it may ask for.
protocol ScreenFeed: AnyObject {
    /// Becomes readable when something waits for ``advance()``; -1 for never.
    var descriptor: Int32 { get }
    /// When ``advance()`` wants to be called even if nothing came, by ``SystemTime/monotonic``; nil for never.
    var deadline: Int64? { get }
    /// The present moment: the wall clock, in a replay the recording's.
    var now: Timestamp { get }

    /// Begins. Called once, when the first frame is on the terminal: whatever comes before would delay it.
    func start() throws(CommandFailure)

    /// Announces that the main thread is about to sleep on the descriptor.
    ///
    /// - Returns: false when something waits already.
    func beginSleep() -> Bool

    /// Takes in what waits and what is due; cheap, the picture is made only when it is drawn.
    ///
    /// - Returns: whether the picture may have changed.
    func advance() -> Bool

    /// The picture now, and how many mesh events came since the last one.
    func picture() -> (snapshot: MeshSnapshot, newEvents: Int)

    /// Asks every source now.
    func pollNow()

    /// Tells what is looked at, so that it is asked for.
    func look(at interest: TelemetryInterest)

    /// Ends, for the recording's sake too.
    func finish(_ reason: EndReason, exit: Int32)

    /// Something to tell the user on stderr once the screen is left, such as a recording that broke off.
    var parting: String? { get }
}
