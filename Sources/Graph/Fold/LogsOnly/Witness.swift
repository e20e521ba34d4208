import Model

/// What the log of one node tells of the membership. It is a testimony, not a list: lines name those to whom something happened.
struct Witness {
    /// The log that told last.
    var source: SourceID
    /// Whom it named as a member, and the status that it last told, if it told one.
    private(set) var named: [Address: MemberStatus] = [:]
    /// Whom it has as unreachable.
    private(set) var lost: [Address: Lost] = [:]
    /// Whether it said that it leads.
    var leads = false

    struct Lost {
        var since: Timestamp
        var isTerminated: Bool
    }

    init(source: SourceID) { self.source = source }

    mutating func name(_ member: Address, _ status: MemberStatus?) {
        named[member] = status ?? named[member] ?? .untold
    }

    mutating func lose(_ member: Address, isTerminated: Bool = false, at: Timestamp) {
        let former = lost[member]
        lost[member] = Lost(since: former?.since ?? at, isTerminated: isTerminated || former?.isTerminated == true)
    }

    /// A terminated subject never comes back; a line about an older time does not say so.
    mutating func find(_ member: Address) {
        if lost[member]?.isTerminated == false { lost[member] = nil }
    }

    mutating func forget(_ member: Address) {
        named[member] = nil
        lost[member] = nil
    }

    /// It ends or begins anew: what it had as unreachable holds no more.
    mutating func fallSilent() {
        lost = [:]
        leads = false
    }
}

extension LifecycleEvent {
    /// What a line of a log says of the membership.
    enum Testimony: Hashable {
        /// The peer has this status.
        case status(MemberStatus)
        case removed
        /// The peer is a member, of this status if the line tells it.
        case unreachable(MemberStatus?, isTerminated: Bool)
        case reachable(MemberStatus?)
        /// The peer exists, and is or will be a member.
        case exists
        /// The teller's own status.
        case own(MemberStatus)
        case leads(Bool)
        /// The teller's remoting starts.
        case begins
        /// The teller ends: it tells nothing of others any more.
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

    var testimony: Testimony {
        switch kind {
        case .memberStatus(let status): .status(status)
        case .memberRemoved: .removed
        case .unreachable: .unreachable(namedStatus, isTerminated: false)
        case .terminated: .unreachable(namedStatus, isTerminated: true)
        case .reachable: .reachable(namedStatus)
        case .leads(let leads): .leads(leads)
        case .selfDowned: .own(.down)
        case .exiting: .own(.exiting)
        case .started: .begins
        case .shutdown: .ends
        case .associated, .handshakeCompleted, .quarantined, .quarantineKept, .quarantinedByPeer, .downing(.downing),
            .heartbeatGrowing:
            .exists
        case .other where pattern == "M36" && evidence.text.hasPrefix("Successfully shut down"): .own(.removed)
        case .other where pattern == "M19": .exists
        default: .nothing
        }
    }

    /// The status that a line gives to its peer in passing: `Member(akka://Shop@10.0.0.9:25520, Up, 1.0.0)`, and before Akka 2.6
    /// `Member(address = akka.tcp://Shop@10.0.0.9:2552, status = Up)`.
    private var namedStatus: MemberStatus? {
        guard let peer, let place = evidence.text.firstRange(ofWord: peer.text) else { return nil }
        var rest = evidence.text[place...]
        for part in [", ", "status = "] where rest.hasPrefix(part) { rest = rest.dropFirst(part.count) }
        let status = MemberStatus(name: String(rest.prefix { $0.isASCII && $0.isLetter }))
        return MemberStatus.named.contains(status) ? status : nil
    }
}

extension String {
    /// Behind the first place that has the word and goes on with a comma; `10.0.0.1:2552` is not `10.0.0.1:25520`.
    fileprivate func firstRange(ofWord word: String) -> Index? {
        let (text, wanted) = (Array(utf8), Array(word.utf8) + [UInt8(ascii: ",")])
        guard text.count >= wanted.count else { return nil }
        for start in 0...(text.count - wanted.count) where text[start...].starts(with: wanted) {
            return utf8.index(utf8.startIndex, offsetBy: start + wanted.count - 1)
        }
        return nil
    }
}
