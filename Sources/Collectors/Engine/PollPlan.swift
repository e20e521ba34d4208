// SPDX-License-Identifier: Apache-2.0
/// Which of many members are polled in a tick: all of a small mesh; of a large one a bounded number in rotation, and among them first those
/// that probably have news. Those take half of the number at most, so that the rotation always moves on.
struct PollPlan: Hashable, Sendable {
    private var cursor = 0

    /// Chooses for one tick.
    ///
    /// - Parameters:
    ///   - count: how many members there are, in an order that stays.
    ///   - maximum: Maximum number of members that are polled.
    ///   - isEligible: whether the member at a position may be polled now.
    ///   - isUrgent: whether it probably has news.
    /// - Returns: positions, the urgent ones first.
    mutating func choose(
        count: Int, maximum: Int, isEligible: (Int) -> Bool, isUrgent: (Int) -> Bool
    ) -> [Int] {
        guard count > maximum else { return (0..<count).filter(isEligible) }
        var chosen: [Int] = []
        for position in 0..<count where chosen.count < maximum / 2 && isUrgent(position) && isEligible(position) {
            chosen.append(position)
        }
        let taken = Set(chosen)
        cursor %= count
        let start = cursor
        for step in 0..<count {
            guard chosen.count < maximum else { break }
            let position = (start + step) % count
            cursor = (position + 1) % count
            if !taken.contains(position), isEligible(position) { chosen.append(position) }
        }
        return chosen
    }
}
