// SPDX-License-Identifier: Apache-2.0
import Model

/// Puts a ``PairTable`` together, one observer after the other.
struct PairTableBuilder {
    /// The maximum number of different membership lists that are searched for subjects that they leave out; there are more only while a large
    /// mesh forms.
    private static let maximumLists = 50

    private let cluster: ClusterSnapshot
    private let present: [MemberSnapshot]
    private let now: Timestamp
    private let period: Duration
    private let expected: ExpectedMonitoring
    private let views: [Address: Int]
    /// The rows of the snapshot's associations, by observer.
    private var rowsOf: [[Int]]
    /// The subjects that an observer has lost according to others, by observer.
    private var lostBy: [[Int]]
    /// The subjects that a membership list leaves out.
    private var leftOut: [ObjectIdentifier: [Int]] = [:]
    private var slots: PairSlots

    let places: PairPlaces
    let isInFull: Bool
    private(set) var rows = PairRows()

    init(
        _ cluster: ClusterSnapshot, _ present: [MemberSnapshot], _ options: SessionOptions, _ now: Timestamp,
        _ period: Duration
    ) {
        self.cluster = cluster
        self.present = present
        self.now = now
        self.period = period
        isInFull = cluster.listsEveryKnownPair(options)
        expected = ExpectedMonitoring(cluster)
        places = PairPlaces(present.map(\.node))
        views = Dictionary(cluster.views.enumerated().map { ($1.observer, $0) }) { first, _ in first }
        rowsOf = Array(repeating: [], count: present.count)
        lostBy = Array(repeating: [], count: present.count)
        slots = PairSlots(count: present.count)
    }

    private var nodes: [UniqueAddress] { places.nodes }

    mutating func build() {
        sortRows()
        for (subject, member) in present.enumerated() {
            for address in member.unreachableBy {
                if let observer = places[address], observer != subject { lostBy[observer].append(subject) }
            }
        }
        for observer in nodes.indices { add(observer) }
    }

    /// Rows come sorted by observer, so that mostly the last one's place is this one's.
    private mutating func sortRows() {
        var last = 0
        for (number, row) in cluster.associations.enumerated() where row.isCurrent {
            if last >= nodes.count || nodes[last] != row.observer {
                guard let place = places[row.observer] else { continue }
                last = place
            }
            rowsOf[last].append(number)
        }
    }

    private mutating func add(_ observer: Int) {
        let view = views[nodes[observer].address].map { cluster.views[$0] }
        let isOwn = view.map { ($0.observerUid ?? nodes[observer].uid) == nodes[observer].uid } ?? false
        let age = isOwn ? view?.freshness ?? .lost : .lost
        noteRows(observer)
        noteExpected(observer)
        noteLost(observer, isOwn ? view : nil)
        // Lines name some members only.
        if let view, isOwn, view.origin != .log { noteLeftOut(view.members) }
        var gate: Timestamp?
        for subject in slots.touched.sorted() where subject != observer {
            let entry = entry(subject, age)
            if let until = opening(of: entry) { gate = max(gate ?? until, until) }
            rows.append(entry)
        }
        slots.clear()
        let fallback = PairSigns(
            association: isCounted ? .active : cluster.isFromLines ? .unknown : .none,
            reach: age == .lost || cluster.isFromLines ? .unknown : .hearsay)
        rows.end(PairRows.Observer(fallback: fallback, age: age, gate: gate))
    }

    private func opening(of entry: PairEntry) -> Timestamp? {
        guard entry.row >= 0, entry.signs.association == .gated else { return nil }
        return cluster.associations[Int(entry.row)].status.until
    }

    private mutating func noteRows(_ observer: Int) {
        var last = 0
        for number in rowsOf[observer] {
            let subject = cluster.associations[number].subject
            while last < nodes.count, nodes[last] != subject { last += 1 }
            if last == nodes.count {
                // Not sorted, or not present.
                last = 0
                guard let place = places[subject] else { continue }
                last = place
            }
            slots.change(last) { $0.row = Int32(number) }
        }
    }

