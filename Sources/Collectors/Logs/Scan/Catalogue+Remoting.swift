internal import Model

/// Associations, classic and Artery: akka.md §8, C and T, §6.
extension LogCatalogue {
    static let classicRows: [LogPattern] = [
        LogPattern("C02", "Remoting started; listening on addresses :[{own}") { _ in .started },
        LogPattern("C03", "Remoting now listens on addresses: [{own}") { _ in .started },
        LogPattern("C04", "Associated [{own}] -> [{peer}]") { _ in .associated(inbound: false) },
        LogPattern("C04", "Associated [{own}] <- [{peer}]") { _ in .associated(inbound: true) },
        LogPattern("C04", "Disassociated [{own}] -> [{peer}]") { _ in .disassociated(inbound: false) },
        LogPattern("C04", "Disassociated [{own}] <- [{peer}]") { _ in .disassociated(inbound: true) },
        LogPattern("C05", "AssociationError [{own}] -> [{peer}]: Error [{reason}") {
            .associationFailed($0.failure, inbound: false)
        },
        LogPattern("C05", "AssociationError [{own}] <- [{peer}]: Error [{reason}") {
            .associationFailed($0.failure, inbound: true)
        },
        LogPattern(
            "C06",
            "Association with remote system [{peer}] has failed, address is now gated for [{ms}] ms. Reason{reason}"
        ) { .gated(for: $0.milliseconds() ?? .zero, $0.failure) },
        LogPattern(
            "C07",
            "Tried to associate with unreachable remote address [{peer}]. Address is now gated for {ms} ms, all messages to this address will be delivered to dead letters.{reason}"
        ) { .gated(for: $0.milliseconds() ?? .zero, $0.failure) },
        LogPattern("C08", "Remote system with address [{peer}] has shut down. Address is now gated for {ms} ms") {
            .gated(for: $0.milliseconds() ?? .zero, .shutDown)
        },
        LogPattern("C09", "Association to [{peer}] with UID [{uid}] irrecoverably failed. Quarantining address.") { _ in
            .quarantined(harmless: false, reason: "")
        },
        LogPattern("C10", "Association to [{peer}] with unknown UID is {text}gating instead for {ms} ms") {
            .gated(for: $0.milliseconds() ?? .zero, .unknownUid)
        },
        LogPattern(
            "C11", "Association to [{peer}] having UID [{uid}] is irrecoverably failed. UID is now quarantined"
        ) { _ in .quarantined(harmless: false, reason: "") },
        LogPattern("C12", "The remote system [{peer}] has quarantined this system [{own}]") { _ in .quarantinedByPeer },
        LogPattern("C12", "The remote system {peer} has quarantined this system {own}") { _ in .quarantinedByPeer },
        LogPattern("C13", "Quarantined address [{peer}] is still unreachable or has not been restarted") { _ in
            .quarantineKept
        },
        LogPattern("C14", "No response from remote for outbound association. {any} timed out after [{ms} ms]") {
            .handshakeTimedOut(after: $0.milliseconds())
        },
        LogPattern("C14", "No response from remote for inbound association. {any} timed out after [{ms} ms]") {
            .handshakeTimedOut(after: $0.milliseconds())
        },
        LogPattern("C14", "No response from remote"),
        LogPattern("C15", "dropping message [{text}] for non-local recipient ["),
        LogPattern("C15", "dropping message [{text}] for unknown recipient [{any}] arriving at [{own}]"),
        LogPattern("C16", "[{count}] buffered messages in EndpointWriter for [{peer}]"),
        LogPattern("C17", "Discarding oversized payload sent to {any}max allowed size {count} bytes, actual size of"),
        LogPattern("C18", "Remote connection to [{text}] failed with {reason}") {
            .connectionFailed(nil, $0.failure)
        },
        LogPattern("C19", "failed to bind to {text}, shutting down Netty transport"),
    ]

