// SPDX-License-Identifier: Apache-2.0
import Model

/// A node that announces an address which others can reach, and listens on the loopback interface only, or could not bind at all.
///
/// With its own log. Others' refused connections confirm it.
enum WrongBindRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] { loopback(scene) + unbound(scene) }

    private static func loopback(_ scene: MeshScene) -> [Candidate] {
        scene.ledger.lines.all(.started).compactMap { fact in
            guard let node = fact.observer, let bound = bound(fact, node), scene.now - fact.last.at < .seconds(300),
                isLoopback(bound), !isLoopback(node)
            else { return nil }
            let refusals = scene.ledger.lines.all(.refused).filter {
                $0.peer == node && $0.observer != node && scene.now - $0.last.at < .seconds(60)
            }
            let joiner = scene.joiners.first { $0.address == node }
            guard joiner != nil || !refusals.isEmpty else { return nil }
            var found = Candidate(
                .wrongBind, in: joiner?.target?.id ?? node.system, about: node.text, severity: .failure,
                isConfirmed: !refusals.isEmpty || joiner?.attempts != nil,
                title: "\(node.hostPort) listens on \(bound.hostPort) only: nobody else reaches it",
                cause: "bind.hostname names the loopback interface, canonical.hostname another address",
                subjects: ([node] + refusals.compactMap(\.observer).prefix(3)).uniqued.texts, since: fact.last.at,
                evidence: [fact.last.evidence()] + refusals.prefix(3).map { $0.first.evidence() },
                next: "set bind.hostname (classic: bind-hostname) to 0.0.0.0, or leave it out")
            found.reach = Joining.reach(node)
            return found
        }
    }

    /// Its own word that it could not bind: the process ends, and is no member.
    private static func unbound(_ scene: MeshScene) -> [Candidate] {
        scene.ledger.lines.all(.bindFailed).compactMap { fact in
            guard scene.now - fact.last.at < Joining.memory else { return nil }
            let node = fact.observer
            let name = node?.hostPort ?? fact.last.source.target
            var found = Candidate(
                .wrongBind, in: node?.system ?? "", about: node?.text ?? fact.last.source.description,
                severity: .failure, isConfirmed: true, title: "\(name) could not bind its remoting port",
                cause: fact.last.text, subjects: [node?.text ?? fact.last.source.target], since: fact.first.at,
                evidence: [fact.first.evidence(), fact.last.evidence()],
                next: "see whether another process has the port, and whether the host has the address")
            if let node { found.reach = Joining.reach(node) }
            return found
        }
    }

    private static func bound(_ fact: LineFact, _ node: Address) -> Address? {
        guard fact.line.evidence.text.says("bound to [") else { return nil }
        return LineText.addresses(in: fact.line.evidence.text).first { $0 != node }
    }

    private static func isLoopback(_ address: Address) -> Bool {
        guard let host = address.host else { return false }
        return host == "localhost" || host.hasPrefix("127.") || host == "::1"
    }
}
