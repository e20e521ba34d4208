// SPDX-License-Identifier: Apache-2.0
/// Something that happened, as one observer reports it; a line of kind `event`.
package struct MeshEvent: Hashable, Sendable {
    /// What kind of thing happened; the words of the documents.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case member
        case reachability
        case leader
        case association
        case phi
        case sbr
        case shutdown
        case other
        case pod
        case lease
        case bootstrap
    }

    /// What changed, with the previous value where there was one.
    package enum Change: Hashable, Sendable {
        /// A member's status in the observer's view; `nil` where nothing was known before.
        case member(from: MemberStatus?, to: MemberStatus)
        case reachability(from: Reachability?, to: Reachability)
        /// Who leads in the observer's view; both `nil` where the observer speaks of itself.
        case leader(from: Address?, to: Address?)
        case association(from: AssociationState?, to: AssociationState)
        /// Whether a failure detector's phi is below its threshold.
        case phi(isAvailable: Bool)
        /// A split brain resolver spoke.
        case sbr
        case shutdown
        /// What contact points say to those that look for a cluster.
        case bootstrap
        /// Who holds a lease of Kubernetes; `nil`: nobody does.
        case lease(from: String?, to: String?)
        /// What Kubernetes says of a pod, in kubectl's words, or of what it belongs to.
        case pod(from: String?, to: String?)
        case other
    }

    /// What an observer has a subject as; the words of the documents.
    package enum Reachability: String, Hashable, Sendable {
        case reachable
        case unreachable
        /// Known dead: no heartbeat brings it back.
        case terminated
    }

    /// How bad it is, judged by what happened alone and not by what it led to.
    package enum Severity: Int, Hashable, Sendable, Comparable, CaseIterable {
        /// The ordinary course of things.
        case notice
        /// Something works less well than it should.
        case warning
        /// Something is cut off or taken down.
        case failure

        /// The less severe comes first.
        package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// Whose clock stamped it.
    package enum Clock: Hashable, Sendable {
        /// Ours: it was seen in an answer or a stream.
        case own
        /// That of a node, as written in its log.
        case node(Address)
    }

    /// What it was read from: a line of a log, an event of the bridge.
    package struct Evidence: Hashable, Sendable {
        /// The line without its head, as long as one line of a log is kept.
        package var text: String
        /// The code of the pattern, `C06`; for an event of the bridge the name of its class.
        package var pattern: String
        /// The number of the line in its file.
        package var line: Int?

        /// Every property as given.
        package init(text: String, pattern: String, line: Int?) {
            self.text = text
            self.pattern = pattern
            self.line = line
        }
    }

    /// Who found what the observer only passes on.
    package struct Hearsay: Hashable, Sendable {
        /// Maximum number of finders that are named; the others are counted.
        private static let maximumNamed = 4

        /// The first few of them, in their order.
        package let first: [Address]
        /// How many there are.
        package let count: Int

        /// - Parameter finders: All of them.
        package init(_ finders: [Address] = []) {
            first = Array(finders.prefix(Self.maximumNamed))
            count = finders.count
        }
    }

    /// When it happened, by the clock that stamped it.
    package var at: Timestamp
    /// The name of the cluster.
    package var cluster: String
    /// The member that reports it; `nil` if nothing says which.
    package var observer: Address?
    /// The member that it is about.
    package var subject: Address?
    /// The subject's incarnation; `nil` if it is not known.
    package var subjectUid: Int64?
    /// What changed.
    package var change: Change
    /// The kind of source that reported it first.
    package var origin: SourceKind
    /// Whether it was reported so late that it stands out of order.
    package var isLate: Bool
    /// One line for people.
    package var text: String
    /// The clock that stamped `at`.
    package var clock: Clock
    /// When meshtop came to know it, by our clock.
    package var receivedAt: Timestamp
    /// The source that reported it first.
    package var source: SourceID?
    /// The line or event that it was read from; `nil` for what a poll or a stream showed.
    package var evidence: Evidence?
    /// How bad it is.
    package var severity: Severity
    /// Its place in a chain of cause and effect, where the words of the event name one.
    package var causality: Causality?
    /// Empty if the observer found it itself, or nothing says who did.
    package var hearsay: Hearsay

    /// Without a severity it is as severe as its change.
    package init(
        at: Timestamp, cluster: String, observer: Address?, subject: Address?, subjectUid: Int64?, change: Change,
        origin: SourceKind, isLate: Bool = false, text: String, clock: Clock = .own, receivedAt: Timestamp? = nil,
        source: SourceID? = nil, evidence: Evidence? = nil, severity: Severity? = nil, causality: Causality? = nil,
        hearsay: Hearsay = Hearsay()
    ) {
        self.at = at
        self.cluster = cluster
        self.observer = observer
        self.subject = subject
        self.subjectUid = subjectUid
        self.change = change
        self.origin = origin
        self.isLate = isLate
        self.text = text
        self.clock = clock
        self.receivedAt = receivedAt ?? at
        self.source = source
        self.evidence = evidence
        self.severity = severity ?? change.severity
        self.causality = causality
        self.hearsay = hearsay
    }

    /// The word for what kind of thing changed.
    package var kind: Kind { change.kind }
    /// The previous value in the words of the documents; `nil` when there was none.
    package var from: String? { change.from }
    /// The present value in the words of the documents; `nil` for events without one.
    package var to: String? { change.to }
}

