// SPDX-License-Identifier: Apache-2.0
/// Lets a bounded number of errands run at once and keeps the rest in the order in which they came.
struct RequestGate<Errand: Hashable & Sendable>: Sendable {
    /// Maximum number of errands that run at once.
    let maximum: Int
    private(set) var running: Set<Errand> = []
    /// The queue begins at `head`; `queued` holds the same errands.
    private var waiting: [Errand] = []
    private var queued: Set<Errand> = []
    private var head = 0

    /// - Parameter maximum: Maximum number of errands that run at once.
    init(maximum: Int) { self.maximum = maximum }

    /// How many errands run or wait.
    var count: Int { running.count + queued.count }

    /// Whether an errand runs or waits.
    func contains(_ errand: Errand) -> Bool { running.contains(errand) || queued.contains(errand) }

    /// Adds an errand; one that runs or waits already is not added again.
    mutating func add(_ errand: Errand) {
        guard !running.contains(errand), queued.insert(errand).inserted else { return }
        waiting.append(errand)
    }

    /// Takes an errand off, wherever it is.
    mutating func remove(_ errand: Errand) {
        running.remove(errand)
        guard queued.remove(errand) != nil else { return }
        waiting = waiting[head...].filter { $0 != errand }
        head = 0
    }

    /// The next errand that may run now; it runs from here on.
    mutating func next() -> Errand? {
        guard running.count < maximum, head < waiting.count else { return nil }
        let errand = waiting[head]
        head += 1
        if head == waiting.count { (waiting, head) = ([], 0) }
        queued.remove(errand)
        running.insert(errand)
        return errand
    }
}
