// SPDX-License-Identifier: Apache-2.0
import Model

/// Messages that are larger than the largest frame.
enum OversizedPayloadRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        let facts = scene.ledger.lines.all(.oversized).filter {
            scene.now - $0.last.at < .seconds(30) && $0.observer != nil
        }
        let byObserver = Dictionary(grouping: facts) { $0.observer }
        return byObserver.keys.compactMap { $0 }.sorted().compactMap { observer in
            guard let facts = byObserver[observer], let first = facts.first else { return nil }
            let peers = facts.flatMap { fact in
                fact.peer.map { [$0] } ?? LineText.addresses(in: fact.line.evidence.text)
            }.filter { $0 != observer }.uniqued
            let count = facts.map(\.count).max() ?? 1
            var found = Candidate(
                .oversizedPayload, in: scene.clusters.first { $0.members[observer] != nil }?.id ?? observer.system,
                about: observer.text,
                severity: .degraded, isConfirmed: true,
                title:
                    "\(observer.hostPort) drops messages that are larger than the largest frame: \(count.of("message"))\(peers.isEmpty ? "" : " to \(peers.named)")",
                cause: first.last.text, subjects: ([observer] + peers).texts,
                since: facts.map(\.first.at).min() ?? scene.now,
                evidence: facts.prefix(4).map { $0.first.evidence() },
                next: "split the message, or raise maximum-frame-size on all nodes, or use large-message-destinations")
            found.reach = Candidate.Reach([.shardCoordinatorStuck], nil)
            return found
        }
    }
}
