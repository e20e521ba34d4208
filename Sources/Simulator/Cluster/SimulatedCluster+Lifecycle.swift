// SPDX-License-Identifier: Apache-2.0
import Model

/// Processes: how they start, join, leave, end.
extension SimulatedCluster {
    /// From the start of a process to its first try to join, as seen with the cluster kit.
    private static let startup = Step.seconds(2.5)
    /// `retry-unsuccessful-join-after`.
    private static let joinRetry = Step.seconds(10)

    static func address(_ host: String, _ stack: SimulatedStack) -> Address {
        let text = "\(stack.scheme)://Shop@\(host):\(stack.remotingPort)"
        guard let address = try? Address(parsing: text) else { preconditionFailure("\(text) is an address") }
        return address
    }

    @discardableResult
    mutating func addIncarnation(slot: Int) -> Int {
        let address = Self.address(Self.host(slot: slot), configuration.stack)
        let uid = configuration.stack.uid(from: random.next())
        let roles = slot % 3 == 2 ? ["web", "backend", "dc-default"] : ["web", "dc-default"]
        nodes.world.incarnations.append(
            Incarnation(slot: slot, node: UniqueAddress(address, uid: uid), roleNames: roles))
        return world.incarnations.count - 1
    }

    /// Makes all members Up and everything known to all.
    mutating func form() {
        let ids = processes.indices.sorted { Incarnation.precedes(world.incarnations[$0], world.incarnations[$1]) }
        let rows = ids.map { Gossip.Row(id: $0, status: .up, upNumber: $0 + 1) }
        let gossip = gossips.make(
            rows: rows, reachability: Reachability(), clock: VectorClock(), tombstones: BitSet(), sharing: nil,
            world: world)
        let all = BitSet(processes.indices)
        for slot in processes.indices {
            nodes.processes[slot]?.gossip = gossip
            nodes.processes[slot]?.seen = all
            nodes.chooseReceivers(slot, gossip)
            nodes.settleDetectors(slot)
        }
    }

    mutating func inject(_ fault: SimulatedFault) {
        switch fault {
        case .kill(let slots):
            outages.begin(.gone, slots.filter { processes[$0] != nil }, at: seconds)
            for slot in slots { end(slot, inOrder: false) }
        case .start(let slots): for slot in slots where processes[slot] == nil { start(slot) }
        case .pause(let slots):
            for slot in slots where nodes.processes[slot]?.isPaused == false {
                outages.begin(.silent, [slot], at: seconds)
                nodes.processes[slot]?.isPaused = true
                effects.append(.pause(slot: slot))
            }
        case .resume(let slots):
            for slot in slots where nodes.processes[slot]?.isPaused == true {
                outages.end([slot], at: seconds)
                nodes.processes[slot]?.isPaused = false
                // All timers are due at once, and no answer can have come yet: to this node, all others have been silent.
                reap(slot)
                effects.append(.resume(slot: slot))
            }
        case .leave(let slots): for slot in slots { leave(slot) }
        case .isolate(let slots):
            outages.begin(.apart, slots, at: seconds)
            nodes.links.isolate(slots)
        case .cut(let from, let to):
            outages.begin(.apart, [to], at: seconds)
            nodes.links.cut(from: from, to: to)
        case .heal:
            outages.end(.apart, at: seconds)
            nodes.links.heal()
            noticeEnds()
        case .quarantine(let slot, let observer):
            outages.begin(.apart, [slot], at: seconds)
            quarantine(slot, by: observer)
        case .down(let slots): down(slots)
        }
    }

    private mutating func quarantine(_ slot: Int, by observer: Int) {
        guard let victim = nodes.quarantine(slot, by: observer), let process = processes[observer],
            let gossip = process.gossip
        else { return }
        var reachability = gossip.reachability
        if reachability.set(.terminated, observer: process.id, subject: victim) {
            change(observer, rows: gossip.rows, reachability: reachability)
        }
    }

    private mutating func start(_ slot: Int) {
        var process = SimulatedProcess(id: addIncarnation(slot: slot), phases: .init(random: &random))
        process.opensAt = now + Self.startup - 2
        process.joinsAt = now + Self.startup
        nodes.processes[slot] = process
    }

    private mutating func end(_ slot: Int, inOrder: Bool) {
        guard let incarnation = nodes.processes[slot]?.id else { return }
        nodes.processes[slot] = nil
        // A process that ends in order was first taken out of those that are called.
        if inOrder { outages.end([slot], at: seconds) }
        nodes.loseConnections(to: incarnation, inOrder: inOrder)
        effects.append(.close(slot: slot))
    }

    /// Opens its port, joins, shuts down, when it is time.
    mutating func lifecycle(_ slot: Int) {
        guard let process = processes[slot] else { return }
        if process.opensAt == now {
            outages.end([slot], at: seconds)
            effects.append(.open(slot: slot))
        }
        if let due = process.joinsAt, due <= now { join(slot, process) }
        switch process.ending {
        case .leavesCluster(let due) where due <= now: leaveCluster(slot)
        case .closes(let due) where due <= now: end(slot, inOrder: true)
        default: break
        }
    }

    // MARK: Joining (akka-cluster, `ClusterDaemon.scala`, `joining`)

