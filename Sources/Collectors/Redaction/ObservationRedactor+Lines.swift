// SPDX-License-Identifier: Apache-2.0
import Model

/// Lines of logs, and what bridges report.
extension ObservationRedactor {
    mutating func lifecycle(_ line: LifecycleEvent) -> LifecycleEvent {
        var result = line
        result.observer = address(line.observer)
        result.observerName = line.observerName.map { names($0) }
        result.peer = address(line.peer)
        result.kind = kind(line.kind)
        result.evidence = LifecycleEvent.Evidence(free(line.evidence.text), line: line.evidence.line)
        result.payload = line.payload.map { payload($0) }
        return result
    }

    private mutating func kind(_ kind: LifecycleEvent.Kind) -> LifecycleEvent.Kind {
        switch kind {
        case .quarantined(let harmless, let reason): .quarantined(harmless: harmless, reason: free(reason))
        case .quarantineIgnored(let reason): .quarantineIgnored(reason: free(reason))
        case .handshakeMisaddressed(let to): .handshakeMisaddressed(to: address(to))
        case .shutdown(let reason): .shutdown(reason: free(reason))
        case .shutdownPhaseTimedOut(let phase): .shutdownPhaseTimedOut(phase: free(phase))
        case .shutdownTaskFailed(let phase): .shutdownTaskFailed(phase: free(phase))
        case .downing(let line): .downing(downing(line))
        case .memberStatus(.unknown(let name)): .memberStatus(.unknown(free(name)))
        default: kind
        }
    }

    private mutating func downing(_ line: LifecycleEvent.DowningLine) -> LifecycleEvent.DowningLine {
        switch line {
        case .started(let strategy, let stableAfter): .started(strategy: free(strategy), stableAfter: stableAfter)
        case .decided(let decision, let downsSelf): .decided(free(decision), downsSelf: downsSelf)
        case .lease(let text): .lease(free(text))
        case .dataCenter(let name, let isReachable): .dataCenter(texts.name(name, .role), isReachable: isReachable)
        case .waiting, .healed, .responsible, .downing, .unstable: line
        }
    }

    private mutating func payload(_ payload: LinePayload) -> LinePayload {
        LinePayload(
            members: payload.members.map { member in
                LinePayload.Member(
                    address: address(member.address), status: member.status, hasSeen: member.hasSeen,
                    dataCenter: member.dataCenter.map { texts.name($0, .role) }, roles: member.roles.map { role($0) })
            },
            records: payload.records.map { record in
                LinePayload.Record(
                    observer: address(record.observer), subject: address(record.subject), status: record.status)
            }, downed: payload.downed.map { address($0) })
    }

    mutating func bridge(_ report: BridgeReport) -> BridgeReport {
        var result = report
        result.node = node(report.node)
        result.stack = stack(report.stack)
        for place in result.detectors.indices { result.detectors[place].peer = address(report.detectors[place].peer) }
        for place in result.associations.indices {
            result.associations[place].peer = address(report.associations[place].peer)
        }
        for place in result.reachability.indices {
            result.reachability[place].observer = address(report.reachability[place].observer)
            result.reachability[place].subject = address(report.reachability[place].subject)
        }
        result.seen = report.seen.map { address($0) }
        for place in result.events.indices {
            result.events[place].peer = address(report.events[place].peer)
            result.events[place].reason = report.events[place].reason.map { free($0) }
            result.events[place].type = type(report.events[place].type)
        }
        return result
    }

    /// `akka-2.6.21`.
    private mutating func stack(_ stack: String) -> String {
        let parts = stack.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, parts[0] == "akka" || parts[0] == "pekko",
            parts[1].utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") })
        else { return free(stack) }
        return stack
    }

    /// The name of a class of remoting.
    private mutating func type(_ type: String) -> String {
        type.hasSuffix("Event") && type.utf8.count <= 60 && type.utf8.allSatisfy { $0 > 0x40 && $0 < 0x7B }
            ? type : free(type)
    }
}
