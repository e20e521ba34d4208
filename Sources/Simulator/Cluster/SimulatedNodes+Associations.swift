import Model

/// Something that remoting does after a delay.
struct RemotingTimer: Sendable {
    let step: Int
    /// The place of the process that does it, and its incarnation.
    let slot: Int
    let observer: Int
    /// Whom it stops talking to, because that one said that its actor system ends.
    let person: Int
}

/// Associations (akka-remote, `Remoting.scala` and `artery/Association.scala`), as the kit's bridge tells of them.
extension SimulatedCluster {
    /// `retry-gate-closed-for`.
    private static let gate = Step.seconds(5)

    private var isClassic: Bool { configuration.stack.isClassic }

    // MARK: Looking

    /// What a process has to the node at a place; `nil`: nothing.
    func association(of slot: Int, with peer: Int) -> SimulatedAssociation? {
        guard let process = processes[slot] else { return nil }
        if let known = process.associations[peer] { return known }
        guard let row = process.gossip?.rows.first(where: { world.people[$0.id].slot == peer }), row.id != process.id
        else { return nil }
        return SimulatedAssociation(person: row.id, state: .active, since: 0)
    }

    /// Whether a process has quarantined the incarnation that now runs at a place.
    func isQuarantined(_ slot: Int, by observer: Int) -> Bool {
        guard let known = processes[observer]?.associations[slot], known.isQuarantined else { return false }
        return known.person == processes[slot]?.id
    }

    /// Whether something sent by one process comes back from the other.
    private func reaches(_ slot: Int, _ peer: Int) -> Bool {
        running(peer).map { $0.opensAt <= now } == true && links.delivers(from: slot, to: peer)
            && links.delivers(from: peer, to: slot)
    }

    // MARK: Changing

    private mutating func set(
        _ slot: Int, _ peer: Int, _ person: Int, _ state: SimulatedAssociation.State, isUIDKnown: Bool = true
    ) {
        processes[slot]?.associations[peer] = SimulatedAssociation(
            person: person, isUIDKnown: isUIDKnown, state: state, since: now)
    }

    private mutating func note(
        _ slot: Int, _ kind: RemotingEvent.Kind, _ person: Int, uid: Bool = false, inbound: Bool? = nil,
        reason: String? = nil
    ) {
        let event = RemotingEvent(
            at: milliseconds, kind: kind, person: person, tellsUID: uid, isInbound: inbound, reason: reason)
        processes[slot]?.events.append(event)
    }

    /// An incarnation is gone: whoever had a connection to it notices, unless a cut keeps even that from them.
    mutating func loseConnections(to person: Int, inOrder: Bool) {
        let peer = world.people[person].slot
        let neighbours = neighbours(of: person)
        for slot in processes.indices where slot != peer && links.delivers(from: peer, to: slot) {
            guard let process = processes[slot] else { continue }
            let isMember = process.gossip?.membership.ids.contains(person) == true
            let isConnected = isMember && neighbours?.contains(process.id) != false
            let assumed = isConnected ? SimulatedAssociation(person: person, state: .active, since: 0) : nil
            guard let known = process.associations[peer] ?? assumed, known.person == person,
                known.state == .active || known.state == .connecting
            else { continue }
            lose(slot, peer, known, inOrder: inOrder)
        }
    }

    /// In a big mesh most pairs never talk and have no connection to lose.
    ///
    /// - Returns: Who has one; `nil`: everybody.
    private func neighbours(of person: Int) -> BitSet? {
        guard configuration.members > Self.allPairs else { return nil }
        let gossip = processes.lazy.compactMap { $0?.gossip }.first { $0.membership.ids.contains(person) }
        return gossip?.membership.neighbours(of: person, world: world) ?? BitSet()
    }

    private mutating func lose(_ slot: Int, _ peer: Int, _ known: SimulatedAssociation, inOrder: Bool) {
        if isClassic {
            if inOrder { note(slot, .associationError, known.person, inbound: true) }
            note(slot, .disassociated, known.person, inbound: inOrder)
            set(slot, peer, known.person, .gated(until: now + Self.gate), isUIDKnown: known.isUIDKnown)
        } else {
            set(slot, peer, known.person, .lost, isUIDKnown: known.isUIDKnown)
            guard inOrder, let observer = processes[slot]?.id else { return }
            let step = now + Step.seconds(0.6) + known.person % 3
            remotingTimers.append(RemotingTimer(step: step, slot: slot, observer: observer, person: known.person))
        }
    }

    /// The actor system of a peer has ended in good order: an incarnation that will not be talked to any more, and no harm in that.
    mutating func fireRemotingTimers() {
        let due = remotingTimers.filter { $0.step <= now }
        if due.isEmpty { return }
        remotingTimers.removeAll { $0.step <= now }
        for timer in due {
            let peer = world.people[timer.person].slot
            guard processes[timer.slot]?.id == timer.observer,
                let known = processes[timer.slot]?.associations[peer], known.person == timer.person,
                !known.isQuarantined
            else { continue }
            set(timer.slot, peer, timer.person, .quarantined(isHarmless: true))
            note(
                timer.slot, .gracefulShutdownQuarantined, timer.person, uid: true, reason: "ActorSystem terminated")
        }
    }

