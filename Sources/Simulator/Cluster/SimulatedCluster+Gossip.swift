import Model

/// Two gossips that were merged: everybody who merges the same two shares the result.
struct MergeKey: Hashable, Sendable {
    let left: Int
    let right: Int
}

/// How news spreads (akka-cluster, `ClusterDaemon.scala`, `gossipTick` and `receiveGossip`).
extension SimulatedCluster {
    mutating func makeGossip(
        rows: [Gossip.Row], reachability: Reachability, clock: VectorClock, tombstones: BitSet, sharing: Gossip?
    ) -> Gossip {
        serials += 1
        return Gossip(
            serial: serials, rows: rows, reachability: reachability, clock: clock, tombstones: tombstones,
            sharing: sharing, world: world)
    }

    /// A change by one node to what it knows: seen by nobody else yet.
    mutating func change(
        _ slot: Int, rows: [Gossip.Row], reachability: Reachability, tombstones: BitSet? = nil, removed: BitSet? = nil
    ) {
        guard let process = processes[slot], let gossip = process.gossip else { return }
        var clock = gossip.clock
        clock.increment(process.id)
        if let removed { clock.prune(removed) }
        let changed = makeGossip(
            rows: rows, reachability: reachability, clock: clock, tombstones: tombstones ?? gossip.tombstones,
            sharing: gossip)
        adopt(slot, changed, seen: BitSet([process.id]))
    }

    /// A gossip becomes what a node knows, with everything that follows for it.
    mutating func adopt(_ slot: Int, _ gossip: Gossip, seen: BitSet) {
        guard let process = processes[slot] else { return }
        let old = process.gossip
        processes[slot]?.gossip = gossip
        processes[slot]?.seen = seen
        let sameMembers = old?.membership === gossip.membership
        if !sameMembers || old?.cutOff != gossip.cutOff {
            // That others have lost this node itself is no change to its resolver.
            let isNews = !sameMembers || old?.cutOff.removing(process.id) != gossip.cutOff.removing(process.id)
            if isNews { processes[slot]?.stableSince = now }
            chooseReceivers(slot, gossip)
        }
        if !sameMembers { followMembership(slot, from: old, to: gossip) }
        if !sameMembers, process.ending == nil, let status = gossip.row(process.id)?.status {
            if status == .exiting { processes[slot]?.ending = .leavesCluster(at: now + 1) }
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

    /// Prefers those that have not seen the gossip (`gossip-different-view-probability` 0.8, halved above 400 members).
    private mutating func gossipTarget(_ process: SimulatedProcess, _ gossip: Gossip) -> Int? {
        let rows = gossip.rows
        if !process.seen.isSuperset(of: gossip.membership.ids), random.below(10) < (rows.count > 400 ? 4 : 8) {
            let choices = rows.map(\.id).filter { !process.seen.contains($0) && isTarget($0, process, gossip) }
            if !choices.isEmpty { return world.people[choices[random.below(choices.count)]].slot }
        }
        for _ in 0..<8 {
            let id = rows[random.below(rows.count)].id
            if isTarget(id, process, gossip) { return world.people[id].slot }
        }
        return nil
    }

    private func isTarget(_ id: Int, _ process: SimulatedProcess, _ gossip: Gossip) -> Bool {
        id != process.id && !gossip.cutOff.contains(id)
    }

    /// Tells a few others before the end (`gossipRandomN`).
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
        guard delivers(from: sender, to: receiver), !isQuarantined(receiver, by: sender) else { return }
        if isQuarantined(sender, by: receiver) { return tell(sender, quarantinedBy: receiver) }
        receive(at: receiver, from: sender)
        if links.delivers(from: receiver, to: sender) { receive(at: sender, from: receiver) }
    }

    private mutating func receive(at slot: Int, from sender: Int) {
        guard let here = processes[slot], let mine = here.gossip, let there = processes[sender],
            let theirs = there.gossip
        else { return }
        if mine.tombstones.contains(there.id) { return tell(sender, quarantinedBy: slot) }
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
                processes[slot]?.gossip = theirs
            }
            if !here.seen.isSuperset(of: there.seen) { processes[slot]?.seen.formUnion(there.seen) }
        case .after: break
        case .before:
            var seen = there.seen
            seen.insert(here.id)
            adopt(slot, theirs, seen: seen)
        case .concurrent: adopt(slot, merged(mine, theirs), seen: BitSet([here.id]))
        }
    }

    /// A node that was removed without knowing is quarantined by the others and told so: it downs itself (`DownSelfQuarantinedByRemote`).
    mutating func downSelf(_ slot: Int) {
        guard configuration.scenario.hasDowning, let process = processes[slot], let gossip = process.gossip,
            process.ending == nil, process.status?.status != .down
        else {
            return
        }
        change(slot, rows: gossip.rows(setting: .down, of: [process.id]), reachability: gossip.reachability)
        processes[slot]?.ending = .leavesCluster(at: now + Step.seconds(1))
    }

    private mutating func merged(_ left: Gossip, _ right: Gossip) -> Gossip {
        let key = MergeKey(left: min(left.serial, right.serial), right: max(left.serial, right.serial))
        if let known = merges[key] { return known }
        var tombstones = left.tombstones
        tombstones.formUnion(right.tombstones)
        let rows = mergedRows(left, right, tombstones)
        let result = makeGossip(
            rows: rows,
            reachability: left.reachability.merged(with: right.reachability, allowed: BitSet(rows.lazy.map(\.id))),
            clock: left.clock.merged(with: right.clock), tombstones: tombstones, sharing: left)
        merges[key] = result
        return result
    }

    /// The status further along wins (`Member.pickHighestPriority`); who is Down or Exiting on one side and gone on the other is gone.
    private func mergedRows(_ left: Gossip, _ right: Gossip, _ tombstones: BitSet) -> [Gossip.Row] {
        if left.membership === right.membership { return left.rows }
        var rows: [Gossip.Row] = []
        for row in left.rows where !tombstones.contains(row.id) {
            if let other = right.row(row.id) {
                rows.append(row.status.priority >= other.status.priority ? row : other)
            } else if row.status != .down && row.status != .exiting {
                rows.append(row)
            }
        }
        for row in right.rows where left.row(row.id) == nil && !tombstones.contains(row.id) {
            if row.status != .down && row.status != .exiting { rows.append(row) }
        }
        return rows.sorted { Incarnation.precedes(world.people[$0.id], world.people[$1.id]) }
    }
}
