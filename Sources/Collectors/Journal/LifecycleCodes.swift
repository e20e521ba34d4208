// SPDX-License-Identifier: Apache-2.0
import Model

/// The numbers of the kinds of lifecycle events.
enum LifecycleCode {
    static let started: UInt8 = 1
    static let associated: UInt8 = 2
    static let disassociated: UInt8 = 3
    static let associationFailed: UInt8 = 4
    static let gated: UInt8 = 5
    static let quarantined: UInt8 = 6
    static let quarantineKept: UInt8 = 7
    static let quarantineIgnored: UInt8 = 8
    static let quarantinedByPeer: UInt8 = 9
    static let quarantineTold: UInt8 = 10
    static let handshakeCompleted: UInt8 = 11
    static let handshakeTimedOut: UInt8 = 12
    static let handshakeMisaddressed: UInt8 = 13
    static let connectionOpened: UInt8 = 14
    static let connectionClosed: UInt8 = 15
    static let connectionFailed: UInt8 = 16
    static let streamRestarted: UInt8 = 17
    static let streamGaveUp: UInt8 = 18
    static let idleStopped: UInt8 = 19
    static let associationRemoved: UInt8 = 20
    static let livenessProbed: UInt8 = 21
    static let unreachable: UInt8 = 22
    static let reachable: UInt8 = 23
    static let terminated: UInt8 = 24
    static let heartbeatDelayed: UInt8 = 25
    static let heartbeatGrowing: UInt8 = 26
    static let deathWatchTriggered: UInt8 = 27
    static let memberStatus: UInt8 = 28
    static let memberRemoved: UInt8 = 29
    static let leads: UInt8 = 30
    static let convergence: UInt8 = 31
    static let noDowning: UInt8 = 32
    static let downing: UInt8 = 33
    static let selfDowned: UInt8 = 34
    static let exiting: UInt8 = 35
    static let shutdown: UInt8 = 36
    static let shutdownPhaseTimedOut: UInt8 = 37
    static let shutdownTaskFailed: UInt8 = 38
    static let other: UInt8 = 39

    /// The kind of a line whose pattern had none of its own when journals began: it is written as `other`, so that older versions read it, and
    /// told apart by its pattern here.
    static func refined(_ kind: LifecycleEvent.Kind, pattern: String, _ text: String) -> LifecycleEvent.Kind {
        guard kind == .other else { return kind }
        switch pattern {
        case "M19": return .welcomed
        case "M36" where text.hasPrefix("Successfully shut down"): return .leftCluster
        default: return kind
        }
    }
}

/// The numbers of what a split brain resolver says.
enum DowningCode {
    static let started: UInt8 = 1
    static let waiting: UInt8 = 2
    static let healed: UInt8 = 3
    static let responsible: UInt8 = 4
    static let decided: UInt8 = 5
    static let downing: UInt8 = 6
    static let unstable: UInt8 = 7
    static let lease: UInt8 = 8
    static let dataCenter: UInt8 = 9
}

extension CodeTable where Value == RemotingTransport {
    static let transports = CodeTable([(1, .classic), (2, .artery), (3, .mixed), (4, .unknown)])
}

extension CodeTable where Value == AssociationFailure {
    static let associationFailures = CodeTable([
        (1, .refused), (2, .timedOut), (3, .unresolved), (4, .disassociated), (5, .shutDown),
        (6, .quarantinedByPeer), (7, .quarantinedHere), (8, .handshakeTimedOut), (9, .silent), (10, .undelivered),
        (11, .stoppedQuarantined), (12, .stoppedIdle), (13, .unknownUid), (14, .other), (15, .abortedHere),
    ])
}

extension CodeTable where Value == LifecycleEvent.OutboundStream {
    static let outboundStreams = CodeTable([(1, .control), (2, .message), (3, .largeMessage)])
}

extension CodeTable where Value == AssociationState {
    static let associationStates = CodeTable([(1, .idle), (2, .active), (3, .gated), (4, .quarantined), (5, .unknown)])
}

extension CodeTable where Value == BridgeReport.ReachabilityRecord.Status {
    static let reachabilityStatuses = CodeTable([(1, .reachable), (2, .unreachable), (3, .terminated)])
}
