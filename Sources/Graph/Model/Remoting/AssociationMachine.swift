// SPDX-License-Identifier: Apache-2.0
/// The association state machine for the transport of an address.
package enum AssociationMachine: Hashable, Sendable {
    case classic(ClassicAssociation)
    case artery(ArteryAssociation)

    /// A machine that knows nothing yet.
    package init(_ transport: RemotingTransport) {
        self = transport == .classic ? .classic(ClassicAssociation()) : .artery(ArteryAssociation())
    }

    private var core: AssociationCore {
        switch self {
        case .classic(let machine): machine.core
        case .artery(let machine): machine.core
        }
    }

    /// Whether it is classic remoting's.
    package var isClassic: Bool {
        if case .classic = self { true } else { false }
    }

    /// What the link does, apart from quarantines.
    package var link: AssociationLink { core.link }
    /// Since when the link is what it is.
    package var since: Timestamp? { core.since }
    /// Whether the link is only taken for idle, because another incarnation of the peer runs.
    package var isAssumed: Bool { core.isAssumed }
    /// When the link's state was last reported, by the observer's clock.
    package var newest: Timestamp? { core.newest }
    /// The incarnation that the link is to, when known.
    package var uid: Int64? { core.uid }
    /// All incarnations that something is known of, the link's and the quarantined ones.
    package var uids: Set<Int64> { Set(core.quarantines.entries.keys).union(core.uid.map { [$0] } ?? []) }

    /// When the newest quarantine began, by the observer's clock.
    package var lastQuarantine: Timestamp? { core.quarantines.entries.values.map(\.since).max() }

    /// The state towards an incarnation; `nil` if nothing recorded here is about it.
    package func status(of subject: Int64) -> AssociationStatus? { core.status(of: subject) }

    /// Takes in an input; see the machines for what it leads to.
    ///
    /// - Parameters:
    ///   - input: The input.
    ///   - at: When, by the observer's clock.
    /// - Returns: The transition of the incarnation that it is about.
    package mutating func apply(_ input: AssociationInput, at: Timestamp) -> AssociationOutcome {
        switch self {
        case .classic(var machine):
            let outcome = machine.apply(input, at: at)
            self = .classic(machine)
            return outcome
        case .artery(var machine):
            let outcome = machine.apply(input, at: at)
            self = .artery(machine)
            return outcome
        }
    }

    /// Forgets what was reported of the link, because it was about an earlier incarnation; quarantines stay with theirs.
    package mutating func forgetLink() {
        switch self {
        case .classic(var machine):
            machine.core.forgetLink()
            self = .classic(machine)
        case .artery(var machine):
            machine.core.forgetLink()
            self = .artery(machine)
        }
    }
}
