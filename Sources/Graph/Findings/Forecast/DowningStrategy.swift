// SPDX-License-Identifier: Apache-2.0
import Model

/// What a resolver decides (akka-cluster, `sbr/DowningStrategy.scala`, 2.6.21 to 2.10.21, and Pekko's). Roles that a strategy is limited to are in
/// no line, so that all members count.
enum DowningStrategy: Hashable {
    case keepMajority
    /// The size of the quorum is in no line.
    case staticQuorum(Int?)
    /// The oldest is kept, unless it is alone.
    case keepOldest
    case downAll
    case leaseMajority
    /// Akka 2.5's: each side downs what it cannot reach.
    case autoDown
    /// Nothing is downed.
    case none

    /// - Parameter name: As a line of the resolver names it: `KeepMajority`, `keep-majority`.
    init?(_ name: String) {
        switch name.filter({ $0 != "-" }).lowercased() {
        case "keepmajority": self = .keepMajority
        case "staticquorum": self = .staticQuorum(nil)
        case "keepoldest": self = .keepOldest
        case "downallnodes", "downall": self = .downAll
        case "leasemajority": self = .leaseMajority
        case "autodown": self = .autoDown
        case "none": self = .none
        default: return nil
        }
    }

    /// As it is configured.
    var name: String {
        switch self {
        case .keepMajority: "keep-majority"
        case .staticQuorum(let size): size.map { "static-quorum of \($0)" } ?? "static-quorum"
        case .keepOldest: "keep-oldest"
        case .downAll: "down-all"
        case .leaseMajority: "lease-majority"
        case .autoDown: "auto-down"
        case .none: "none"
        }
    }

    /// A decision, and whom it downs.
    struct Verdict {
        var decision: String
        var down: Set<Address>
    }

    /// What one side decides.
    ///
    /// - Parameters:
    ///   - side: What it knows.
    ///   - hasLease: Whether this side gets the lease, for a strategy that asks for one.
    /// - Returns: `nil` where what is needed is not known.
    func verdict(_ side: DowningSide, hasLease: Bool = true) -> Verdict? {
        switch self {
        case .none: return Verdict(decision: "none", down: [])
        case .autoDown: return Verdict(decision: "AutoDown", down: side.unreachable.intersection(side.downable))
        case .downAll: return Verdict(decision: "DownAll", down: side.downable)
        case .staticQuorum(let size):
            guard let size else { return nil }
            if side.members().count > size * 2 - 1 { return Verdict(decision: "DownAll", down: side.downable) }
        case .keepMajority, .keepOldest, .leaseMajority: break
        }
        let indirect = side.indirectlyConnected
        guard !indirect.isEmpty else { return plain(side, hasLease: hasLease) }
        if self == .leaseMajority, !hasLease {
            return Verdict(
                decision: "ReverseDownIndirectlyConnected",
                down: side.downable.intersection(indirect).union(side.downable.subtracting(side.unreachable)))
        }
        var down = indirect
        let rest = side.withoutIndirect
        if !side.unreachable.subtracting(indirect).isEmpty, !rest.unreachable.isEmpty {
            guard let further = plain(rest, hasLease: hasLease) else { return nil }
            down.formUnion(further.down)
        }
        let decision = self == .leaseMajority ? "AcquireLeaseAndDownIndirectlyConnected" : "DownIndirectlyConnected"
        return Verdict(decision: decision, down: down.intersection(side.downable))
    }

    /// The decision where nobody is indirectly connected.
    private func plain(_ side: DowningSide, hasLease: Bool) -> Verdict? {
        guard let keepsThisSide = keepsThisSide(side, hasLease: hasLease) else { return nil }
        switch keepsThisSide {
        case .keep:
            let decision = self == .leaseMajority ? "AcquireLeaseAndDownUnreachable" : "DownUnreachable"
            return Verdict(decision: decision, down: side.unreachable.intersection(side.downable))
        case .drop: return Verdict(decision: "DownReachable", down: side.downable.subtracting(side.unreachable))
        case .unsafe: return Verdict(decision: "DownAll", down: side.downable)
        }
    }

    private enum Fate {
        case keep
        case drop
        /// The other side may have seen members come or go, and would decide the same.
        case unsafe
    }

    private func keepsThisSide(_ side: DowningSide, hasLease: Bool) -> Fate? {
        switch self {
        case .keepMajority:
            let members = side.members()
            guard Self.isMajority(members, members, side) else { return members.isEmpty ? .unsafe : .drop }
            let (here, there) = (side.members(withoutLeaving: true), side.members(withJoining: true))
            return Self.isMajority(here, there, side) ? .keep : .unsafe
        case .staticQuorum(let size):
            guard let size else { return nil }
            return side.members().count { !side.unreachable.contains($0) } >= size ? .keep : .drop
        case .keepOldest: return Self.keepsOldest(side)
        case .leaseMajority: return hasLease ? .keep : .drop
        case .downAll: return .unsafe
        case .autoDown, .none: return .keep
        }
    }

    /// Whether more of `here` are reachable than of `there` are not; of equal sides the one with the lowest address.
    private static func isMajority(_ here: [Address], _ there: [Address], _ side: DowningSide) -> Bool {
        guard let lowest = here.first else { return false }
        let reachable = here.count { !side.unreachable.contains($0) }
        let lost = there.count { side.unreachable.contains($0) }
        return reachable == lost ? !side.unreachable.contains(lowest) : reachable > lost
    }

    private static func keepsOldest(_ side: DowningSide) -> Fate? {
        guard let oldest = side.oldest else { return nil }
        func keeps(_ members: [Address]) -> Bool {
            let here = members.count { !side.unreachable.contains($0) }
            let there = members.count - here
            if side.unreachable.contains(oldest) { return there == 1 && here >= 2 }
            return !(here == 1 && there >= 2)
        }
        guard keeps(side.members()) else { return .drop }
        return keeps(side.members(withJoining: true, withoutLeaving: true)) ? .keep : .unsafe
    }

    /// Whether a side asks for the lease before the other: the one with more reachable members, of equal ones that with the lowest address.
    static func isFirstForLease(_ side: DowningSide) -> Bool {
        let members = side.members()
        return isMajority(members, members, side)
    }
}