extension MeshEvent.Change {
    /// The word for what kind of thing changed.
    package var kind: MeshEvent.Kind {
        switch self {
        case .member: .member
        case .reachability: .reachability
        case .leader: .leader
        case .association: .association
        case .phi: .phi
        case .sbr: .sbr
        case .shutdown: .shutdown
        case .bootstrap: .bootstrap
        case .lease: .lease
        case .pod: .pod
        case .other: .other
        }
    }

    /// The previous value in the words of the documents.
    package var from: String? {
        switch self {
        case .member(let from, _): from?.name
        case .reachability(let from, _): from?.rawValue
        case .leader(let from, _): from?.text
        case .association(let from, _): from?.rawValue
        case .phi(let isAvailable): isAvailable ? "unavailable" : "available"
        case .lease(let from, _), .pod(let from, _): from
        case .sbr, .shutdown, .bootstrap, .other: nil
        }
    }

    /// The present value in the words of the documents.
    package var to: String? {
        switch self {
        case .member(_, let to): to.name
        case .reachability(_, let to): to.rawValue
        case .leader(_, let to): to?.text
        case .association(_, let to): to.rawValue
        case .phi(let isAvailable): isAvailable ? "available" : "unavailable"
        case .lease(_, let to), .pod(_, let to): to
        case .sbr, .shutdown, .bootstrap, .other: nil
        }
    }

    /// How bad the change is by itself.
    package var severity: MeshEvent.Severity {
        switch self {
        case .association(_, .quarantined), .member(_, .down), .phi(isAvailable: false): .failure
        case .reachability(_, .unreachable), .reachability(_, .terminated), .association(_, .gated): .warning
        case .member, .reachability, .leader, .association, .phi, .sbr, .shutdown, .bootstrap, .lease, .pod, .other:
            .notice
        }
    }
}

/// A cause or an effect: what lets events of several clocks be put in order although the clocks differ.
package struct Causality: Hashable, Sendable {
    /// What both ends of the chain name.
    package enum Link: Hashable, Sendable {
        /// `by` quarantines this incarnation of `of`, which hears of it afterwards.
        case quarantine(by: Address, of: Address, uid: Int64?)
        /// This node is downed, and hears of it and ends.
        case downing(of: Address)
        /// A node's remoting starts; then it is seen as Joining.
        case start(of: Address)
    }

    /// What both ends name.
    package var link: Link
    /// Whether it is the effect.
    package var isEffect: Bool

    /// Every property as given.
    package init(link: Link, isEffect: Bool) {
        self.link = link
        self.isEffect = isEffect
    }

    /// Comes before the effects of the link.
    package static func cause(_ link: Link) -> Causality { Causality(link: link, isEffect: false) }

    /// Comes after the cause of the link.
    package static func effect(_ link: Link) -> Causality { Causality(link: link, isEffect: true) }
}

/// A source that began or stopped delivering; a line of kind `source`.
package struct SourceChange: Hashable, Sendable {
    /// When it changed.
    package var at: Timestamp
    /// The source.
    package var id: SourceID
    /// The state before.
    package var from: SourceState
    /// The state now.
    package var to: SourceState
    /// Why, if it stopped delivering.
    package var failure: SourceFailure?

    /// Every property as given.
    package init(at: Timestamp, id: SourceID, from: SourceState, to: SourceState, failure: SourceFailure?) {
        self.at = at
        self.id = id
        self.from = from
        self.to = to
        self.failure = failure
    }
}

/// What an observation brought about, in order.
package enum MeshChange: Hashable, Sendable {
    case event(MeshEvent)
    case source(SourceChange)
    case finding(FindingChange)
}
