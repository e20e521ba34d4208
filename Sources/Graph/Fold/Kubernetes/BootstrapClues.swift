// SPDX-License-Identifier: Apache-2.0
import Model

/// What nodes in pods wrote lately of their search for a cluster (akka.md §8, B and K).
struct BootstrapClues: Sendable {
    /// How long a line counts: the search is repeated each second, and with it the line.
    static let lifetime = Duration.seconds(60)
    /// Maximum number of characters of a line that are shown.
    private static let maximumText = 160

    /// Something that is in the way.
    enum Clue: Hashable, Sendable {
        /// The API server refuses the pods' service account.
        case forbidden
        case noPort(String)
        case noPods(String)
        case notItself(String)
        case seedNodes
    }

    private var newestClue: (clue: Clue, pod: ObjectName, at: Timestamp)?
    private var newestRequired: (count: Int, at: Timestamp)?

    mutating func record(_ line: LifecycleEvent, of pod: ObjectName, at now: Timestamp) {
        let text = line.evidence.text
        // A line of the past is read when the log is.
        let at = min(line.at, now)
        if text.contains("contact points, confirmed ["), let count = Self.number(in: text, after: "required [") {
            newestRequired = (count, at)
        }
        guard let clue = Self.clue(text) else { return }
        if let newestClue, newestClue.at > at { return }
        newestClue = (clue, pod, at)
    }

    private static func clue(_ text: String) -> Clue? {
        func rest(_ start: String) -> String? {
            text.firstRange(of: start).map { SafeText.line(of: text[$0.lowerBound...], maximum: maximumText) }
        }
        if text.contains("Forbidden to communicate with Kubernetes API server") { return .forbidden }
        if let rest = rest("Current configuration: ["), text.contains("No targets found from pod list") {
            return .noPort(rest)
        }
        if text.contains("Located service members based on"), text.contains("]: [], filtered to []") {
            return rest("Lookup(").map { .noPods($0) }
        }
        if let rest = rest("Self contact point ["), text.contains("not found in targets") { return .notItself(rest) }
        return text.contains("bailing out of the bootstrap process") ? .seedNodes : nil
    }

    private static func number(in text: String, after words: String) -> Int? {
        guard let start = text.firstRange(of: words)?.upperBound else { return nil }
        return Int(text[start...].prefix { $0.isNumber })
    }

    /// How many contact points the nodes say are required.
    func required(at now: Timestamp) -> Int? {
        newestRequired.flatMap { now - $0.at <= Self.lifetime ? $0.count : nil }
    }

    /// The newest thing that is in the way, and the pod that says so.
    func newest(at now: Timestamp) -> (clue: Clue, pod: ObjectName)? {
        newestClue.flatMap { now - $0.at <= Self.lifetime ? ($0.clue, $0.pod) : nil }
    }
}
