// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// The data that are shown: the newest ones, or those of the moment at which the display was frozen.
struct Display {
    /// A picture that stays while collection goes on.
    struct Frozen {
        var picture: Picture?
        var since: Timestamp
        /// Events that have come since.
        var newEvents = 0
    }

    /// The newest data, with the reader's choices; nil until there are any.
    private(set) var live: Picture?
    private(set) var frozen: Frozen?
    /// The present moment, as far as it was reported.
    private var clock: Timestamp
    /// Keeps what does not change as long as the answers of Prometheus stay.
    private var maker = GraphMaker()

    /// - Parameter clock: The present moment.
    init(clock: Timestamp) { self.clock = clock }

    /// What is shown; nil as long as there is nothing.
    var picture: Picture? { frozen.map(\.picture) ?? live }

    /// The moment that ages are counted to.
    var now: Timestamp { frozen?.since ?? clock }

    // MARK: - Changes

    mutating func advance(to moment: Timestamp) { clock = moment }

    /// Takes new data; while frozen they are kept, and only their events are counted.
    mutating func receive(_ snapshot: MeshSnapshot, newEvents: Int, _ choices: TrafficChoices) {
        live = Picture(adapted(snapshot, choices), original: snapshot)
        frozen?.newEvents += newEvents
    }

    /// Freezes what is shown, or shows the newest data again.
    mutating func toggleFreeze() { frozen = frozen == nil ? Frozen(picture: live, since: clock) : nil }

    /// Makes the pictures again after the reader has chosen.
    mutating func remake(_ choices: TrafficChoices) {
        if let live { self.live = Picture(adapted(live.original, choices), like: live) }
        if let picture = frozen?.picture {
            let remade = Picture(adapted(picture.original, choices), like: picture)
            frozen?.picture = remade
        }
    }

    /// A snapshot with its graph as the reader chose to see it.
    private mutating func adapted(_ snapshot: MeshSnapshot, _ choices: TrafficChoices) -> MeshSnapshot {
        let start = snapshot.options.graph
        let options = choices.options(start)
        guard let graph = snapshot.graph, options != start else { return snapshot }
        var adapted = snapshot
        if options.type == start.type, start.hide == nil {
            // Nothing is missing in what came, and its times are known.
            adapted.graph = ShownGraph(graph.graph, options, clusters: snapshot.clusters, now: snapshot.at)
        } else {
            adapted.graph = snapshot.graph(options, &maker) ?? graph
        }
        return adapted
    }
}
