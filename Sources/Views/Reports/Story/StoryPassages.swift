// SPDX-License-Identifier: Apache-2.0
import Model

/// What happened, in order: events that several observers report of one thing within a few seconds are one passage.
struct StoryPassages: Sendable {
    /// One of them.
    struct Passage: Hashable, Sendable {
        var at: Timestamp
        var text: String
        /// The observers that report it, in the order in which they did.
        var observers: [Address]
        var severity: MeshEvent.Severity
        /// A finding that opened or ended, rather than something that a node reports.
        var isFinding: Bool
    }

    private struct Key: Hashable {
        var kind: MeshEvent.Kind
        var cluster: String
        var subject: Address?
        var to: String?
    }

    /// Reports of the same thing within this time are one passage.
    private static let together = Duration.seconds(10)
    /// Maximum number of passages that are kept; what comes later is counted.
    static let maximum = 500

    private(set) var all: [Passage] = []
    /// How many came when there was no more room.
    private(set) var omitted = 0
    /// Where the newest passage of a kind is.
    private var places: [Key: Int] = [:]

    mutating func take(_ change: MeshChange) {
        switch change {
        case .event(let event): take(event)
        case .source(let change): take(change)
        case .finding(let change): take(change)
        }
    }

    /// In the order of time; of one moment as they came.
    var inOrder: [Passage] {
        all.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private mutating func take(_ event: MeshEvent) {
        guard event.kind != .phi, isWorthKnowing(event) else { return }
        let key = Key(kind: event.kind, cluster: event.cluster, subject: event.subject, to: event.to)
        if event.subject != nil, let place = places[key], abs(all[place].at, event.at) <= Self.together {
            if let observer = event.observer, !all[place].observers.contains(observer) {
                all[place].observers.append(observer)
            }
            all[place].severity = max(all[place].severity, event.severity)
            return
        }
        places[key] = add(
            Passage(
                at: event.at, text: Self.text(event), observers: event.observer.map { [$0] } ?? [],
                severity: event.severity, isFinding: false))
    }

    /// What began before the recording, and what repeats the ordinary, tells nothing.
    private func isWorthKnowing(_ event: MeshEvent) -> Bool {
        switch event.change {
        case .member(let from, _): from != nil
        case .leader(let from, let to): from != to && from != nil
        case .association(let from, let to):
            to == .gated || to == .quarantined || from == .gated || from == .quarantined
        default: true
        }
    }

    private static func text(_ event: MeshEvent) -> String {
        guard let subject = event.subject?.hostPort else { return event.text }
        switch event.change {
        case .member(let from, let to):
            return "\(subject) is \(to.name)\(from.map { ", was \($0.name)" } ?? "")"
        case .reachability(_, let to): return "\(subject) is \(to.rawValue)"
        case .leader: return "\(subject) leads"
        default: return event.text
        }
    }

    private mutating func take(_ change: SourceChange) {
        guard change.from != .connecting || change.failure != nil else { return }
        let why = change.failure.map { ": \($0.message)" } ?? ""
        _ = add(
            Passage(
                at: change.at, text: "source \(change.id) is \(change.to.rawValue)\(why)", observers: [],
                severity: change.failure == nil ? .notice : .warning, isFinding: false))
    }

    private mutating func take(_ change: FindingChange) {
        let finding = change.finding
        let verb: String
        switch change.kind {
        case .opened: verb = "finding"
        case .changed: return
        case .closed: verb = "over"
        }
        let severity: MeshEvent.Severity =
            finding.severity == .failure ? .failure : finding.severity > .info ? .warning : .notice
        _ = add(
            Passage(
                at: change.at, text: "\(verb) \(finding.id) \(finding.rule.rawValue): \(finding.title)", observers: [],
                severity: change.kind == .closed ? .notice : severity, isFinding: true))
    }

    private mutating func add(_ passage: Passage) -> Int? {
        guard all.count < Self.maximum else {
            omitted += 1
            return nil
        }
        all.append(passage)
        return all.count - 1
    }

    private func abs(_ one: Timestamp, _ other: Timestamp) -> Duration { one > other ? one - other : other - one }
}
