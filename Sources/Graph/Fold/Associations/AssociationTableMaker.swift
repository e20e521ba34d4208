// SPDX-License-Identifier: Apache-2.0
import Model

/// Makes the rows of an `AssociationTable`, observer by observer.
struct AssociationTableMaker {
    private let book: AssociationBook
    private let membership: MembershipBook
    private let downgrades: AssociationDowngrades
    private let isFromLogs: Bool
    /// Whether pairs that are plainly active are only counted.
    private let isCountedOnly: Bool
    private let moment: Moment
    /// Which lists name all current members; most views share one.
    private var listsOfAll: [ObjectIdentifier: Bool] = [:]

    init(
        _ book: AssociationBook, _ membership: MembershipBook, isFromLogs: Bool, isCountedOnly: Bool, at moment: Moment
    ) {
        self.book = book
        self.membership = membership
        self.isFromLogs = isFromLogs
        self.isCountedOnly = isCountedOnly
        self.moment = moment
        downgrades = AssociationDowngrades(book, membership, refusing: moment.refusing, at: moment)
    }

    /// All that anything reports of one observer's associations.
    private struct Evidence {
        var records: [Address: AssociationRecord]
        var bridge: BridgeRecord?
        var metrics: MetricsRecord?
        var inferred: Set<UniqueAddress>
        var receivers: Set<UniqueAddress>

        var isEmpty: Bool { records.isEmpty && bridge == nil && metrics == nil }
    }

    // MARK: - Rows of one observer

    /// The rows of an observer, those of the last evaluation if nothing has changed that they are made of; without those that are plainly
    /// active, if these are only counted.
    mutating func rows(of observer: MemberRecord, in table: inout AssociationTable) -> [AssociationSnapshot] {
        let address = observer.node.address
        let key = key(of: observer.node, table)
        if let key, let known = table.cache[address], known.key == key {
            table.count(known)
            return known.rows
        }
        let before = table.counts.active
        let all = freshRows(of: observer, in: &table)
        let rows = isCountedOnly ? all.filter { !$0.isPlainlyActive } : all
        table.setCache(
            key.flatMap { key in
                // A departed subject is shown for a time only.
                guard all.allSatisfy({ $0.status.state == .active && $0.isCurrent }) else { return nil }
                return CachedRows(key: key, rows: rows, count: table.counts.active - before)
            }, of: address)
        return rows
    }

    /// - Returns: `nil` if anything else than its view and its bridge may report of its associations, or time alone may change them.
    private func key(of observer: UniqueAddress, _ table: AssociationTable) -> CachedRows.Key? {
        let address = observer.address
        guard !isFromLogs, downgrades.isCalm, book.metrics[address] == nil,
            book.records[address]?.isEmpty ?? true, let state = membership.observers[address], let view = state.view,
            view.unreachable.isEmpty, let own = view.own, own.node == observer, own.status != .joining,
            own.status != .weaklyUp
        else { return nil }
        let freshness = Freshness(observedAt: state.observedAt, now: moment.now, interval: moment.pollPeriod)
        guard freshness != .lost else { return nil }
        return CachedRows.Key(
            observer: observer, roster: table.expectation.version, list: view.members, observedAt: state.observedAt,
            freshness: freshness, bridgeAt: book.bridges[address]?.receivedAt, isCountedOnly: isCountedOnly)
    }

    /// Makes the rows of everything that is reported of this side.
    private mutating func freshRows(
        of observer: MemberRecord, in table: inout AssociationTable
    ) -> [AssociationSnapshot] {
        guard let evidence = evidence(of: observer, in: &table) else { return [] }
        guard !evidence.isEmpty || !isCountedOnly || !downgrades.isCalm else {
            // In a large mesh this is nearly everybody at every tick.
            for subject in evidence.inferred where membership.isCurrent(subject) { table.count(.active) }
            return []
        }
        if isPlainlyActive(evidence), !downgrades.isNewcomer(observer.node) {
            for _ in evidence.inferred { table.count(.active) }
            countOthers(evidence, in: &table)
            return []
        }
        let isNewcomer = downgrades.isNewcomer(observer.node)
        var rows: [AssociationSnapshot] = []
        for subject in subjects(of: observer.node, evidence) {
            var row = row(observer, subject, evidence)
            if isNewcomer { row = downgrades.ofNewcomer(row) }
            if let metrics = evidence.metrics { add(metrics, to: &row) }
            row.isCurrent = membership.isCurrent(subject)
            row.isExpected = isExpected(
                observer, subject, evidence.receivers, looksAcross: table.expectation.looksAcross)
            if row.isCurrent {
                table.count(row.status.state)
                table.noteTrouble(row)
            } else if isFromLogs, membership.latest(subject.address) == nil {
                table.noteStranger(row)
            }
            if row.origin != nil { rows.append(row) }
        }
        countOthers(evidence, in: &table)
        return rows
    }

