// SPDX-License-Identifier: Apache-2.0
import Model

/// What lines of logs, and events of a bridge, change in the books.
extension ClusterFold {
    /// Makes the observer of a line a witness, where logs are all there is.
    mutating func registerWitness(_ line: LifecycleEvent, of observer: Address, from source: SourceID, at: Timestamp)
        -> Bool
    {
        witnesses.register(observer, for: line, from: source, in: &membership, at: at)
    }

    /// Records what a line says of its observer's clock.
    mutating func recordClock(_ line: LifecycleEvent, of observer: Address, isFollowed: Bool, at now: Timestamp) {
        let (latest, runs) = (membership.latestUids, associations.runs)
        clocks.record(
            line: line, observer: observer, uid: { latest[$0] ?? runs[$0]?.uid }, isFollowed: isFollowed, at: now)
    }

    /// Records an event of a log, or of the bridge, that an observer reported.
    mutating func record(
        _ line: LifecycleEvent, by observer: Address, late: Bool, from source: SourceID,
        waiting: inout WaitingLines, at now: Timestamp
    ) -> [MeshEvent] {
        if isFromLogs { recordTestimony(line, by: observer, from: source, waiting: &waiting, at: now) }
        if case .started = line.kind { start(line, of: observer, waiting: &waiting) }
        var events: [MeshEvent] = []
        if let run = associations.runs[observer], run.isNext {
            waiting.add(
                WaitingLines.Line(line: line, isLate: late, source: source, reason: .member(observer, cluster: id)))
        } else if let node = membership.latest(observer), let uid = line.observerUid, uid != node.uid,
            node.knownUid != nil
        {
            // What another incarnation writes says nothing of this one: a newer one is waited for.
            if membership.latestRecord(observer).map({ $0.knownSince < line.at }) ?? false {
                waiting.add(
                    WaitingLines.Line(line: line, isLate: late, source: source, reason: .member(observer, cluster: id)))
            }
        } else if let node = membership.latest(observer), associations.runs[observer]?.uid ?? node.uid == node.uid {
            events += recordLink(line, node, from: source, at: now)
        }
        downing.record(line, at: now)
        recordTermination(line, by: observer, at: now)
        if source.kind == .log { recordTrouble(line, of: observer) }
        if associations.isNews(line, observer: observer), isNews(line, of: observer),
            let other = composer.event(line, of: observer, source.kind)
        {
            events.append(other)
        }
        return events.map { composer.stamped($0, by: line, observer: observer, late: late, from: source, at: now) }
    }

    /// Records what a line says keeps its node from joining or working.
    mutating func recordTrouble(_ line: LifecycleEvent, of observer: Address) {
        let note = line.kind == .other ? LineNote.of(line.pattern) : nil
        let text = note?.trouble == nil ? nil : EventText.clause(of: line, observer: observer)
        troubles.record(line, of: observer, text: text, trouble: note?.trouble)
    }

    /// Whether a line that changes no book says something new.
    private mutating func isNews(_ line: LifecycleEvent, of observer: Address) -> Bool {
        switch line.kind {
        case .other:
            guard let note = LineNote.of(line.pattern) else { return false }
            return repetitions.isNews(
                line, of: observer, text: note.isOfEachMessage ? note.clause : line.evidence.text)
        case .quarantineIgnored, .handshakeMisaddressed:
            return repetitions.isNews(line, of: observer, text: line.pattern)
        default: return true
        }
    }

    private mutating func recordTestimony(
        _ line: LifecycleEvent, by observer: Address, from source: SourceID, waiting: inout WaitingLines,
        at now: Timestamp
    ) {
        let changes = witnesses.record(line, by: observer, from: source, system: system, in: &membership, at: now)
        for change in changes {
            switch change {
            case .renamed(let node, let uid): associations.rename(node, to: uid)
            case .replaced(let node):
                waiting.discard(of: node.address, cluster: id)
                associations.setRun(of: node)
                associations.replace(node, at: min(line.at, now))
                table.forget(node.address)
            }
        }
    }

