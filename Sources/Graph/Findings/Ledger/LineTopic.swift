// SPDX-License-Identifier: Apache-2.0
import Model

/// What lines are gathered by: one topic is one question that rules ask.
package enum LineTopic: Hashable, Sendable, CaseIterable {
    /// The peer's remoting port refuses connections.
    case refused
    /// The peer, or something on the way, broke the connection off.
    case reset
    /// TLS failed.
    case tlsFailed
    /// The name could not be resolved.
    case unresolved
    /// The connection failed for another reason.
    case linkFailed
    case gated
    /// A quarantine that is not the ordinary end of a member.
    case quarantined
    /// A quarantine because the member was removed, or harmless.
    case quarantinedAfterRemoval
    case quarantinedByPeer
    case handshakeTimedOut
    /// The peer asks for another address, or another system.
    case misaddressed
    case oversized
    /// The peer's configuration was found incompatible, or the observer's own.
    case configurationRefused
    /// The observer has not come in.
    case joinFailed
    /// The seed nodes are of another protocol.
    case wrongProtocol
    /// The first bytes were not those of Artery.
    case wrongMagic
    /// Fewer contact points than required.
    case bootstrapShort
    /// Contact points do not answer, or cannot be found.
    case bootstrapFailed
    case unreachable
    case reachable
    case heartbeatDelayed
    case started
    case exiting
    case downedSelf
    case shutdown
    case welcomed
    /// Another process asks to join under the address of a member.
    case newIncarnation
    case decided
    case unstable
    case noDowning
    case leaderBlocked
    case shardsWaiting
    case handOffSlow
    case leaseLost
    /// The remoting port could not be bound.
    case bindFailed
}

extension LineTopic {
    /// The topics of a line; most lines have none or one.
    static func all(of line: LifecycleEvent) -> [LineTopic] {
        if let topic = byPattern[line.pattern] { return [topic] }
        return byKind(line)
    }

    private static let byPattern: [String: LineTopic] = [
        "M16": .newIncarnation, "M17": .newIncarnation, "M23": .joinFailed, "M27": .joinFailed,
        "M25": .configurationRefused, "M26": .configurationRefused,
        "M28": .misaddressed, "C15": .misaddressed, "T17": .misaddressed, "T19": .oversized, "T20": .oversized,
        "C17": .oversized, "T22": .wrongMagic, "B16": .bootstrapShort, "B10": .bootstrapFailed,
        "K02": .bootstrapFailed, "K04": .bootstrapFailed, "B08": .bootstrapFailed, "H01": .shardsWaiting,
        "H10": .shardsWaiting, "H06": .handOffSlow, "H07": .handOffSlow, "H08": .handOffSlow, "G04": .handOffSlow,
        "L01": .leaseLost, "L03": .leaseLost, "C19": .bindFailed,
    ]

    private static func byKind(_ line: LifecycleEvent) -> [LineTopic] {
        switch line.kind {
        case .connectionFailed(_, let failure), .streamRestarted(_, let failure):
            [link(failure, line)].compactMap { $0 }
        case .associationFailed(let failure, let inbound): inbound ? [] : [link(failure, line)].compactMap { $0 }
        case .gated(_, let failure): [.gated] + [link(failure, line)].compactMap { $0 }
        case .quarantined(let harmless, let reason):
            [harmless || reason.says("member removed") ? .quarantinedAfterRemoval : .quarantined]
        case .quarantinedByPeer: [.quarantinedByPeer]
        case .handshakeTimedOut: [.handshakeTimedOut]
        case .handshakeMisaddressed: [.misaddressed]
        case .unreachable(let expected): expected ? [] : [.unreachable]
        case .reachable: [.reachable]
        case .heartbeatDelayed: [.heartbeatDelayed]
        case .started: [.started]
        case .exiting, .leftCluster: [.exiting]
        case .selfDowned: [.downedSelf]
        case .shutdown(let reason): reason.says("IncompatibleConfiguration") ? [.configurationRefused] : [.shutdown]
        case .welcomed: [.welcomed]
        case .convergence(false): [.leaderBlocked]
        case .noDowning: [.noDowning]
        case .downing(.decided): [.decided]
        case .downing(.unstable): [.unstable]
        case .downing(.lease(let text)): text.says("denied") ? [.leaseLost] : []
        case .other: byText(line)
        default: []
        }
    }

    /// Lines of which the catalogue knows no more than that they are of remoting or of joining.
    private static func byText(_ line: LifecycleEvent) -> [LineTopic] {
        let text = line.evidence.text
        if text.says("Wrong protocol of") || text.says("No root guardian at") { return [.wrongProtocol] }
        if text.says("SSLHandshake") { return [.tlsFailed] }
        return []
    }

    private static func link(_ failure: AssociationFailure, _ line: LifecycleEvent) -> LineTopic? {
        if line.evidence.text.says("SSL") || line.evidence.text.says("certificate") { return .tlsFailed }
        switch failure {
        case .refused: return .refused
        case .disassociated: return .reset
        case .unresolved: return .unresolved
        case .handshakeTimedOut: return .handshakeTimedOut
        case .timedOut, .silent, .undelivered, .other: return .linkFailed
        case .shutDown, .quarantinedByPeer, .quarantinedHere, .stoppedQuarantined, .stoppedIdle, .abortedHere,
            .unknownUid:
            return nil
        }
    }
}

extension StringProtocol {
    /// Whether it has the phrase, letter for letter.
    func says(_ phrase: StaticString) -> Bool {
        phrase.withUTF8Buffer { wanted in
            var copy = String(self)
            return copy.withUTF8 { text in
                guard text.count >= wanted.count, let first = wanted.first else { return false }
                for start in 0...(text.count - wanted.count) where text[start] == first {
                    if (1..<wanted.count).allSatisfy({ text[start + $0] == wanted[$0] }) { return true }
                }
                return false
            }
        }
    }
}
