// SPDX-License-Identifier: Apache-2.0
import Model

/// A connection that fails in TLS: a certificate that has expired or is not trusted, or one side without TLS.
enum TLSHandshakeRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] { failed(scene) + plain(scene) }

    /// The receiver's word: what came in began as TLS does, and it speaks without.
    private static func plain(_ scene: MeshScene) -> [Candidate] {
        scene.ledger.lines.all(.wrongMagic).compactMap { fact in
            let text = fact.line.evidence.text
            guard let observer = fact.observer, scene.now - fact.last.at < Joining.memory,
                text.says("16 03") || text.says("1603")
            else { return nil }
            let target = scene.clusters.first { $0.members[observer] != nil }
            let senders = scene.joiners.filter { $0.target?.id == target?.id }.map(\.address)
            var found = Candidate(
                .tlsHandshake, in: target?.id ?? observer.system, about: observer.text, severity: .failure,
                isConfirmed: true,
                title: "somebody speaks TLS to the remoting port of \(observer.hostPort), which speaks without",
                cause: text, subjects: ([observer] + senders.prefix(3)).uniqued.texts, since: fact.first.at,
                evidence: [fact.first.evidence(), fact.last.evidence()],
                next: "use tls-tcp on all nodes or on none")
            found.reach = Joining.reach(observer)
            return found
        }
    }

    private static func failed(_ scene: MeshScene) -> [Candidate] {
        let facts = scene.ledger.lines.all(.tlsFailed).filter {
            scene.now - $0.last.at < Joining.memory && $0.observer != nil
        }
        let byObserver = Dictionary(grouping: facts) { $0.observer }
        return byObserver.keys.compactMap { $0 }.sorted().compactMap { observer in
            guard let facts = byObserver[observer], let first = facts.first else { return nil }
            let target = scene.clusters.first { scene in
                facts.contains { $0.peer.map { scene.members[$0] != nil } ?? false }
            }
            var found = Candidate(
                .tlsHandshake, in: target?.id ?? observer.system, about: observer.text, severity: .failure,
                isConfirmed: true,
                title:
                    "\(observer.hostPort): TLS fails towards \(facts.compactMap(\.peer).uniqued.named)\(reason(first.line.evidence.text).map { ": \($0)" } ?? "")",
                cause:
                    "a certificate that has expired, is not yet valid or is signed by an authority that the other side does not trust",
                subjects: ([observer] + facts.compactMap(\.peer).prefix(3)).uniqued.texts,
                since: facts.map(\.first.at).min() ?? scene.now,
                evidence: facts.prefix(4).map { $0.first.evidence() },
                next:
                    "look at validity and issuer of the certificate of \(observer.hostPort), and at the trust store of the other side"
            )
            found.reach = Joining.reach(observer)
            return found
        }
    }

    private static func reason(_ text: String) -> String? {
        guard let end = text.end(of: "SSLHandshakeException: ") else { return nil }
        return String(text[end...].prefix(80))
    }
}
