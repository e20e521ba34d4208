// SPDX-License-Identifier: Apache-2.0
import Model

extension ClusterFold {
    // MARK: - Evaluation

    /// Derives what all views together say: partitions, statuses, reachability, associations, health. The only place where that happens.
    ///
    /// - Parameter moment: The time, the sources, and what health endpoints report.
    /// - Returns: The events of associations whose change came with time.
    mutating func evaluate(at moment: Moment) -> [MeshEvent] {
        var moment = moment
        moment.refusing = Refusal.all(in: id, moment.sources)
        witnesses.countLosses(in: membership)
        membership.evaluate(witnesses, at: moment)
        downing.settle(isPending: hasUndecidedMembers, at: moment)
        let judged = asOfLastLine(moment)
        let changes = evaluateAssociations(at: judged)
        judgeMembers(at: judged)
        var health = clusterHealth(at: moment)
        if judged.now < moment.now, health.level != .unknown {
            health.reasons.append("as of the last line of its logs, \(judged.now)")
        }
        self.health.become(health, at: moment.now)
        return changes.map { composer.event($0, at: moment.now) }.sorted {
            ($0.observer?.text ?? "", $0.subject?.text ?? "") < ($1.observer?.text ?? "", $1.subject?.text ?? "")
        }
    }

    /// Logs that ended more than a minute before the run began are shown as of their last line: nothing that time would have brought about
    /// since can be in them (CONTRACT.md, "Now of a log").
    private func asOfLastLine(_ moment: Moment) -> Moment {
        guard isFromLogs, let last = witnesses.newestLine, moment.startedAt - last > Self.endedLog else {
            return moment
        }
        var judged = moment
        judged.now = min(last, moment.now)
        return judged
    }

    private static let endedLog = Duration.seconds(60)

    /// Drops lines that wait for a run of a member that is no longer known.
    func discardLines(in waiting: inout WaitingLines) {
        waiting.keepOnly(Set(membership.members.keys.map(\.address)), cluster: id)
    }

    /// Whether any member is unreachable and not down yet.
    private var hasUndecidedMembers: Bool {
        membership.members.values.contains {
            $0.removedAt == nil && $0.status != .down && !($0.unreachableBy.isEmpty && $0.terminatedFor.isEmpty)
        }
    }

    private mutating func evaluateAssociations(at moment: Moment) -> [AssociationChange] {
        let known = Set(membership.members.keys.map(\.address))
        associations.keepOnly(known)
        let latest = membership.latestUids
        associations.recogniseStrangers { latest[$0] }
        clocks.keepOnly(known)
        table.keepOnly(known)
        // What is monitored and reachable must be known before old lines can be judged, also where there is one evaluation only.
        if !hasEvaluated { makeTable(at: moment) }
        hasEvaluated = true
        let changes = associations.advance(table, membership, at: moment)
        associations.keepsEveryPair = moment.allPairs
        makeTable(at: moment)
        return changes
    }

    private mutating func makeTable(at moment: Moment) {
        let previous = table
        table = AssociationTable()
        table = AssociationTable.make(
            associations, membership, isFromLogs: isFromLogs, at: moment, previous: consume previous)
    }

    // MARK: - Health

    private mutating func judgeMembers(at moment: Moment) {
        for node in Array(membership.members.keys) {
            guard let facts = facts(about: node, at: moment) else { continue }
            membership.judge(node, MemberHealth.evaluate(facts, at: moment.now), at: moment.now)
        }
    }

    private func facts(about node: UniqueAddress, at moment: Moment) -> MemberHealth.Facts? {
        guard let record = membership.members[node].expected("a member has no record") else { return nil }
        let own = membership.observers[node.address]
        return MemberHealth.Facts(
            status: record.status, isListed: record.isListed, unreachableBy: record.unreachableBy,
            unreachableSince: record.unreachableSince, terminatedFor: record.terminatedFor,
            differsSince: record.differsSince, ready: own?.view?.own?.node == node ? own?.checks.ready : nil,
            startup: own?.view?.own?.node == node ? own?.checks.startup : nil,
            observers: record.unreachableBy.isEmpty ? 0 : observers(of: record),
            renewal: moment.pollPeriod - moment.interval, quarantinedWith: table.quarantined[node] ?? [],
            gatedTo: table.gated[node] ?? [], strangers: table.strangers[node] ?? [],
            troubles: troubles.reasons(
                of: node.address, hasJoined: record.status.isInCluster, at: isFromLogs ? nil : moment.now),
            unreachableForMetrics: associations.metrics.filter {
                $0.key != node.address && $0.value.reportsUnreachable(node.address, at: moment.now)
            }.keys.sorted(), isFromLogs: isFromLogs, isFromMetrics: isFromMetrics,
            probes: moment.probes.about(node.address))
    }

