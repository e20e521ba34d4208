import Model

/// Puts a ``PairTable`` together, one observer after the other.
struct PairTableBuilder {
    /// So many different membership lists are searched for subjects that they leave out; more are only seen while a large mesh forms.
    private static let mostLists = 50

    private let cluster: ClusterSnapshot
    private let present: [MemberSnapshot]
    private let now: Timestamp
    private let period: Duration
    private let expected: ExpectedMonitoring
    private let views: [Address: Int]
    private let places: [Address: Int]
    private var rowsOf: [[Int]]
    private var lostBy: [[Int]]
    private var leftOut: [ObjectIdentifier: [Int]] = [:]
    private var slots: [Slot]
    /// The subjects whose slots are in use.
    private var touched: [Int] = []

    let nodes: [UniqueAddress]
    let isInFull: Bool
    let indices: [UniqueAddress: Int]
    private(set) var starts = [0]
    private(set) var entries: [PairTable.Entry] = []
    private(set) var defaults: [PairSigns] = []
    private(set) var ages: [Freshness] = []
    private(set) var gates: [Timestamp?] = []
    private(set) var phiRows: [Int?]
    private(set) var worstPhiRow: Int?

    /// What is known of one subject while its observer is looked at.
    private struct Slot {
        var row: Int32 = -1
        var reach = PairSign.none
        var isExpected = false
        var isTouched = false
    }

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
        nodes = present.map(\.node)
        indices = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
        places = Dictionary(nodes.enumerated().map { ($1.address, $0) }) { _, last in last }
        views = Dictionary(cluster.views.enumerated().map { ($1.observer, $0) }) { first, _ in first }
        rowsOf = Array(repeating: [], count: nodes.count)
        lostBy = Array(repeating: [], count: nodes.count)
        slots = Array(repeating: Slot(), count: nodes.count)
        phiRows = Array(repeating: nil, count: nodes.count)
    }

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
                guard let place = indices[row.observer] else { continue }
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
        for subject in touched.sorted() {
            if subject != observer {
                let entry = entry(subject, age)
                if let until = opening(of: entry) { gate = max(gate ?? until, until) }
                entries.append(entry)
            }
            slots[subject] = Slot()
        }
        touched.removeAll(keepingCapacity: true)
        starts.append(entries.count)
        gates.append(gate)
        ages.append(age)
        defaults.append(
            PairSigns(
                association: isCounted ? .active : cluster.isFromLines ? .unknown : .none,
                reach: age == .lost || cluster.isFromLines ? .unknown : .hearsay))
    }

    private func opening(of entry: PairTable.Entry) -> Timestamp? {
        guard entry.row >= 0, entry.signs.association == .gated else { return nil }
        return cluster.associations[Int(entry.row)].status.until
    }

    private mutating func touch(_ subject: Int) {
        guard !slots[subject].isTouched else { return }
        slots[subject].isTouched = true
        touched.append(subject)
    }

    private mutating func noteRows(_ observer: Int) {
        var last = 0
        for number in rowsOf[observer] {
            let subject = cluster.associations[number].subject
            while last < nodes.count, nodes[last] != subject { last += 1 }
            if last == nodes.count {
                // Not sorted, or not present.
                last = 0
                guard let place = indices[subject] else { continue }
                last = place
            }
            slots[last].row = Int32(number)
            touch(last)
            notePhi(number, of: last)
        }
    }

    private mutating func notePhi(_ number: Int, of subject: Int) {
        guard let phi = cluster.associations[number].phi else { return }
        if phi.isHotter(than: phiRows[subject].flatMap { cluster.associations[$0].phi }) { phiRows[subject] = number }
        if phi.isHotter(than: worstPhiRow.flatMap { cluster.associations[$0].phi }) { worstPhiRow = number }
    }

    private mutating func noteExpected(_ observer: Int) {
        for node in expected.receivers(of: nodes[observer], dataCenter: present[observer].roles.dataCenter) {
            guard let subject = indices[node] else { continue }
            slots[subject].isExpected = true
            touch(subject)
        }
    }

    /// What the observer itself has as unreachable, as its own view tells, or those of others that pass it on.
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
        slots[subject].reach = max(slots[subject].reach, sign)
        touch(subject)
    }

    /// Lists are shared by the views that agree, so that few are searched.
    private mutating func noteLeftOut(_ list: MemberList) {
        let id = ObjectIdentifier(list)
        if leftOut[id] == nil {
            guard leftOut.count < Self.mostLists else { return }
            leftOut[id] = nodes.indices.filter { list[nodes[$0]] == nil }
        }
        for subject in leftOut[id] ?? [] { lose(subject, .unlisted) }
    }

    private func entry(_ subject: Int, _ age: Freshness) -> PairTable.Entry {
        let slot = slots[subject]
        let row = slot.row >= 0 ? cluster.associations[Int(slot.row)] : nil
        var entry = PairTable.Entry(
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
        let looks = row?.isMonitored ?? entry.isExpected ?? false
        let fine: PairSign = age == .lost || cluster.isFromLines ? .unknown : looks ? .reachable : .hearsay
        // The endpoint does not say who knows a subject to be dead: who measures heartbeats of it has only heard so.
        let isHeard =
            slot.reach == .terminated && row?.phi?.isAvailable == true && entry.freshness.phi < .stale
            && entry.signs.association != .quarantined
        entry.signs.reach = slot.reach == .none || isHeard ? fine : slot.reach
        return entry
    }

    /// Above 200 members what is plainly active is counted only. A pair without a row is then active if none of all is unknown; otherwise one
    /// that the ring has the observer monitor is, unless the observer is not heard or has the subject as unreachable.
    private func countedOnly(_ slot: Slot, _ age: Freshness) -> PairSign {
        if isCounted { return .active }
        guard slot.isExpected else { return .none }
        return age == .lost || slot.reach != .none ? .unknown : .inferred
    }

    private var isCounted: Bool { !isInFull && cluster.associationCounts.unknown == 0 }

    // MARK: - Totals

    func totals(of mode: MatrixMode) -> PairTable.Totals {
        let count = nodes.count
        var totals = PairTable.Totals(
            rows: Array(repeating: .none, count: count), columns: Array(repeating: .none, count: count))
        // How many observers have each default, and for how many of them a subject has an entry of its own.
        var observers: [PairSign: Int] = [:]
        var covered: [PairSign: [Int]] = [:]
        var troubled: [(Int, PairTable.Entry)] = []
        for observer in 0..<count {
            let fallback = defaults[observer][mode]
            observers[fallback, default: 0] += 1
            covered[fallback, default: Array(repeating: 0, count: count)][observer] += 1
            let own = entries[starts[observer]..<starts[observer + 1]]
            for entry in own {
                let (sign, subject) = (entry.signs[mode], Int(entry.subject))
                totals.rows[observer] = max(totals.rows[observer], sign)
                totals.columns[subject] = max(totals.columns[subject], sign)
                covered[fallback]?[subject] += 1
                if sign.isTrouble { troubled.append((observer, entry)) }
            }
            if own.count < count - 1 { totals.rows[observer] = max(totals.rows[observer], fallback) }
        }
        for (sign, all) in observers {
            for subject in 0..<count where covered[sign]?[subject] != all {
                totals.columns[subject] = max(totals.columns[subject], sign)
            }
        }
        for (observer, entry) in troubled { compare(observer, entry, mode, &totals) }
        return totals
    }

    /// Counts a pair once: by its worse side, or by the first of two that are in different trouble.
    private func compare(
        _ observer: Int, _ entry: PairTable.Entry, _ mode: MatrixMode, _ totals: inout PairTable.Totals
    ) {
        let subject = Int(entry.subject)
        let (sign, back) = (entry.signs[mode], find(subject, observer))
        let other = back?.signs[mode] ?? defaults[subject][mode]
        let age = back?.freshness(mode) ?? ages[subject]
        if other.isTrouble {
            if other.kind != sign.kind, observer < subject { totals.asymmetric += 1 }
        } else if other.kind == .unknown || age >= .stale {
            totals.undecided += 1
        } else {
            totals.asymmetric += 1
        }
    }

    private func find(_ observer: Int, _ subject: Int) -> PairTable.Entry? {
        var (low, high) = (starts[observer], starts[observer + 1])
        while low < high {
            let middle = (low + high) / 2
            if Int(entries[middle].subject) < subject { low = middle + 1 } else { high = middle }
        }
        return low < starts[observer + 1] && Int(entries[low].subject) == subject ? entries[low] : nil
    }
}

extension PhiMeasurement {
    /// Whether this is the one to look at: the greater phi, of equals the longer silence.
    func isHotter(than other: PhiMeasurement?) -> Bool {
        guard let other else { return true }
        let (own, others) = (magnitude ?? -1, other.magnitude ?? -1)
        return own == others ? (silence ?? .zero) > (other.silence ?? .zero) : own > others
    }
}
