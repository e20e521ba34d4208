// SPDX-License-Identifier: Apache-2.0
import Model

/// Finds out whether a line only repeats what its node has said a moment ago.
struct RepetitionFilter {
    /// How long a repetition is not news.
    static let patience = Duration.seconds(60)
    /// Maximum number of statements that are remembered.
    static let maximumStatements = 4096

    private struct Key: Hashable {
        var observer: Address?
        var peer: Address?
        var text: String
    }

    private var last: [Key: Timestamp] = [:]

    /// Whether a line is news; if it is, it is remembered. `text`: the words that make it another statement.
    mutating func isNews(_ line: LifecycleEvent, of observer: Address?, text: String) -> Bool {
        let key = Key(observer: observer, peer: line.peer, text: text)
        if let at = last[key], (line.at - at).magnitude <= Self.patience { return false }
        if last.count >= Self.maximumStatements { last = [:] }
        last[key] = line.at
        return true
    }
}
