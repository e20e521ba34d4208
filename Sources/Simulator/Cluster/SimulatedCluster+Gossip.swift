// SPDX-License-Identifier: Apache-2.0
import Model

/// How nodes change what they know, and how that spreads (akka-cluster, `ClusterDaemon.scala`, `gossipTick` and `receiveGossip`).
extension SimulatedCluster {
    /// A change by one node to what it knows: no other node has seen it yet.
    mutating func change(
        _ slot: Int, rows: [Gossip.Row], reachability: Reachability, tombstones: BitSet? = nil, removed: BitSet? = nil
    ) {
        guard let process = processes[slot], let gossip = process.gossip else { return }
        var clock = gossip.clock
        clock.increment(process.id)
        if let removed { clock.prune(removed) }
        let changed = gossips.make(
            rows: rows, reachability: reachability, clock: clock, tombstones: tombstones ?? gossip.tombstones,
            sharing: gossip, world: world)
        adopt(slot, changed, seen: BitSet([process.id]))
    }

    /// A gossip becomes what a node knows, with everything that follows for it.
    mutating func adopt(_ slot: Int, _ gossip: Gossip, seen: BitSet) {
        guard let process = processes[slot] else { return }
        let old = process.gossip
        nodes.processes[slot]?.gossip = gossip
        nodes.processes[slot]?.seen = seen
        let sameMembers = old?.membership === gossip.membership
        if !sameMembers || old?.cutOff != gossip.cutOff {
            // That others have lost this node itself is no change to its resolver.
            let isNews = !sameMembers || old?.cutOff.removing(process.id) != gossip.cutOff.removing(process.id)
            if isNews { nodes.processes[slot]?.stableSince = nodes.now }
            nodes.chooseReceivers(slot, gossip)
        }
        if !sameMembers { nodes.followMembership(slot, from: old, to: gossip) }
        if !sameMembers, process.ending == nil, let status = gossip.row(process.id)?.status {
            if status == .exiting { nodes.processes[slot]?.ending = .leavesCluster(at: nodes.now + 1) }
        }
        publishChanges(slot)
    }

    /// Once a second, and three times while not even half of the members have seen the news.
    mutating func gossipIfDue(_ slot: Int, phase: Int) {
        guard phase == 0 || phase == 3 || phase == 7 else { return }
        guard let process = processes[slot], let gossip = process.gossip else { return }
        if phase != 0, process.seen.count * 2 >= gossip.rows.count { return }
        guard let target = gossipTarget(process, gossip) else { return }
        exchange(slot, target)
    }

    /// Prefers nodes that have not seen the gossip (`gossip-different-view-probability` 0.8, halved above 400 members).
    private mutating func gossipTarget(_ process: SimulatedProcess, _ gossip: Gossip) -> Int? {
        let rows = gossip.rows
        if !process.seen.isSuperset(of: gossip.membership.ids), random.below(10) < (rows.count > 400 ? 4 : 8) {
            let choices = rows.map(\.id).filter { !process.seen.contains($0) && isTarget($0, process, gossip) }
            if !choices.isEmpty { return world.incarnations[choices[random.below(choices.count)]].slot }
        }
        for _ in 0..<8 {
            let id = rows[random.below(rows.count)].id
            if isTarget(id, process, gossip) { return world.incarnations[id].slot }
        }
        return nil
    }

    private func isTarget(_ id: Int, _ process: SimulatedProcess, _ gossip: Gossip) -> Bool {
        id != process.id && !gossip.cutOff.contains(id)
    }

    /// Gossips with a few others before the end (`gossipRandomN`).
    mutating func gossipAtRandom(_ slot: Int, times: Int) {
        for _ in 0..<times {
            guard let process = processes[slot], let gossip = process.gossip,
                let target = gossipTarget(process, gossip)
            else { return }
            exchange(slot, target)
        }
    }

    /// One push and its answer.
    private mutating func exchange(_ sender: Int, _ receiver: Int) {
        guard nodes.delivers(from: sender, to: receiver), !nodes.isQuarantined(receiver, by: sender) else { return }
        if nodes.isQuarantined(sender, by: receiver) { return reportQuarantine(to: sender, by: receiver) }
        receive(at: receiver, from: sender)
        if nodes.links.delivers(from: receiver, to: sender) { receive(at: sender, from: receiver) }
    }

