// SPDX-License-Identifier: Apache-2.0
package import Model

/// How many members each cluster should have, and who of them is missing.
package struct ExpectationBook: Sendable {
    /// How long members must have been Up together to be expected.
    static let lasting = Duration.seconds(60)
    /// How long a missing member is remembered.
    static let retention = Duration.seconds(8 * 3600)

    /// A member that was Up and is gone.
    struct Missing: Sendable {
        var address: Address
        var since: Timestamp
        var isGraceful: Bool
        var evidence: FindingEvidence?
    }

    /// Fewer members than expected.
    struct Absence: Sendable {
        var expected: ExpectedMembers
        var missing: [Missing]
        var since: Timestamp
    }

    private struct Record: Sendable {
        var option: Int?
        var seen: Int?
        var largest = 0
        /// How many were Up, and since when at least as many have been.
        var run: (count: Int, since: Timestamp)?
        var up: Set<Address> = []
        var missing: [Address: Missing] = [:]
        var returned: Set<Address> = []
        var now = 0
        /// Those that are Up and reachable.
        var reachable = 0
        var fewSince: Timestamp?
    }

    private var records: [String: Record] = [:]

    /// What is expected of a cluster; `nil` as long as nothing is.
    package func expected(_ cluster: String) -> ExpectedMembers? {
        guard let record = records[cluster] else { return nil }
        if let option = record.option { return ExpectedMembers(count: option, origin: .option) }
        return record.seen.map { ExpectedMembers(count: $0, origin: .seen) }
    }

    func largest(in cluster: String) -> Int { records[cluster]?.largest ?? 0 }

    func absence(in cluster: String) -> Absence? {
        guard let record = records[cluster], let expected = expected(cluster), record.now < expected.count,
            let since = record.fewSince
        else { return nil }
        let missing = record.missing.values.sorted { $0.address < $1.address }
        // Whom nobody has seen go is only missed when the user says how many there should be.
        guard !missing.isEmpty || expected.origin == .option else { return nil }
        return Absence(expected: expected, missing: missing, since: missing.map(\.since).max() ?? since)
    }

    /// Those that went away since a moment and have not come back, and those that have.
    func changes(in cluster: String, since moment: Timestamp) -> (lost: [Address], returned: [Address], now: Int?) {
        guard let record = records[cluster] else { return ([], [], nil) }
        let lost = record.missing.values.filter { $0.since >= moment }.map(\.address).sorted()
        return (lost, record.returned.sorted(), record.reachable)
    }

    /// Whether any of these nodes has gone away and is still missing, for less than a time.
    func isAwaited(_ subjects: [String], in cluster: String, within window: Duration, at now: Timestamp) -> Bool {
        guard let record = records[cluster] else { return false }
        return record.missing.values.contains { missing in
            !missing.isGraceful && now - missing.since < window && subjects.contains(missing.address.text)
        }
    }

    mutating func update(_ input: FindingInput, _ trails: MemberTrails) {
        for cluster in input.clusters {
            var record = records[cluster.id] ?? Record()
            record.option = input.expected[cluster.id] ?? (input.clusters.count == 1 ? input.expected[""] : nil)
            update(&record, cluster, trails, at: input.now)
            records[cluster.id] = record
        }
    }

    private func update(
        _ record: inout Record, _ cluster: ClusterSnapshot, _ trails: MemberTrails, at now: Timestamp
    ) {
        let present = cluster.members.filter { $0.removedAt == nil }
        let up = Set(present.filter { $0.status == .up }.map(\.node.address))
        record.now = up.count
        record.reachable = present.count { $0.status == .up && $0.unreachableBy.isEmpty }
        record.largest = max(record.largest, up.count)
        countTogether(&record, up.count, at: now)
        let listed = Set(present.map(\.node.address))
        for address in record.up where !listed.contains(address) && record.missing[address] == nil {
            let trail = trails[address]?.removed != nil ? trails[address] : trails.previous(address) ?? trails[address]
            record.missing[address] = Missing(
                address: address, since: now, isGraceful: trail?.left != nil && trail?.downed == nil,
                evidence: (trail?.downed ?? trail?.removed)?.evidence())
        }
        for address in up where record.missing[address] != nil {
            record.missing[address] = nil
            record.returned.insert(address)
        }
        record.missing = record.missing.filter { now - $0.value.since < Self.retention }
        record.up.formUnion(up)
        record.up.formIntersection(listed)
        let wanted = record.option ?? record.seen ?? 0
        record.fewSince = up.count < wanted ? record.fewSince ?? now : nil
        // Whoever left gracefully is not waited for.
        if record.option == nil, let seen = record.seen {
            let graceful = record.missing.values.filter { $0.isGraceful && now - $0.since >= Self.lasting }
            for missing in graceful { record.missing[missing.address] = nil }
            if !graceful.isEmpty { record.seen = max(up.count, seen - graceful.count) }
        }
    }

    private func countTogether(_ record: inout Record, _ count: Int, at now: Timestamp) {
        guard let run = record.run else {
            record.run = (count, now)
            return
        }
        if count < run.count {
            if now - run.since >= Self.lasting { record.seen = max(record.seen ?? 0, run.count) }
            record.run = (count, now)
        } else if now - run.since >= Self.lasting {
            record.seen = max(record.seen ?? 0, run.count)
            if count > run.count { record.run = (count, now) }
        } else if count > run.count, run.count == 0 {
            record.run = (count, now)
        }
    }
}
