// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which members there are, as far as answered views list them: the hosts that probes of every member ask.
struct ProbedMembers {
    private var lists: [SourceID: MemberList] = [:]
    private var hasChanged = false
    /// The roles of the members by host.
    private(set) var hosts: [String: Set<String>] = [:]

    /// Learns from what a collector observed.
    mutating func follow(_ observation: Observation) {
        guard let source = observation.source, source.kind == .management else { return }
        switch observation.payload {
        case .membership(let view, _):
            guard lists[source] !== view.members else { return }
            lists[source] = view.members
            hasChanged = true
        // What the last of them said stands until one answers again.
        case .failed, .sourceRemoved:
            guard lists.count > 1, lists.removeValue(forKey: source) != nil else { return }
            hasChanged = true
        default: break
        }
    }

    /// Derives the hosts from what was learned since the last call.
    ///
    /// - Returns: whether there are others than before.
    mutating func updateHosts() -> Bool {
        guard hasChanged else { return false }
        hasChanged = false
        var found: [String: Set<String>] = [:]
        var seen: Set<ObjectIdentifier> = []
        for list in lists.values where seen.insert(ObjectIdentifier(list)).inserted {
            for member in list.members where member.status != .removed {
                guard let host = member.node.address.host else { continue }
                found[host, default: []].formUnion(member.roles.names)
            }
        }
        guard found != hosts else { return false }
        hosts = found
        return true
    }
}
