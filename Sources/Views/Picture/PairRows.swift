// SPDX-License-Identifier: Apache-2.0
import Model

/// What is known of one pair that has anything to say.
struct PairEntry: Sendable {
    /// The subject's place.
    var subject: Int32
    /// The row in the snapshot's associations; -1 without one.
    var row: Int32
    var signs: PairSigns
    /// How old each of the three is: association, phi, reachability.
    var freshness: (association: Freshness, phi: Freshness, reach: Freshness)
    /// Whether the heartbeat ring says that the observer should monitor; nil between data centres.
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

/// What is summed up of all pairs for a mode.
struct PairTotals: Sendable {
    /// The worst that each place has as an observer.
    var rows: [PairSign]
    /// The worst that others have of each place.
    var columns: [PairSign]
    /// Unordered pairs of which one side is in trouble and the other is not, or not in the same.
    var asymmetric = 0
    /// Unordered pairs of which one side is in trouble and the other is not known, or was not heard for long.
    var undecided = 0
}

/// The pairs of each observer, one observer after the other. Only pairs with something to say have an entry; all others of an observer are alike.
struct PairRows: Sendable {
    /// One observer as its pairs are entered.
    struct Observer {
        /// What a pair without an entry is.
        var fallback: PairSigns
        /// How old the observer's view is.
        var age: Freshness
        /// When its last closed gate opens.
        var gate: Timestamp?
    }

    private var entries: [PairEntry] = []
    /// Where the entries of each observer begin.
    private var starts = [0]
    private var observers: [Observer] = []

    var count: Int { observers.count }

    // MARK: - Making

    /// Adds a pair of the observer that comes next.
    mutating func append(_ entry: PairEntry) { entries.append(entry) }

    /// Ends the pairs of an observer.
    mutating func end(_ observer: Observer) {
        starts.append(entries.count)
        observers.append(observer)
    }

    // MARK: - Looking up

    subscript(observer: Int) -> Observer { observers[observer] }

    /// All entries of an observer, by subject.
    func entries(of observer: Int) -> ArraySlice<PairEntry> { entries[starts[observer]..<starts[observer + 1]] }

    func entry(_ observer: Int, _ subject: Int) -> PairEntry? {
        var (low, high) = (starts[observer], starts[observer + 1])
        while low < high {
            let middle = (low + high) / 2
            if Int(entries[middle].subject) < subject { low = middle + 1 } else { high = middle }
        }
        return low < starts[observer + 1] && Int(entries[low].subject) == subject ? entries[low] : nil
    }

    // MARK: - Totals

    func totals(of mode: MatrixMode) -> PairTotals {
        var totals = PairTotals(
            rows: Array(repeating: .none, count: count), columns: Array(repeating: .none, count: count))
        // How many observers have each fallback, and for how many of them a subject has an entry of its own.
        var known: [PairSign: Int] = [:]
        var covered: [PairSign: [Int]] = [:]
        var troubled: [(Int, PairEntry)] = []
        for observer in 0..<count {
            let fallback = observers[observer].fallback[mode]
            known[fallback, default: 0] += 1
            covered[fallback, default: Array(repeating: 0, count: count)][observer] += 1
            let own = entries(of: observer)
            for entry in own {
                let (sign, subject) = (entry.signs[mode], Int(entry.subject))
                totals.rows[observer] = max(totals.rows[observer], sign)
                totals.columns[subject] = max(totals.columns[subject], sign)
                covered[fallback]?[subject] += 1
                if sign.isTrouble { troubled.append((observer, entry)) }
            }
            if own.count < count - 1 { totals.rows[observer] = max(totals.rows[observer], fallback) }
        }
        for (sign, all) in known {
            for subject in 0..<count where covered[sign]?[subject] != all {
                totals.columns[subject] = max(totals.columns[subject], sign)
            }
        }
        for (observer, entry) in troubled { compare(observer, entry, mode, &totals) }
        return totals
    }

    /// Counts a pair once: by its worse side, or by the first of two that are in different trouble.
    private func compare(_ observer: Int, _ entry: PairEntry, _ mode: MatrixMode, _ totals: inout PairTotals) {
        let subject = Int(entry.subject)
        let (sign, other) = (entry.signs[mode], otherSide(observer, subject, mode))
        if other.sign.isTrouble {
            if other.sign.kind != sign.kind, observer < subject { totals.asymmetric += 1 }
        } else if other.sign.kind == .unknown || other.freshness >= .stale {
            totals.undecided += 1
        } else {
            totals.asymmetric += 1
        }
    }

    /// What the subject of a pair has of its observer.
    func otherSide(_ observer: Int, _ subject: Int, _ mode: MatrixMode) -> (sign: PairSign, freshness: Freshness) {
        guard let back = entry(subject, observer) else {
            return (observers[subject].fallback[mode], observers[subject].age)
        }
        return (back.signs[mode], back.freshness(mode))
    }
}
