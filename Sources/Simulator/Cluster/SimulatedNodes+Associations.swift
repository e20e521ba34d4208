// SPDX-License-Identifier: Apache-2.0
import Model

/// Something that remoting does after a delay.
struct RemotingTimer: Sendable {
    let step: Int
    /// The place of the process that does it, and its incarnation.
    let slot: Int
    let observer: Int
    /// The peer that it quarantines, because that one announced the end of its actor system.
    let incarnation: Int
}

/// Associations (akka-remote, `Remoting.scala` and `artery/Association.scala`), as the kit's bridge reports them.
extension SimulatedNodes {
    /// `retry-gate-closed-for`.
    private static let gate = Step.seconds(5)

    private var isClassic: Bool { world.stack.isClassic }

    // MARK: Looking

    /// The association of a process with the node at a place; `nil`: none.
    func association(of slot: Int, with peer: Int) -> SimulatedAssociation? {
        guard let process = processes[slot] else { return nil }
        if let known = process.associations[peer] { return known }
        guard let row = process.gossip?.rows.first(where: { world.incarnations[$0.id].slot == peer }),
            row.id != process.id
        else { return nil }
        return SimulatedAssociation(incarnation: row.id, state: .active, since: 0)
    }

    /// Whether a process has quarantined the incarnation that now runs at a place.
    func isQuarantined(_ slot: Int, by observer: Int) -> Bool {
        guard let known = processes[observer]?.associations[slot], known.isQuarantined else { return false }
        return known.incarnation == processes[slot]?.id
    }

    // MARK: Changing

    private mutating func set(
        _ slot: Int, _ peer: Int, _ incarnation: Int, _ state: SimulatedAssociation.State, isUIDKnown: Bool = true
    ) {
        processes[slot]?.associations[peer] = SimulatedAssociation(
            incarnation: incarnation, isUIDKnown: isUIDKnown, state: state, since: now)
    }

    private mutating func note(
        _ slot: Int, _ kind: RemotingEvent.Kind, _ incarnation: Int, uid: Bool = false, inbound: Bool? = nil,
        reason: String? = nil
    ) {
        let event = RemotingEvent(
            at: milliseconds, kind: kind, incarnation: incarnation, tellsUID: uid, isInbound: inbound, reason: reason)
        processes[slot]?.events.append(event)
    }

    /// An incarnation has ended: nodes that had a connection to it notice, unless a cut keeps even that from them.
    mutating func loseConnections(to incarnation: Int, inOrder: Bool) {
        let peer = world.incarnations[incarnation].slot
        let neighbours = neighbours(of: incarnation)
        for slot in processes.indices where slot != peer && links.delivers(from: peer, to: slot) {
            guard let process = processes[slot] else { continue }
            let isMember = process.gossip?.membership.ids.contains(incarnation) == true
            let isConnected = isMember && neighbours?.contains(process.id) != false
            let assumed = isConnected ? SimulatedAssociation(incarnation: incarnation, state: .active, since: 0) : nil
            guard let known = process.associations[peer] ?? assumed, known.incarnation == incarnation,
                known.state == .active || known.state == .connecting
            else { continue }
            lose(slot, peer, known, inOrder: inOrder)
        }
    }

    /// In a large mesh most pairs never talk and have no connection to lose.
    ///
    /// - Returns: the incarnations that have one; `nil`: all.
    private func neighbours(of incarnation: Int) -> BitSet? {
        guard isLarge else { return nil }
        let gossip = processes.lazy.compactMap { $0?.gossip }.first { $0.membership.ids.contains(incarnation) }
        return gossip?.membership.neighbours(of: incarnation, world: world) ?? BitSet()
    }

