// SPDX-License-Identifier: Apache-2.0
/// The event streams of the nodes.
extension SimulatedCluster {
    /// Opens an event stream.
    mutating func stream(_ request: SimulatedRequest, at slot: Int) -> SimulatedAnswer {
        let types = request.types.isEmpty ? nil : request.types
        let replay = follow(slot).filter { $0.passes(types) }
        return .stream(types: types, replay: replay)
    }

    /// Adds a follower of a node's events.
    ///
    /// - Returns: what the node knows, as events, as Akka sends it first.
    private mutating func follow(_ slot: Int) -> [StreamEvent] {
        guard let process = processes[slot] else { return [] }
        followed.insert(slot)
        nodes.processes[slot]?.published = process.gossip
        return GossipDiff(old: nil, new: process.gossip, observer: process.id, world: world).events
    }

    /// The last follower of a node's events has left.
    mutating func unfollow(_ slot: Int) {
        followed.remove(slot)
        nodes.processes[slot]?.published = nil
    }

    /// Publishes what changed in a node's view to its followers.
    mutating func publishChanges(_ slot: Int) {
        guard followed.contains(slot), let process = processes[slot], process.published !== process.gossip else {
            return
        }
        let diff = GossipDiff(old: process.published, new: process.gossip, observer: process.id, world: world)
        nodes.processes[slot]?.published = process.gossip
        let events = diff.events
        if !events.isEmpty { effects.append(.publish(slot: slot, events)) }
    }

    /// What a node publishes when its actor system ends.
    mutating func publishEnd(_ slot: Int) {
        guard followed.contains(slot), let process = processes[slot] else { return }
        let diff = GossipDiff(old: process.gossip, new: nil, observer: process.id, world: world)
        nodes.processes[slot]?.published = nil
        effects.append(.publish(slot: slot, [StreamEvent(.clusterShuttingDown)] + diff.events))
    }
}
