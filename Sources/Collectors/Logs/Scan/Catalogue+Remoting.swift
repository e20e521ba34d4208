// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Associations, classic and Artery: akka.md §8, C and T, §6.
extension LogCatalogue {
    static let classicRows: [LogPattern] = [
        classic("C02", "Remoting started; listening on addresses :[{own}") { _ in .started },
        classic("C03", "Remoting now listens on addresses: [{own}") { _ in .started },
        classic("C04", "Associated [{own}] -> [{peer}]") { _ in .associated(inbound: false) },
        classic("C04", "Associated [{own}] <- [{peer}]") { _ in .associated(inbound: true) },
        classic("C04", "Disassociated [{own}] -> [{peer}]") { _ in .disassociated(inbound: false) },
        classic("C04", "Disassociated [{own}] <- [{peer}]") { _ in .disassociated(inbound: true) },
        classic("C05", "AssociationError [{own}] -> [{peer}]: Error [{reason}", hasStackTrace: true) {
            .associationFailed($0.failure, inbound: false)
        },
        classic("C05", "AssociationError [{own}] <- [{peer}]: Error [{reason}", hasStackTrace: true) {
            .associationFailed($0.failure, inbound: true)
        },
        classic(
            "C06",
            "Association with remote system [{peer}] has failed, address is now gated for [{ms}] ms. Reason{reason}"
        ) { .gated(for: $0.milliseconds() ?? .zero, $0.failure) },
        classic(
            "C07",
            "Tried to associate with unreachable remote address [{peer}]. Address is now gated for {ms} ms, all messages to this address will be delivered to dead letters.{reason}"
        ) { .gated(for: $0.milliseconds() ?? .zero, $0.failure) },
        classic("C08", "Remote system with address [{peer}] has shut down. Address is now gated for {ms} ms") {
            .gated(for: $0.milliseconds() ?? .zero, .shutDown)
        },
        classic("C09", "Association to [{peer}] with UID [{uid}] irrecoverably failed. Quarantining address.") { _ in
            .quarantined(harmless: false, reason: "")
        },
        classic("C10", "Association to [{peer}] with unknown UID is {text}gating instead for {ms} ms") {
            .gated(for: $0.milliseconds() ?? .zero, .unknownUid)
        },
        classic(
            "C11", "Association to [{peer}] having UID [{uid}] is irrecoverably failed. UID is now quarantined"
        ) { _ in .quarantined(harmless: false, reason: "") },
        classic("C12", "The remote system [{peer}] has quarantined this system [{own}]") { _ in .quarantinedByPeer },
        classic("C12", "The remote system {peer} has quarantined this system {own}") { _ in .quarantinedByPeer },
        classic("C13", "Quarantined address [{peer}] is still unreachable or has not been restarted") { _ in
            .quarantineKept
        },
        classic("C14", "No response from remote for outbound association. {any} timed out after [{ms} ms]") {
            .handshakeTimedOut(after: $0.milliseconds())
        },
        classic("C14", "No response from remote for inbound association. {any} timed out after [{ms} ms]") {
            .handshakeTimedOut(after: $0.milliseconds())
        },
        classic("C14", "No response from remote"),
        classic("C15", "dropping message [{text}] for non-local recipient ["),
        classic("C15", "dropping message [{text}] for unknown recipient [{any}] arriving at [{own}]"),
        classic("C16", "[{count}] buffered messages in EndpointWriter for [{peer}]"),
        classic("C17", "Discarding oversized payload sent to {any}max allowed size {count} bytes, actual size of"),
        classic("C18", "Remote connection to [{text}] failed with {reason}") {
            .connectionFailed(nil, $0.failure)
        },
        classic("C19", "failed to bind to {text}, shutting down Netty transport"),
    ]