    private mutating func lose(_ slot: Int, _ peer: Int, _ known: SimulatedAssociation, inOrder: Bool) {
        if isClassic {
            if inOrder { note(slot, .associationError, known.incarnation, inbound: true) }
            note(slot, .disassociated, known.incarnation, inbound: inOrder)
            set(slot, peer, known.incarnation, .gated(until: now + Self.gate), isUIDKnown: known.isUIDKnown)
        } else {
            set(slot, peer, known.incarnation, .lost, isUIDKnown: known.isUIDKnown)
            guard inOrder, let observer = processes[slot]?.id else { return }
            let step = now + Step.seconds(0.6) + known.incarnation % 3
            remotingTimers.append(
                RemotingTimer(step: step, slot: slot, observer: observer, incarnation: known.incarnation))
        }
    }

    /// The actor system of a peer has ended in good order: nothing is sent to the incarnation any longer, and that does no harm.
    mutating func fireRemotingTimers() {
        let due = remotingTimers.filter { $0.step <= now }
        if due.isEmpty { return }
        remotingTimers.removeAll { $0.step <= now }
        for timer in due {
            let peer = world.incarnations[timer.incarnation].slot
            guard processes[timer.slot]?.id == timer.observer,
                let known = processes[timer.slot]?.associations[peer], known.incarnation == timer.incarnation,
                !known.isQuarantined
            else { continue }
            set(timer.slot, peer, timer.incarnation, .quarantined(isHarmless: true))
            note(
                timer.slot, .gracefulShutdownQuarantined, timer.incarnation, uid: true, reason: "ActorSystem terminated"
            )
        }
    }

    /// A member that was removed after having been Down is quarantined; new members are connected to.
    mutating func followMembership(_ slot: Int, from old: Gossip?, to new: Gossip) {
        let before = old?.membership.ids ?? BitSet()
        for id in before.elements(notIn: new.membership.ids) where old?.row(id)?.status == .down {
            quarantineRemoved(slot, id)
        }
        guard new.rows.count <= Self.allPairsLimit else { return }
        for id in new.membership.ids.elements(notIn: before) where id != processes[slot]?.id {
            let place = world.incarnations[id].slot
            let known = processes[slot]?.associations[place]
            if known?.incarnation == id { continue }
            set(slot, place, id, .connecting, isUIDKnown: known != nil)
        }
    }

    private mutating func quarantineRemoved(_ slot: Int, _ id: Int) {
        guard id != processes[slot]?.id else { return }
        let place = world.incarnations[id].slot
        if let known = processes[slot]?.associations[place] {
            // A new incarnation has taken the place, or it is done already.
            if known.incarnation != id || known.isQuarantined || !known.isUIDKnown { return }
        }
        set(slot, place, id, .quarantined(isHarmless: false))
        note(slot, .quarantined, id, uid: true)
    }

    // MARK: Quarantine by hand

    /// As if delivery of system messages had failed: nothing is sent to the incarnation any longer.
    ///
    /// - Parameters:
    ///   - slot: the place of the victim.
    ///   - observer: the place of the node that quarantines it.
    /// - Returns: the incarnation that the observer has to record as terminated; `nil` if it is no member.
    mutating func quarantine(_ slot: Int, by observer: Int) -> Int? {
        guard let gossip = processes[observer]?.gossip, let victim = processes[slot]?.id else { return nil }
        set(observer, slot, victim, .quarantined(isHarmless: false))
        note(observer, .quarantined, victim, uid: true)
        if isClassic { note(observer, .disassociated, victim, inbound: false) }
        return gossip.row(victim) == nil ? nil : victim
    }

