// SPDX-License-Identifier: Apache-2.0
extension BridgeReport.Event {
    /// The event as a line of a log would have reported it.
    ///
    /// - Parameters:
    ///   - observer: Whose bridge it is.
    ///   - transport: Its remoting.
    /// - Returns: An event with the class as its pattern.
    package func lifecycle(observer: Address, transport: RemotingTransport) -> LifecycleEvent {
        var words = [type]
        if let peer { words.append(uid.map { "\(peer.text)#\($0)" } ?? peer.text) }
        if let reason { words.append(reason) }
        return LifecycleEvent(
            at: at, observer: observer, peer: peer, uid: uid, transport: transport, pattern: type, kind: kind,
            evidence: LifecycleEvent.Evidence(words.joined(separator: " ")))
    }

    private var kind: LifecycleEvent.Kind {
        switch type {
        case "AssociatedEvent": .associated(inbound: isInbound ?? false)
        case "DisassociatedEvent": .disassociated(inbound: isInbound ?? false)
        case "AssociationErrorEvent":
            .associationFailed(AssociationFailure(reason: reason ?? ""), inbound: isInbound ?? false)
        case "QuarantinedEvent": .quarantined(harmless: false, reason: reason ?? "")
        case "GracefulShutdownQuarantinedEvent": .quarantined(harmless: true, reason: reason ?? "")
        case "ThisActorSystemQuarantinedEvent": .quarantinedByPeer
        case "RemotingListenEvent": .started
        default: .other
        }
    }
}
