// SPDX-License-Identifier: Apache-2.0
import Model

/// All sources that are read, with what became of reading them.
struct SourceBook: Sendable {
    private var records: [SourceID: SourceRecord] = [:]
    /// Number of management endpoints; a large mesh is polled in rotation.
    private(set) var managementCount = 0
    /// The health endpoints of applications, sorted.
    private(set) var probes: [SourceID] = []

    subscript(id: SourceID) -> SourceRecord? { records[id] }

    var all: some Collection<SourceRecord> { records.values }

    /// All ids, sorted by kind, then target.
    var ids: [SourceID] { records.keys.sorted() }

    /// Starts a source; one that is read already stays as it is.
    mutating func add(_ id: SourceID, _ origin: SourceOrigin, at now: Timestamp) {
        guard records[id] == nil else { return }
        var record = SourceRecord(id: id, origin: origin, at: now)
        if id.kind == .management { managementCount += 1 }
        if id.kind == .probe, let subject = origin.subject {
            record.probe = ProbeRecord(subject)
            probes.insert(id, at: probes.partitioningIndex { id < $0 })
        }
        records[id] = record
    }

    /// - Returns: The source as it was; `nil` if it was not read.
    mutating func remove(_ id: SourceID) -> SourceRecord? {
        guard let record = records.removeValue(forKey: id) else { return nil }
        probes.removeAll { $0 == id }
        if id.kind == .management { managementCount -= 1 }
        return record
    }

    /// Changes a source in place.
    ///
    /// - Returns: What `change` returned; `nil` if the source is not read.
    @discardableResult
    mutating func change<Result>(_ id: SourceID, _ change: (inout SourceRecord) -> Result) -> Result? {
        guard let index = records.index(forKey: id) else { return nil }
        return change(&records.values[index])
    }

    /// The time in which each member is polled once.
    func pollPeriod(interval: Duration) -> Duration { PollBudget.period(members: managementCount, interval: interval) }

    /// The time in which each health endpoint is asked once.
    func probePeriod(interval: Duration) -> Duration { PollBudget.period(members: probes.count, interval: interval) }
}
