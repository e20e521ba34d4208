internal import Model

/// What is asked of a management endpoint.
enum Inquiry: Hashable, Sendable, CaseIterable {
    case members
    case ready
    case alive
    case events
    case bridge

    /// The path below the endpoint (akka.md §2.1).
    var path: String {
        switch self {
        case .members: "/cluster/members"
        case .ready: "/ready"
        case .alive: "/alive"
        case .events: "/cluster/domain-events"
        case .bridge: "/meshtop/remoting"
        }
    }

    var accept: String {
        switch self {
        case .members, .bridge: "application/json"
        case .ready, .alive: "*/*"
        case .events: "text/event-stream"
        }
    }
}

/// Names a management endpoint within one run; never used again for another.
struct SourceKey: Hashable, Sendable, Comparable {
    let number: Int

    static func < (left: SourceKey, right: SourceKey) -> Bool { left.number < right.number }
}

/// One management endpoint: what it was asked, what it last said.
struct ManagementSource: Sendable {
    /// The most bytes of an answer: 10,000 members with long names.
    static let bodyLimit = 8 << 20
    /// Health checks change rarely, and each answer costs the node a check.
    static let checkInterval = Duration.seconds(10)

    let endpoint: Endpoint
    let origin: SourceOrigin
    /// The seed it is of; endpoints of one seed exclude each other.
    let seed: Int?
    /// Whose endpoint it is: expected of a source that was found, known when it has answered.
    var member: Address?
    var view: MembershipView?
    var digest: BodyDigest?
    var backoff = Backoff()
    var lastFailure: SourceFailure?
    var hasAnswer = false
    /// Inquiries that have had an outcome since the start or since the last failure.
    var settled: Set<Inquiry> = []
    /// The last answers of the health checks, to tell news from repetition.
    var checks: [Inquiry: ProbeAnswer] = [:]
    var checksDueAt: Timestamp?
    /// Health checks and the bridge, to be asked when what runs has been answered.
    var pendingChecks: [Inquiry] = []
    var bridge = BridgeState()
    /// Since when no voting view has listed its member.
    var unlistedSince: Timestamp?

    var id: SourceID { SourceID(.management, endpoint.url) }

    /// Its stream is a source of its own.
    var streamID: SourceID { SourceID(.sse, endpoint.url + Inquiry.events.path) }

    /// So is its bridge, once it has answered.
    var bridgeID: SourceID { SourceID(.bridge, endpoint.url + Inquiry.bridge.path) }

    /// Whether its latest answer was a view, not a failure.
    var isAnswering: Bool { view != nil && !backoff.isFailing }

    /// Whether its view votes: it is of the latest poll, and it lists its own observer (CONTRACT.md).
    var isVoting: Bool { isAnswering && view?.own != nil }

    /// Its view, if it votes.
    var vote: Listing.Vote? {
        guard isVoting, let view, let cluster else { return nil }
        return Listing.Vote(cluster: cluster, members: view.members, unreachable: view.unreachable)
    }

    /// The cluster it belongs to, by name or by system.
    var cluster: String? { origin.cluster ?? member?.system }

    func request(_ inquiry: Inquiry, timeout: Duration) -> HTTPRequest {
        let mode: HTTPRequest.Mode =
            switch inquiry {
            case .members, .bridge: .whole(timeout: timeout, limit: Self.bodyLimit)
            case .ready, .alive: .whole(timeout: timeout, limit: ProbeReader.bodyLimit)
            case .events: .stream(timeout: timeout)
            }
        return HTTPRequest(endpoint, path: inquiry.path, accept: inquiry.accept, mode: mode)
    }
}
