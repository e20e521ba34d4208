// SPDX-License-Identifier: Apache-2.0
import Model

extension RandomObservations {
    mutating func lifecycleEvent() throws -> LifecycleEvent {
        LifecycleEvent(
            at: moment(), observer: optional(try address()), observerName: optional("10.0.0.7:25520"),
            peer: optional(try address()), uid: optional(uid()),
            transport: pick([.classic, .artery, .mixed, .unknown]), pattern: pick(["C06", "T08", text()]),
            kind: pick(try kinds()), evidence: LifecycleEvent.Evidence(text(), line: optional(pick([1, 7, .max]))),
            payload: chance(0.7) ? nil : try payload())
    }

    private mutating func payload() throws -> LinePayload {
        LinePayload(
            members: try (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                LinePayload.Member(
                    address: try address(), status: optional(status()), hasSeen: optional(chance(0.5)),
                    dataCenter: optional(text()), roles: pick([[], ["web"], ["dc-eu", text()]]))
            },
            records: try (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                LinePayload.Record(
                    observer: try address(), subject: try address(),
                    status: pick([.reachable, .unreachable, .terminated]))
            },
            downed: try (0..<Int.random(in: 1...2, using: &generator)).map { _ in try address() })
    }

    private mutating func kinds() throws -> [LifecycleEvent.Kind] {
        let failure = pick(AssociationFailure.allCases)
        let stream = optional(pick(LifecycleEvent.OutboundStream.allCases))
        return [
            .started, .associated(inbound: chance(0.5)), .disassociated(inbound: chance(0.5)),
            .associationFailed(failure, inbound: chance(0.5)), .gated(for: duration(), failure),
            .quarantined(harmless: chance(0.5), reason: text()), .quarantineKept, .quarantineIgnored(reason: text()),
            .quarantinedByPeer, .quarantineTold, .handshakeCompleted, .handshakeTimedOut(after: optional(duration())),
            .handshakeMisaddressed(to: optional(try address())), .connectionOpened, .connectionClosed,
            .connectionFailed(stream, failure), .streamRestarted(stream, failure), .streamGaveUp(stream),
            .idleStopped(stream), .associationRemoved, .livenessProbed(idle: duration()),
            .unreachable(expected: chance(0.5)), .reachable, .terminated,
            .heartbeatDelayed(actual: duration(), expected: duration()), .heartbeatGrowing(interval: duration()),
            .deathWatchTriggered, .memberStatus(status()), .memberRemoved, .leads(chance(0.5)),
            .convergence(chance(0.5)), .noDowning, .downing(pick(downingLines())), .selfDowned, .exiting,
            .shutdown(reason: text()), .shutdownPhaseTimedOut(phase: text()), .shutdownTaskFailed(phase: text()),
            .other,
        ]
    }

    private mutating func downingLines() -> [LifecycleEvent.DowningLine] {
        [
            .started(strategy: text(), stableAfter: optional(duration())),
            .waiting(unreachable: pick([0, 3, .max]), notBefore: optional(moment()), reset: chance(0.5)), .healed,
            .responsible(chance(0.5)), .decided(text(), downsSelf: chance(0.5)), .downing, .unstable, .lease(text()),
            .dataCenter(text(), isReachable: chance(0.5)),
        ]
    }

    mutating func progress() -> LogProgress {
        var progress = LogProgress()
        progress.bytes = pick([0, 1, .max])
        progress.lines = pick([0, 500_000])
        progress.events = pick([0, 12])
        progress.withoutObserver = pick([0, 3])
        progress.unreadable = pick([0, 1])
        progress.dropped = pick([0, 1_000_000])
        progress.unrecognised = pick([0, 4])
        progress.guessedTimes = pick([0, 2])
        progress.hasReachedEnd = chance(0.5)
        return progress
    }

    mutating func bridgeReport() throws -> BridgeReport {
        var report = BridgeReport(
            node: UniqueAddress(try address(), uid: uid()), stack: pick(["akka-2.6.21", text()]),
            transport: pick([.classic, .artery, .unknown]), at: moment())
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            report.detectors.append(try detector())
            report.associations.append(try association())
            report.reachability.append(try record())
            report.seen.append(try address())
            report.events.append(try event())
        }
        return report
    }

    mutating func metricReport() throws -> MetricReport {
        var report = MetricReport(evaluatedAt: moment(), unusable: pick([0, 3]))
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            report.detectors.append(
                MetricReport.Detector(
                    observer: try observer(), peer: try address(), phi: pick([0, 7.9, .infinity]),
                    threshold: optional(real()), at: moment()))
            report.records.append(
                MetricReport.Record(
                    observer: try observer(), subject: try address(), status: optional(status()),
                    isUnreachable: optional(chance(0.5)), at: moment()))
            report.counts.append(
                MetricReport.Count(
                    observer: try observer(), system: optional(text()), word: text(), count: pick([0, 3, .max])))
            report.findings.append(MetricReport.Finding(rule: text(), series: pick([0, 12])))
            report.warnings.append(text())
        }
        return report
    }

    private mutating func observer() throws -> MetricReport.Observer {
        chance(0.5) ? .address(try address()) : .host(pick(["10.0.0.7", text()]))
    }

    private mutating func detector() throws -> BridgeReport.Detector {
        BridgeReport.Detector(
            peer: try address(), phi: optional(real()), isInfinite: chance(0.5), threshold: real(),
            isAvailable: chance(0.5), silence: duration(),
            history: optional(
                BridgeReport.HeartbeatHistory(
                    samples: pick([2, 1_000, .max]), mean: real(), deviation: real(), minimalDeviation: 100,
                    acceptablePause: 3_000)))
    }

    private mutating func association() throws -> BridgeReport.Association {
        BridgeReport.Association(
            peer: try address(), uid: optional(uid()), state: pick(AssociationState.allCases),
            isHarmless: chance(0.5), isBackingOff: chance(0.5), lastUsed: optional(duration()),
            isHandshaking: chance(0.5), gatedUntil: optional(moment()))
    }

    private mutating func record() throws -> BridgeReport.ReachabilityRecord {
        BridgeReport.ReachabilityRecord(
            observer: try address(), subject: try address(),
            status: pick(BridgeReport.ReachabilityRecord.Status.allCases), version: pick([1, .max]))
    }

    private mutating func event() throws -> BridgeReport.Event {
        BridgeReport.Event(
            sequence: pick([1, .max]), at: moment(), type: pick(["QuarantinedEvent", text()]),
            peer: optional(try address()), uid: optional(uid()), isInbound: optional(chance(0.5)),
            reason: optional(text()))
    }

    private mutating func uid() -> Int64 { pick([.min, .max, 0, -1, 5_512]) }
    private mutating func real() -> Double { pick([0, 2.31, 1e-300, .greatestFiniteMagnitude]) }
    private mutating func moment() -> Timestamp {
        Timestamp(microseconds: time + Int64.random(in: -40_000_000...1_000, using: &generator))
    }
}