    private mutating func noteExpected(_ observer: Int) {
        for node in expected.receivers(of: nodes[observer], dataCenter: present[observer].roles.dataCenter) {
            guard let subject = places[node] else { continue }
            slots.change(subject) { $0.isExpected = true }
        }
    }

    /// What the observer itself has as unreachable, by its own view or by the views of others that relay it.
    private mutating func noteLost(_ observer: Int, _ view: ViewSnapshot?) {
        for subject in lostBy[observer] { lose(subject, .unreachable) }
        for lost in view?.unreachable ?? [] {
            guard let subject = places[lost.subject], (lost.subjectUid ?? nodes[subject].uid) == nodes[subject].uid
            else { continue }
            if lost.status == .terminated {
                lose(subject, .terminated)
            } else if lost.observers.isEmpty || lost.observers.contains(nodes[observer].address) {
                lose(subject, .unreachable)
            }
        }
    }

    private mutating func lose(_ subject: Int, _ sign: PairSign) {
        slots.change(subject) { $0.reach = max($0.reach, sign) }
    }

    /// Lists are shared by the views that agree, so that few are searched.
    private mutating func noteLeftOut(_ list: MemberList) {
        let id = ObjectIdentifier(list)
        if leftOut[id] == nil {
            guard leftOut.count < Self.maximumLists else { return }
            leftOut[id] = nodes.indices.filter { list[nodes[$0]] == nil }
        }
        for subject in leftOut[id] ?? [] { lose(subject, .unlisted) }
    }

    private func entry(_ subject: Int, _ age: Freshness) -> PairEntry {
        let slot = slots[subject]
        let row = slot.row >= 0 ? cluster.associations[Int(slot.row)] : nil
        var entry = PairEntry(
            subject: Int32(subject), row: slot.row, signs: PairSigns(), freshness: (.fresh, .fresh, age),
            isExpected: row.map(\.isExpected) ?? (cluster.isFromLines ? nil : slot.isExpected))
        let silent = entry.isExpected == true || cluster.isFromLines ? PairSign.unknown : .none
        if let row {
            entry.freshness.association = row.freshness
            entry.signs.association = row.freshness == .lost ? .unknown : PairSign(row)
        } else {
            entry.signs.association = isInFull ? silent : countedOnly(slot, age)
            entry.freshness.association = entry.signs.association == .inferred ? age : .fresh
        }
        entry.signs.phi = isInFull ? silent : .none
        if let phi = row?.phi {
            entry.freshness.phi = Freshness(observedAt: phi.observedAt, now: now, interval: period)
            entry.signs.phi = entry.freshness.phi == .lost ? .unknown : PairSign(phi)
        }
        let monitors = row?.isMonitored ?? entry.isExpected ?? false
        let fine: PairSign = age == .lost || cluster.isFromLines ? .unknown : monitors ? .reachable : .hearsay
        // The endpoint does not say which observer considers a subject terminated: one that still measures its heartbeats only relays it.
        let isHeard =
            slot.reach == .terminated && row?.phi?.isAvailable == true && entry.freshness.phi < .stale
            && entry.signs.association != .quarantined
        entry.signs.reach = slot.reach == .none || isHeard ? fine : slot.reach
        return entry
    }

    /// Above 200 members what is plainly active is counted only. A pair without a row is then active if none of all is unknown; otherwise one
    /// that the ring has the observer monitor is, unless the observer is not heard or has the subject as unreachable.
    private func countedOnly(_ slot: PairSlots.Slot, _ age: Freshness) -> PairSign {
        if isCounted { return .active }
        guard slot.isExpected else { return .none }
        return age == .lost || slot.reach != .none ? .unknown : .inferred
    }

    private var isCounted: Bool { !isInFull && cluster.associationCounts.unknown == 0 }
}
