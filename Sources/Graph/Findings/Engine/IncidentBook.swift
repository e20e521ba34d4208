// SPDX-License-Identifier: Apache-2.0
import Model

/// Findings that belong together, remembered after they are over.
struct IncidentBook: Sendable {
    /// Maximum number of incidents that are remembered; the oldest that are over go first.
    static let maximumIncidents = 64
    /// An incident is over when nothing of it has been open for this long.
    static let quiet = Duration.seconds(60)
    /// How long one that is over is listed.
    static let retention = Duration.seconds(8 * 3600)

    private struct Record: Sendable {
        var id: String
        var cluster: String?
        var since: Timestamp
        var lastOpen: Timestamp
        var overAt: Timestamp?
        var acknowledgedAt: Timestamp?
        var subjects: Set<String> = []
        var members = Incident.Members()
        var isInformation = true
    }

    private var records: [Record] = []
    private var nextNumber = 1

    // MARK: - Records

    mutating func acknowledge(_ id: String?, at now: Timestamp) {
        for place in records.indices where id == nil ? records[place].overAt != nil : records[place].id == id {
            records[place].acknowledgedAt = records[place].acknowledgedAt ?? now
        }
    }

    /// Gives each finding its incident, and ends and forgets incidents.
    mutating func update(_ findings: inout [FindingRecord], _ expectations: ExpectationBook, at now: Timestamp) {
        assign(&findings, expectations, at: now)
        for place in records.indices {
            var record = records[place]
            let own = findings.filter { $0.incident == record.id }
            record.subjects = Set(own.flatMap(\.concerned))
            record.since = min(record.since, own.map(\.since).min() ?? record.since)
            record.isInformation = own.allSatisfy { $0.candidate.severity == .info }
            if own.contains(where: \.isOpen) {
                (record.lastOpen, record.overAt) = (now, nil)
            } else if record.overAt == nil, now - record.lastOpen >= Self.quiet {
                record.overAt = now
            }
            if let cluster = record.cluster {
                let changes = expectations.changes(in: cluster, since: record.since - .seconds(5))
                record.members.now = changes.now
                record.members.lost = changes.lost
                record.members.returned = changes.returned
            }
            records[place] = record
        }
        forget(&findings, at: now)
    }

    private mutating func assign(_ findings: inout [FindingRecord], _ expectations: ExpectationBook, at now: Timestamp)
    {
        let incidents = Dictionary(findings.map { ($0.id, $0.incident) }) { first, _ in first }
        for place in findings.indices where findings[place].isOpen {
            let finding = findings[place]
            if let cause = finding.explainedBy, let incident = incidents[cause], !incident.isEmpty {
                if finding.incident != incident { findings[place].incident = incident }
                continue
            }
            guard finding.incident.isEmpty else { continue }
            findings[place].incident = shared(with: finding, at: now) ?? begin(finding, expectations, at: now)
        }
        // A cause that came to light after its effects takes them along.
        let next = Dictionary(findings.map { ($0.id, $0.incident) }) { first, _ in first }
        for place in findings.indices {
            if let cause = findings[place].explainedBy, let incident = next[cause], !incident.isEmpty {
                findings[place].incident = incident
            }
        }
        let used = Set(findings.map(\.incident))
        records.removeAll { !used.contains($0.id) }
    }

    /// An incident that is going on and is about the same nodes.
    private func shared(with finding: FindingRecord, at now: Timestamp) -> String? {
        let cluster = finding.candidate.key.cluster.isEmpty ? nil : finding.candidate.key.cluster
        return records.first { record in
            record.overAt == nil && record.cluster == cluster
                && !record.subjects.isDisjoint(with: finding.concerned)
        }?.id
    }

    private mutating func begin(_ finding: FindingRecord, _ expectations: ExpectationBook, at now: Timestamp) -> String
    {
        let cluster = finding.candidate.key.cluster.isEmpty ? nil : finding.candidate.key.cluster
        var record = Record(id: "i\(nextNumber)", cluster: cluster, since: finding.since, lastOpen: now)
        record.subjects = Set(finding.concerned)
        record.members.before = cluster.flatMap {
            expectations.expected($0)?.count ?? (expectations.largest(in: $0) > 0 ? expectations.largest(in: $0) : nil)
        }
        nextNumber += 1
        records.append(record)
        return record.id
    }

