// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationDecoder {
    mutating func bridge() throws(WireError) -> Observation.Payload {
        var report = BridgeReport(
            node: UniqueAddress(try address(), uid: try wire.fixed()), stack: try text(),
            transport: try value(.transports, "transport"), at: try moment())
        for _ in 0..<(try wire.count()) { report.detectors.append(try detector()) }
        for _ in 0..<(try wire.count()) { report.associations.append(try association()) }
        for _ in 0..<(try wire.count()) { report.reachability.append(try record()) }
        for _ in 0..<(try wire.count()) { report.seen.append(try address()) }
        for _ in 0..<(try wire.count()) { report.events.append(try bridgeEvent()) }
        return .bridge(report, try reply())
    }

    private mutating func detector() throws(WireError) -> BridgeReport.Detector {
        BridgeReport.Detector(
            peer: try address(), phi: try wire.flag() ? try real() : nil, isInfinite: try wire.flag(),
            threshold: try real(), isAvailable: try wire.flag(), silence: try wire.duration(),
            history: try wire.flag() ? try history() : nil)
    }

    private mutating func history() throws(WireError) -> BridgeReport.HeartbeatHistory {
        BridgeReport.HeartbeatHistory(
            samples: Int(try wire.signed()), mean: try real(), deviation: try real(), minimalDeviation: try real(),
            acceptablePause: try real())
    }

    private mutating func association() throws(WireError) -> BridgeReport.Association {
        BridgeReport.Association(
            peer: try address(), uid: try wire.flag() ? try wire.fixed() : nil,
            state: try value(.associationStates, "state of an association"), isHarmless: try wire.flag(),
            isBackingOff: try wire.flag(), lastUsed: try wire.flag() ? try wire.duration() : nil,
            isHandshaking: try wire.flag(), gatedUntil: try wire.flag() ? try moment() : nil)
    }

    private mutating func record() throws(WireError) -> BridgeReport.ReachabilityRecord {
        BridgeReport.ReachabilityRecord(
            observer: try address(), subject: try address(),
            status: try value(.reachabilityStatuses, "status of a reachability record"), version: try wire.signed())
    }

    private mutating func bridgeEvent() throws(WireError) -> BridgeReport.Event {
        BridgeReport.Event(
            sequence: try wire.signed(), at: try moment(), type: try text(),
            peer: try wire.flag() ? try address() : nil, uid: try wire.flag() ? try wire.fixed() : nil,
            isInbound: try wire.flag() ? try wire.flag() : nil, reason: try wire.flag() ? try text() : nil)
    }

    mutating func real() throws(WireError) -> Double {
        Double(bitPattern: UInt64(bitPattern: try wire.fixed()))
    }

    mutating func moment() throws(WireError) -> Timestamp {
        Timestamp(microseconds: lastTime &+ (try wire.signed()))
    }
}