    /// Whoever was removed after having been Down is quarantined; newcomers are connected to.
    mutating func followMembership(_ slot: Int, from old: Gossip?, to new: Gossip) {
        let before = old?.membership.ids ?? BitSet()
        for id in before.elements(notIn: new.membership.ids) where old?.row(id)?.status == .down {
            quarantineRemoved(slot, id)
        }
        guard new.rows.count <= Self.allPairs else { return }
        for id in new.membership.ids.elements(notIn: before) where id != processes[slot]?.id {
            let place = world.people[id].slot
            let known = processes[slot]?.associations[place]
            if known?.person == id { continue }
            set(slot, place, id, .connecting, isUIDKnown: known != nil)
        }
    }

    private mutating func quarantineRemoved(_ slot: Int, _ id: Int) {
        guard id != processes[slot]?.id else { return }
        let place = world.people[id].slot
        if let known = processes[slot]?.associations[place] {
            // A new incarnation has taken the place, or it is done already.
            if known.person != id || known.isQuarantined || !known.isUIDKnown { return }
        }
        set(slot, place, id, .quarantined(isHarmless: false))
        note(slot, .quarantined, id, uid: true)
    }

    // MARK: Quarantine by hand

    /// As if delivery of system messages had failed: the incarnation is not talked to any more, and terminated in the observer's view.
    mutating func quarantine(_ slot: Int, by observer: Int) {
        guard let process = processes[observer], let gossip = process.gossip, let victim = processes[slot]?.id else {
            return
        }
        set(observer, slot, victim, .quarantined(isHarmless: false))
        note(observer, .quarantined, victim, uid: true)
        if isClassic { note(observer, .disassociated, victim, inbound: false) }
        if gossip.row(victim) == nil { return }
        var reachability = gossip.reachability
        if reachability.set(.terminated, observer: process.id, subject: victim) {
            change(observer, rows: gossip.rows, reachability: reachability)
        }
    }

    /// Who sends to a node that has quarantined it is told so. Artery's resolver then downs it (`DownSelfQuarantinedByRemote`).
    mutating func tell(_ slot: Int, quarantinedBy observer: Int) {
        guard let teller = processes[observer]?.id else { return }
        if !isClassic {
            let last = processes[slot]?.events.newest.last
            if last?.at != milliseconds { note(slot, .thisActorSystemQuarantined, teller, uid: true) }
            return downSelf(slot)
        }
        guard isQuarantined(slot, by: observer) else { return }
        note(observer, .associationError, processes[slot]?.id ?? teller, inbound: false)
        note(observer, .disassociated, processes[slot]?.id ?? teller, inbound: false)
        note(slot, .associated, teller, inbound: true)
        note(slot, .associationError, teller, inbound: true)
        note(slot, .thisActorSystemQuarantined, teller)
        note(slot, .disassociated, teller, inbound: true)
        set(slot, observer, teller, .gated(until: now + Self.gate), isUIDKnown: false)
    }

    // MARK: Sending

    /// What follows from sending to everybody once a second: connections are tried again, and who is quarantined is told so.
    mutating func sendRemoting(_ slot: Int) {
        guard let associations = processes[slot]?.associations, !associations.isEmpty else { return }
        for (peer, known) in associations.sorted(by: { $0.key < $1.key }) {
            switch known.state {
            case .active: break
            case .connecting: connect(slot, peer, known)
            case .lost: if isMember(known.person, for: slot) { connect(slot, peer, known) }
            case .gated(let until): if until <= now, isMember(known.person, for: slot) { connect(slot, peer, known) }
            case .quarantined: if reaches(peer, slot), isQuarantined(peer, by: slot) { tell(peer, quarantinedBy: slot) }
            }
        }
    }

    /// Nobody sends to who has been removed.
    private func isMember(_ person: Int, for slot: Int) -> Bool {
        processes[slot]?.gossip?.membership.ids.contains(person) == true
    }

    private mutating func connect(_ slot: Int, _ peer: Int, _ known: SimulatedAssociation) {
        guard reaches(slot, peer), let there = processes[peer]?.id, !isQuarantined(slot, by: peer) else {
            return refuse(slot, peer, known)
        }
        // Classic remoting learns the uid with the connection; Artery keeps the old one until the new incarnation says something.
        let person = isClassic || !known.isUIDKnown ? there : known.person
        if isClassic { note(slot, .associated, person, inbound: false) }
        set(slot, peer, person, .active)
        if isMember(person, for: slot) { processes[slot]?.associations[peer] = nil }
    }

    private mutating func refuse(_ slot: Int, _ peer: Int, _ known: SimulatedAssociation) {
        let isSilent = running(peer) != nil && !links.delivers(from: slot, to: peer)
        guard isClassic, !isSilent else { return }
        note(slot, .associationError, known.person, inbound: false)
        note(slot, .disassociated, known.person, inbound: false)
        set(slot, peer, known.person, .gated(until: now + Self.gate), isUIDKnown: known.isUIDKnown)
    }

    /// A new process speaks to others before it joins: they learn its uid, and a gate to its place opens.
    mutating func announce(_ slot: Int, to contacts: [Int]) {
        guard let joiner = processes[slot]?.id else { return }
        let everybody = configuration.members > Self.allPairs ? contacts : Array(processes.indices)
        for peer in everybody where peer != slot && reaches(slot, peer) && processes[peer]?.gossip != nil {
            if processes[slot]?.associations[peer] == nil, let there = processes[peer]?.id {
                set(slot, peer, there, .connecting, isUIDKnown: false)
            }
            let known = association(of: peer, with: slot)
            if known?.person == joiner { continue }
            if isClassic { note(peer, .associated, joiner, inbound: true) }
            set(peer, slot, joiner, known?.state == .active || isClassic ? .active : .connecting)
        }
    }
}
