// SPDX-License-Identifier: Apache-2.0
import Model

/// The bodies of the management endpoints, field for field in the order of the real ones (akka-management, `ClusterHttpManagementHelper`).
struct Documents: Sendable {
    /// `"members":[…],"oldest":…,"oldestPerRole":{…}`, which all observers of one membership share.
    private var common: [Int: [UInt8]] = [:]
    /// The addresses of all members of a membership.
    private var addresses: [Int: [UInt8]] = [:]

    /// `GET /cluster/members` of one process.
    mutating func members(_ process: SimulatedProcess, _ world: World) -> [UInt8] {
        let own = world.incarnations[process.id].node.address
        guard let gossip = process.gossip else {
            return Array(#"{"members":[],"oldestPerRole":{},"selfNode":"\#(own)","unreachable":[]}"#.utf8)
        }
        let shared = common(gossip.membership, gossip.rows, world)
        var body: [UInt8] = []
        body.reserveCapacity(shared.count + 256)
        body.append("{")
        if let leader = gossip.leader(for: process.id, world: world) { body.append(#""leader":"\#(leader)","#) }
        body.append(contentsOf: shared)
        body.append(#","selfNode":"\#(own)","unreachable":["#)
        appendUnreachable(gossip, world, to: &body)
        body.append("]}")
        return body
    }

    private mutating func common(_ membership: Membership, _ rows: [Gossip.Row], _ world: World) -> [UInt8] {
        if let known = common[membership.serial] { return known }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * 140)
        bytes.append(#""members":["#)
        for (index, row) in rows.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append(Self.member(world.incarnations[row.id], row.status))
        }
        bytes.append("],")
        if let oldest = membership.oldest(world: world) { bytes.append(#""oldest":"\#(oldest)","#) }
        let perRole = membership.roleNames.compactMap { role in
            membership.oldest(role: role, world: world).map { #""\#(role)":"\#($0)""# }
        }
        bytes.append(#""oldestPerRole":{\#(perRole.joined(separator: ","))}"#)
        if common.count >= 16 { common.removeAll() }
        common[membership.serial] = bytes
        return bytes
    }

    /// The addresses of all members, as a list without its brackets.
    mutating func addresses(_ gossip: Gossip?, _ world: World) -> [UInt8] {
        guard let gossip else { return [] }
        if let known = addresses[gossip.membership.serial] { return known }
        let bytes = BridgeDocument.addresses(gossip.rows.map { world.incarnations[$0.id].node.address })
        if addresses.count >= 16 { addresses.removeAll() }
        addresses[gossip.membership.serial] = bytes
        return bytes
    }

    /// Terminated subjects are left out, as the endpoint does.
    private func appendUnreachable(_ gossip: Gossip, _ world: World, to body: inout [UInt8]) {
        guard !gossip.reachability.isEmpty else { return }
        var observers: [Int: [Int]] = [:]
        for record in gossip.reachability.records where record.status == .unreachable {
            observers[record.subject, default: []].append(record.observer)
        }
        func inOrder(_ ids: some Sequence<Int>) -> [Incarnation] {
            ids.map { world.incarnations[$0] }.sorted(by: Incarnation.precedes)
        }
        let entries = observers.sorted { Incarnation.precedes(world.incarnations[$0.key], world.incarnations[$1.key]) }
        for (index, entry) in entries.enumerated() {
            let by = inOrder(entry.value).map { "\"\($0.node.address)\"" }.joined(separator: ",")
            let node = world.incarnations[entry.key].node.address
            body.append(#"\#(index > 0 ? "," : ""){"node":"\#(node)","observedBy":[\#(by)]}"#)
        }
    }

    /// One member, as in the list and alone.
    static func member(_ incarnation: Incarnation, _ status: MemberStatus) -> String {
        let roles = incarnation.roleNames.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"node":"\(incarnation.node.address)","nodeUid":"\(incarnation.node.uid)","roles":[\(roles)],\
            "status":"\(status.name)"}
            """
    }

    /// `GET /bootstrap/seed-nodes`: at most five that a newcomer could join.
    static func seedNodes(_ process: SimulatedProcess, _ world: World) -> [UInt8] {
        let rows = (process.gossip?.rows ?? []).lazy.filter { row in
            process.gossip?.cutOff.contains(row.id) == false && [.up, .weaklyUp, .joining].contains(row.status)
        }
        let nodes = rows.prefix(5).map { row in
            let incarnation = world.incarnations[row.id]
            let roles = incarnation.roleNames.map { "\"\($0)\"" }.joined(separator: ",")
            return #"{"node":"\#(incarnation.node.address)","nodeUid":\#(incarnation.node.uid),"roles":[\#(roles)],"#
                + #""status":"\#(row.status.name)"}"#
        }
        let own = world.incarnations[process.id].node.address
        return Array(#"{"seedNodes":[\#(nodes.joined(separator: ","))],"selfNode":"\#(own)"}"#.utf8)
    }
}

extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
