// SPDX-License-Identifier: Apache-2.0
import Model

/// The answers to heartbeats that an observer's log names, where it is written at DEBUG: from their times follow the intervals that its
/// failure detector sees.
struct HeartbeatTrail {
    /// A gap that is longer says that lines are missing, not that answers were.
    static let longestGap = Duration.seconds(60)

    private(set) var answers = 0
    private(set) var intervals = 0
    private(set) var longest = Duration.zero
    private(set) var last: Timestamp?
    private var sum = Duration.zero

    /// The time between two answers; `nil` of fewer than two.
    var mean: Duration? { intervals > 0 ? sum / intervals : nil }

    /// Records an answer.
    ///
    /// - Parameter time: When it came, by the observer's clock; an older one than the last counts, and makes no interval.
    mutating func record(at time: Timestamp) {
        answers += 1
        defer { last = last.map { max($0, time) } ?? time }
        guard let last, time > last, time - last <= Self.longestGap else { return }
        intervals += 1
        sum += time - last
        longest = max(longest, time - last)
    }

    /// What is shown as evidence.
    var text: String {
        let often =
            mean.map { ", every \($0.inSeconds.decimals(2)) s, the longest after \(longest.inSeconds.decimals(2)) s" }
            ?? ""
        return "\(Self.prefix)\(answers) by its log\(often)\(last.map { ", the last at \($0)" } ?? "")"
    }

    static let prefix = "heartbeats answered: "
}
