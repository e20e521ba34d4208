// SPDX-License-Identifier: Apache-2.0
import Model

/// An address that a member keeps trying and that is no member: information, which makes nothing worse.
///
/// With logs, or with the bridge.
enum PeerUnknownRule: ClusterRule {
    private static let memory = Duration.seconds(60)
    /// Maximum number of strangers that are named one by one.
    private static let maximum = 8

    static func candidates(in scene: Scene) -> [Candidate] {
        var found: [Address: [Address: FindingEvidence]] = [:]
        for topic in [LineTopic.handshakeTimedOut, .linkFailed, .refused, .unresolved, .gated, .reset] {
            for fact in scene.recentLines(topic, within: memory) {
                guard let observer = fact.observer, let peer = fact.peer, fact.count > 1, isStranger(peer, scene) else {
                    continue
                }
                found[peer, default: [:]][observer] = found[peer]?[observer] ?? fact.first.evidence()
            }
        }
        for (observer, peer, link) in scene.ledger.links.all
        where scene.members[observer] != nil && isStranger(peer, scene) && scene.now - link.seen.at >= .seconds(10) {
            found[peer, default: [:]][observer] = found[peer]?[observer] ?? link.seen.evidence()
        }
        return found.keys.sorted().prefix(maximum).map { peer in
            let tried = found[peer] ?? [:]
            let observers = tried.keys.sorted()
            return Candidate(
                .peerUnknown, in: scene.id, about: peer.text, severity: .info, isConfirmed: true,
                title: "\(observers.named) keeps trying \(peer.hostPort), which is no member",
                cause: "a seed node that is gone, a lookup with an old address, or another system's client",
                subjects: (observers.prefix(4) + [peer]).map(\.text), since: tried.values.map(\.at).min() ?? scene.now,
                evidence: observers.prefix(4).compactMap { tried[$0] },
                next: "look for \(peer.hostPort) in seed-nodes and lookups of \(observers[0].hostPort)")
        }
    }

    /// Whether nothing was ever known of it as a member, and it does not ask to become one.
    private static func isStranger(_ peer: Address, _ scene: Scene) -> Bool {
        scene.members[peer] == nil && scene.ledger.trails[peer] == nil && scene.joiners[peer] == nil
            && !scene.cluster.members.contains { $0.node.address == peer }
            && scene.ledger.lines.fact(.started, peer, nil) == nil
            && scene.ledger.lines.fact(.joinFailed, peer, nil) == nil
    }
}
