// SPDX-License-Identifier: Apache-2.0
/// One thing that a node reported about its remoting, its failure detectors, its downing or its end: a line of a log, or an event of the bridge.
///
/// The kinds are those of the pattern catalogue that bear on the picture; `pattern` keeps which line it was. A line that is known but
/// changes nothing in the picture is `other`.
package struct LifecycleEvent: Hashable, Sendable {
    /// When it happened, by the observer's clock.
    package var at: Timestamp
    /// The node that reports it; `nil` if the line names no observer and nothing else does.
    package var observer: Address?
    /// `host:port` of the observer where no whole address is known, as a user or a file's name gives it; the fold looks for the member.
    package var observerName: String?
    /// The node it is about: the other end of the association, or the member.
    package var peer: Address?
    /// The incarnation that is named: of the peer, or for `started` of the observer.
    package var uid: Int64?
    /// Which remoting the line is of; `unknown` if both print it.
    package var transport: RemotingTransport
    /// The code of the pattern, `C06`; for an event of the bridge the name of its class.
    package var pattern: String
    /// What it says.
    package var kind: Kind
    /// The text that it was read from.
    package var evidence: Evidence
    /// What the line lists; `nil` if it lists nothing.
    package var payload: LinePayload?
    /// The observer's incarnation, where the line's context names it.
    package var observerUid: Int64?

    /// Every property as given.
    package init(
        at: Timestamp, observer: Address?, observerName: String? = nil, peer: Address? = nil, uid: Int64? = nil,
        transport: RemotingTransport = .unknown, pattern: String, kind: Kind, evidence: Evidence,
        payload: LinePayload? = nil, observerUid: Int64? = nil
    ) {
        self.at = at
        self.observer = observer
        self.observerName = observerName
        self.peer = peer
        self.uid = uid
        self.transport = transport
        self.pattern = pattern
        self.kind = kind
        self.evidence = evidence
        self.payload = payload
        self.observerUid = observerUid
    }
}

extension LifecycleEvent {
    /// The text that an event was read from.
    package struct Evidence: Hashable, Sendable {
        /// Maximum length of the text in bytes of UTF-8.
        package static let maximumLength = 500

        /// One line. Whoever reads it from outside removes control characters (`SafeText`).
        package let text: String
        /// The number of the line in its file, from 1; `nil` where lines are not counted.
        package var line: Int?

        /// - Parameters:
        ///   - text: Cut to ``maximumLength`` bytes, at the end of a character.
        ///   - line: The line's number.
        package init(_ text: String, line: Int? = nil) {
            self.text = text.prefix(bytes: Self.maximumLength)
            self.line = line
        }
    }
}

extension LifecycleEvent {
    /// What a line says; the codes are those of the catalogue of patterns.
    package enum Kind: Hashable, Sendable {
        // MARK: Associations

        /// Remoting listens (T01, C02, C03); `uid` is the observer's own.
        case started
        /// C04; `inbound` if the peer connected.
        case associated(inbound: Bool)
        case disassociated(inbound: Bool)
        /// C05: an attempt failed, or the association ended for this reason.
        case associationFailed(AssociationFailure, inbound: Bool)
        /// C06, C07, C08, C10.
        case gated(for: Duration, AssociationFailure)
        /// C09, C11, T08; T09 with `harmless`.
        case quarantined(harmless: Bool, reason: String)
        /// C13: a probe met the same incarnation.
        case quarantineKept
        /// T10.
        case quarantineIgnored(reason: String)
        /// T14, C12: the peer has quarantined the observer.
        case quarantinedByPeer
        /// T15: the observer tells the peer that it is quarantined.
        case quarantineTold
        case handshakeCompleted
        /// T05, C14 of that text.
        case handshakeTimedOut(after: Duration?)
        /// T17: a peer asked for another address than the observer's.
        case handshakeMisaddressed(to: Address?)
        /// T03.
        case connectionOpened
        case connectionClosed
        /// T02, C18.
        case connectionFailed(OutboundStream?, AssociationFailure)
        /// T04.
        case streamRestarted(OutboundStream?, AssociationFailure)
        /// T06, T07 with its end: the actor system terminates.
        case streamGaveUp(OutboundStream?)
        /// T12: nothing was sent for long.
        case idleStopped(OutboundStream?)
        /// T11.
        case associationRemoved
        /// T13: idle for long, so a handshake asks whether the peer lives.
        case livenessProbed(idle: Duration)

        // MARK: Failure detection

        /// F01, F02; F03 is `expected`, because the node exits.
        case unreachable(expected: Bool)
        /// F04, F05.
        case reachable
        /// M18.
        case terminated
        /// F06: the observer's own heartbeat came late, so it is starved or was stopped.
        case heartbeatDelayed(actual: Duration, expected: Duration)
        /// F07: the peer's answer came late, but in time.
        case heartbeatGrowing(interval: Duration)
        /// F08: by the detector of remote death watch.
        case deathWatchTriggered

        // MARK: Members, leader, convergence

        /// M03, M04, M05, M09, M10, M11: the status that the peer gets.
        case memberStatus(MemberStatus)
        /// M06, M07, M08.
        case memberRemoved
        /// M12, M13.
        case leads(Bool)
        /// M14 `false`, M15 `true`: whether the leader can perform its duties.
        case convergence(Bool)
        /// M38: nothing is ever downed automatically.
        case noDowning
        /// M19: the peer has let the observer join.
        case welcomed
        /// M36, "Successfully shut down": the observer has left the cluster.
        case leftCluster

        // MARK: Downing and shutdown

        case downing(DowningLine)
        /// M33, M34: the observer shuts down because it was downed, or exits.
        case selfDowned
        case exiting
        /// D01.
        case shutdown(reason: String)
        /// D02.
        case shutdownPhaseTimedOut(phase: String)
        /// D03.
        case shutdownTaskFailed(phase: String)

        /// Any other pattern; its code is the event's.
        case other
    }

