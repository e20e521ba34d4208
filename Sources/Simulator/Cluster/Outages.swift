// SPDX-License-Identifier: Apache-2.0
/// When which places of the mesh did not serve, since the simulation began: what callers notice of a cluster's trouble.
struct Outages: Sendable {
    /// How a place fails those who call it.
    enum Kind: CaseIterable, Sendable {
        /// No process: connections are refused.
        case gone
        /// The process stands still: nothing comes back.
        case silent
        /// The process answers, and cannot reach its peers.
        case apart
    }

    private struct Outage {
        let slot: Int
        let kind: Kind
        /// Seconds since the start of the simulation.
        let begin: Double
        /// Infinite as long as it lasts.
        var end = Double.infinity
    }

    /// Maximum number of outages that are kept; a thousand nodes cut in two are five hundred.
    private static let limit = 2048
    /// Seconds after which the mesh has stopped sending requests there.
    private static let noticed = 25.0

    private var all: [Outage] = []

    /// Begins an outage; one that lasts already at the same place ends.
    mutating func begin(_ kind: Kind, _ slots: [Int], at second: Double) {
        end(slots, at: second)
        all += slots.map { Outage(slot: $0, kind: kind, begin: second) }
        if all.count > Self.limit { all.removeFirst(all.count - Self.limit) }
    }

    /// Ends what lasts at some places.
    mutating func end(_ slots: [Int], at second: Double) {
        for index in all.indices where all[index].end == .infinity && slots.contains(all[index].slot) {
            all[index].end = second
        }
    }

    /// Ends what lasts of a kind, wherever it is.
    mutating func end(_ kind: Kind, at second: Double) {
        for index in all.indices where all[index].end == .infinity && all[index].kind == kind {
            all[index].end = second
        }
    }

    /// Whether any of some places fails at a moment, however long it has done so.
    func isOut(_ slots: Set<Int>, at second: Double) -> Bool {
        all.contains { slots.contains($0.slot) && $0.begin < second && second < $0.end }
    }

    /// The places that stood still within a time before a moment, and for how long by then.
    func silences(before second: Double, within window: Double) -> [(slot: Int, seconds: Double, isOver: Bool)] {
        all.filter { $0.kind == .silent && $0.begin < second && $0.end > second - window }.map { outage in
            (outage.slot, min(second, outage.end) - outage.begin, outage.end <= second)
        }
    }

    /// How long places of a group have failed until a moment, as if the group were one place.
    ///
    /// - Parameters:
    ///   - kind: How they failed.
    ///   - slots: The places of the group.
    ///   - second: The moment, since the start of the simulation.
    /// - Returns: Seconds; a part of them if only a part of the group failed. It never falls as time goes by.
    func seconds(_ kind: Kind, of slots: Set<Int>, until second: Double) -> Double {
        guard !slots.isEmpty else { return 0 }
        let sum = all.reduce(0.0) { sum, outage in
            guard outage.kind == kind, slots.contains(outage.slot), outage.begin < second else { return sum }
            return sum + min(second, outage.end, outage.begin + Self.noticed) - outage.begin
        }
        return sum / Double(slots.count)
    }
}