    static let arteryRows: [LogPattern] = [
        LogPattern(
            "T01", "Remoting started with transport [Artery {text}]; listening on address [{own}]{any}with UID [{uid}]"
        ) { _ in .started },
        LogPattern("T01", "Remoting started; listening on address: [{own}]{any}with UID [{uid}]") { _ in .started },
        LogPattern("T01", "Remoting started; listening on address [{own}]{any}with UID [{uid}]") { _ in .started },
        LogPattern("T02", "[outbound connection to [{peer}], {stream} stream] Upstream failed, cause: {cause}") {
            .connectionFailed($0.stream, $0.failure)
        },
        LogPattern("T03", "Outbound connection opened to [{peer}]") { _ in .connectionOpened },
        LogPattern("T03", "Outbound connection closed to [{peer}]") { _ in .connectionClosed },
        LogPattern("T04", "Outbound {stream} stream to [{peer}] failed. Restarting it. {cause}") {
            .streamRestarted($0.stream, $0.failure)
        },
        LogPattern("T05", "Handshake with [{peer}] did not complete within {ms} ms") {
            .handshakeTimedOut(after: $0.milliseconds())
        },
        LogPattern("T06", "Outbound {stream} stream to [{peer}] failed and restarted {count} times within ") {
            .streamGaveUp($0.stream)
        },
        LogPattern("T07", "Inbound {text} failed and restarted {count} times within ") { _ in .streamGaveUp(nil) },
        LogPattern("T07", "Inbound {text} failed. Restarting it. "),
        LogPattern(
            "T08",
            "Association to [{peer}] with UID [{uid}] is irrecoverably failed. UID is now quarantined{any}Reason: {reason}"
        ) { .quarantined(harmless: false, reason: $0.text(.reason)) },
        LogPattern("T09", "Association to [{peer}] having UID [{uid}] has been stopped.{any}Reason: {reason}") {
            .quarantined(harmless: true, reason: $0.text(.reason))
        },
        LogPattern("T10", "Quarantine of [{peer}] ignored {reason}") {
            .quarantineIgnored(reason: $0.text(.reason))
        },
        LogPattern("T11", "Unused association to [{peer}] removed after quarantine") { _ in .associationRemoved },
        LogPattern("T12", "Stopping idle outbound stream [{count}] to [{peer}]") {
            .idleStopped($0.numberedStream)
        },
        LogPattern("T12", "Stopping idle outbound control stream to [{peer}]") { _ in .idleStopped(.control) },
        LogPattern("T13", "Association to [{peer}] has been idle for [{seconds}] seconds, sending HandshakeReq") {
            .livenessProbed(idle: .seconds($0.int64(.seconds).map { min(max(0, $0), 1 << 32) } ?? 0))
        },
        LogPattern("T14", "Other node [{peer}#{uid}] quarantined this node") { _ in .quarantinedByPeer },
        LogPattern("T15", "Sending Quarantined to [UniqueAddress({peer},{uid})]") { _ in .quarantineTold },
        LogPattern("T15", "Sending Quarantined to [{peer}#{uid}]") { _ in .quarantineTold },
        LogPattern("T15", "Sending Quarantined to [{peer}]") { _ in .quarantineTold },
        LogPattern("T16", "Message [{text}] from [{peer}#{uid}] was dropped. The system is quarantined"),
        LogPattern(
            "T17",
            "Dropping Handshake Request from [{peer}{any}] addressed to unknown local address [{local}]. Local address is [{own}]"
        ) { .handshakeMisaddressed(to: $0.address(.local)) },
        LogPattern(
            "T17",
            "Dropping Handshake Request from [UniqueAddress({peer},{uid})] addressed to unknown local address [{local}]. Local address is [{own}]"
        ) { .handshakeMisaddressed(to: $0.address(.local)) },
        LogPattern("T19", "Failed to serialize oversized message ["),
        LogPattern("T20", "Discarding oversized payload sent to {any}max allowed size {count} bytes. Message type ["),
        LogPattern("T21", "Failed to deserialize message from ["),
        LogPattern("T22", "Stream didn't start with expected magic bytes, got ["),
        LogPattern("T23", "Unknown system with UID [{uid}]. This system with UID ["),
        LogPattern("T24", "dropping message [{text}] for unknown recipient ["),
        LogPattern("T25", "Gave up sending system message to [{peer}] after "),
        LogPattern("T25", "System message delivery buffer overflow, size ["),
        LogPattern("T25", "Due to overflow of control queue, size ["),
    ]
}