    private mutating func forget(_ findings: inout [FindingRecord], at now: Timestamp) {
        var gone: Set<String> = []
        for record in records {
            guard let over = record.overAt else { continue }
            let isOld = now - over > Self.retention
            let isSeen = record.acknowledgedAt.map { now - max($0, over) > Self.quiet } ?? false
            if isOld || isSeen || record.isInformation { gone.insert(record.id) }
        }
        let over = records.filter { $0.overAt != nil && !gone.contains($0.id) }.sorted { $0.since < $1.since }
        for record in over.prefix(max(0, records.count - gone.count - Self.maximumIncidents)) { gone.insert(record.id) }
        guard !gone.isEmpty else { return }
        records.removeAll { gone.contains($0.id) }
        for place in findings.indices where gone.contains(findings[place].incident) { findings[place].incident = "" }
    }

    // MARK: - Pictures

    private struct Place: Comparable {
        var isOver: Bool
        var severity: Finding.Severity
        var since: Timestamp
        var id: String

        static func < (left: Place, right: Place) -> Bool {
            if left.isOver != right.isOver { return right.isOver }
            if left.severity != right.severity { return left.severity > right.severity }
            // Of what is going on the oldest first, of what is over the newest.
            if left.since != right.since { return left.isOver ? left.since > right.since : left.since < right.since }
            return left.id.count == right.id.count ? left.id < right.id : left.id.count < right.id.count
        }
    }

    private func places(_ findings: [Finding]) -> [String: Place] {
        let own = Dictionary(grouping: findings, by: \.incident)
        return Dictionary(
            uniqueKeysWithValues: records.map { record in
                let all = own[record.id] ?? []
                let open = all.filter(\.isOpen)
                let severity = (open.isEmpty ? all : open).map(\.severity).max() ?? .info
                return (record.id, Place(isOver: open.isEmpty, severity: severity, since: record.since, id: record.id))
            })
    }

    /// Root causes first: those of all incidents that are going on, then by incident what they explain; the worst incident first, within one
    /// what is open, and the likelier cause.
    func sorted(_ findings: [Finding]) -> [Finding] {
        let places = places(findings)
        return findings.sorted { left, right in
            let (isLeftRoot, isRightRoot) = (Self.isOpenRoot(left), Self.isOpenRoot(right))
            if isLeftRoot != isRightRoot { return isLeftRoot }
            if left.incident != right.incident, let first = places[left.incident], let second = places[right.incident] {
                return first < second
            }
            return Self.isBefore(left, right)
        }
    }

    /// Whether it is a cause of something that is going on, so that no consequence of another comes before it.
    private static func isOpenRoot(_ finding: Finding) -> Bool {
        finding.isOpen && finding.explainedBy == nil && finding.severity > .info && finding.confidence != .recovered
    }

    private static func isBefore(_ left: Finding, _ right: Finding) -> Bool {
        if left.isOpen != right.isOpen { return left.isOpen }
        if (left.explainedBy == nil) != (right.explainedBy == nil) { return left.explainedBy == nil }
        let (isLeftInfo, isRightInfo) = (left.severity == .info, right.severity == .info)
        if isLeftInfo != isRightInfo { return isRightInfo }
        if left.rule != right.rule { return left.rule < right.rule }
        return left.id.count == right.id.count ? left.id < right.id : left.id.count < right.id.count
    }

    func incidents(_ findings: [Finding]) -> [Incident] {
        let own = Dictionary(grouping: findings, by: \.incident)
        let places = places(findings)
        let sorted = records.sorted { left, right in
            guard let first = places[left.id], let second = places[right.id] else { return left.id < right.id }
            return first < second
        }
        return sorted.compactMap { record in
            let all = (own[record.id] ?? []).sorted(by: Self.isBefore)
            guard let first = all.first else { return nil }
            let root = all.first { !$0.explains.isEmpty && $0.explainedBy == nil } ?? (all.count == 1 ? first : nil)
            return Incident(
                id: record.id, since: record.since, until: record.overAt.map { _ in record.lastOpen },
                state: record.overAt == nil ? .open : record.acknowledgedAt == nil ? .over : .acknowledged,
                title: first.title, root: root?.id ?? first.id, findings: all.map(\.id), members: record.members)
        }
    }
}