    /// The same for any member, without a walk where all are reachable.
    private func monitors(of record: MemberRecord) -> Int {
        record.unreachableBy.isEmpty
            ? table.expectation.senderCount(dataCenter: record.roles.dataCenter) : observers(of: record)
    }

    /// How many members monitor a member: those before it on the ring, without those that are lost themselves, and whoever reports it.
    private func observers(of record: MemberRecord) -> Int {
        guard !isFromLogs else { return witnesses.count }
        let senders = table.expectation.senders(to: record.node, dataCenter: record.roles.dataCenter)
        let looking = senders.filter { node in
            membership.observers[node.address]?.isAnswering == true
                || membership.members[node]?.unreachableBy.isEmpty ?? false
        }.map(\.address)
        return Set(looking).union(record.unreachableBy).count
    }

    /// The health of the cluster: the worst of its members, and failure when it is torn or every member refuses connections.
    private func clusterHealth(at moment: Moment) -> Health {
        if let lost = totalLoss(at: moment) { return lost }
        let current = membership.members.values.filter { $0.removedAt == nil }
        let parts = current.filter { $0.health.level != .healthy }.sorted { $0.node < $1.node }
            .map { (name: $0.node.address.hostPort, health: $0.health) }
        let all = parts + outsiders(at: moment.now)
        let rest = Health(
            level: parts.count < current.count ? .healthy : .unknown,
            reasons: isFromMetrics ? [MemberHealth.metricsOnly] : [])
        let partitions = membership.consensus.partitions
        var others = [(name: "", health: rest)]
        if !partitions.isEmpty, !current.isEmpty, current.allSatisfy({ $0.status != .up }) {
            let text = current.count == 1 ? "its only member is not Up" : "none of its \(current.count) members is Up"
            others.append((name: "", health: Health(level: .degraded, reasons: [text])))
        }
        guard partitions.count > 1 else { return .worst(of: others + all) }
        let groups = partitions.map { $0.members.enumeration }.enumeration(separator: " | ")
        let torn = Health(level: .failure, reasons: ["\(partitions.count) partitions: \(groups)"])
        return .worst(of: [(name: "", health: torn)] + all)
    }

    /// Nodes that are no members, and what their logs say keeps them from becoming one.
    private func outsiders(at now: Timestamp) -> [(name: String, health: Health)] {
        guard !isFromLogs, !troubles.isEmpty else { return [] }
        return troubles.nodes.filter { membership.latestUids[$0] == nil }.compactMap { node in
            let reasons = troubles.reasons(of: node, hasJoined: false, at: now)
            return reasons.isEmpty ? nil : (node.hostPort, Health(level: .notReady, reasons: reasons))
        }
    }

    /// How long all members must refuse before that is a failure: a restart of all at once takes less.
    private static let toleratedLoss = Duration.seconds(20)

    /// Every member refuses connections, after having answered: the whole cluster is gone, which is no lack of knowledge.
    private func totalLoss(at moment: Moment) -> Health? {
        guard membership.consensus.partitions.isEmpty, !isFromLogs else { return nil }
        let current = membership.members.values.filter { $0.removedAt == nil }
        let refusals = current.compactMap { moment.refusing[$0.node.address] }
        guard !current.isEmpty, refusals.count == current.count, refusals.allSatisfy(\.hasAnswered),
            let since = refusals.map(\.since).max(), moment.now - since > Self.toleratedLoss
        else { return nil }
        let who = current.count == 1 ? "its only member refuses" : "all \(current.count) members refuse"
        return Health(level: .failure, reasons: ["\(who) connections since \(since)"])
    }

    // MARK: - Picture

