// SPDX-License-Identifier: Apache-2.0
import Model

/// What one kind of line means for the books of the fold: one row per kind, so that a new kind is described in one place.
///
/// The sentence that is printed for a line is in `EventText`.
struct LineMeaning {
    /// Whether the association machines have to hear of it.
    var bearsOnAssociations = false
    /// Whether it says that the peer has quarantined the observer: the state of the other direction.
    var reportsQuarantineByPeer = false
    /// Whether its node goes down, and has no vote on others from then on.
    var endsVote = false
    /// What it says of the membership, for clusters that only logs report.
    var testimony = Testimony.nothing
    /// What the observer's endpoint shows too, at the moment at which its log says it.
    var sharedFact: SharedFact.Value?

    /// What a line of a log says of the membership.
    enum Testimony: Hashable {
        /// The peer has this status.
        case status(MemberStatus)
        case removed
        /// The peer is a member, of the status that the line names, if it names one.
        case unreachable(isTerminated: Bool)
        case reachable
        /// The peer exists, and is or will be a member.
        case exists
        /// The observer's own status.
        case own(MemberStatus)
        case leads(Bool)
        /// The observer's remoting starts.
        case begins
        /// The observer ends: it says nothing of others any more.
        case ends
        case nothing

        /// Whether only a member says so, and none that has ended.
        var isOfAMember: Bool {
            switch self {
            case .status, .removed, .unreachable, .reachable, .leads, .begins: true
            case .exists, .own, .ends, .nothing: false
            }
        }
    }

    /// What changes the link, and nothing else.
    private static let link = LineMeaning(bearsOnAssociations: true)
    /// What changes the link and names the peer as existing.
    private static let linkOfMember = LineMeaning(bearsOnAssociations: true, testimony: .exists)

    /// The meaning of a kind; the code of the pattern adds nothing to it.
    static func of(_ kind: LifecycleEvent.Kind) -> LineMeaning {
        switch kind {
        case .started: LineMeaning(testimony: .begins)
        case .associated, .handshakeCompleted, .quarantined, .quarantineKept: linkOfMember
        case .gated(_, .quarantinedByPeer), .associationFailed(.quarantinedByPeer, _):
            LineMeaning(bearsOnAssociations: true, reportsQuarantineByPeer: true, testimony: .exists)
        case .quarantinedByPeer:
            LineMeaning(bearsOnAssociations: true, reportsQuarantineByPeer: true, testimony: .exists)
        case .disassociated, .associationFailed, .gated, .quarantineIgnored, .quarantineTold, .handshakeTimedOut,
            .connectionOpened, .connectionClosed, .connectionFailed, .streamRestarted, .streamGaveUp, .idleStopped,
            .associationRemoved, .livenessProbed:
            link
        case .unreachable:
            LineMeaning(testimony: .unreachable(isTerminated: false), sharedFact: .unreachable)
        case .reachable: LineMeaning(bearsOnAssociations: true, testimony: .reachable, sharedFact: .reachable)
        case .terminated: LineMeaning(testimony: .unreachable(isTerminated: true))
        case .memberStatus(let status):
            // A joiner is in the log before it is in the view that the endpoint shows.
            LineMeaning(testimony: .status(status), sharedFact: status == .joining ? nil : .status(status))
        case .memberRemoved: LineMeaning(testimony: .removed, sharedFact: .removed)
        case .leads(let leads): LineMeaning(testimony: .leads(leads))
        case .selfDowned: LineMeaning(endsVote: true, testimony: .own(.down))
        case .downing(.decided(_, downsSelf: true)), .downing(.unstable): LineMeaning(endsVote: true)
        case .exiting: LineMeaning(testimony: .own(.exiting))
        case .shutdown: LineMeaning(testimony: .ends)
        case .welcomed, .downing(.downing), .heartbeatGrowing: LineMeaning(testimony: .exists)
        case .leftCluster: LineMeaning(testimony: .own(.removed))
        case .downing, .handshakeMisaddressed, .heartbeatDelayed, .deathWatchTriggered, .convergence, .noDowning,
            .shutdownPhaseTimedOut, .shutdownTaskFailed, .other:
            LineMeaning()
        }
    }
}

extension LifecycleEvent {
    /// What it means for the books of the fold.
    var meaning: LineMeaning { LineMeaning.of(kind) }

    /// Whether the uid is the observer's own: of its start, and of its split brain resolver's.
    var namesOwnUid: Bool {
        switch kind {
        case .started, .downing(.started): true
        default: false
        }
    }

    /// The status that a line gives to its peer in passing: `Member(akka://Shop@10.0.0.9:25520, Up, 1.0.0)`, and before Akka 2.6
    /// `Member(address = akka.tcp://Shop@10.0.0.9:2552, status = Up)`. Lines of older journals are read here.
    var namedStatus: MemberStatus? {
        if let known = payload?.members.first(where: { $0.address == peer })?.status { return known }
        guard let peer, let place = evidence.text.end(ofWord: peer.text) else { return nil }
        var rest = evidence.text[place...]
        for part in [", ", "status = "] where rest.hasPrefix(part) { rest = rest.dropFirst(part.count) }
        let status = MemberStatus(name: String(rest.prefix { $0.isASCII && $0.isLetter }))
        return MemberStatus.named.contains(status) ? status : nil
    }
}

extension String {
    /// Behind the first place that has the word and goes on with a comma; `10.0.0.1:2552` is not `10.0.0.1:25520`.
    fileprivate func end(ofWord word: String) -> Index? {
        let (text, wanted) = (Array(utf8), Array(word.utf8) + [UInt8(ascii: ",")])
        guard text.count >= wanted.count else { return nil }
        for start in 0...(text.count - wanted.count) where text[start...].starts(with: wanted) {
            return utf8.index(utf8.startIndex, offsetBy: start + wanted.count - 1)
        }
        return nil
    }
}
