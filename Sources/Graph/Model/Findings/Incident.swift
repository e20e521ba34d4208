// SPDX-License-Identifier: Apache-2.0
/// Findings that one root explains, or that share subjects and time; an element of `incidents[]`.
package struct Incident: Hashable, Sendable {
    /// Whether it is still going on.
    package enum State: String, Hashable, Sendable {
        case open
        /// Nothing of it has been open for a while.
        case over
        /// Over, and somebody has taken note of it.
        case acknowledged
    }

    /// The members of the cluster before and now.
    package struct Members: Hashable, Sendable {
        /// As many as were expected when it began; `nil` where no cluster was known.
        package var before: Int?
        /// As many as are Up now; `nil` where that is not known.
        package var now: Int?
        /// Those that went away since it began and have not come back.
        package var lost: [Address]
        /// Those that went away and came back.
        package var returned: [Address]

        /// Every property as given.
        package init(before: Int? = nil, now: Int? = nil, lost: [Address] = [], returned: [Address] = []) {
            self.before = before
            self.now = now
            self.lost = lost
            self.returned = returned
        }
    }

    /// `i1`, `i2`, … in the order in which they began.
    package var id: String
    /// When its first finding began.
    package var since: Timestamp
    /// When it was over.
    package var until: Timestamp?
    /// Whether it is still going on.
    package var state: State
    /// The title of its root, or of the worst of its findings.
    package var title: String
    /// The finding that explains the others.
    package var root: String?
    /// All of its findings, the root first.
    package var findings: [String]
    /// Who was lost and came back.
    package var members: Members

    /// Every property as given.
    package init(
        id: String, since: Timestamp, until: Timestamp? = nil, state: State, title: String, root: String?,
        findings: [String], members: Members = Members()
    ) {
        self.id = id
        self.since = since
        self.until = until
        self.state = state
        self.title = title
        self.root = root
        self.findings = findings
        self.members = members
    }
}

/// How many members a cluster should have.
package struct ExpectedMembers: Hashable, Sendable {
    /// How that is known; the words of the documents.
    package enum Origin: String, Hashable, Sendable {
        /// The user said so.
        case option
        /// As many as were Up together for a minute.
        case seen
    }

    /// How many should be Up.
    package var count: Int
    /// How that is known.
    package var origin: Origin

    /// Every property as given.
    package init(count: Int, origin: Origin) {
        self.count = count
        self.origin = origin
    }
}
