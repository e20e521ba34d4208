// SPDX-License-Identifier: Apache-2.0
/// Groups of observers that cannot reach each other.
package enum Partitions {
    /// One voting observer with its view.
    package struct Voter: Sendable {
        /// The observer itself.
        package var node: UniqueAddress
        /// What it answered.
        package var view: MembershipView
        /// When the view was observed.
        package var observedAt: Timestamp
        /// When the node was first listed by anybody; a view from before that cannot list it. `nil`: always known.
        package var knownSince: Timestamp?

        /// Every property as given.
        package init(
            node: UniqueAddress, view: MembershipView, observedAt: Timestamp, knownSince: Timestamp? = nil
        ) {
            self.node = node
            self.view = view
            self.observedAt = observedAt
            self.knownSince = knownSince
        }
    }

    /// The connected components: two observers are joined if each lists the other's (address, uid) and neither itself reports the other
    /// unreachable. A view from before the other was known to anybody does not speak against it: polls of one tick are answered one after
    /// the other, and a member that joins in between is not cut off.
    ///
    /// A search through those not yet reached, so that a healthy mesh costs one look per observer; a torn one costs a look per cut pair.
    ///
    /// - Parameter voters: The voting observers.
    /// - Returns: Indices into `voters`, each component ascending, the components by their first index.
    package static func components(of voters: [Voter]) -> [[Int]] {
        let links = Links(voters)
        var waiting = Array(voters.indices)
        var components: [[Int]] = []
        while let first = waiting.first {
            waiting.removeFirst()
            components.append(reach(from: first, waiting: &waiting, links))
        }
        return components
    }

    private static func reach(from first: Int, waiting: inout [Int], _ links: Links) -> [Int] {
        var component = [first]
        var next = 0
        while next < component.count, !waiting.isEmpty {
            let current = component[next]
            component += waiting.filter { links.joined(current, $0) }
            waiting.removeAll { links.joined(current, $0) }
            next += 1
        }
        return component.sorted()
    }

    /// Which observers list and which report each other, once per distinct list instead of once per pair.
    private struct Links {
        private let voters: [Voter]
        private let listOf: [Int]
        private let lists: [[Bool]]
        private let cuts: [Set<Int>]

        init(_ voters: [Voter]) {
            self.voters = voters
            let indexOf = Dictionary(voters.enumerated().map { ($1.node, $0) }) { first, _ in first }
            var seen: [ObjectIdentifier: Int] = [:]
            var lists: [[Bool]] = []
            listOf = voters.map { voter in
                let list = voter.view.members
                if let known = seen[ObjectIdentifier(list)] { return known }
                seen[ObjectIdentifier(list)] = lists.count
                var listed = [Bool](repeating: false, count: voters.count)
                for member in list.members { if let index = indexOf[member.node] { listed[index] = true } }
                lists.append(listed)
                return lists.count - 1
            }
            self.lists = lists
            cuts = voters.map { voter in Set(voter.view.ownReports.compactMap { indexOf[$0] }) }
        }

        func joined(_ left: Int, _ right: Int) -> Bool {
            let (there, back) = (lists(left, right), lists(right, left))
            guard (there || isTooOld(left, for: right)) && (back || isTooOld(right, for: left)) && (there || back)
            else {
                return false
            }
            return !cuts[left].contains(right) && !cuts[right].contains(left)
        }

        private func lists(_ left: Int, _ right: Int) -> Bool { lists[listOf[left]][right] }

        private func isTooOld(_ left: Int, for right: Int) -> Bool {
            voters[right].knownSince.map { voters[left].observedAt < $0 } ?? false
        }
    }
}
