import Model

/// A bounded memory of the lines that were recorded lately, to know repetitions.
struct RecentLines {
    private struct Key: Hashable {
        var at: Timestamp
        var pattern: String
        var observer: Address
        var peer: Address?
        var text: String
    }

    /// Number of lines that are remembered at least.
    static let minimum = 2_000
    private var keys: Set<Key> = []
    private var order: [Key] = []

    /// - Returns: `false` if the same was recorded before.
    mutating func insert(_ line: LifecycleEvent, observer: Address) -> Bool {
        let key = Key(at: line.at, pattern: line.pattern, observer: observer, peer: line.peer, text: line.evidence.text)
        guard keys.insert(key).inserted else { return false }
        order.append(key)
        if order.count > 2 * Self.minimum {
            for old in order.prefix(Self.minimum) { keys.remove(old) }
            order.removeFirst(Self.minimum)
        }
        return true
    }
}
