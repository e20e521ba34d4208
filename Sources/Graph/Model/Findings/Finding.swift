// SPDX-License-Identifier: Apache-2.0
/// Something that is wrong, or worth knowing, with its proof: an element of `findings[]`.
package struct Finding: Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, Hashable, Sendable, Comparable, CaseIterable {
        /// The ordinary course of things.
        case info
        case notReady
        case degraded
        case failure

        /// The less severe comes first.
        package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .info: 0
            case .notReady: 1
            case .degraded: 2
            case .failure: 3
            }
        }

        /// The level of health that goes with it.
        package var level: Health.Level {
            switch self {
            case .info: .healthy
            case .notReady: .notReady
            case .degraded: .degraded
            case .failure: .failure
            }
        }
    }

    /// How sure it is.
    package enum Confidence: String, Hashable, Sendable, CaseIterable {
        /// The evidence fits, but fits other causes too.
        case suspect
        case confirmed
        /// What it was about no longer holds.
        case recovered
    }

    /// `f1`, `f2`, … in the order in which they opened.
    package var id: String
    /// What it says.
    package var rule: FindingRule
    /// The name of the cluster; `nil` if it is about traffic or sources of none.
    package var cluster: String?
    /// How bad it is.
    package var severity: Severity
    /// How sure it is.
    package var confidence: Confidence
    /// One sentence: who, what.
    package var title: String
    /// Why, as far as it is known.
    package var cause: String?
    /// Addresses of members, of a pair the observer first, or ids of nodes and edges of the service graph.
    package var subjects: [String]
    /// When the trouble began, as far as the evidence goes back.
    package var since: Timestamp
    /// When it was over; `nil` while it is open.
    package var until: Timestamp?
    /// The incident it belongs to.
    package var incident: String
    /// How often it has come back, the first time included.
    package var count: Int
    /// Who is affected.
    package var impacts: [FindingImpact]
    /// What it was concluded from, the telling ones first.
    package var evidence: [FindingEvidence]
    /// The findings that it accounts for.
    package var explains: [String]
    /// The finding that accounts for it.
    package var explainedBy: String?
    /// Other causes that the evidence would fit, with what speaks against each.
    package var alternatives: [FindingAlternative]
    /// What to do.
    package var next: String
    /// Commands that do it, or look further.
    package var commands: [String]
    /// The code of the check that it is about: Kiali's.
    package var code: String?

    /// Every property as given.
    package init(
        id: String, rule: FindingRule, cluster: String?, severity: Severity, confidence: Confidence, title: String,
        cause: String? = nil, subjects: [String], since: Timestamp, until: Timestamp? = nil, incident: String = "",
        count: Int = 1, impacts: [FindingImpact] = [], evidence: [FindingEvidence] = [], explains: [String] = [],
        explainedBy: String? = nil, alternatives: [FindingAlternative] = [], next: String, commands: [String] = []
    ) {
        self.id = id
        self.rule = rule
        self.cluster = cluster
        self.severity = severity
        self.confidence = confidence
        self.title = title
        self.cause = cause
        self.subjects = subjects
        self.since = since
        self.until = until
        self.incident = incident
        self.count = count
        self.impacts = impacts
        self.evidence = evidence
        self.explains = explains
        self.explainedBy = explainedBy
        self.alternatives = alternatives
        self.next = next
        self.commands = commands
    }

    /// Whether it still holds, or has only just ceased to.
    package var isOpen: Bool { until == nil }
    /// The anchor of its page in the documentation.
    package var help: String { rule.rawValue }
}

/// Who is affected by what a finding says.
package struct FindingImpact: Hashable, Sendable {
    /// What is affected.
    package enum Kind: String, Hashable, Sendable {
        case members
        case services
        case capacity
        case other
    }

    /// What is affected.
    package var kind: Kind
    /// Addresses of members, or ids of the service graph.
    package var subjects: [String]
    /// In words: "2 of 4 members left".
    package var text: String

    /// Every property as given.
    package init(_ kind: Kind, _ subjects: [String] = [], _ text: String) {
        self.kind = kind
        self.subjects = subjects
        self.text = text
    }
}

/// One fact that a finding was concluded from.
package struct FindingEvidence: Hashable, Sendable {
    /// When it happened, by the clock that stamped it.
    package var at: Timestamp
    /// The source that reported it.
    package var source: SourceID
    /// The node that reports it; `nil` where it is meshtop's own observation.
    package var observer: Address?
    /// The number of the observation, from 1, in the order in which they were folded.
    package var observation: Int
    /// What it says.
    package var text: String

    /// Every property as given.
    package init(at: Timestamp, source: SourceID, observer: Address? = nil, observation: Int, text: String) {
        self.at = at
        self.source = source
        self.observer = observer
        self.observation = observation
        self.text = text
    }
}

/// A cause that the evidence would fit too.
package struct FindingAlternative: Hashable, Sendable {
    /// The other rule.
    package var rule: FindingRule
    /// What speaks against it, or would be needed to tell it apart.
    package var against: String

    /// Every property as given.
    package init(_ rule: FindingRule, against: String) {
        self.rule = rule
        self.against = against
    }
}

/// A finding that opened, changed or closed; a line of kind `finding`.
package struct FindingChange: Hashable, Sendable {
    /// What became of it; the words of the documents.
    package enum Kind: String, Hashable, Sendable {
        case opened
        case changed
        case closed
    }

    /// When.
    package var at: Timestamp
    /// What became of it.
    package var kind: Kind
    /// The finding as it is now.
    package var finding: Finding

    /// Every property as given.
    package init(at: Timestamp, kind: Kind, finding: Finding) {
        self.at = at
        self.kind = kind
        self.finding = finding
    }
}
