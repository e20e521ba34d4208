// SPDX-License-Identifier: Apache-2.0
import Model

/// One finding over time. What a rule concludes comes and goes; a finding stays for as long as it flaps.
struct FindingRecord: Sendable {
    /// Where a finding is in its life.
    enum Stage: Hashable, Sendable {
        /// The evidence fits other causes too. Then: confirmed, recovering.
        case suspect
        /// Then: recovering.
        case confirmed
        /// It no longer holds, and may come back. Then: suspect or confirmed again, closed.
        case recovering(since: Timestamp)
        /// It is over. Then: suspect or confirmed, if it comes back soon.
        case closed(at: Timestamp)
    }

    let id: String
    private(set) var candidate: Candidate
    private(set) var stage: Stage
    private(set) var count = 1
    private(set) var since: Timestamp
    private(set) var lastHeld: Timestamp
    /// Whether it was ever sure.
    private(set) var wasConfirmed: Bool
    var explains: [String] = []
    var explainedBy: String?
    var incident = ""

    init(id: String, _ candidate: Candidate, at now: Timestamp) {
        self.id = id
        self.candidate = candidate
        stage = candidate.isConfirmed ? .confirmed : .suspect
        wasConfirmed = candidate.isConfirmed
        since = min(candidate.since, now)
        lastHeld = now
    }

    var isOpen: Bool {
        if case .closed = stage { return false }
        return true
    }

    /// Whether it holds now.
    var holds: Bool { stage == .suspect || stage == .confirmed }

    /// Those by whom it is known that another finding belongs to the same incident: of a break those that it cuts off, not everybody.
    var concerned: [String] {
        switch candidate.key.rule {
        case .networkPartition, .twoClusters, .splitBrain:
            candidate.impacts.first { $0.kind == .members }?.subjects ?? candidate.subjects
        default: candidate.subjects
        }
    }

    /// It holds at this moment.
    mutating func hold(_ next: Candidate, at now: Timestamp) {
        switch stage {
        case .closed:
            count += 1
            since = min(next.since, now)
            wasConfirmed = next.isConfirmed
        case .recovering: count += 1
        case .suspect, .confirmed: break
        }
        // What was once proved is not doubted again while it lasts.
        wasConfirmed = wasConfirmed || next.isConfirmed
        stage = wasConfirmed ? .confirmed : .suspect
        let first = candidate.evidence
        candidate = next
        since = min(since, next.since)
        candidate.evidence = Self.merged(first, next.evidence)
        lastHeld = now
    }

    /// It does not hold at this moment. It may be away for as long as `patience`, and for as long as it is needed to account for others.
    mutating func miss(patience: Duration, isNeeded: Bool, at now: Timestamp) {
        switch stage {
        case .suspect, .confirmed: stage = .recovering(since: now)
        case .recovering(let start): if !isNeeded, now - start >= patience { stage = .closed(at: now) }
        case .closed: break
        }
    }

    /// It is over whatever the rule says.
    mutating func close(at now: Timestamp) { if isOpen { stage = .closed(at: now) } }

    /// The first proof stays, the newest comes behind it; few.
    private static func merged(_ old: [FindingEvidence], _ new: [FindingEvidence]) -> [FindingEvidence] {
        let known = Set(new.map(\.observation))
        let kept = old.prefix(3).filter { !known.contains($0.observation) }
        return Array((kept + new).sorted { ($0.observation, $0.text) < ($1.observation, $1.text) }.prefix(8))
    }

    var finding: Finding {
        var until: Timestamp?
        var confidence: Finding.Confidence = .suspect
        switch stage {
        case .suspect: confidence = .suspect
        case .confirmed: confidence = .confirmed
        case .recovering: confidence = .recovered
        case .closed(let at): (confidence, until) = (.recovered, at)
        }
        var finding = Finding(
            id: id, rule: candidate.key.rule, cluster: candidate.key.cluster.isEmpty ? nil : candidate.key.cluster,
            severity: candidate.severity, confidence: confidence, title: candidate.title, cause: candidate.cause,
            subjects: candidate.subjects, since: since, until: until, incident: incident, count: count,
            impacts: candidate.impacts, evidence: candidate.evidence, explains: explains, explainedBy: explainedBy,
            alternatives: candidate.alternatives, next: candidate.next, commands: candidate.commands)
        finding.code = candidate.code
        return finding
    }
}