    /// What a split brain resolver said (S01-S10).
    package enum DowningLine: Hashable, Sendable {
        case started(strategy: String, stableAfter: Duration?)
        /// S02, S03; `reset` if the set of unreachable members changed meanwhile.
        case waiting(unreachable: Int, notBefore: Timestamp?, reset: Bool)
        case healed
        /// S05.
        case responsible(Bool)
        /// S06; the decision's name, and whether the observer downs itself.
        case decided(String, downsSelf: Bool)
        /// S07: the peer is being downed.
        case downing
        /// S08.
        case unstable
        /// S09.
        case lease(String)
        /// S10.
        case dataCenter(String, isReachable: Bool)
    }

    /// Artery's outbound streams to a peer.
    package enum OutboundStream: String, Hashable, Sendable, CaseIterable {
        case control
        case message
        case largeMessage = "large message"
    }
}

/// Why an association failed, judged by the text of its reason and cause (akka-remote, `Endpoint.scala`, `AkkaProtocolTransport.scala`).
package enum AssociationFailure: String, Hashable, Sendable, CaseIterable {
    /// Nothing listens there.
    case refused
    /// TCP did not connect in time.
    case timedOut
    case unresolved
    /// The connection was reset or closed by the peer.
    case disassociated
    case shutDown
    /// The peer has quarantined the observer: only a restart of the observer helps.
    case quarantinedByPeer
    /// The observer still refuses this incarnation of the peer.
    case quarantinedHere
    case handshakeTimedOut
    /// The transport's failure detector triggered.
    case silent
    /// System messages could not be delivered.
    case undelivered
    /// Artery's planned end of a stream because the association was quarantined: no failure.
    case stoppedQuarantined
    /// Artery's planned end of an idle stream: no failure.
    case stoppedIdle
    /// The observer's own side broke the connection off: its actor system terminates, or it has quarantined the peer (akka-stream,
    /// `TcpStages.scala`, answering `Aborted`). It says nothing of the peer.
    case abortedHere
    /// The uid is not known, so the address is gated instead of quarantined (C10).
    case unknownUid
    case other

    /// - Parameter text: The reason and the cause as the line has them.
    package init(reason text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self = Self.phrases.first { Self.contains($0.phrase, bytes) }?.failure ?? .other
    }

    /// A search of its own: the library's is fifty times slower, and a burst of failures has hundreds of thousands of texts.
    private static func contains(_ phrase: [UInt8], _ text: [UInt8]) -> Bool {
        guard let first = phrase.first, text.count >= phrase.count else { return false }
        return text.withUnsafeBufferPointer { text in
            phrase.withUnsafeBufferPointer { phrase in
                for start in 0...(text.count - phrase.count) where text[start] == first {
                    var length = 1
                    while length < phrase.count, text[start + length] == phrase[length] { length += 1 }
                    if length == phrase.count { return true }
                }
                return false
            }
        }
    }

    /// The first that occurs decides: what a peer said comes before how the connection ended.
    private static let texts: [(phrase: String, failure: AssociationFailure)] = [
        ("has quarantined this system", .quarantinedByPeer), ("that has been quarantined", .quarantinedHere),
        ("OutboundStreamStopQuarantinedSignal", .stoppedQuarantined), ("StopIdleSignal", .stoppedIdle),
        ("andshake timed out", .handshakeTimedOut), ("did not complete within", .handshakeTimedOut),
        ("because it is shutting down", .shutDown), ("Shut down address", .shutDown), ("has shut down", .shutDown),
        ("failure detector triggered", .silent), ("silent for too long", .undelivered),
        ("system messages timed out", .undelivered), ("onnection refused", .refused), ("UnknownHost", .unresolved),
        ("nresolved address", .unresolved), ("imed out", .timedOut), ("No route to host", .timedOut),
        ("isassociated", .disassociated), ("onnection reset", .disassociated), ("has been aborted", .abortedHere),
        ("losed by peer", .disassociated),
    ]

    private static let phrases = texts.map { (phrase: Array($0.phrase.utf8), failure: $0.failure) }
}

extension String {
    /// As many whole characters as fit into a number of bytes.
    func prefix(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
