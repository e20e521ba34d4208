// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationDecoder {
    mutating func lifecycle() throws(WireError) -> Observation.Payload {
        let late = try wire.flag()
        let at = Timestamp(microseconds: lastTime &+ (try wire.signed()))
        let observer = try wire.flag() ? try address() : nil
        let name = try wire.flag() ? try text() : nil
        let peer = try wire.flag() ? try address() : nil
        let uid = try wire.flag() ? try wire.fixed() : nil
        let transport = try value(.transports, "transport")
        let pattern = try text()
        let evidence = LifecycleEvent.Evidence(try wire.text(), line: try wire.flag() ? Int(try wire.signed()) : nil)
        let kind = LifecycleCode.refined(try kind(), pattern: pattern, evidence.text)
        // Journals of older versions end here.
        var payload = wire.isAtEnd ? nil : try payload()
        var observerUid: Int64?
        if !wire.isAtEnd {
            if try !wire.flag() { payload = nil }
            observerUid = try wire.fixed()
        }
        let event = LifecycleEvent(
            at: at, observer: observer, observerName: name, peer: peer, uid: uid, transport: transport,
            pattern: pattern, kind: kind, evidence: evidence, payload: payload, observerUid: observerUid)
        return .lifecycle(event, late: late)
    }

    mutating func logProgress() throws(WireError) -> LogProgress {
        var progress = LogProgress()
        progress.bytes = try wire.signed()
        progress.lines = try wire.signed()
        progress.events = try wire.signed()
        progress.withoutObserver = try wire.signed()
        progress.unreadable = try wire.signed()
        progress.dropped = try wire.signed()
        progress.hasReachedEnd = try wire.flag()
        // Journals of older versions end here.
        guard !wire.isAtEnd else { return progress }
        progress.unrecognised = try wire.signed()
        progress.guessedTimes = try wire.signed()
        return progress
    }

    private mutating func payload() throws(WireError) -> LinePayload {
        var payload = LinePayload()
        for _ in 0..<(try wire.count()) {
            var member = LinePayload.Member(address: try address())
            member.status = try wire.flag() ? try status() : nil
            member.hasSeen = try wire.flag() ? try wire.flag() : nil
            member.dataCenter = try wire.flag() ? try text() : nil
            for _ in 0..<(try wire.count()) { member.roles.append(try text()) }
            payload.members.append(member)
        }
        for _ in 0..<(try wire.count()) {
            let (observer, subject) = (try address(), try address())
            let status = try value(.reachabilityStatuses, "status of a reachability record")
            payload.records.append(LinePayload.Record(observer: observer, subject: subject, status: status))
        }
        for _ in 0..<(try wire.count()) { payload.downed.append(try address()) }
        return payload
    }

    private mutating func kind() throws(WireError) -> LifecycleEvent.Kind {
        let code = try wire.byte()
        switch code {
        case LifecycleCode.started...LifecycleCode.livenessProbed: return try association(code)
        case LifecycleCode.unreachable...LifecycleCode.deathWatchTriggered: return try detection(code)
        case LifecycleCode.memberStatus...LifecycleCode.other: return try membership(code)
        default: throw WireError("\(code) is no lifecycle event that this version knows")
        }
    }

    private mutating func association(_ code: UInt8) throws(WireError) -> LifecycleEvent.Kind {
        switch code {
        case LifecycleCode.started: return .started
        case LifecycleCode.associated: return .associated(inbound: try wire.flag())
        case LifecycleCode.disassociated: return .disassociated(inbound: try wire.flag())
        case LifecycleCode.associationFailed:
            let inbound = try wire.flag()
            return .associationFailed(try failure(), inbound: inbound)
        case LifecycleCode.gated: return .gated(for: try wire.duration(), try failure())
        case LifecycleCode.quarantined: return .quarantined(harmless: try wire.flag(), reason: try text())
        case LifecycleCode.quarantineKept: return .quarantineKept
        case LifecycleCode.quarantineIgnored: return .quarantineIgnored(reason: try text())
        case LifecycleCode.quarantinedByPeer: return .quarantinedByPeer
        case LifecycleCode.quarantineTold: return .quarantineTold
        case LifecycleCode.handshakeCompleted: return .handshakeCompleted
        case LifecycleCode.handshakeTimedOut:
            return .handshakeTimedOut(after: try wire.flag() ? try wire.duration() : nil)
        case LifecycleCode.handshakeMisaddressed:
            return .handshakeMisaddressed(to: try wire.flag() ? try address() : nil)
        default: return try connection(code)
        }
    }

    private mutating func connection(_ code: UInt8) throws(WireError) -> LifecycleEvent.Kind {
        switch code {
        case LifecycleCode.connectionOpened: return .connectionOpened
        case LifecycleCode.connectionClosed: return .connectionClosed
        case LifecycleCode.connectionFailed: return .connectionFailed(try stream(), try failure())
        case LifecycleCode.streamRestarted: return .streamRestarted(try stream(), try failure())
        case LifecycleCode.streamGaveUp: return .streamGaveUp(try stream())
        case LifecycleCode.idleStopped: return .idleStopped(try stream())
        case LifecycleCode.livenessProbed: return .livenessProbed(idle: try wire.duration())
        default: return .associationRemoved
        }
    }

    private mutating func detection(_ code: UInt8) throws(WireError) -> LifecycleEvent.Kind {
        switch code {
        case LifecycleCode.unreachable: return .unreachable(expected: try wire.flag())
        case LifecycleCode.reachable: return .reachable
        case LifecycleCode.terminated: return .terminated
        case LifecycleCode.heartbeatDelayed:
            return .heartbeatDelayed(actual: try wire.duration(), expected: try wire.duration())
        case LifecycleCode.heartbeatGrowing: return .heartbeatGrowing(interval: try wire.duration())
        default: return .deathWatchTriggered
        }
    }

    private mutating func membership(_ code: UInt8) throws(WireError) -> LifecycleEvent.Kind {
        switch code {
        case LifecycleCode.memberStatus: return .memberStatus(try status())
        case LifecycleCode.memberRemoved: return .memberRemoved
        case LifecycleCode.leads: return .leads(try wire.flag())
        case LifecycleCode.convergence: return .convergence(try wire.flag())
        case LifecycleCode.noDowning: return .noDowning
        case LifecycleCode.downing: return .downing(try downing())
        case LifecycleCode.selfDowned: return .selfDowned
        case LifecycleCode.exiting: return .exiting
        case LifecycleCode.shutdown: return .shutdown(reason: try text())
        case LifecycleCode.shutdownPhaseTimedOut: return .shutdownPhaseTimedOut(phase: try text())
        case LifecycleCode.shutdownTaskFailed: return .shutdownTaskFailed(phase: try text())
        default: return .other
        }
    }

    private mutating func downing() throws(WireError) -> LifecycleEvent.DowningLine {
        switch try wire.byte() {
        case DowningCode.started:
            return .started(strategy: try text(), stableAfter: try wire.flag() ? try wire.duration() : nil)
        case DowningCode.waiting:
            let (reset, count) = (try wire.flag(), Int(try wire.signed()))
            return .waiting(unreachable: count, notBefore: try wire.flag() ? try moment() : nil, reset: reset)
        case DowningCode.healed: return .healed
        case DowningCode.responsible: return .responsible(try wire.flag())
        case DowningCode.decided:
            let downsSelf = try wire.flag()
            return .decided(try text(), downsSelf: downsSelf)
        case DowningCode.downing: return .downing
        case DowningCode.unstable: return .unstable
        case DowningCode.lease: return .lease(try text())
        case DowningCode.dataCenter:
            let isReachable = try wire.flag()
            return .dataCenter(try text(), isReachable: isReachable)
        case let code: throw WireError("\(code) is no line of a resolver that this version knows")
        }
    }

    private mutating func failure() throws(WireError) -> AssociationFailure {
        try value(.associationFailures, "failure of an association")
    }

    private mutating func stream() throws(WireError) -> LifecycleEvent.OutboundStream? {
        let code = try wire.byte()
        if code == 0 { return nil }
        guard let stream = CodeTable.outboundStreams.value(of: code) else {
            throw WireError("\(code) is no outbound stream")
        }
        return stream
    }
}
