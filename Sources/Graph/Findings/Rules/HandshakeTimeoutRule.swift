// SPDX-License-Identifier: Apache-2.0
import Model

/// Connections between members, or of a joiner, that are accepted and never get through Artery's handshake.
///
/// With logs only, and always a suspicion of its causes: a proxy in between, TLS on one side, a network that swallows.
enum HandshakeTimeoutRule: ClusterRule {
    /// A handshake is given up after 20 s, and tried again.
    private static let memory = Duration.seconds(40)

    static func candidates(in scene: Scene) -> [Candidate] {
        let facts = scene.recentLines(.handshakeTimedOut, within: memory).filter { fact in
            guard let peer = fact.peer, let member = scene.members[peer], !scene.isDeparting(member) else {
                return false
            }
            // Whoever is lost, refuses or is silent has a better explanation.
            return scene.lostBy[peer] == nil && scene.refusing(peer).isEmpty && !scene.voice(peer).isGone
        }
        let byObserver = Dictionary(grouping: facts) { $0.observer }
        return byObserver.keys.compactMap { $0 }.sorted().compactMap { observer in
            guard let facts = byObserver[observer], let first = facts.first,
                facts.count > 1 || facts.contains(where: { $0.count > 1 })
            else { return nil }
            let peers = facts.compactMap(\.peer).uniqued
            var found = Candidate(
                .handshakeTimeout, in: scene.id, about: observer.text, severity: .degraded, isConfirmed: true,
                title: "\(observer.hostPort) gets no answer to its handshakes with \(peers.named)",
                cause: "the port accepts, and nobody answers there in Artery's words",
                subjects: [observer.text] + peers.prefix(4).map(\.text),
                since: facts.map(\.first.at).min() ?? first.first.at,
                evidence: facts.prefix(4).map { $0.first.evidence() },
                next:
                    "see whether a sidecar takes the remoting port (exclude it from interception), and whether both sides use TLS"
            )
            found.alternatives = [
                FindingAlternative(.remotingThroughSidecar, against: "nothing says that a proxy is in between"),
                FindingAlternative(.tlsHandshake, against: "no line of TLS was read"),
                FindingAlternative(.nodePaused, against: "\(peers.named) is not lost by anybody"),
            ]
            found.reach = Candidate.Reach(
                [.joiningStuck, .viewsDisagree, .phiRising], Set([observer.text] + peers.texts))
            return found
        }
    }
}
