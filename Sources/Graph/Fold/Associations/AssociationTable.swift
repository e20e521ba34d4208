// SPDX-License-Identifier: Apache-2.0
import Model

/// What follows for each pair from what was reported: a pure function of the books and the table before.
struct AssociationTable {
    /// The pairs of which something is known, by observer, then subject; in large meshes without those that are plainly active.
    private(set) var rows: [AssociationSnapshot] = []
    private(set) var counts = AssociationCounts()
    /// The members with which a member stands in a quarantine that is not harmless, on either end of it.
    private(set) var quarantined: [UniqueAddress: [Address]] = [:]
    /// The peers that a member has gated.
    private(set) var gated: [UniqueAddress: [Address]] = [:]
    /// The peers that a member cannot reach and that nothing has named as members; where lines are all there is.
    private(set) var strangers: [UniqueAddress: [Address]] = [:]
    var expectation = Expectation()
    /// The pairs that are taken as active because they are monitored and reachable.
    private(set) var inferred: [Address: Set<UniqueAddress>] = [:]
    /// Rows that stay the same until their observer answers again.
    private(set) var cache: [Address: CachedRows] = [:]

    /// Derives the table of the present.
    ///
    /// - Parameters:
    ///   - book: What was reported of associations.
    ///   - membership: Who is a member, as of this evaluation.
    ///   - isFromLogs: Whether logs are all that is known, so that there is no heartbeat ring.
    ///   - moment: The sources and the time.
    ///   - previous: The table of the evaluation before: what was inferred then stays so while only silence speaks against it, and
    ///     rows of which nothing has changed are taken over.
    /// - Returns: The table. O(members) in a calm mesh; O(pairs of which something is known) otherwise.
    static func make(
        _ book: AssociationBook, _ membership: MembershipBook, isFromLogs: Bool, at moment: Moment,
        previous: consuming AssociationTable
    ) -> AssociationTable {
        let current = membership.sortedMembers.filter { $0.removedAt == nil }
        var table = consume previous
        table.expectation.update(
            current.map { ($0.node, $0.roles.dataCenter) }, monitored: book.monitoredByMembers)
        (table.rows, table.quarantined, table.gated, table.strangers) = ([], [:], [:], [:])
        table.counts = AssociationCounts(unknown: current.count * (current.count - 1))
        let isInFull = moment.allPairs || current.count <= SessionOptions.maximumMembersInFull
        var maker = AssociationTableMaker(
            book, membership, isFromLogs: isFromLogs, isCountedOnly: !isInFull, at: moment)
        var rows: [AssociationSnapshot] = []
        for observer in current { rows += maker.rows(of: observer, in: &table) }
        table.rows = rows
        return table
    }

    /// Whether the observer is expected to monitor the subject and had it as reachable at the last evaluation.
    func infers(_ observer: Address, _ subject: UniqueAddress) -> Bool {
        inferred[observer]?.contains(subject) ?? false
    }

    // MARK: - Changes

    mutating func setInferred(_ subjects: Set<UniqueAddress>?, of observer: Address) { inferred[observer] = subjects }

    mutating func setCache(_ rows: CachedRows?, of observer: Address) { cache[observer] = rows }

    /// The process at an address is another one, or its bridge has reported: what was kept of it no longer holds.
    mutating func forgetCache(of observer: Address) { cache[observer] = nil }

    /// Makes every row again at the next evaluation; tests compare both ways.
    mutating func forgetCaches() { cache = [:] }

    /// Another incarnation runs at an address.
    mutating func forget(_ address: Address) {
        inferred[address] = nil
        cache[address] = nil
    }

    mutating func keepOnly(_ current: Set<Address>) {
        if cache.count > current.count { cache = cache.filter { current.contains($0.key) } }
    }

    /// Takes the rows of an observer from the cache.
    mutating func count(_ cached: CachedRows) {
        counts.active += cached.count
        counts.unknown -= cached.count
    }

    mutating func count(_ state: AssociationState) { counts.count(state) }

    /// Notes what a row means for the health of its ends. A source that is lost says nothing of the present.
    mutating func noteStranger(_ row: AssociationSnapshot) {
        let isOfCluster = row.subject.address.system == row.observer.address.system
        guard isOfCluster, row.status.state == .gated || row.status.state == .quarantined else { return }
        strangers[row.observer, default: []].append(row.subject.address)
    }

    mutating func noteTrouble(_ row: AssociationSnapshot) {
        guard row.freshness != .lost, row.origin != .inferred else { return }
        switch row.status.state {
        case .quarantined where !row.status.isHarmless:
            quarantined[row.observer, default: []].append(row.subject.address)
            quarantined[row.subject, default: []].append(row.observer.address)
        case .gated: gated[row.observer, default: []].append(row.subject.address)
        case .quarantined, .idle, .active, .unknown: break
        }
    }
}