    func snapshot(at now: Timestamp, pollPeriod: Duration, sources: SourceBook) -> ClusterSnapshot {
        let records = membership.sortedMembers
        let current = records.filter { $0.removedAt == nil }.map(\.node.address)
        let readTimes = witnesses.readTimes(sources)
        return ClusterSnapshot(
            id: id, system: system, stack: stack(of: current, sources), transport: transport(of: current),
            leader: membership.consensus.leader, health: health,
            members: records.map { member($0, at: now, pollPeriod, readAt: readTimes[$0.node.address]) },
            views: isFromLogs
                ? witnesses.views(in: membership, at: now, pollPeriod: pollPeriod, sources)
                : membership.observers.keys.sorted().compactMap { membership.observers[$0] }
                    .compactMap { view($0, at: now, pollPeriod) },
            partitions: membership.consensus.partitions, version: version, downing: downing.snapshot,
            associations: table.rows, associationCounts: table.counts, clocks: clocks.skews,
            monitoredByMembers: associations.monitoredByMembers)
    }

    /// The version that all bridges report, `akka-2.6.21` without its fork.
    private var version: String? {
        let found = Set(
            associations.bridges.values.compactMap { $0.stack.split(separator: "-", maxSplits: 1).last })
        return found.count == 1 ? found.first.map(String.init) : nil
    }

    /// The `Server` header names the fork; the protocol of an address only hints at it, because Pekko can speak under Akka's name.
    private func stack(of addresses: [Address], _ sources: SourceBook) -> Stack {
        let named = Set(
            membership.observers.values.compactMap { sources[$0.source]?.replies.server }
                .compactMap { server -> Stack? in
                    if server.hasPrefix("pekko-http") { return .pekko }
                    return server.hasPrefix("akka-http") ? .akka : nil
                })
        let guessed = Set(addresses.map { $0.scheme.hasPrefix("pekko") ? Stack.pekko : .akka })
        let found = named.isEmpty ? guessed : named
        return found.count > 1 ? .mixed : found.first ?? .unknown
    }

    private func transport(of addresses: [Address]) -> RemotingTransport {
        let found = Set(addresses.map(\.transport))
        return found.count > 1 ? .mixed : found.first ?? .unknown
    }

    private func member(
        _ record: MemberRecord, at now: Timestamp, _ pollPeriod: Duration, readAt: Timestamp?
    ) -> MemberSnapshot {
        let isPresent = record.removedAt == nil
        let observedAt = (isPresent ? readAt : nil) ?? record.observedAt
        let observer = membership.observers[record.node.address]
        let own = observer?.view?.own?.node == record.node ? observer : nil
        let (address, dataCenter) = (record.node.address, record.roles.dataCenter)
        let claims = membership.consensus.claims
        let startup = own?.checks.startup
        let interval = isFromMetrics ? max(PollBudget.metricsInterval, pollPeriod) : pollPeriod
        var member = MemberSnapshot(
            node: record.node, status: record.status, since: record.since, roles: record.roles,
            isLeader: record.isListed ? claims.isLeader(address, dataCenter: dataCenter) : nil,
            isOldest: record.isListed ? claims.isOldest(address, dataCenter: dataCenter) : nil,
            ready: own?.checks.ready, alive: own?.checks.alive, unreachableBy: record.unreachableBy,
            unreachableSince: record.unreachableSince, removedAt: record.removedAt, health: record.health,
            observedAt: observedAt, freshness: Freshness(observedAt: observedAt, now: now, interval: interval),
            source: isPresent ? observer?.source : nil, estimatedPhi: record.estimatedPhi,
            monitors: isFromLogs || !isPresent ? nil : monitors(of: record))
        member.startup = startup
        return member
    }

    private func view(_ state: ObserverState, at now: Timestamp, _ pollPeriod: Duration) -> ViewSnapshot? {
        guard let view = state.view else { return nil }
        return ViewSnapshot(
            observer: state.observer, observerUid: view.own?.node.uid, members: view.members, leader: view.leader,
            computedLeader: state.derived.leader, oldest: view.oldest, unreachable: state.derived.unreachable,
            isVoting: state.votes(at: now, interval: pollPeriod), observedAt: state.observedAt,
            freshness: Freshness(observedAt: state.observedAt, now: now, interval: pollPeriod))
    }
}

extension MemberStatus {
    /// Whether a member of this status has got into the cluster.
    fileprivate var isInCluster: Bool {
        switch self {
        case .weaklyUp, .up, .leaving, .exiting, .preparingForShutdown, .readyForShutdown: true
        case .joining, .down, .removed, .unknown: false
        }
    }
}
