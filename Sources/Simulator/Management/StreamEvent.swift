// SPDX-License-Identifier: Apache-2.0
import Model

/// One event of `/cluster/domain-events`, as it is sent (akka-management, `ClusterDomainEventServerSentEventEncoder`).
struct StreamEvent: Sendable {
    enum Kind: String, Sendable {
        case memberJoined = "MemberJoined"
        case memberWeaklyUp = "MemberWeaklyUp"
        case memberUp = "MemberUp"
        case memberLeft = "MemberLeft"
        case memberExited = "MemberExited"
        case memberDowned = "MemberDowned"
        case memberRemoved = "MemberRemoved"
        case unreachableMember = "UnreachableMember"
        case reachableMember = "ReachableMember"
        case leaderChanged = "LeaderChanged"
        case roleLeaderChanged = "RoleLeaderChanged"
        case clusterShuttingDown = "ClusterShuttingDown"

        init?(_ status: MemberStatus) {
            switch status {
            case .joining: self = .memberJoined
            case .weaklyUp: self = .memberWeaklyUp
            case .up: self = .memberUp
            case .leaving: self = .memberLeft
            case .exiting: self = .memberExited
            case .down: self = .memberDowned
            case .removed, .preparingForShutdown, .readyForShutdown, .unknown: return nil
            }
        }

        /// The names of `?type=` that let it through besides its own.
        var parents: [String] {
            switch self {
            case .memberJoined, .memberWeaklyUp, .memberUp, .memberLeft, .memberExited, .memberDowned, .memberRemoved:
                ["ClusterDomainEvent", "MemberEvent"]
            case .unreachableMember, .reachableMember: ["ClusterDomainEvent", "ReachabilityEvent"]
            case .leaderChanged, .roleLeaderChanged, .clusterShuttingDown: ["ClusterDomainEvent"]
            }
        }
    }

    /// What an idle stream sends every ten seconds.
    static let heartbeat: [UInt8] = Array("data:\n\n".utf8)

    let kind: Kind
    let bytes: [UInt8]

    /// - Parameters:
    ///   - kind: Its type.
    ///   - fields: The JSON before the key `type`, which comes last; empty or with a comma at its end.
    init(_ kind: Kind, fields: String = "") {
        self.kind = kind
        bytes = Array("data:{\(fields)\"type\":\"\(kind.rawValue)\"}\nevent:\(kind.rawValue)\n\n".utf8)
    }

    init(_ kind: Kind, _ incarnation: Incarnation, _ status: MemberStatus, previous: MemberStatus? = nil) {
        let before = previous.map { "\"previousStatus\":\"\($0.name)\"," } ?? ""
        let roles = incarnation.roleNames.map { "\"\($0)\"" }.joined(separator: ",")
        self.init(
            kind,
            fields: """
                "member":{"dataCenter":"\(incarnation.roles.dataCenter)","roles":[\(roles)],"status":"\(status.name)",\
                "uniqueAddress":{"address":"\(incarnation.node.address)","longUid":\(incarnation.node.uid)}},\(before)
                """)
    }

    /// LeaderChanged, or with a role RoleLeaderChanged; without an address there is none.
    init(leader: Address?, role: String? = nil) {
        let address = leader.map { "\"address\":\"\($0)\"," } ?? ""
        let ofRole = role.map { "\"role\":\"\($0)\"," } ?? ""
        self.init(role == nil ? .leaderChanged : .roleLeaderChanged, fields: address + ofRole)
    }

    /// Whether a stream that asked for these types gets it; `nil` asks for all.
    func passes(_ types: [String]?) -> Bool {
        guard let types else { return true }
        return types.contains(kind.rawValue) || kind.parents.contains(where: types.contains)
    }
}

/// What changed between two gossips, as one node publishes it (akka-cluster, `publishDiff` in `ClusterEvent.scala`).
struct GossipDiff {
    let old: Gossip?
    let new: Gossip?
    /// The node that publishes: never unreachable to itself.
    let observer: Int
    let world: World

    var events: [StreamEvent] {
        (old?.membership === new?.membership ? [] : removed + changed) + unreachable + reachable + leaders
    }

    private var removed: [StreamEvent] {
        (old?.rows ?? []).filter { new?.row($0.id) == nil }.map {
            StreamEvent(.memberRemoved, world.incarnations[$0.id], .removed, previous: $0.status)
        }
    }

    private var changed: [StreamEvent] {
        (new?.rows ?? []).filter { old?.row($0.id)?.status != $0.status }.compactMap { row in
            StreamEvent.Kind(row.status).map { StreamEvent($0, world.incarnations[row.id], row.status) }
        }
    }

    private var unreachable: [StreamEvent] {
        (new?.rows ?? []).filter { isCutOff($0.id, in: new) && !isCutOff($0.id, in: old) }.map {
            StreamEvent(.unreachableMember, world.incarnations[$0.id], $0.status)
        }
    }

    private var reachable: [StreamEvent] {
        (new?.rows ?? []).filter { isCutOff($0.id, in: old) && !isCutOff($0.id, in: new) }.map {
            StreamEvent(.reachableMember, world.incarnations[$0.id], $0.status)
        }
    }

    private func isCutOff(_ id: Int, in gossip: Gossip?) -> Bool {
        guard let gossip else { return false }
        return id != observer && gossip.cutOff.contains(id)
    }

    private var leaders: [StreamEvent] {
        let (before, after) = (leader(old), leader(new))
        var result = before == after ? [] : [StreamEvent(leader: after)]
        for role in roles where leader(old, role) != leader(new, role) {
            result.append(StreamEvent(leader: leader(new, role), role: role))
        }
        return result
    }

    private var roles: [String] {
        let first = old?.membership.roleNames ?? []
        return first + (new?.membership.roleNames ?? []).filter { !first.contains($0) }
    }

    private func leader(_ gossip: Gossip?, _ role: String? = nil) -> Address? {
        guard let gossip else { return nil }
        if let role { return gossip.leader(ofRole: role, for: observer, world: world) }
        return gossip.leader(for: observer, world: world)
    }
}
