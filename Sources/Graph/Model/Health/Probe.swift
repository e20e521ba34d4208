// SPDX-License-Identifier: Apache-2.0
/// The workload or members whose health an application's own endpoint reports.
package enum ProbeSubject: Hashable, Sendable {
    case workload(WorkloadName)
    /// The members at a host; a port says which of several.
    case member(host: String, port: Int?)

    /// As it is typed: `shop/checkout`, `10.0.0.7`, `10.0.0.7:25520`.
    package var text: String {
        switch self {
        case .workload(let name): name.text
        case .member(let host, let port): host + (port.map { ":\($0)" } ?? "")
        }
    }

    /// Whether it is about a member.
    package func concerns(_ address: Address) -> Bool {
        guard case .member(let host, let port) = self else { return false }
        return address.host == host && (port == nil || address.port.map(Int.init) == port)
    }
}

/// What an application's health endpoint answered.
package struct ProbeReport: Hashable, Sendable {
    /// How well it says that it is. Kubernetes knows two; others say that something is amiss while they serve.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case passing
        case warning
        case failing
    }

    /// What the answer means.
    package var verdict: Verdict
    /// The HTTP status.
    package var status: Int
    /// What its body says besides, one line of plain text; may be empty.
    package var text: String

    /// - Parameters:
    ///   - verdict: How well it says that it is.
    ///   - status: The HTTP status.
    ///   - text: What its body says besides, one line of plain text.
    package init(_ verdict: Verdict, status: Int, text: String = "") {
        self.verdict = verdict
        self.status = status
        self.text = text
    }
}

/// An application's health endpoint, as far as it has answered.
package struct ProbeSnapshot: Hashable, Sendable {
    /// The source; its target is the URL.
    package var id: SourceID
    /// The workload or members that it is about.
    package var subject: ProbeSubject
    /// The newest answer.
    package var report: ProbeReport?
    /// Since when its verdict is what it is.
    package var since: Timestamp?
    /// When it last answered.
    package var observedAt: Timestamp?
    /// How old the last answer is.
    package var freshness: Freshness
    /// What follows for its subject: unknown as long as nothing was heard.
    package var health: Health
    /// The members it is about, by address.
    package var members: [Address]

    /// - Parameters:
    ///   - id: The source; its target is the URL.
    ///   - subject: The workload or members whose health it reports.
    ///   - report: The newest answer.
    ///   - since: Since when its verdict is what it is.
    ///   - observedAt: When it was heard last.
    ///   - freshness: How old that is.
    ///   - health: What follows for its subject.
    ///   - members: The members it is about.
    package init(
        id: SourceID, subject: ProbeSubject, report: ProbeReport?, since: Timestamp?, observedAt: Timestamp?,
        freshness: Freshness, health: Health, members: [Address]
    ) {
        self.id = id
        self.subject = subject
        self.report = report
        self.since = since
        self.observedAt = observedAt
        self.freshness = freshness
        self.health = health
        self.members = members
    }

    /// The path of its URL, without the slash in front: `readyz`.
    package var path: String { Self.path(of: id.target) }

    /// The path of a URL, without the slash in front; `/` if there is none.
    package static func path(of url: String) -> String {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        guard let slash = rest.firstIndex(of: "/") else { return "/" }
        return String(rest[rest.index(after: slash)...])
    }
}
