// SPDX-License-Identifier: Apache-2.0
import Model

/// A node that announces another address than that at which it can be reached, or another system's name.
enum AddressMismatchRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] { misaddressed(scene) + announced(scene) + named(scene) }

    /// A node without a cluster beside a cluster of another name: what it wants is not known, so it stays a suspicion.
    private static func named(_ scene: MeshScene) -> [Candidate] {
        scene.joiners.compactMap { joiner in
            guard let target = joiner.target, target.cluster.system != joiner.address.system,
                scene.now - joiner.since >= .seconds(8),
                !scene.clusters.contains(where: { $0.cluster.system == joiner.address.system && !$0.present.isEmpty }),
                !scene.ledger.lines.all(.misaddressed).contains(where: { sender($0) == joiner.address })
            else { return nil }
            var found = Candidate(
                .addressMismatch, in: target.id, about: joiner.address.text, severity: .degraded, isConfirmed: false,
                title:
                    "\(joiner.address.hostPort) is in no cluster, and its system is \(joiner.address.system), not \(target.cluster.system)",
                cause: "if it is meant to join \(target.cluster.system), the name of its ActorSystem keeps it out",
                subjects: [joiner.address.text], since: joiner.since, evidence: joiner.evidence,
                next:
                    "give its ActorSystem the name \(target.cluster.system), or look for the members of \(joiner.address.system)"
            )
            found.alternatives = [
                FindingAlternative(.bootstrapBlocked, against: "no line says that its seed nodes do not answer")
            ]
            found.reach = Joining.reach(joiner.address)
            return found
        }
    }

    /// The members' word: whoever asks has another address, or another system, in mind.
    private static func misaddressed(_ scene: MeshScene) -> [Candidate] {
        let facts = scene.ledger.lines.all(.misaddressed).filter { scene.now - $0.last.at < Joining.memory }
        let bySender = Dictionary(grouping: facts) { fact in sender(fact) }
        return bySender.keys.compactMap { $0 }.sorted().compactMap { sender in
            guard let facts = bySender[sender],
                let first = facts.min(by: { $0.first.observation < $1.first.observation }),
                let observer = first.observer
            else { return nil }
            let target = scene.clusters.first { $0.members[observer] != nil }
            let isOtherSystem = sender.system != observer.system
            var found = Candidate(
                .addressMismatch, in: target?.id ?? observer.system, about: sender.text, severity: .failure,
                isConfirmed: true,
                title: isOtherSystem
                    ? "\(sender.hostPort) cannot join: its system is \(sender.system), the members' is \(observer.system)"
                    : "\(sender.hostPort) asks \(observer.hostPort) under another address than its own",
                cause: first.line.evidence.text,
                subjects: ([sender] + facts.compactMap(\.observer)).uniqued.prefix(4).map(\.text),
                since: facts.map(\.first.at).min() ?? scene.now, evidence: facts.prefix(4).map { $0.first.evidence() },
                next: isOtherSystem
                    ? "give its ActorSystem the name \(observer.system)"
                    : "use the canonical address of \(observer.hostPort) in seed-nodes and lookups")
            found.reach = Joining.reach(sender)
            return found
        }
    }

    private static func sender(_ fact: LineFact) -> Address? {
        if let peer = fact.peer { return peer }
        guard fact.line.pattern != "C15" else { return nil }
        return LineText.addresses(in: fact.line.evidence.text).first { $0 != fact.observer }
    }

    /// The node's own word: it announces a host at which it does not listen, and comes in nowhere.
    private static func announced(_ scene: MeshScene) -> [Candidate] {
        scene.joiners.compactMap { joiner in
            let bound = joiner.started.flatMap { fact -> Address? in
                guard fact.line.evidence.text.says("bound to [") else { return nil }
                return LineText.addresses(in: fact.line.evidence.text).first { $0 != joiner.address }
            }
            let asked = joiner.source.map { Self.host(of: $0.target) }
            let differs =
                bound != nil
                || asked.map {
                    $0 != joiner.address.host && $0.first?.isNumber == true
                        && joiner.address.host?.first?.isNumber == true
                } ?? false
            guard differs, joiner.attempts != nil || scene.now - joiner.since >= .seconds(6) else { return nil }
            let refusals = scene.ledger.lines.all(.refused).filter {
                $0.peer == joiner.address && scene.now - $0.last.at < .seconds(120)
            }
            var found = Candidate(
                .addressMismatch, in: joiner.target?.id ?? joiner.address.system, about: joiner.address.text,
                severity: .failure,
                isConfirmed: joiner.attempts != nil && bound != nil || !refusals.isEmpty,
                title:
                    "\(joiner.address.hostPort) announces an address at which it does not listen\(bound.map { ": it is bound to \($0.hostPort)" } ?? asked.map { ": it answers at \($0)" } ?? "")",
                cause: "the members answer to the announced address, and nobody is there",
                subjects: ([joiner.address]
                    + [bound ?? asked.flatMap { place(joiner.address, at: $0) }].compactMap { $0 }).uniqued.texts,
                since: joiner.since,
                evidence: Array(
                    ((joiner.started.map { [$0.last.evidence()] } ?? []) + joiner.evidence
                        + refusals.prefix(2).map { $0.first.evidence() }).prefix(6)),
                next: "set canonical.hostname to the address that others reach, and bind.hostname to 0.0.0.0")
            found.alternatives =
                refusals.isEmpty
                ? [
                    FindingAlternative(
                        .bootstrapBlocked, against: "the announced address differs from that of its endpoint")
                ] : []
            found.reach = Joining.reach(joiner.address)
            return found
        }
    }

    /// The same node at another host.
    private static func place(_ address: Address, at host: String) -> Address? {
        guard let port = address.port else { return nil }
        return try? Address(parsing: "\(address.scheme)://\(address.system)@\(host):\(port)")
    }

    static func host(of url: String) -> String {
        let rest = url.end(of: "://").map { url[$0...] } ?? url[...]
        if rest.hasPrefix("[") { return String(rest.dropFirst().prefix { $0 != "]" }) }
        return String(rest.prefix { $0 != ":" && $0 != "/" })
    }
}
