// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationEncoder {
    mutating func lifecycle(_ event: LifecycleEvent, late: Bool) {
        wire.byte(ObservationCode.lifecycle)
        wire.flag(late)
        wire.signed(event.at.microseconds &- lastTime)
        optional(event.observer) { $0.address($1) }
        optional(event.observerName) { $0.text($1) }
        optional(event.peer) { $0.address($1) }
        optional(event.uid) { $0.wire.fixed($1) }
        wire.byte(CodeTable.transports.code(of: event.transport) ?? 0)
        text(event.pattern)
        // Hardly any two are equal, so they would only fill the table of texts.
        wire.text(Secrets.withoutNamedValues(event.evidence.text))
        optional(event.evidence.line) { $0.wire.signed(Int64($1)) }
        kind(event.kind)
        guard event.payload != nil || event.observerUid != nil else { return }
        payload(event.payload ?? LinePayload())
        guard let uid = event.observerUid else { return }
        wire.flag(event.payload != nil)
        wire.fixed(uid)
    }

    mutating func logProgress(_ progress: LogProgress) {
        wire.byte(ObservationCode.logProgress)
        let counts = [
            progress.bytes, progress.lines, progress.events, progress.withoutObserver, progress.unreadable,
            progress.dropped,
        ]
        for count in counts { wire.signed(count) }
        wire.flag(progress.hasReachedEnd)
        wire.signed(progress.unrecognised)
        wire.signed(progress.guessedTimes)
    }

    private mutating func payload(_ payload: LinePayload) {
        wire.number(UInt64(payload.members.count))
        for member in payload.members {
            address(member.address)
            optional(member.status) { $0.status($1) }
            optional(member.hasSeen) { $0.wire.flag($1) }
            optional(member.dataCenter) { $0.text($1) }
            wire.number(UInt64(member.roles.count))
            for role in member.roles { text(role) }
        }
        wire.number(UInt64(payload.records.count))
        for record in payload.records {
            address(record.observer)
            address(record.subject)
            wire.byte(CodeTable.reachabilityStatuses.code(of: record.status) ?? 0)
        }
        wire.number(UInt64(payload.downed.count))
        for node in payload.downed { address(node) }
    }

    private mutating func kind(_ kind: LifecycleEvent.Kind) {
        switch kind {
        case .started: wire.byte(LifecycleCode.started)
        case .associated(let inbound): flagged(LifecycleCode.associated, inbound)
        case .disassociated(let inbound): flagged(LifecycleCode.disassociated, inbound)
        case .associationFailed(let failure, let inbound):
            flagged(LifecycleCode.associationFailed, inbound)
            self.failure(failure)
        case .gated(let time, let failure):
            timed(LifecycleCode.gated, time)
            self.failure(failure)
        case .quarantined(let harmless, let reason):
            flagged(LifecycleCode.quarantined, harmless)
            text(reason)
        case .quarantineKept: wire.byte(LifecycleCode.quarantineKept)
        case .quarantineIgnored(let reason): worded(LifecycleCode.quarantineIgnored, reason)
        case .quarantinedByPeer: wire.byte(LifecycleCode.quarantinedByPeer)
        case .quarantineTold: wire.byte(LifecycleCode.quarantineTold)
        case .handshakeCompleted, .handshakeTimedOut, .handshakeMisaddressed: handshake(kind)
        case .connectionOpened, .connectionClosed, .connectionFailed, .streamRestarted, .streamGaveUp, .idleStopped,
            .associationRemoved, .livenessProbed:
            connection(kind)
        case .unreachable, .reachable, .terminated, .heartbeatDelayed, .heartbeatGrowing, .deathWatchTriggered:
            detection(kind)
        default: membership(kind)
        }
    }

    private mutating func handshake(_ kind: LifecycleEvent.Kind) {
        switch kind {
        case .handshakeTimedOut(let after):
            wire.byte(LifecycleCode.handshakeTimedOut)
            optional(after) { $0.wire.duration($1) }
        case .handshakeMisaddressed(let address):
            wire.byte(LifecycleCode.handshakeMisaddressed)
            optional(address) { $0.address($1) }
        default: wire.byte(LifecycleCode.handshakeCompleted)
        }
    }

    private mutating func connection(_ kind: LifecycleEvent.Kind) {
        switch kind {
        case .connectionOpened: wire.byte(LifecycleCode.connectionOpened)
        case .connectionClosed: wire.byte(LifecycleCode.connectionClosed)
        case .connectionFailed(let stream, let failure):
            self.stream(LifecycleCode.connectionFailed, stream)
            self.failure(failure)
        case .streamRestarted(let stream, let failure):
            self.stream(LifecycleCode.streamRestarted, stream)
            self.failure(failure)
        case .streamGaveUp(let stream): self.stream(LifecycleCode.streamGaveUp, stream)
        case .idleStopped(let stream): self.stream(LifecycleCode.idleStopped, stream)
        case .livenessProbed(let idle): timed(LifecycleCode.livenessProbed, idle)
        default: wire.byte(LifecycleCode.associationRemoved)
        }
    }

    private mutating func detection(_ kind: LifecycleEvent.Kind) {
        switch kind {
        case .unreachable(let expected): flagged(LifecycleCode.unreachable, expected)
        case .reachable: wire.byte(LifecycleCode.reachable)
        case .terminated: wire.byte(LifecycleCode.terminated)
        case .heartbeatDelayed(let actual, let expected):
            timed(LifecycleCode.heartbeatDelayed, actual)
            wire.duration(expected)
        case .heartbeatGrowing(let interval): timed(LifecycleCode.heartbeatGrowing, interval)
        default: wire.byte(LifecycleCode.deathWatchTriggered)
        }
    }

    private mutating func membership(_ kind: LifecycleEvent.Kind) {
        switch kind {
        case .memberStatus(let status):
            wire.byte(LifecycleCode.memberStatus)
            self.status(status)
        case .memberRemoved: wire.byte(LifecycleCode.memberRemoved)
        case .leads(let leads): flagged(LifecycleCode.leads, leads)
        case .convergence(let isReached): flagged(LifecycleCode.convergence, isReached)
        case .noDowning: wire.byte(LifecycleCode.noDowning)
        case .downing(let line):
            wire.byte(LifecycleCode.downing)
            downing(line)
        case .selfDowned: wire.byte(LifecycleCode.selfDowned)
        case .exiting: wire.byte(LifecycleCode.exiting)
        case .shutdown(let reason): worded(LifecycleCode.shutdown, reason)
        case .shutdownPhaseTimedOut(let phase): worded(LifecycleCode.shutdownPhaseTimedOut, phase)
        case .shutdownTaskFailed(let phase): worded(LifecycleCode.shutdownTaskFailed, phase)
        default: wire.byte(LifecycleCode.other)
        }
    }

    private mutating func downing(_ line: LifecycleEvent.DowningLine) {
        switch line {
        case .started(let strategy, let stableAfter):
            worded(DowningCode.started, strategy)
            optional(stableAfter) { $0.wire.duration($1) }
        case .waiting(let unreachable, let notBefore, let reset):
            flagged(DowningCode.waiting, reset)
            wire.signed(Int64(unreachable))
            optional(notBefore) { $0.moment($1) }
        case .healed: wire.byte(DowningCode.healed)
        case .responsible(let isResponsible): flagged(DowningCode.responsible, isResponsible)
        case .decided(let decision, let downsSelf):
            flagged(DowningCode.decided, downsSelf)
            text(decision)
        case .downing: wire.byte(DowningCode.downing)
        case .unstable: wire.byte(DowningCode.unstable)
        case .lease(let what): worded(DowningCode.lease, what)
        case .dataCenter(let name, let isReachable):
            flagged(DowningCode.dataCenter, isReachable)
            text(name)
        }
    }

    // MARK: - Forms

    private mutating func flagged(_ code: UInt8, _ flag: Bool) {
        wire.byte(code)
        wire.flag(flag)
    }

    private mutating func worded(_ code: UInt8, _ text: String) {
        wire.byte(code)
        self.text(text)
    }

    private mutating func timed(_ code: UInt8, _ duration: Duration) {
        wire.byte(code)
        wire.duration(duration)
    }

    private mutating func failure(_ failure: AssociationFailure) {
        wire.byte(CodeTable.associationFailures.code(of: failure) ?? 0)
    }

    private mutating func stream(_ code: UInt8, _ stream: LifecycleEvent.OutboundStream?) {
        wire.byte(code)
        wire.byte(stream.flatMap { CodeTable.outboundStreams.code(of: $0) } ?? 0)
    }
}