    /// A process has started: nothing that its log said before is about it.
    private mutating func start(_ line: LifecycleEvent, of observer: Address, waiting: inout WaitingLines) {
        let known = membership.latestRecord(observer)
        let isNext = known.map { $0.knownSince < line.at && line.uid != $0.node.uid } ?? false
        waiting.discard(of: observer, cluster: id)
        associations.start(AssociationBook.Run(uid: line.uid, isNext: isNext, startedAt: line.at), of: observer)
        // The process before had others as terminated.
        if !isNext { membership.changeObserver(observer) { $0.record(terminated: [:]) } }
    }

    mutating func recordLink(
        _ line: LifecycleEvent, _ observer: UniqueAddress, from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        let meaning = line.meaning
        guard let peer = line.peer, peer != observer.address, meaning.bearsOnAssociations else { return [] }
        let origin = AssociationOrigin(source.kind) ?? .log
        var context = AssociationRecord.InputContext(
            at: line.at, now: now, origin: origin, source: source,
            transport: line.transport == .unknown ? nil : line.transport, evidence: line.evidenceText)
        var changes: [AssociationChange] = []
        if let uid = membership.latestUids[peer] {
            associations.changeRecord(observer.address, peer) { $0.recognise(uid, at: $0.machine.newest ?? line.at) }
        } else {
            context.isOfStranger = true
            guard associations.hasRoom(for: peer, of: observer.address) else { return [] }
        }
        // What a line says of a uid belongs to that uid.
        if meaning.reportsQuarantineByPeer, let other = membership.latest(peer), line.uid ?? other.uid == other.uid {
            changes += recordQuarantine(by: other, of: observer, context)
        }
        if line.kind == .reachable, associations.records[observer.address]?[peer] == nil {
            return changes.map { composer.event($0, at: now) }
        }
        if origin == .bridge { context.transport = nil }
        // A line that is older than the peer's process is about the one before.
        guard line.uid != nil || !associations.isBeforeStart(of: peer, line.at) else {
            return changes.map { composer.event($0, at: now) }
        }
        // Of a peer that is no member no incarnation is known, unless earlier lines have named one.
        let isNamedOnly = if case .quarantineIgnored = line.kind { true } else { false }
        let known =
            membership.latestUids[peer] ?? associations.records[observer.address]?[peer]?.onlyNamedUid
            ?? UniqueAddress.unknownUid
        let input = AssociationInput.event(line.kind, uid: isNamedOnly ? line.uid : line.uid ?? known)
        let isHeartbeat = line.pattern == "F09"
        if isHeartbeat { context.evidence = nil }
        if associations.apply(input, observer, peer, context) {
            if isHeartbeat { associations.changeRecord(observer.address, peer) { $0.noteHeartbeat(at: line.at) } }
            changes += associations.takeChanges(observer, peer)
        }
        return changes.map { composer.event($0, at: now) }
    }

    /// A line says that the peer has quarantined its observer: that is the state of the other direction.
    private mutating func recordQuarantine(
        by other: UniqueAddress, of observer: UniqueAddress, _ context: AssociationRecord.InputContext
    ) -> [AssociationChange] {
        let quarantine = LifecycleEvent.Kind.quarantined(harmless: false, reason: "told by the quarantined node")
        // By another clock than the other direction's, where it must not lie in the future.
        var heard = context
        heard.at = min(context.at, associations.clock(of: other.address, at: context.now))
        let input = AssociationInput.event(quarantine, uid: observer.uid)
        guard associations.apply(input, other, observer.address, heard) else { return [] }
        return associations.takeChanges(other, observer.address)
    }

    private mutating func recordTermination(_ line: LifecycleEvent, by observer: Address, at now: Timestamp) {
        guard line.kind == .terminated, let peer = line.peer, !associations.isBeforeStart(of: peer, line.at),
            !associations.isBeforeStart(of: observer, line.at),
            var reported = membership.observers[observer]?.reportedTerminated,
            let node = membership.listed(peer, by: observer), associations.mayMean(node, quarantinedBy: observer)
        else { return }
        reported[node] = reported[node] ?? now
        membership.changeObserver(observer) { $0.record(terminated: reported) }
    }
}

extension LifecycleEvent {
    /// The line as evidence: its time, its pattern, its place and its text.
    fileprivate var evidenceText: String {
        let place = evidence.line.map { ":\($0)" } ?? ""
        return "\(at) \(pattern)\(place) \(evidence.text)"
    }
}