    private mutating func receive(at slot: Int, from sender: Int) {
        guard let here = processes[slot], let mine = here.gossip, let there = processes[sender],
            let theirs = there.gossip
        else { return }
        if mine.tombstones.contains(there.id) { return reportQuarantine(to: sender, by: slot) }
        if !theirs.membership.ids.contains(here.id) { return }
        if !mine.reachability.isEmpty,
            mine.reachability.status(observer: here.id, subject: there.id) != .reachable
        {
            return
        }
        switch mine === theirs ? .same : mine.clock.compared(to: theirs.clock) {
        case .same:
            if mine.serial > theirs.serial {
                // Equal by their clocks, made twice: share one.
                nodes.processes[slot]?.gossip = theirs
            }
            if !here.seen.isSuperset(of: there.seen) { nodes.processes[slot]?.seen.formUnion(there.seen) }
        case .after: break
        case .before:
            var seen = there.seen
            seen.insert(here.id)
            adopt(slot, theirs, seen: seen)
        case .concurrent: adopt(slot, gossips.merged(mine, theirs, world), seen: BitSet([here.id]))
        }
    }

    /// A node that sends to one that has quarantined it gets to know that, and may down itself.
    private mutating func reportQuarantine(to slot: Int, by observer: Int) {
        if nodes.learnsQuarantine(slot, by: observer) { downSelf(slot) }
    }

    /// A node that others have quarantined downs itself (`DownSelfQuarantinedByRemote`).
    mutating func downSelf(_ slot: Int) {
        guard configuration.scenario.hasDowning, let process = processes[slot], let gossip = process.gossip,
            process.ending == nil, process.status?.status != .down
        else {
            return
        }
        change(slot, rows: gossip.rows(setting: .down, of: [process.id]), reachability: gossip.reachability)
        nodes.processes[slot]?.ending = .leavesCluster(at: nodes.now + Step.seconds(1))
    }

    // MARK: - Duties

    /// Turns what the detectors of a node say into records of its own.
    mutating func reap(_ slot: Int) {
        guard let reachability = nodes.reap(slot), let gossip = processes[slot]?.gossip else { return }
        change(slot, rows: gossip.rows, reachability: reachability)
    }

    /// Does what only the leader does.
    mutating func actAsLeader(_ slot: Int) {
        guard let process = processes[slot], let gossip = process.gossip else { return }
        switch LeaderDuties(process: process, gossip: gossip, world: world, now: now).duty {
        case .nothing: break
        case .shutDown: nodes.processes[slot]?.ending = .leavesCluster(at: nodes.now + 1)
        case .rest: nodes.processes[slot]?.isStuckSince = nil
        case .wait(let since): nodes.processes[slot]?.isStuckSince = since
        case .welcome(let ready, let since):
            nodes.processes[slot]?.isStuckSince = since
            change(slot, rows: gossip.rows(setting: .weaklyUp, of: ready), reachability: gossip.reachability)
        case .act(let rows, let removed):
            nodes.processes[slot]?.isStuckSince = nil
            var (reachability, tombstones) = (gossip.reachability, gossip.tombstones)
            reachability.remove(removed)
            tombstones.formUnion(removed)
            change(slot, rows: rows, reachability: reachability, tombstones: tombstones, removed: removed)
        }
    }

    /// The reachable side's leader decides once nothing has changed for `stable-after`.
    mutating func decideDowning(_ slot: Int) {
        guard configuration.scenario.hasDowning, let process = processes[slot], let gossip = process.gossip,
            now - process.stableSince >= stableAfter
        else { return }
        let resolver = SplitBrainResolver(
            process: process, gossip: gossip, world: world,
            hasIndirectThreshold: configuration.stack.hasIndirectThreshold)
        guard resolver.decides else { return }
        let downed = resolver.downed()
        if downed.isEmpty { return }
        change(slot, rows: gossip.rows(setting: .down, of: downed), reachability: gossip.reachability)
    }

    /// Quiet time before the resolver decides (`stable-after`), as the cluster kit sets it; in steps.
    private var stableAfter: Int { Step.seconds(configuration.members > 20 ? 20 : 10) }
}
