// SPDX-License-Identifier: Apache-2.0
import Model

/// Lines of logs that cannot be recorded yet: the only place in the fold where lines wait.
///
/// A line waits because nothing says yet whose it is, or because it is of a run whose process is not a member yet. When there are too many
/// the oldest are dropped, and counted, because the newest say most of the present.
struct WaitingLines: Sendable {
    /// Number of lines that are kept at least; at twice this number the oldest half is dropped.
    static let minimum = 5_000

    /// What a line waits for.
    enum Reason: Hashable, Sendable {
        /// That it becomes known which cluster and which member it is of.
        case observer
        /// That the run that a log announced becomes a member.
        case member(Address, cluster: String)
    }

    struct Line: Sendable {
        var line: LifecycleEvent
        var isLate: Bool
        var source: SourceID
        var reason: Reason
        /// Whether it was shown as a line of a node that is no member.
        var isShown = false
    }

    private var lines: [Line] = []
    /// How many lines were dropped because of the bound.
    private(set) var dropped = 0
    /// Number of known incarnations at the last attempt to attribute lines; `nil` if the next attempt is due anyway.
    private var incarnationsAtLastAttempt: Int?

    var count: Int { lines.count }

    mutating func add(_ line: Line) {
        lines.append(line)
        guard lines.count >= 2 * Self.minimum else { return }
        lines.removeFirst(Self.minimum)
        dropped += Self.minimum
    }

    /// Takes out the lines whose observer was not known, if any incarnation has become known since the last attempt.
    ///
    /// - Parameter incarnations: Number of known incarnations.
    /// - Returns: The lines, the oldest first.
    mutating func takeUnattributed(incarnations: Int) -> [Line] {
        guard !lines.isEmpty, incarnations != incarnationsAtLastAttempt else { return [] }
        incarnationsAtLastAttempt = incarnations
        return take { $0 == .observer }
    }

    /// The lines that wait for their observer and were not shown yet; from now on they were.
    mutating func takeUnshown() -> [Line] {
        var found: [Line] = []
        for place in lines.indices where lines[place].reason == .observer && !lines[place].isShown {
            lines[place].isShown = true
            found.append(lines[place])
        }
        return found
    }

    /// Lets the next attempt happen although no incarnation becomes known: the logs themselves are all there is.
    mutating func forceNextAttempt() { incarnationsAtLastAttempt = nil }

    /// Takes out the lines of a run that has become a member.
    mutating func take(of member: Address, cluster: String) -> [Line] {
        take { $0 == .member(member, cluster: cluster) }
    }

    /// Drops the lines of a run that will not become a member: another one has started.
    mutating func discard(of member: Address, cluster: String) {
        _ = take(of: member, cluster: cluster)
    }

    /// Drops the lines of runs at addresses that nothing knows any more.
    mutating func keepOnly(_ members: Set<Address>, cluster: String) {
        guard !lines.isEmpty else { return }
        lines.removeAll { line in
            guard case .member(let member, cluster) = line.reason else { return false }
            return !members.contains(member)
        }
    }

    private mutating func take(_ isWanted: (Reason) -> Bool) -> [Line] {
        guard !lines.isEmpty else { return [] }
        var taken: [Line] = []
        lines.removeAll { line in
            guard isWanted(line.reason) else { return false }
            taken.append(line)
            return true
        }
        return taken
    }
}
