/// Something that happened, as one observer tells it; a line of kind `event`.
package struct MeshEvent: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case member
        case reachability
        case leader
        case association
        case phi
        case sbr
        case shutdown
        case other
    }

    /// How bad it is, told from what happened alone and not from what it led to.
    package enum Severity: Int, Hashable, Sendable, Comparable, CaseIterable {
        /// The ordinary course of things.
        case notice
        /// Something works less well than it should.
        case warning
        /// Something is cut off or taken down.
        case failure

        package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// Whose clock stamped it.
    package enum Clock: Hashable, Sendable {
        /// Ours: it was seen in an answer or a stream.
        case own
        /// That of a node, as written in its log.
        case node(Address)
    }

    /// What it was told from: a line of a log, an event of the bridge.
    package struct Evidence: Hashable, Sendable {
        /// The line without its head, as long as one line of a log is kept.
        package var text: String
        /// The code of the pattern, `C06`; for an event of the bridge the name of its class.
        package var pattern: String
        /// The number of the line in its file.
        package var line: Int?

        package init(text: String, pattern: String, line: Int?) {
            self.text = text
            self.pattern = pattern
            self.line = line
        }
    }

    /// Who found what the teller only passes on.
    package struct Hearsay: Hashable, Sendable {
        private static let mostNamed = 4

        /// The first few of them, in their order.
        package let first: [Address]
        package let count: Int

        /// - Parameter finders: All of them.
        package init(_ finders: [Address] = []) {
            first = Array(finders.prefix(Self.mostNamed))
            count = finders.count
        }
    }

    /// When it happened, by the clock that stamped it.
    package var at: Timestamp
    package var cluster: String
    package var observer: Address?
    package var subject: Address?
    package var subjectUid: Int64?
    package var kind: Kind
    /// The former value, in the words of the documents; `nil` when there was none.
    package var from: String?
    package var to: String?
    /// The kind of source that told it first.
    package var origin: SourceKind
    /// Whether it was told so late that it stands out of order.
    package var isLate: Bool
    /// One line for people.
    package var text: String
    package var clock: Clock
    /// When meshtop came to know it, by our clock.
    package var toldAt: Timestamp
    package var source: SourceID?
    package var evidence: Evidence?
    package var severity: Severity
    /// Its place in a chain of cause and effect, where the words of the event name one.
    package var causality: Causality?
    /// Empty if the teller found it itself, or nobody says who did.
    package var hearsay: Hearsay

    /// Without a severity it is as kind and value say.
    package init(
        at: Timestamp, cluster: String, observer: Address?, subject: Address?, subjectUid: Int64?, kind: Kind,
        from: String?, to: String?, origin: SourceKind, isLate: Bool = false, text: String, clock: Clock = .own,
        toldAt: Timestamp? = nil, source: SourceID? = nil, evidence: Evidence? = nil, severity: Severity? = nil,
        causality: Causality? = nil, hearsay: Hearsay = Hearsay()
    ) {
        self.at = at
        self.cluster = cluster
        self.observer = observer
        self.subject = subject
        self.subjectUid = subjectUid
        self.kind = kind
        self.from = from
        self.to = to
        self.origin = origin
        self.isLate = isLate
        self.text = text
        self.clock = clock
        self.toldAt = toldAt ?? at
        self.source = source
        self.evidence = evidence
        self.severity = severity ?? Severity(kind, to: to)
        self.causality = causality
        self.hearsay = hearsay
    }
}

extension MeshEvent.Severity {
    fileprivate init(_ kind: MeshEvent.Kind, to: String?) {
        switch (kind, to) {
        case (.association, "quarantined"), (.member, "Down"), (.phi, "unavailable"): self = .failure
        case (.reachability, "reachable"): self = .notice
        case (.reachability, _), (.association, "gated"): self = .warning
        default: self = .notice
        }
    }
}

/// A cause or an effect: what lets events of several clocks be put in order although the clocks differ.
package struct Causality: Hashable, Sendable {
    /// What both ends of the chain name.
    package enum Link: Hashable, Sendable {
        /// `by` quarantines this incarnation of `of`, which is told so afterwards.
        case quarantine(by: Address, of: Address, uid: Int64?)
        /// Somebody downs this node, which hears of it and ends.
        case downing(of: Address)
        /// A node's remoting starts; then it is seen as Joining.
        case start(of: Address)
    }

    package var link: Link
    package var isEffect: Bool

    package init(link: Link, isEffect: Bool) {
        self.link = link
        self.isEffect = isEffect
    }

    /// Comes before the effects of the link.
    package static func cause(_ link: Link) -> Causality { Causality(link: link, isEffect: false) }

    /// Comes after the cause of the link.
    package static func effect(_ link: Link) -> Causality { Causality(link: link, isEffect: true) }
}

/// A source that began or ceased to deliver; a line of kind `source`.
package struct SourceChange: Hashable, Sendable {
    package var at: Timestamp
    package var id: SourceID
    package var from: SourceState
    package var to: SourceState
    package var failure: SourceFailure?

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
}
