// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What is asked of a management endpoint.
enum Inquiry: Hashable, Sendable, CaseIterable {
    case members
    case ready
    case alive
    /// Pekko Management; asked only of a node that is not ready.
    case startup
    case events
    case bridge
    /// Which members there are to join; only of nodes in pods that have no cluster yet, for each question is a line in their log.
    case seeds

    /// The path below the endpoint (akka.md §2.1).
    var path: String {
        switch self {
        case .members: "/cluster/members"
        case .ready: "/ready"
        case .alive: "/alive"
        case .startup: "/startup"
        case .events: "/cluster/domain-events"
        case .bridge: "/meshtop/remoting"
        case .seeds: "/bootstrap/seed-nodes"
        }
    }

    var accept: String {
        switch self {
        case .members, .bridge, .seeds: "application/json"
        case .ready, .alive, .startup: "*/*"
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
struct ManagementSource {
    /// Maximum number of bytes of an answer: 10,000 members with long names.
    static let maximumBody = 8 << 20

    /// What it answers about members.
    struct Answer {
        let view: MembershipView
        let digest: BodyDigest
    }

    let endpoint: Endpoint
    let origin: SourceOrigin
    /// The seed it is of; endpoints of one seed exclude each other.
    let seed: Int?
    /// Whose endpoint it is: expected of a source that was found, known when it has answered.
    var member: Address?
    /// What is known of its list of members, which decides whether it answers at all.
    var state = PollState<Answer>.unanswered
    /// Inquiries that have had an outcome since the start.
    var settled: Set<Inquiry> = []
    var checks = HealthCheckState()
    var bridge = BridgeState.unknown
    /// When it was asked last which members there are to join.
    var seedsAskedAt: Timestamp?
    /// Since when no voting view has listed its member.
    var unlistedSince: Timestamp?

    init(endpoint: Endpoint, origin: SourceOrigin, seed: Int?) {
        self.endpoint = endpoint
        self.origin = origin
        self.seed = seed
        member = origin.member
    }

    var id: SourceID { SourceID(.management, endpoint.url) }

    /// Its stream is a source of its own.
    var streamID: SourceID { SourceID(.sse, endpoint.url + Inquiry.events.path) }

    /// So is its bridge, once it has answered.
    var bridgeID: SourceID { SourceID(.bridge, endpoint.url + Inquiry.bridge.path) }

    /// Whether its latest answer was a view, not a failure.
    var isAnswering: Bool { state.current != nil }

    /// Whether its view votes: it is of the latest poll, and it lists its own observer (CONTRACT.md).
    var isVoting: Bool { state.current?.view.own != nil }

    /// Whether it is a node in a pod that has no cluster yet.
    var isWithoutCluster: Bool { origin.pod != nil && state.current?.view.members.members.isEmpty ?? false }

    /// Its view, if it votes.
    var vote: Listing.Vote? {
        guard isVoting, let view = state.current?.view, let cluster else { return nil }
        return Listing.Vote(cluster: cluster, members: view.members, unreachable: view.unreachable)
    }

    /// The cluster it belongs to, by name or by system.
    var cluster: String? { origin.cluster ?? member?.system }

    /// The origin of a source that lies at the same endpoint, such as its stream.
    func origin(member: Address) -> SourceOrigin {
        SourceOrigin(cluster: origin.cluster, isConfigured: origin.isConfigured, member: member, pod: origin.pod)
    }

    func request(_ inquiry: Inquiry, timeout: Duration) -> HTTPRequest {
        let mode: HTTPRequest.Mode =
            switch inquiry {
            case .members, .bridge, .seeds: .whole(timeout: timeout, maximum: Self.maximumBody)
            case .ready, .alive, .startup: .whole(timeout: timeout, maximum: HealthCheckReader.maximumBody)
            case .events: .stream(timeout: timeout)
            }
        return HTTPRequest(endpoint, path: inquiry.path, accept: inquiry.accept, mode: mode)
    }

    /// Whether the first answers are in, or are known not to come.
    ///
    /// - Parameters:
    ///   - stream: its event stream, if it has one.
    ///   - withBridge: whether the bridge is asked.
    /// - Returns: whether it is settled.
    func isSettled(_ stream: EventStreamSession?, withBridge: Bool) -> Bool {
        guard settled.contains(.members) else { return false }
        guard isAnswering else { return true }
        guard settled.contains(.ready), settled.contains(.alive), checks.isComplete else { return false }
        guard settled.contains(.bridge) || !withBridge else { return false }
        guard settled.contains(.seeds) || !isWithoutCluster else { return false }
        return stream?.isSettled ?? true
    }
}
