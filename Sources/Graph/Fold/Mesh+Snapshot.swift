package import Model

extension Mesh {
    /// The picture as of the last evaluation, with ages as of now.
    ///
    /// - Returns: A value that nothing changes any more. O(members + sources), and O(views) where lists are shared.
    package func snapshot() -> MeshSnapshot {
        let found = evaluated ?? clusterSnapshots
        return MeshSnapshot(
            at: now, options: options, health: health,
            // Keys are sorted, not rows: those are ten times as large.
            sources: sources.keys.sorted().compactMap(source), clusters: found, events: log, dropped: dropped,
            graph: currentGraph, telemetry: traffic.telemetry, workloads: traffic.workloads,
            trend: traffic.trend, probes: probeSnapshots(found))
    }

    /// Each cluster as it is now, in the order of names.
    var clusterSnapshots: [ClusterSnapshot] {
        clusters.keys.sorted().compactMap { name in
            clusters[name]?.snapshot(at: now, pollPeriod: pollPeriod, sources: sources)
        }
    }

    private func source(_ id: SourceID) -> SourceSnapshot? {
        let period = id.kind == .probe ? probePeriod : pollPeriod
        guard var source = sources[id]?.snapshot(at: now, pollPeriod: period) else { return nil }
        for cluster in clusters.values {
            if let rejected = cluster.remoting.rejected[id] { source.rejected = source.rejected + rejected }
        }
        return source
    }
}

extension ClusterState {
    func snapshot(at now: Timestamp, pollPeriod: Duration, sources: [SourceID: SourceRecord]) -> ClusterSnapshot {
        let rows = members.keys.sorted().compactMap { members[$0] }
        let current = rows.filter { $0.removedAt == nil }.map(\.node.address)
        let readTimes = readTimes(sources)
        return ClusterSnapshot(
            id: id, system: system, stack: stack(of: current, sources), transport: transport(of: current),
            leader: leader, health: health, members: rows.map { member($0, at: now, pollPeriod, readTimes) },
            views: isFromLines
                ? witnessViews(at: now, pollPeriod, sources)
                : observers.keys.sorted().compactMap { observers[$0] }.compactMap { view($0, at: now, pollPeriod) },
            partitions: partitions, version: version, downing: remoting.downing, associations: remoting.rows,
            associationCounts: remoting.counts, clocks: clocks.skews, monitoredByMembers: monitoredByMembers)
    }

    /// The version that all bridges tell, `akka-2.6.21` without its fork.
    private var version: String? {
        let found = Set(remoting.bridges.values.compactMap { $0.stack.split(separator: "-", maxSplits: 1).last })
        return found.count == 1 ? found.first.map(String.init) : nil
    }

    /// The `Server` header tells the fork; the protocol of an address only hints at it, because Pekko can speak under Akka's name.
    private func stack(of addresses: [Address], _ sources: [SourceID: SourceRecord]) -> Stack {
        let servers = observers.values.compactMap { sources[$0.source]?.server }
        let told = Set(
            servers.compactMap { server -> Stack? in
                if server.hasPrefix("pekko-http") { return .pekko }
                return server.hasPrefix("akka-http") ? .akka : nil
            })
        let guessed = Set(addresses.map { $0.scheme.hasPrefix("pekko") ? Stack.pekko : .akka })
        let found = told.isEmpty ? guessed : told
        return found.count > 1 ? .mixed : found.first ?? .unknown
    }

    private func transport(of addresses: [Address]) -> RemotingTransport {
        let found = Set(addresses.map(\.transport))
        return found.count > 1 ? .mixed : found.first ?? .unknown
    }

    private func member(
        _ record: MemberRecord, at now: Timestamp, _ pollPeriod: Duration, _ readTimes: [Address: Timestamp]
    ) -> MemberSnapshot {
        let readAt = record.removedAt == nil ? readTimes[record.node.address] : nil
        let observedAt = readAt ?? record.observedAt
        let observer = observers[record.node.address]
        let own = observer?.view?.own?.node == record.node ? observer : nil
        let (address, dataCenter) = (record.node.address, record.roles.dataCenter)
        return MemberSnapshot(
            node: record.node, status: record.status, since: record.since, roles: record.roles,
            isLeader: record.isListed ? claims.isLeader(address, dataCenter: dataCenter) : nil,
            isOldest: record.isListed ? claims.isOldest(address, dataCenter: dataCenter) : nil,
            ready: own?.ready, alive: own?.alive, unreachableBy: record.unreachableBy,
            unreachableSince: record.unreachableSince, removedAt: record.removedAt, health: record.health,
            observedAt: observedAt, freshness: Freshness(observedAt: observedAt, now: now, interval: pollPeriod),
            source: record.removedAt == nil ? observer?.source : nil, estimatedPhi: record.estimatedPhi)
    }

    private func view(_ state: ObserverState, at now: Timestamp, _ pollPeriod: Duration) -> ViewSnapshot? {
        guard let view = state.view else { return nil }
        return ViewSnapshot(
            observer: state.observer, observerUid: view.own?.node.uid, members: view.members, leader: view.leader,
            computedLeader: state.computedLeader, oldest: view.oldest, unreachable: state.unreachable,
            isVoting: state.votes(at: now, interval: pollPeriod), observedAt: state.observedAt,
            freshness: Freshness(observedAt: state.observedAt, now: now, interval: pollPeriod))
    }
}