    private mutating func join(_ slot: Int, _ joiner: SimulatedProcess) {
        let contacts = Array(
            processes.indices.lazy.filter { [self] in
                $0 != slot && processes[$0]?.gossip != nil && nodes.delivers(from: slot, to: $0)
                    && nodes.delivers(from: $0, to: slot)
            }.prefix(3))
        if contacts.isEmpty, formsAnew(slot) { return }
        guard !contacts.isEmpty else {
            nodes.processes[slot]?.joinsAt = nodes.now + Step.seconds(2)
            return
        }
        let contact = contacts[random.below(contacts.count)]
        nodes.announce(slot, to: contacts)
        guard let host = processes[contact], let gossip = host.gossip else { return }
        if let old = gossip.rows.first(where: { world.incarnations[$0.id].slot == slot && $0.id != joiner.id }) {
            nodes.processes[slot]?.joinsAt = nodes.now + Self.joinRetry + random.below(Step.perSecond)
            if old.status != .down && old.status != .exiting { replace(old.id, at: contact, host, gossip) }
        } else {
            welcome(slot, joiner, by: contact, host, gossip)
        }
    }

    /// Where no cluster is left, the first process that wants to join forms one.
    private mutating func formsAnew(_ slot: Int) -> Bool {
        guard processes.allSatisfy({ $0?.gossip == nil }),
            processes.firstIndex(where: { $0?.joinsAt != nil }) == slot, let process = processes[slot]
        else { return false }
        let row = Gossip.Row(id: process.id, status: .up, upNumber: 1)
        let gossip = gossips.make(
            rows: [row], reachability: Reachability(), clock: VectorClock(), tombstones: BitSet(), sharing: nil,
            world: world)
        nodes.processes[slot]?.joinsAt = nil
        nodes.processes[slot]?.gossip = gossip
        nodes.processes[slot]?.seen = BitSet([process.id])
        nodes.chooseReceivers(slot, gossip)
        return true
    }

    /// A new incarnation of a member wants to join: the old one is surely dead, and goes first.
    private mutating func replace(_ old: Int, at contact: Int, _ host: SimulatedProcess, _ gossip: Gossip) {
        var reachability = gossip.reachability
        reachability.set(.terminated, observer: host.id, subject: old)
        let rows = gossip.rows.map { $0.id == old ? Gossip.Row(id: old, status: .down, upNumber: $0.upNumber) : $0 }
        change(contact, rows: rows, reachability: reachability)
    }

    private mutating func welcome(
        _ slot: Int, _ joiner: SimulatedProcess, by contact: Int, _ host: SimulatedProcess, _ gossip: Gossip
    ) {
        nodes.processes[slot]?.joinsAt = nil
        var rows = gossip.rows
        let incarnation = world.incarnations[joiner.id]
        let place = rows.firstIndex { Incarnation.precedes(incarnation, world.incarnations[$0.id]) } ?? rows.count
        rows.insert(Gossip.Row(id: joiner.id, status: .joining, upNumber: .max), at: place)
        change(contact, rows: rows, reachability: gossip.reachability)
        guard let welcome = processes[contact]?.gossip else { return }
        adopt(slot, welcome, seen: BitSet([host.id, joiner.id]))
    }

    // MARK: Leaving

    /// Nodes notice which others have ended meanwhile on the other side of a cut.
    private mutating func noticeEnds() {
        for slot in processes.indices where processes[slot] == nil {
            guard let incarnation = world.incarnations.lastIndex(where: { $0.slot == slot }) else { continue }
            nodes.loseConnections(to: incarnation, inOrder: false)
        }
    }

    /// An operator downs these members.
    private mutating func down(_ slots: [Int]) {
        guard
            let operated = processes.indices.first(where: { nodes.running($0)?.gossip != nil && !slots.contains($0) }),
            let gossip = processes[operated]?.gossip
        else { return }
        let ids = gossip.rows.map(\.id).filter { slots.contains(world.incarnations[$0].slot) }
        change(operated, rows: gossip.rows(setting: .down, of: ids), reachability: gossip.reachability)
    }

    private mutating func leave(_ slot: Int) {
        guard let process = nodes.running(slot), let gossip = process.gossip, process.status?.status == .up else {
            return
        }
        change(slot, rows: gossip.rows(setting: .leaving, of: [process.id]), reachability: gossip.reachability)
    }

    /// The end of membership, seen from the process itself (`exitingCompleted`): it gossips with some, then its streams end.
    private mutating func leaveCluster(_ slot: Int) {
        guard let process = processes[slot] else { return }
        let isExiting = process.status?.status == .exiting
        gossipAtRandom(slot, times: 5)
        if isExiting { confirmExiting(slot, process) }
        publishEnd(slot)
        nodes.processes[slot]?.gossip = nil
        nodes.processes[slot]?.seen = BitSet()
        nodes.processes[slot]?.detectors = []
        nodes.processes[slot]?.ending = .closes(at: nodes.now + Step.seconds(isExiting ? 0.1 : 1))
    }

    /// Confirms to the leader that this member can be removed.
    private mutating func confirmExiting(_ slot: Int, _ process: SimulatedProcess) {
        guard let gossip = nodes.processes[slot]?.gossip, let leader = gossip.leader(for: process.id, world: world),
            let row = gossip.rows.first(where: { world.incarnations[$0.id].node.address == leader })
        else { return }
        let there = world.incarnations[row.id].slot
        if nodes.delivers(from: slot, to: there) { nodes.processes[there]?.exitingConfirmed.insert(process.id) }
    }
}

extension Gossip {
    /// The rows with another status for some.
    func rows(setting status: MemberStatus, of ids: BitSet) -> [Row] {
        rows.map { row in
            guard ids.contains(row.id) else { return row }
            return Row(id: row.id, status: status, upNumber: row.upNumber)
        }
    }

    func rows(setting status: MemberStatus, of ids: [Int]) -> [Row] { rows(setting: status, of: BitSet(ids)) }
}
