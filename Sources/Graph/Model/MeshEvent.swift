/// Something that happened, as one observer tells it; a line of kind `event`.
package struct MeshEvent: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case member
        case reachability
        case leader
        case association
        case phi
        case sbr
        case shutdown
        case other
    }

    /// When it was observed.
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

    package init(
        at: Timestamp, cluster: String, observer: Address?, subject: Address?, subjectUid: Int64?, kind: Kind,
        from: String?, to: String?, origin: SourceKind, isLate: Bool = false, text: String
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
    }
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
