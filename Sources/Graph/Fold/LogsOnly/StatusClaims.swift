// SPDX-License-Identifier: Apache-2.0
import Model

/// Who gave which status to whom, as lines say: the last words of a node that goes down are taken back.
struct StatusClaims {
    /// Maximum number of claims about one member that are kept, the newest ones.
    static let maximumClaims = 8

    private struct Claim {
        var observer: Address
        var status: MemberStatus
    }

    private var claims: [Address: [Claim]] = [:]
    /// Nodes that went down and have not started again.
    private var losers: Set<Address> = []

    /// Records a status.
    ///
    /// - Returns: Whether it counts: that others are down does not, if a node says so that has gone down itself.
    mutating func record(_ status: MemberStatus, of subject: Address, by observer: Address) -> Bool {
        let isVoid = status == .down && subject != observer && losers.contains(observer)
        guard !isVoid else { return false }
        var known = claims[subject] ?? []
        if known.last?.observer == observer, known.last?.status == status { return true }
        known.append(Claim(observer: observer, status: status))
        if known.count > Self.maximumClaims { known.removeFirst() }
        claims[subject] = known
        return true
    }

    /// A node goes down.
    ///
    /// - Returns: Whom it alone has called down, with the status before that, if any is known.
    mutating func takeBack(of observer: Address) -> [(subject: Address, status: MemberStatus?)] {
        losers.insert(observer)
        var result: [(Address, MemberStatus?)] = []
        for subject in claims.keys.sorted() where subject != observer {
            let known = claims[subject] ?? []
            let left = known.filter { $0.observer != observer || $0.status != .down }
            guard left.count < known.count else { continue }
            claims[subject] = left
            if !left.contains(where: { $0.status == .down }) { result.append((subject, left.last?.status)) }
        }
        return result
    }

    /// A node has started again, or joins.
    mutating func restore(_ observer: Address) { losers.remove(observer) }

    /// Another incarnation runs at an address, or none.
    mutating func forget(_ subject: Address) { claims[subject] = nil }
}
