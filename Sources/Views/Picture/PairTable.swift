import Model

/// The pairs of a cluster's present members by their places in the list, made once per snapshot: a matrix looks up thousands of them per frame.
///
/// Only pairs with something to say have an entry; all others of an observer are alike.
struct PairTable: Sendable {
    struct Entry: Sendable {
        /// The subject's place.
        var subject: Int32
        /// The row in the snapshot's associations; -1 without one.
        var row: Int32
        var signs: PairSigns
        /// How old each of the three is: association, phi, reachability.
        var freshness: (association: Freshness, phi: Freshness, reach: Freshness)
        /// Whether the heartbeat ring says that the observer should look; nil between data centres.
        var isExpected: Bool?

        func freshness(_ mode: MatrixMode) -> Freshness {
            switch mode {
            case .association: return freshness.association
            case .phi: return freshness.phi
            case .reach: return freshness.reach
            case .worst:
                if signs.worst == signs.association { return freshness.association }
                return signs.worst == signs.phi ? freshness.phi : freshness.reach
            }
        }
    }

    /// What is summed up for a mode.
    struct Totals: Sendable {
        var rows: [PairSign]
        var columns: [PairSign]
        /// Unordered pairs of which one side is in trouble and the other is not, or not in the same.
        var asymmetric = 0
        /// Unordered pairs of which one side is in trouble and the other is not known, or was not heard for long.
        var undecided = 0
    }

    let nodes: [UniqueAddress]
    /// Whether a pair without an entry is one of which nothing is known; otherwise it may be plainly active, as a bridge told.
    let isInFull: Bool
    /// Places in the order of the numbers in their names, so that 10.0.0.9 comes before 10.0.0.10.
    let natural: [Int]
    private let ranks: [Int]
    private let indices: [UniqueAddress: Int]
    private let starts: [Int]
    private let entries: [Entry]
    /// What a pair without an entry is, by observer.
    private let defaults: [PairSigns]
    private let ages: [Freshness]
    private let totals: [Totals]
    /// For each observer the time at which its last closed gate opens.
    let gates: [Timestamp?]
    /// For each subject the row with its greatest phi.
    let phiRows: [Int?]
    /// The row with the greatest phi of all; of equals the one with the longest silence for its scale.
    let worstPhiRow: Int?

    init(
        _ cluster: ClusterSnapshot, present: [MemberSnapshot], options: SessionOptions, at now: Timestamp,
        period: Duration
    ) {
        var builder = PairTableBuilder(cluster, present, options, now, period)
        builder.build()
        nodes = builder.nodes
        isInFull = builder.isInFull
        natural = NaturalOrder.sorted(present.map(\.node.address))
        var ranks = Array(repeating: 0, count: present.count)
        for (rank, place) in natural.enumerated() { ranks[place] = rank }
        self.ranks = ranks
        indices = builder.indices
        starts = builder.starts
        entries = builder.entries
        defaults = builder.defaults
        ages = builder.ages
        gates = builder.gates
        phiRows = builder.phiRows
        worstPhiRow = builder.worstPhiRow
        totals = MatrixMode.allCases.map { builder.totals(of: $0) }
    }

    var count: Int { nodes.count }

    /// Where a place stands in the natural order.
    func rank(of place: Int) -> Int { ranks[place] }

    func index(of node: UniqueAddress) -> Int? { indices[node] }

    func totals(_ mode: MatrixMode) -> Totals { totals[mode.rawValue] }

    /// All entries of an observer, by subject.
    func entries(of observer: Int) -> ArraySlice<Entry> { entries[starts[observer]..<starts[observer + 1]] }

    func entry(_ observer: Int, _ subject: Int) -> Entry? {
        var (low, high) = (starts[observer], starts[observer + 1])
        while low < high {
            let middle = (low + high) / 2
            if Int(entries[middle].subject) < subject { low = middle + 1 } else { high = middle }
        }
        return low < starts[observer + 1] && Int(entries[low].subject) == subject ? entries[low] : nil
    }

    /// What a pair of an observer without an entry shows.
    func defaultSign(of observer: Int, _ mode: MatrixMode) -> PairSign { defaults[observer][mode] }

    func sign(_ observer: Int, _ subject: Int, _ mode: MatrixMode) -> (sign: PairSign, freshness: Freshness) {
        if let entry = entry(observer, subject) { return (entry.signs[mode], entry.freshness(mode)) }
        return (defaults[observer][mode], mode == .reach ? ages[observer] : .fresh)
    }

    /// Whether this side of a pair is in trouble and the other is not in the same.
    func isAsymmetric(_ observer: Int, _ subject: Int, _ mode: MatrixMode) -> Bool {
        let sign = sign(observer, subject, mode).sign
        guard sign.isTrouble else { return false }
        let back = entry(subject, observer)
        let other = (
            sign: back?.signs[mode] ?? defaults[subject][mode], freshness: back?.freshness(mode) ?? ages[subject]
        )
        // What the other side said long ago, before it fell silent, differs from nothing.
        guard other.sign.isTrouble || other.freshness < .stale else { return false }
        return other.sign.kind != sign.kind && other.sign.kind != .unknown
    }
}

/// Names with numbers in them, in the order in which people count.
enum NaturalOrder {
    /// - Returns: The places of the addresses in that order.
    static func sorted(_ addresses: [Address]) -> [Int] {
        let keys = addresses.map { Array($0.hostPort.utf8) }
        return addresses.indices.sorted { left, right in
            if isLess(keys[left], keys[right]) { return true }
            return !isLess(keys[right], keys[left]) && left < right
        }
    }

    static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if isDigit(left[i]), isDigit(right[j]) {
                let (a, b) = (digits(left, &i), digits(right, &j))
                if a.count != b.count { return a.count < b.count }
                if !a.elementsEqual(b) { return a.lexicographicallyPrecedes(b) }
            } else {
                if left[i] != right[j] { return left[i] < right[j] }
                i += 1
                j += 1
            }
        }
        return left.count - i < right.count - j
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The digits from a place on, without leading zeros.
    private static func digits(_ text: [UInt8], _ place: inout Int) -> ArraySlice<UInt8> {
        while place < text.count, text[place] == 0x30 { place += 1 }
        let start = place
        while place < text.count, isDigit(text[place]) { place += 1 }
        return text[start..<place]
    }
}
