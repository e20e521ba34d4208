// SPDX-License-Identifier: Apache-2.0
/// Legs as the namespaces have them, and the rates of each by identity: lists in one array, because most of thousands hold one or two rates.
struct DrawnLegs {
    /// A leg as a namespace has it.
    private var copies = KeyTable<CopyKey>(capacity: 4096)
    /// By leg, its latest copy; by copy, the one before of the same leg. -1: none.
    private var latest: [Int]
    private var before: [Int] = []
    /// The rates of each copy, in the order in which they came.
    private(set) var rates = Rates()

    /// - Parameter legs: the number of legs.
    init(legs: Int) { latest = Array(repeating: -1, count: legs) }

    mutating func add(identity: Int, rate: Double, leg: Int, namespace: Int) {
        let copy = copies.number(of: CopyKey(leg: leg, namespace: namespace))
        if copy == before.count {
            before.append(latest[leg])
            latest[leg] = copy
        }
        rates.add((identity, rate), to: copy)
    }

    /// The copy of a namespace, if it has the leg.
    func copy(of leg: Int, in namespace: Int?) -> Int? {
        guard let namespace else { return nil }
        return copies.known(CopyKey(leg: leg, namespace: namespace))
    }

    /// The copy of the first namespace that has the leg.
    func first(of leg: Int) -> Int? {
        var (copy, first) = (latest[leg], Int?.none)
        while copy >= 0 {
            if first.map({ copies[copy].namespace < copies[$0].namespace }) ?? true { first = copy }
            copy = before[copy]
        }
        return first
    }

    /// Many short lists.
    struct Rates {
        typealias Rate = (identity: Int, rate: Double)

        private var entries: [(rate: Rate, next: Int)] = []
        private var ends: [(first: Int, last: Int)] = []

        fileprivate mutating func add(_ rate: Rate, to list: Int) {
            let place = entries.count
            entries.append((rate, -1))
            if list == ends.count {
                ends.append((place, place))
            } else {
                entries[ends[list].last].next = place
                ends[list].last = place
            }
        }

        /// The list of a copy.
        subscript(copy: Int) -> List { List(rates: self, place: ends[copy].first) }

        struct List: Sequence, IteratorProtocol {
            fileprivate let rates: Rates
            fileprivate var place: Int

            mutating func next() -> Rate? {
                guard place >= 0 else { return nil }
                let entry = rates.entries[place]
                place = entry.next
                return entry.rate
            }
        }
    }
}
