/// Which of many members are asked in a tick: all of a small mesh; of a large one so many, in rotation, and among them first those of
/// which something new may be heard. Half of the room at most goes to those, so that the rotation always moves on.
struct PollPlan: Hashable, Sendable {
    private var cursor = 0

    /// Chooses for one tick.
    ///
    /// - Parameters:
    ///   - count: how many members there are, in an order that stays.
    ///   - budget: so many are asked at most.
    ///   - isEligible: whether the member at a position may be asked now.
    ///   - isUrgent: whether something new may be heard of it.
    /// - Returns: positions, the urgent ones first.
    mutating func choose(
        count: Int, budget: Int, isEligible: (Int) -> Bool, isUrgent: (Int) -> Bool
    ) -> [Int] {
        guard count > budget else { return (0..<count).filter(isEligible) }
        var chosen: [Int] = []
        for position in 0..<count where chosen.count < budget / 2 && isUrgent(position) && isEligible(position) {
            chosen.append(position)
        }
        let taken = Set(chosen)
        cursor %= count
        let start = cursor
        for step in 0..<count {
            guard chosen.count < budget else { break }
            let position = (start + step) % count
            cursor = (position + 1) % count
            if !taken.contains(position), isEligible(position) { chosen.append(position) }
        }
        return chosen
    }
}
