// SPDX-License-Identifier: Apache-2.0
import Model

extension ObservationEncoder {
    mutating func bridge(_ report: BridgeReport, _ reply: Reply) {
        wire.byte(ObservationCode.bridge)
        address(report.node.address)
        wire.fixed(report.node.uid)
        text(report.stack)
        wire.byte(CodeTable.transports.code(of: report.transport) ?? 0)
        moment(report.at)
        each(report.detectors) { $0.detector($1) }
        each(report.associations) { $0.association($1) }
        each(report.reachability) { $0.record($1) }
        each(report.seen) { $0.address($1) }
        each(report.events) { $0.bridgeEvent($1) }
        self.reply(reply)
    }

    private mutating func detector(_ detector: BridgeReport.Detector) {
        address(detector.peer)
        optional(detector.phi) { $0.real($1) }
        wire.flag(detector.isInfinite)
        real(detector.threshold)
        wire.flag(detector.isAvailable)
        wire.duration(detector.silence)
        optional(detector.history) { encoder, history in
            encoder.wire.signed(Int64(history.samples))
            for value in [history.mean, history.deviation, history.minimalDeviation, history.acceptablePause] {
                encoder.real(value)
            }
        }
    }

    private mutating func association(_ association: BridgeReport.Association) {
        address(association.peer)
        optional(association.uid) { $0.wire.fixed($1) }
        wire.byte(CodeTable.associationStates.code(of: association.state) ?? 0)
        wire.flag(association.isHarmless)
        wire.flag(association.isBackingOff)
        optional(association.lastUsed) { $0.wire.duration($1) }
        wire.flag(association.isHandshaking)
        optional(association.gatedUntil) { $0.moment($1) }
    }

    private mutating func record(_ record: BridgeReport.ReachabilityRecord) {
        address(record.observer)
        address(record.subject)
        wire.byte(CodeTable.reachabilityStatuses.code(of: record.status) ?? 0)
        wire.signed(record.version)
    }

    private mutating func bridgeEvent(_ event: BridgeReport.Event) {
        wire.signed(event.sequence)
        moment(event.at)
        text(event.type)
        optional(event.peer) { $0.address($1) }
        optional(event.uid) { $0.wire.fixed($1) }
        optional(event.isInbound) { $0.wire.flag($1) }
        optional(event.reason) { $0.text(Self.safe($1)) }
    }

    /// All 64 bits, so that a replay computes with the very same number.
    mutating func real(_ value: Double) { wire.fixed(Int64(bitPattern: value.bitPattern)) }

    mutating func moment(_ moment: Timestamp) { wire.signed(moment.microseconds &- lastTime) }

    mutating func each<Value>(_ values: [Value], _ write: (inout ObservationEncoder, Value) -> Void) {
        wire.count(values.count)
        for value in values { write(&self, value) }
    }
}
