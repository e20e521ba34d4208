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
