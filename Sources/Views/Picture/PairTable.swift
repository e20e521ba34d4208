// SPDX-License-Identifier: Apache-2.0
import Model

/// The pairs of a cluster's present members by their places in the list, made once per snapshot when a screen asks: a matrix looks up thousands of them per frame.
///
/// Only pairs with something to say have an entry; all others of an observer are alike.
struct PairTable: Sendable {
    /// Whether nothing is known of a pair without an entry; otherwise it may be plainly active, as a bridge reported.
    let isInFull: Bool
    /// Places in the order of the numbers in their names, so that 10.0.0.9 comes before 10.0.0.10.
    let natural: [Int]
    private let ranks: [Int]
    private let places: PairPlaces
    private let rows: PairRows
    private let totals: [PairTotals]

    /// - Parameters:
    ///   - cluster: The cluster.
    ///   - present: Those of its members that are not removed.
    ///   - options: Whether every pair was asked for.
    ///   - now: When the snapshot was taken.
    ///   - period: What freshness is judged by.
    init(
        _ cluster: ClusterSnapshot, present: [MemberSnapshot], options: SessionOptions, at now: Timestamp,
        period: Duration
    ) {
        var builder = PairTableBuilder(cluster, present, options, now, period)
        builder.build()
        isInFull = builder.isInFull
        places = builder.places
        rows = builder.rows
        natural = NaturalOrder.sorted(present.map(\.node.address))
        ranks = NaturalOrder.ranks(natural)
        totals = MatrixMode.allCases.map(builder.rows.totals)
    }

    /// The members, by their places.
    var nodes: [UniqueAddress] { places.nodes }

    var count: Int { nodes.count }

    /// Where a place stands in the natural order.
    func rank(of place: Int) -> Int { ranks[place] }

    func index(of node: UniqueAddress) -> Int? { places[node] }

    func totals(_ mode: MatrixMode) -> PairTotals { totals[mode.rawValue] }

    /// All entries of an observer, by subject.
    func entries(of observer: Int) -> ArraySlice<PairEntry> { rows.entries(of: observer) }

    func entry(_ observer: Int, _ subject: Int) -> PairEntry? { rows.entry(observer, subject) }

    /// When the last closed gate of an observer opens.
    func gate(of observer: Int) -> Timestamp? { rows[observer].gate }

    /// What a pair of an observer without an entry shows.
    func defaultSign(of observer: Int, _ mode: MatrixMode) -> PairSign { rows[observer].fallback[mode] }

    func sign(_ observer: Int, _ subject: Int, _ mode: MatrixMode) -> (sign: PairSign, freshness: Freshness) {
        if let entry = entry(observer, subject) { return (entry.signs[mode], entry.freshness(mode)) }
        return (rows[observer].fallback[mode], mode == .reach ? rows[observer].age : .fresh)
    }

    /// Whether this side of a pair is in trouble and the other is not in the same.
    func isAsymmetric(_ observer: Int, _ subject: Int, _ mode: MatrixMode) -> Bool {
        let sign = sign(observer, subject, mode).sign
        guard sign.isTrouble else { return false }
        let other = rows.otherSide(observer, subject, mode)
        // What the other side said long ago, before it fell silent, differs from nothing.
        guard other.sign.isTrouble || other.freshness < .stale else { return false }
        return other.sign.kind != sign.kind && other.sign.kind != .unknown
    }
}
