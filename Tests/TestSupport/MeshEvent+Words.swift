// SPDX-License-Identifier: Apache-2.0
package import Model

extension MeshEvent.Change {
    /// A change written in the words of the documents, as tests of screens like to have it.
    package init(_ kind: MeshEvent.Kind, from: String? = nil, to: String? = nil) {
        switch kind {
        case .member: self = .member(from: from.map(MemberStatus.init(name:)), to: MemberStatus(name: to ?? "?"))
        case .reachability:
            self = .reachability(
                from: from.flatMap(MeshEvent.Reachability.init(rawValue:)),
                to: to.flatMap(MeshEvent.Reachability.init(rawValue:)) ?? .unreachable)
        case .leader:
            self = .leader(from: Self.address(from), to: Self.address(to))
        case .association:
            self = .association(
                from: from.flatMap(AssociationState.init(rawValue:)),
                to: to.flatMap(AssociationState.init(rawValue:)) ?? .unknown)
        case .phi: self = .phi(isAvailable: to == "available")
        case .sbr: self = .sbr
        case .shutdown: self = .shutdown
        case .bootstrap: self = .bootstrap
        case .lease: self = .lease(from: from, to: to)
        case .pod: self = .pod(from: from, to: to)
        case .other: self = .other
        }
    }

    private static func address(_ text: String?) -> Address? { text.flatMap { try? Address(parsing: $0) } }
}