    static let arteryRows: [LogPattern] = [
        artery(
            "T01", "Remoting started with transport [Artery {text}]; listening on address [{own}]{any}with UID [{uid}]"
        ) { _ in .started },
        artery("T01", "Remoting started; listening on address: [{own}]{any}with UID [{uid}]") { _ in .started },
        artery("T01", "Remoting started; listening on address [{own}]{any}with UID [{uid}]") { _ in .started },
        artery("T02", "[outbound connection to [{peer}], {stream} stream] Upstream failed, cause: {cause}") {
            .connectionFailed($0.stream, $0.failure)
        },
        artery("T03", "Outbound connection opened to [{peer}]") { _ in .connectionOpened },
        artery("T03", "Outbound connection closed to [{peer}]") { _ in .connectionClosed },
        artery("T04", "Outbound {stream} stream to [{peer}] failed. Restarting it. {cause}", hasStackTrace: true) {
            .streamRestarted($0.stream, $0.failure)
        },
        ofPeer("T05", "Handshake with [{peer}] did not complete within {ms} ms") {
            .handshakeTimedOut(after: $0.milliseconds())
        },
        artery("T06", "Outbound {stream} stream to [{peer}] failed and restarted {count} times within ") {
            .streamGaveUp($0.stream)
        },
        artery("T07", "Inbound {text} failed and restarted {count} times within ") { _ in .streamGaveUp(nil) },
        artery("T07", "Inbound {text} failed. Restarting it. "),
        artery(
            "T08",
            "Association to [{peer}] with UID [{uid}] is irrecoverably failed. UID is now quarantined{any}Reason: {reason}"
        ) { .quarantined(harmless: false, reason: $0.text(.reason)) },
        ofPeer("T09", "Association to [{peer}] having UID [{uid}] has been stopped.{any}Reason: {reason}") {
            .quarantined(harmless: true, reason: $0.text(.reason))
        },
        // It names the incarnation that the association is to now.
        artery(
            "T10",
            "Quarantine of [{peer}] ignored due to non-matching UID, quarantine requested for [{any}] but current is [{uid}]"
        ) { _ in .quarantineIgnored(reason: "due to non-matching UID") },
        artery("T10", "Quarantine of [{peer}] ignored {reason}") {
            .quarantineIgnored(reason: $0.text(.reason))
        },
        artery("T11", "Unused association to [{peer}] removed after quarantine") { _ in .associationRemoved },
        artery("T12", "Stopping idle outbound stream [{count}] to [{peer}]") {
            .idleStopped($0.numberedStream)
        },
        artery("T12", "Stopping idle outbound control stream to [{peer}]") { _ in .idleStopped(.control) },
        artery("T13", "Association to [{peer}] has been idle for [{seconds}] seconds, sending HandshakeReq") {
            .livenessProbed(idle: .seconds($0.int64(.seconds).map { min(max(0, $0), 1 << 32) } ?? 0))
        },
        artery("T14", "Other node [{peer}#{uid}] quarantined this node") { _ in .quarantinedByPeer },
        artery("T15", "Sending Quarantined to [UniqueAddress({peer},{uid})]") { _ in .quarantineTold },
        artery("T15", "Sending Quarantined to [{peer}#{uid}]") { _ in .quarantineTold },
        artery("T15", "Sending Quarantined to [{peer}]") { _ in .quarantineTold },
        artery("T16", "Message [{text}] from [{peer}#{uid}] was dropped. The system is quarantined"),
        artery(
            "T17",
            "Dropping Handshake Request from [{peer}{any}] addressed to unknown local address [{local}]. Local address is [{own}]"
        ) { .handshakeMisaddressed(to: $0.address(.local)) },
        artery(
            "T17",
            "Dropping Handshake Request from [UniqueAddress({peer},{uid})] addressed to unknown local address [{local}]. Local address is [{own}]"
        ) { .handshakeMisaddressed(to: $0.address(.local)) },
        artery("T19", "Failed to serialize oversized message ["),
        artery("T20", "Discarding oversized payload sent to {any}max allowed size {count} bytes. Message type ["),
        artery("T21", "Failed to deserialize message from ["),
        artery("T22", "Stream didn't start with expected magic bytes, got ["),
        artery("T23", "Unknown system with UID [{uid}]. This system with UID ["),
        artery("T24", "dropping message [{text}] for unknown recipient ["),
        artery("T25", "Gave up sending system message to [{peer}] after "),
        artery("T25", "System message delivery buffer overflow, size ["),
        artery("T25", "Due to overflow of control queue, size ["),
    ]

    private static func classic(
        _ code: String, _ template: String, hasStackTrace: Bool = false,
        _ meaning: @escaping @Sendable (LogMatch) -> LogPattern.Kind = { _ in .other }
    ) -> LogPattern {
        LogPattern(code, template, remoting: .classic, hasStackTrace: hasStackTrace, meaning)
    }

    private static func artery(
        _ code: String, _ template: String, hasStackTrace: Bool = false,
        _ meaning: @escaping @Sendable (LogMatch) -> LogPattern.Kind = { _ in .other }
    ) -> LogPattern {
        LogPattern(code, template, remoting: .artery, hasStackTrace: hasStackTrace, meaning)
    }

    private static func ofPeer(
        _ code: String, _ template: String,
        _ meaning: @escaping @Sendable (LogMatch) -> LogPattern.Kind = { _ in .other }
    ) -> LogPattern {
        LogPattern(code, template, remoting: .ofPeer, meaning)
    }
}
