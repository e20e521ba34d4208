import Graph
import Views

/// The run loop's side of the collectors: how it learns of data, and what it may ask for.
@MainActor
struct TerminalFeed {
    /// What has come since the last look.
    struct News {
        /// The newest snapshot; those before it are of no more use.
        var snapshot: MeshSnapshot
        /// Mesh events since the last look.
        var newEvents: Int
    }

    /// An eventfd that becomes readable when there is news; -1 for none.
    var descriptor: Int32
    /// Takes the news, and empties the eventfd; nil when there is none after all.
    var take: () -> News?
    /// The present moment: the wall clock, or in a replay the recording's.
    var now: () -> Timestamp
    /// Called once, right after the first frame is on the terminal: starting the collectors earlier would delay it.
    var start: () -> Void
    /// Asks every source now.
    var pollNow: () -> Void
}
