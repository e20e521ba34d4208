// SPDX-License-Identifier: Apache-2.0
import Model

/// Who was affected: members that were not well, services whose requests failed.
struct StoryLosses: Sendable {
    /// What became of one member.
    struct MemberLoss: Hashable, Sendable {
        var cluster: String
        var address: Address
        /// When it was first seen as not well.
        var since: Timestamp
        /// How long it was unreachable for someone, by the ticks that saw it.
        var unreachable = Duration.zero
        /// The greatest number of observers at one time.
        var observers = 0
        var worst = Health.Level.unknown
        var reason = ""
        /// The last status, and whether it was removed.
        var status: MemberStatus
        var removedAt: Timestamp?
        /// Another incarnation of the address came.
        var restarted = false
    }

    /// What became of the requests to one service.
    struct ServiceLoss: Hashable, Sendable {
        var id: String
        var name: String
        var requests = 0.0
        var failures = 0.0
        /// The greatest share of failures at one time, in percent.
        var worst = 0.0
        var worstAt: Timestamp

        var percent: Double { requests > 0 ? failures / requests * 100 : 0 }
    }

    private var members: [Address: MemberLoss] = [:]
    private var uids: [Address: Int64] = [:]
    private var services: [String: ServiceLoss] = [:]
    private var previous: Timestamp?
    private var graphAt: Timestamp?

    mutating func take(_ snapshot: MeshSnapshot) {
        let step = previous.map { min(max(.zero, snapshot.at - $0), .seconds(60)) } ?? .zero
        previous = snapshot.at
        for cluster in snapshot.clusters {
            for member in cluster.members { take(member, of: cluster.id, step, at: snapshot.at) }
        }
        if let graph = snapshot.graph?.graph, graph.freshness == .fresh || graph.freshness == .late { take(graph) }
    }

    private mutating func take(_ member: MemberSnapshot, of cluster: String, _ step: Duration, at: Timestamp) {
        let address = member.node.address
        let known = uids[address]
        if member.removedAt == nil, let uid = member.node.knownUid { uids[address] = uid }
        let isOther = known != nil && member.removedAt == nil && member.node.knownUid != known
        let isWell = member.unreachableBy.isEmpty && member.health.level <= .notReady && member.removedAt == nil
        guard !isWell || isOther || members[address] != nil else { return }
        var loss =
            members[address]
            ?? MemberLoss(cluster: cluster, address: address, since: at, status: member.status)
        if !member.unreachableBy.isEmpty { loss.unreachable += step }
        loss.observers = max(loss.observers, member.unreachableBy.count)
        if member.health.level > loss.worst || loss.reason.isEmpty {
            loss.worst = max(loss.worst, member.health.level)
            loss.reason = member.health.reasons.first ?? loss.reason
        }
        loss.restarted = loss.restarted || isOther
        if member.removedAt == nil || member.node.knownUid == uids[address] || known == nil {
            (loss.status, loss.removedAt) = (member.status, member.removedAt)
        }
        members[address] = loss
    }

    private mutating func take(_ graph: ServiceGraph) {
        // Each answer of Prometheus counts once, for the time since the one before.
        guard graphAt != graph.at else { return }
        let seconds = graphAt.map { min(max(0, (graph.at - $0).inSeconds), 600) } ?? 0
        graphAt = graph.at
        for node in graph.nodes where node.kind != .unknown {
            let rates = node.rates.requestRatesIn
            guard rates.total > 0 else { continue }
            var loss = services[node.id] ?? ServiceLoss(id: node.id, name: node.nameWithVersion, worstAt: graph.at)
            loss.requests += rates.total * seconds
            loss.failures += rates.failures * seconds
            let percent = rates.failures / rates.total * 100
            if percent > loss.worst { (loss.worst, loss.worstAt) = (percent, graph.at) }
            services[node.id] = loss
        }
    }

    /// Members that were not well, the earliest first.
    var affectedMembers: [MemberLoss] {
        members.values.sorted { ($0.since, $0.address) < ($1.since, $1.address) }
    }

    /// Services of which a request in a thousand or more failed, the most failures first.
    var affectedServices: [ServiceLoss] {
        services.values.filter { $0.worst >= 0.1 }.sorted { ($1.failures, $0.id) < ($0.failures, $1.id) }
    }

    /// Requests to all services, and those that failed.
    var requests: (all: Double, failed: Double) {
        services.values.sorted { $0.id < $1.id }.reduce((0, 0)) { ($0.0 + $1.requests, $0.1 + $1.failures) }
    }
}
