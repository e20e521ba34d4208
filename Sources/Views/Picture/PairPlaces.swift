// SPDX-License-Identifier: Apache-2.0
import Model

/// The places of a cluster's present members in its list.
struct PairPlaces: Sendable {
    let nodes: [UniqueAddress]
    private let byNode: [UniqueAddress: Int]
    /// Of several incarnations at one address the last.
    private let byAddress: [Address: Int]

    init(_ nodes: [UniqueAddress]) {
        self.nodes = nodes
        byNode = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
        byAddress = Dictionary(nodes.enumerated().map { ($1.address, $0) }) { _, last in last }
    }

    subscript(node: UniqueAddress) -> Int? { byNode[node] }

    subscript(address: Address) -> Int? { byAddress[address] }
}

/// What is known of the subjects of one observer, while its pairs are entered.
struct PairSlots {
    struct Slot {
        var row: Int32 = -1
        var reach = PairSign.none
        var isExpected = false
        fileprivate var isTouched = false
    }

    private var slots: [Slot]
    /// The subjects of which anything is known.
    private(set) var touched: [Int] = []

    init(count: Int) { slots = Array(repeating: Slot(), count: count) }

    subscript(subject: Int) -> Slot { slots[subject] }

    mutating func change(_ subject: Int, _ change: (inout Slot) -> Void) {
        change(&slots[subject])
        guard !slots[subject].isTouched else { return }
        slots[subject].isTouched = true
        touched.append(subject)
    }

    /// Forgets everything, for the next observer.
    mutating func clear() {
        for subject in touched { slots[subject] = Slot() }
        touched.removeAll(keepingCapacity: true)
    }
}

/// The rows of associations with the greatest phi.
struct HottestPhi: Sendable {
    /// For each subject; nil where nothing is measured.
    private(set) var rows: [Int?]
    /// Of all; of equals the one with the longest silence for its scale.
    private(set) var worst: Int?

    init(count: Int) { rows = Array(repeating: nil, count: count) }

    mutating func note(_ row: Int, of subject: Int, _ associations: [AssociationSnapshot]) {
        guard let phi = associations[row].phi else { return }
        if phi.isHotter(than: rows[subject].flatMap { associations[$0].phi }) { rows[subject] = row }
        if phi.isHotter(than: worst.flatMap { associations[$0].phi }) { worst = row }
    }
}

extension PhiMeasurement {
    /// Whether this is the one to look at: the greater phi, of equals the longer silence.
    fileprivate func isHotter(than other: PhiMeasurement?) -> Bool {
        guard let other else { return true }
        let (own, others) = (magnitude ?? -1, other.magnitude ?? -1)
        return own == others ? (silence ?? .zero) > (other.silence ?? .zero) : own > others
    }
}