    /// Whether all pairs of an observer would be rows that are counted only: they are inferred, nothing else is reported of them but calm
    /// measurements of its bridge, and nothing speaks against them.
    private func isPlainlyActive(_ evidence: Evidence) -> Bool {
        guard isCountedOnly, !isFromLogs, downgrades.isCalm, evidence.records.isEmpty, evidence.metrics == nil,
            let bridge = evidence.bridge, evidence.inferred.allSatisfy(membership.isCurrent)
        else { return false }
        let measured = evidence.inferred.count { bridge.phi[$0.address] != nil }
        return measured == bridge.phi.count
            && bridge.phi.values.allSatisfy { ($0.magnitude ?? 0) < 1 && $0.isAvailable }
    }

    /// - Returns: `nil` if nothing reports anything of this side.
    private mutating func evidence(of observer: MemberRecord, in table: inout AssociationTable) -> Evidence? {
        let address = observer.node.address
        guard
            membership.observers[address] != nil || book.records[address] != nil || book.bridges[address] != nil
                || book.metrics[address] != nil
        else {
            table.setInferred(nil, of: address)
            return nil
        }
        let receivers = receivers(of: observer, in: &table)
        let inferred = inferActive(observer, receivers, known: table.inferred[address] ?? [])
        table.setInferred(inferred, of: address)
        let evidence = Evidence(
            records: book.records(of: observer.node),
            bridge: book.bridges[address].flatMap { $0.node == observer.node ? $0 : nil },
            metrics: book.metrics(of: address, at: moment), inferred: inferred, receivers: receivers)
        return evidence.isEmpty && inferred.isEmpty ? nil : evidence
    }

    /// All subjects of which something may be known, sorted: current incarnations, and departed ones for as long as they are shown.
    private func subjects(of observer: UniqueAddress, _ evidence: Evidence) -> [UniqueAddress] {
        var result = evidence.inferred
        var strangers: Set<UniqueAddress> = []
        for (address, record) in evidence.records {
            if let node = membership.latest(address) {
                result.insert(node)
            } else if isShown(record) {
                strangers.formUnion(record.machine.uids.map { UniqueAddress(address, uid: $0) })
            }
            for uid in record.machine.uids where uid != membership.latestUids[address] {
                let node = UniqueAddress(address, uid: uid)
                if membership.members[node] != nil || evidence.bridge?.peers[address] == .some(uid) {
                    result.insert(node)
                }
            }
        }
        for address in (evidence.bridge?.phi ?? [:]).keys {
            if let node = membership.latest(address) { result.insert(node) }
        }
        for address in (evidence.metrics?.phi ?? [:]).keys {
            if let node = membership.latest(address) { result.insert(node) }
        }
        // A member that was forgotten 60 s after its removal is shown only for as long as the bridge names it.
        let shown = result.filter { node in
            membership.members[node] != nil || evidence.bridge?.peers[node.address] == .some(node.uid)
        }
        return shown.union(strangers).subtracting([observer]).sorted()
    }

    /// Whether a peer that is no member has a row: for a while after it was last reported, and always where lines are all there is.
    private func isShown(_ record: AssociationRecord) -> Bool {
        record.isOfStranger && (isFromLogs || moment.now - record.reportedAt <= AssociationBook.strangerRetention)
    }

    /// Counts the plainly active pairs that a bridge of a large mesh reports and nothing keeps.
    private func countOthers(_ evidence: Evidence, in table: inout AssociationTable) {
        for other in evidence.bridge?.activeOthers ?? [] where evidence.records[other] == nil {
            guard let node = membership.latest(other), membership.isCurrent(node) else { continue }
            if !evidence.inferred.contains(node) { table.count(.active) }
        }
    }

    // MARK: - One row

