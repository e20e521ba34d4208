// SPDX-License-Identifier: Apache-2.0
/// The reachability records of the gossip (akka-cluster, `Reachability.scala`): only the observer writes its rows, and its version decides
/// which copy of them is newer.
struct Reachability: Sendable {
    enum Status: Sendable {
        case reachable
        case unreachable
        /// Known dead: a heartbeat does not clear it, and `/cluster/members` does not list it.
        case terminated
    }

    struct Record: Sendable {
        let observer: Int
        let subject: Int
        let status: Status
        /// Which of its observer's changes this was.
        let version: Int
    }

    /// Sorted by observer, then subject.
    private(set) var records: [Record] = []
    private var versions: [Int: Int] = [:]

    var isEmpty: Bool { records.isEmpty }

    func status(observer: Int, subject: Int) -> Status {
        let index = position(observer, subject)
        guard index < records.count, records[index].observer == observer, records[index].subject == subject else {
            return .reachable
        }
        return records[index].status
    }

    /// What an observer says itself, in order of subjects.
    func rows(of observer: Int) -> ArraySlice<Record> {
        records[position(observer, .min)..<position(observer + 1, .min)]
    }

    /// Changes a record of the observer's own.
    ///
    /// - Returns: Whether that changed anything: terminated never becomes unreachable again.
    @discardableResult
    mutating func set(_ status: Status, observer: Int, subject: Int) -> Bool {
        let old = self.status(observer: observer, subject: subject)
        if old == status || (old == .terminated && status == .unreachable) { return false }
        versions[observer, default: 0] += 1
        let index = position(observer, subject)
        let record = Record(
            observer: observer, subject: subject, status: status, version: versions[observer] ?? 1)
        if index < records.count, records[index].observer == observer, records[index].subject == subject {
            records[index] = record
        } else {
            records.insert(record, at: index)
        }
        if rows(of: observer).allSatisfy({ $0.status == .reachable }) {
            records.removeSubrange(position(observer, .min)..<position(observer + 1, .min))
        }
        return true
    }

    /// Forgets removed nodes, as observers and as subjects.
    mutating func remove(_ nodes: BitSet) {
        records.removeAll { nodes.contains($0.observer) || nodes.contains($0.subject) }
        for node in nodes.elements { versions[node] = nil }
    }

    /// Takes every observer's rows from where they are newer; records of incarnations that are not allowed, being no members, are dropped.
    func merged(with other: Reachability, allowed: BitSet) -> Reachability {
        var result = Reachability()
        for observer in Set(versions.keys).union(other.versions.keys).sorted() where allowed.contains(observer) {
            let (mine, theirs) = (versions[observer] ?? 0, other.versions[observer] ?? 0)
            let rows = mine >= theirs ? rows(of: observer) : other.rows(of: observer)
            result.records.append(contentsOf: rows.filter { allowed.contains($0.subject) })
            result.versions[observer] = max(mine, theirs)
        }
        return result
    }

    /// Without the records among the given nodes: what a resolver looks at after it has set the indirectly connected aside.
    func removing(recordsAmong nodes: BitSet) -> Reachability {
        var result = self
        result.records.removeAll { nodes.contains($0.observer) && nodes.contains($0.subject) }
        return result
    }

    /// Subjects with at least one record that is not Reachable, by the observers that count.
    func cutOff(observedBy counts: (Int) -> Bool = { _ in true }) -> BitSet {
        BitSet(records.filter { $0.status != .reachable && counts($0.observer) }.map(\.subject))
    }

    private func position(_ observer: Int, _ subject: Int) -> Int {
        var (low, high) = (0, records.count)
        while low < high {
            let middle = (low + high) / 2
            if (records[middle].observer, records[middle].subject) < (observer, subject) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
