// SPDX-License-Identifier: Apache-2.0
import Model

/// A joiner that speaks another protocol: of the other fork, of the other remoting, with another magic.
enum ProtocolMismatchRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        scene.joiners.compactMap { candidate($0, scene) } + magic(scene)
    }

    private static func candidate(_ joiner: Joiner, _ scene: MeshScene) -> Candidate? {
        let lines = scene.ledger.lines.all(.wrongProtocol).filter {
            $0.observer == joiner.address && scene.now - $0.last.at < Joining.memory
        }
        let peers = joiner.target?.present.map(\.node.address) ?? []
        let schemes = Set(peers.map(\.scheme))
        var what: String?
        if let peer = peers.first, !schemes.contains(joiner.address.scheme) {
            what =
                joiner.transport != peer.transport
                ? "it speaks \(joiner.transport.rawValue) remoting, the members \(peer.transport.rawValue)"
                : "its addresses are \(joiner.address.scheme)://, the members' \(peer.scheme)://"
        } else if let line = lines.first {
            what = line.line.evidence.text
        }
        guard let what else { return nil }
        let isSure = !lines.isEmpty || joiner.attempts != nil
        guard isSure || scene.now - joiner.since >= .seconds(5) else { return nil }
        var found = Candidate(
            .protocolMismatch, in: joiner.target?.id ?? joiner.address.system, about: joiner.address.text,
            severity: .failure, isConfirmed: isSure,
            title: "\(joiner.address.hostPort) cannot join: \(what)", cause: lines.first?.line.evidence.text,
            subjects: [joiner.address.text] + Joining.seeds(joiner).prefix(1).map(\.text), since: joiner.since,
            evidence: Array((lines.prefix(2).map { $0.first.evidence() } + joiner.evidence).prefix(5)),
            next:
                "give it the members' remoting and protocol (for Pekko in an Akka cluster: pekko.remote.protocol-name and accept-protocol-names)"
        )
        found.reach = Joining.reach(joiner.address)
        return found
    }

    /// The receiver's word: what came in did not begin as Artery does.
    private static func magic(_ scene: MeshScene) -> [Candidate] {
        scene.ledger.lines.all(.wrongMagic).compactMap { fact in
            guard let observer = fact.observer, scene.now - fact.last.at < Joining.memory,
                !fact.line.evidence.text.says("16 03"), !fact.line.evidence.text.says("1603")
            else { return nil }
            return Candidate(
                .protocolMismatch, in: scene.clusters.first { $0.members[observer] != nil }?.id ?? observer.system,
                about: observer.text,
                severity: .degraded, isConfirmed: true,
                title: "somebody speaks another protocol to the remoting port of \(observer.hostPort)",
                cause: fact.line.evidence.text,
                subjects: [observer.text] + (fact.peer.map { [$0.text] } ?? []), since: fact.first.at,
                evidence: [fact.first.evidence(), fact.last.evidence()],
                next: "see who connects there: a probe, a classic node, or one with another TCP magic")
        }
    }
}
