// SPDX-License-Identifier: Apache-2.0
package import Model

/// What one rule concludes at one moment. The engine makes findings of candidates over time.
package struct Candidate: Sendable {
    /// What it is about: candidates of equal keys are one finding.
    package struct Key: Hashable, Sendable, Comparable {
        package var rule: FindingRule
        package var cluster: String
        /// What distinguishes it from others of its rule: an address, a pair, or nothing.
        package var subject: String

        package static func < (left: Key, right: Key) -> Bool {
            (left.rule, left.cluster, left.subject) < (right.rule, right.cluster, right.subject)
        }
    }

    /// Which other findings it accounts for: those of these rules about any of these subjects.
    package struct Reach: Sendable {
        package var rules: Set<FindingRule>
        /// `nil`: all of its cluster.
        package var subjects: Set<String>?

        package init(_ rules: Set<FindingRule>, _ subjects: Set<String>? = nil) {
            self.rules = rules
            self.subjects = subjects
        }
    }

    package var key: Key
    package var severity: Finding.Severity
    package var isConfirmed: Bool
    package var title: String
    package var cause: String?
    package var subjects: [String]
    package var since: Timestamp
    package var impacts: [FindingImpact] = []
    package var evidence: [FindingEvidence]
    package var alternatives: [FindingAlternative] = []
    package var next: String
    package var commands: [String] = []
    /// The code of the check that it is about.
    package var code: String?
    package var reach: Reach?
    /// How long it must hold before it is said; facts that date themselves count from their beginning.
    package var delay = Duration.zero
    /// How long it may be away before it is over.
    package var patience = Duration.seconds(5)

    /// What is needed of every candidate; the subject distinguishes it from others of its rule in this cluster.
    package init(
        _ rule: FindingRule, in cluster: String, about subject: String = "", severity: Finding.Severity,
        isConfirmed: Bool, title: String, cause: String? = nil, subjects: [String], since: Timestamp,
        evidence: [FindingEvidence], next: String
    ) {
        key = Key(rule: rule, cluster: cluster, subject: subject)
        self.severity = severity
        self.isConfirmed = isConfirmed
        self.title = title
        self.cause = cause
        self.subjects = subjects
        self.since = since
        self.evidence = evidence
        self.next = next
    }
}

/// What rules may know of the evaluations before: which findings are open.
package struct FindingMemory: Sendable {
    /// When a finding of a key last held, and since when.
    package struct Memory: Sendable {
        package var since: Timestamp
        package var lastHeld: Timestamp
        package var isOpen: Bool
        package var isConfirmed: Bool
        package var subjects: [String]
        package var evidence: [FindingEvidence]
        /// Those that were lost by what it says.
        package var lost: [String]
    }

    var memories: [Candidate.Key: Memory] = [:]
    var expectations = ExpectationBook()

    package init() {}

    /// What is known of a key.
    package subscript(rule: FindingRule, cluster: String, subject: String) -> Memory? {
        memories[Candidate.Key(rule: rule, cluster: cluster, subject: subject)]
    }

    /// The largest number of members that were ever Up.
    func largest(in cluster: String) -> Int { expectations.largest(in: cluster) }

    /// Who is missing, if fewer are Up than expected.
    func absence(in cluster: String) -> ExpectationBook.Absence? { expectations.absence(in: cluster) }

    /// Whether a finding of a rule about a node is open, or held within a time.
    package func hasHeld(
        _ rule: FindingRule, in cluster: String, about subject: String, within window: Duration, at now: Timestamp
    ) -> Bool {
        memories.contains { key, memory in
            key.rule == rule && key.cluster == cluster && (key.subject == subject || memory.subjects.contains(subject))
                && (memory.isOpen || now - memory.lastHeld < window)
        }
    }
}