    /// A node that sends to one that has quarantined it gets to know that.
    ///
    /// - Parameters:
    ///   - slot: the place of the node that sends.
    ///   - observer: the place of the node that has quarantined it.
    /// - Returns: whether its resolver downs it, as Artery's does (`DownSelfQuarantinedByRemote`).
    mutating func learnsQuarantine(_ slot: Int, by observer: Int) -> Bool {
        guard let other = processes[observer]?.id else { return false }
        if !isClassic {
            let last = processes[slot]?.events.newest.last
            if last?.at != milliseconds { note(slot, .thisActorSystemQuarantined, other, uid: true) }
            return true
        }
        guard isQuarantined(slot, by: observer) else { return false }
        note(observer, .associationError, processes[slot]?.id ?? other, inbound: false)
        note(observer, .disassociated, processes[slot]?.id ?? other, inbound: false)
        note(slot, .associated, other, inbound: true)
        note(slot, .associationError, other, inbound: true)
        note(slot, .thisActorSystemQuarantined, other)
        note(slot, .disassociated, other, inbound: true)
        set(slot, observer, other, .gated(until: now + Self.gate), isUIDKnown: false)
        return false
    }

    // MARK: Sending

    /// What follows from sending to all members once a second: connections are tried again, and quarantined peers get to know it.
    ///
    /// - Parameter slot: the place of the node that sends.
    /// - Returns: the places of nodes whose resolver downs them.
    mutating func sendRemoting(_ slot: Int) -> [Int] {
        guard let associations = processes[slot]?.associations, !associations.isEmpty else { return [] }
        var downed: [Int] = []
        for (peer, known) in associations.sorted(by: { $0.key < $1.key }) {
            switch known.state {
            case .active: break
            case .connecting: connect(slot, peer, known)
            case .lost: if isMember(known.incarnation, for: slot) { connect(slot, peer, known) }
            case .gated(let until):
                if until <= now, isMember(known.incarnation, for: slot) { connect(slot, peer, known) }
            case .quarantined:
                if reaches(peer, slot), isQuarantined(peer, by: slot), learnsQuarantine(peer, by: slot) {
                    downed.append(peer)
                }
            }
        }
        return downed
    }

    /// Nothing is sent to a node that has been removed.
    private func isMember(_ incarnation: Int, for slot: Int) -> Bool {
        processes[slot]?.gossip?.membership.ids.contains(incarnation) == true
    }

    private mutating func connect(_ slot: Int, _ peer: Int, _ known: SimulatedAssociation) {
        guard reaches(slot, peer), let there = processes[peer]?.id, !isQuarantined(slot, by: peer) else {
            return refuse(slot, peer, known)
        }
        // Classic remoting gets the uid with the connection; Artery keeps the old one until the new incarnation sends something.
        let incarnation = isClassic || !known.isUIDKnown ? there : known.incarnation
        if isClassic { note(slot, .associated, incarnation, inbound: false) }
        set(slot, peer, incarnation, .active)
        if isMember(incarnation, for: slot) { processes[slot]?.associations[peer] = nil }
    }

    private mutating func refuse(_ slot: Int, _ peer: Int, _ known: SimulatedAssociation) {
        let isSilent = running(peer) != nil && !links.delivers(from: slot, to: peer)
        guard isClassic, !isSilent else { return }
        note(slot, .associationError, known.incarnation, inbound: false)
        note(slot, .disassociated, known.incarnation, inbound: false)
        set(slot, peer, known.incarnation, .gated(until: now + Self.gate), isUIDKnown: known.isUIDKnown)
    }

    /// A new process connects to others before it joins: they get its uid, and a gate to its place opens.
    mutating func announce(_ slot: Int, to contacts: [Int]) {
        guard let joiner = processes[slot]?.id else { return }
        let everybody = isLarge ? contacts : Array(processes.indices)
        for peer in everybody where peer != slot && reaches(slot, peer) && processes[peer]?.gossip != nil {
            if processes[slot]?.associations[peer] == nil, let there = processes[peer]?.id {
                set(slot, peer, there, .connecting, isUIDKnown: false)
            }
            let known = association(of: peer, with: slot)
            if known?.incarnation == joiner { continue }
            if isClassic { note(peer, .associated, joiner, inbound: true) }
            set(peer, slot, joiner, known?.state == .active || isClassic ? .active : .connecting)
        }
    }
}