    private func row(
        _ observer: MemberRecord, _ subject: UniqueAddress, _ evidence: Evidence
    ) -> AssociationSnapshot {
        var row = AssociationSnapshot(
            observer: observer.node, subject: subject, transport: observer.node.address.transport)
        let isInferred = evidence.inferred.contains(subject)
        if let record = evidence.records[subject.address], let status = record.machine.status(of: subject.uid) {
            set(record, status, in: &row)
            row = downgrades.afterGate(row, isMonitored: isInferred)
            if isFromLogs { row = downgrades.ofLogs(row, record) }
        } else if isInferred, let state = membership.observers[observer.node.address] {
            row.status = AssociationStatus(.active)
            row.origin = .inferred
            row.observedAt = state.observedAt
            row.freshness = Freshness(observedAt: state.observedAt, now: moment.now, interval: moment.pollPeriod)
            row.evidence = ["monitored by the heartbeat ring, and reachable"]
        }
        row = downgrades.afterSilence(downgrades.afterRefusal(row), isMonitored: isInferred)
        guard let bridge = evidence.bridge, subject.uid == membership.latestUids[subject.address] else { return row }
        row.isMonitored = bridge.phi[subject.address] != nil
        row.phi = bridge.phi[subject.address]
        if row.origin == nil, row.phi != nil {
            row.origin = .bridge
            row.observedAt = bridge.receivedAt
            row.freshness = moment.freshness(of: bridge.source)
        }
        return row
    }

    /// Sets what was reported, with the times by our clock.
    private func set(_ record: AssociationRecord, _ status: AssociationStatus, in row: inout AssociationSnapshot) {
        let skew = book.bridges[row.observer.address]?.skew ?? .zero
        row.status = status
        row.status.since = status.since.map { $0 - skew }
        row.status.until = status.until.map { $0 - skew }
        row.origin = record.origin
        row.observedAt = record.reportedAt
        row.freshness = freshness(of: record)
        row.evidence = record.evidence
    }

    /// A log is silent when nothing happens, so that it is read counts; what is polled must have said it again.
    private func freshness(of record: AssociationRecord) -> Freshness {
        let source = moment.freshness(of: record.source)
        guard record.origin == .bridge || record.origin == .metric else { return source }
        return max(source, Freshness(observedAt: record.reportedAt, now: moment.now, interval: moment.pollPeriod))
    }

    /// Adds what metrics report of a pair to its row.
    private func add(_ metrics: MetricsRecord, to row: inout AssociationSnapshot) {
        let subject = row.subject
        guard subject.uid == membership.latestUids[subject.address] else { return }
        row.isMonitored = metrics.isMonitored(subject.address, at: moment.now)
        guard let phi = metrics.phi(of: subject.address, at: moment.now) else { return }
        row.phi = phi
        guard row.origin == nil else { return }
        row.origin = .metric
        row.observedAt = phi.observedAt
        row.freshness = moment.freshness(of: metrics.source)
    }

    private func isExpected(
        _ observer: MemberRecord, _ subject: UniqueAddress, _ receivers: Set<UniqueAddress>, looksAcross: Bool
    ) -> Bool? {
        guard !isFromLogs, let other = membership.members[subject], other.removedAt == nil else { return nil }
        return looksAcross || other.roles.dataCenter == observer.roles.dataCenter ? receivers.contains(subject) : nil
    }

    // MARK: - Inference

    private func receivers(of observer: MemberRecord, in table: inout AssociationTable) -> Set<UniqueAddress> {
        let view = membership.observers[observer.node.address]?.view
        let unreachable = (view?.unreachable ?? []).compactMap { view?.members[$0.subject]?.node }
        return table.expectation.receivers(
            of: observer.node, dataCenter: observer.roles.dataCenter, unreachable: Set(unreachable))
    }

    /// The subjects that the observer is expected to monitor and has, or last had, as reachable. Only silence ends a reachability, and
    /// silence does not end an association.
    private mutating func inferActive(
        _ observer: MemberRecord, _ receivers: Set<UniqueAddress>, known: Set<UniqueAddress>
    ) -> Set<UniqueAddress> {
        guard let view = membership.usableView(of: observer.node, at: moment) else { return [] }
        if view.unreachable.isEmpty, namesAllMembers(view.members) { return receivers }
        return receivers.union(known).filter { subject in
            guard view.members[subject] != nil else { return false }
            let isUnreachable = view.reportsUnreachable(subject.address)
            return isUnreachable ? known.contains(subject) : receivers.contains(subject)
        }
    }

    /// Whether a list names all current members. Most views share one list, so few are walked.
    private mutating func namesAllMembers(_ list: MemberList) -> Bool {
        if let known = listsOfAll[ObjectIdentifier(list)] { return known }
        let namesAll = membership.members.values.allSatisfy { $0.removedAt != nil || list[$0.node] != nil }
        listsOfAll[ObjectIdentifier(list)] = namesAll
        return namesAll
    }
}
