// SPDX-License-Identifier: Apache-2.0
import Model

/// Members that live and have lost each other, and what remains connected.
struct Cuts {
    /// One loss between two members that both live.
    struct Loss: Hashable {
        var observer: Address
        var subject: Address
        var seen: Sighting
    }

    /// The losses, by time.
    let losses: [Loss]
    /// The groups within which nobody has lost anybody, the largest first; one group when the members are connected through others.
    let groups: [[Address]]

    /// Nobody is lost.
    init() { (losses, groups) = ([], []) }

    init(_ scene: Scene) {
        var losses: [Loss] = []
        for subject in scene.lostBy.keys.sorted() {
            guard let member = scene.members[subject], !Self.isExcused(member, scene) else { continue }
            // What an observer has as terminated it may have heard of another.
            for observer in member.unreachableBy {
                guard let own = scene.members[observer], !Self.isExcused(own, scene),
                    !scene.isQuarantined(observer, subject),
                    let seen = scene.ledger.losses.sighting(observer, subject),
                    scene.isAlive(subject, after: seen.at) || scene.isCutBeforeEnd(observer, subject)
                else { continue }
                losses.append(Loss(observer: observer, subject: subject, seen: seen))
            }
        }
        self.losses = losses.sorted { ($0.seen.at, $0.observer, $0.subject) < ($1.seen.at, $1.observer, $1.subject) }
        groups = losses.isEmpty ? [] : Self.groups(scene, losses)
    }

    /// Whether logs alone are read, and only those two are known of which each has lost the other: others may well reach both.
    func isOfTwo(_ scene: Scene) -> Bool {
        scene.cluster.isFromLines && groups.count == 2 && groups.allSatisfy { $0.count == 1 }
    }

    /// Whether the member is leaving, or was stopped itself until a moment ago: then it knows nothing of the others.
    private static func isExcused(_ member: MemberSnapshot, _ scene: Scene) -> Bool {
        let address = member.node.address
        if member.status == .exiting || member.status == .removed || member.status == .leaving { return true }
        if scene.ownDelay(address, within: .seconds(12)) != nil { return true }
        // Who did not answer a moment ago was stopped; what it has lost meanwhile it finds again.
        if let silent = scene.silences[address], scene.now - silent < .seconds(6) { return true }
        // A new process at the address knows nothing yet of those that still list the old one.
        if scene.restart(address) != nil { return true }
        if scene.memory.hasHeld(
            .quarantinedPair, in: scene.id, about: address.text, within: .seconds(20), at: scene.now)
        {
            return true
        }
        return scene.memory.hasHeld(.nodePaused, in: scene.id, about: address.text, within: .seconds(12), at: scene.now)
            || scene.memory.hasHeld(.nodeDown, in: scene.id, about: address.text, within: .seconds(5), at: scene.now)
    }

    private static func groups(_ scene: Scene, _ losses: [Loss]) -> [[Address]] {
        let involved = Set(losses.flatMap { [$0.observer, $0.subject] })
        let nodes = scene.present.map(\.node).filter { node in
            // Whom nobody has lost, and nobody asks, is there.
            involved.contains(node.address) || scene.isAlive(node.address, after: losses[0].seen.at - .seconds(30))
                || scene.voice(node.address) == .notAsked && scene.lostBy[node.address] == nil
        }
        let ring = HeartbeatRing(nodes: scene.present.map(\.node), monitored: scene.cluster.monitoredByMembers)
        var sets = DisjointSets(nodes.map(\.address))
        for node in nodes {
            let own = node.address
            for other in ring.receivers(of: node).map(\.address).sorted() where sets.contains(other) {
                if !scene.loses(own, other), !scene.loses(other, own) { sets.join(own, other) }
            }
        }
        return sets.groups.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }
}

/// Which elements are connected, directly or through others.
struct DisjointSets {
    private var parents: [Address: Address]

    init(_ elements: [Address]) { parents = Dictionary(elements.map { ($0, $0) }) { first, _ in first } }

    func contains(_ element: Address) -> Bool { parents[element] != nil }

    mutating func join(_ left: Address, _ right: Address) {
        let (first, second) = (root(of: left), root(of: right))
        if first != second { parents[max(first, second)] = min(first, second) }
    }

    private func root(of element: Address) -> Address {
        var current = element
        while let parent = parents[current], parent != current { current = parent }
        return current
    }

    /// Each group sorted, in the order of their first elements.
    var groups: [[Address]] {
        Dictionary(grouping: parents.keys) { root(of: $0) }.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }
}
