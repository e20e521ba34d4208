// SPDX-License-Identifier: Apache-2.0
import Model

/// A member that others reach under a name which one of them resolves to an old address, or not at all.
///
/// With logs only: a line that names another address than the lines of others proves it; a name that one member cannot resolve while the
/// peer lives is a suspicion.
enum StaleDNSRule: ClusterRule {
    private static let memory = Duration.seconds(40)

    static func candidates(in scene: Scene) -> [Candidate] { outdated(scene) + unresolved(scene) }

    /// Two observers that try different addresses for one name.
    private static func outdated(_ scene: Scene) -> [Candidate] {
        var found: [Address: [(fact: LineFact, place: String)]] = [:]
        for topic in [LineTopic.refused, .linkFailed, .reset] {
            for fact in scene.recentLines(topic, within: memory) {
                guard let peer = fact.peer, let place = LineText.resolved(peer, in: fact.last.text) else { continue }
                found[peer, default: []].append((fact, place))
            }
        }
        return found.keys.sorted().compactMap { peer in
            guard let all = found[peer], Set(all.map(\.place)).count > 1,
                // The one whose connections fail for longest tries the old address.
                let old = all.min(by: { $0.fact.first.observation < $1.fact.first.observation }),
                let new = all.last(where: { $0.place != old.place }), let observer = old.fact.observer
            else { return nil }
            return made(
                observer, peer, scene, isConfirmed: scene.isAlive(peer, after: old.fact.first.at),
                "\(observer.hostPort) looks for \(peer.hostPort) at \(old.place), others at \(new.place)",
                [old.fact.last.evidence(), new.fact.last.evidence()])
        }
    }

    private static func unresolved(_ scene: Scene) -> [Candidate] {
        scene.recentLines(.unresolved, within: memory).compactMap { fact in
            guard let observer = fact.observer, let peer = fact.peer, fact.count > 1, scene.members[peer] != nil,
                scene.isAlive(peer, after: fact.first.at), !scene.isLost(peer, but: observer)
            else { return nil }
            return made(
                observer, peer, scene, isConfirmed: false,
                "\(observer.hostPort) cannot resolve \(peer.host ?? peer.hostPort), which others reach",
                [fact.first.evidence(), fact.last.evidence()])
        }
    }

    private static func made(
        _ observer: Address, _ peer: Address, _ scene: Scene, isConfirmed: Bool, _ title: String,
        _ evidence: [FindingEvidence]
    ) -> Candidate {
        var found = Candidate(
            .staleDNS, in: scene.id, about: "\(observer.text) \(peer.text)", severity: .degraded,
            isConfirmed: isConfirmed, title: title,
            cause: "its JVM keeps an answer of the name server that has changed meanwhile",
            subjects: [observer.text, peer.text], since: evidence.map(\.at).min() ?? scene.now, evidence: evidence,
            next:
                "lower networkaddress.cache.ttl to 5-10 s on \(observer.hostPort) and restart it, or use addresses in place of names"
        )
        if !isConfirmed {
            found.alternatives = [
                FindingAlternative(.addressMismatch, against: "others reach the same name"),
                FindingAlternative(.nodeDown, against: "\(peer.hostPort) gives signs of life"),
            ]
        }
        found.reach = Candidate.Reach(
            [.gateFlapping, .asymmetricGating, .handshakeTimeout, .asymmetricReachability], [observer.text])
        return found
    }
}
