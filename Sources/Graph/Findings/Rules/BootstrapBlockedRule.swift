// SPDX-License-Identifier: Apache-2.0
import Model

/// Nodes that find nobody to join: seeds that do not answer, too few contact points.
enum BootstrapBlockedRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        let short = scene.ledger.lines.all(.bootstrapShort).filter {
            scene.now - $0.last.at < .seconds(10) && $0.count > 1
        }
        let alone = scene.joiners.filter { $0.target == nil || $0.target?.present.isEmpty == true }
        let blocked = Set(short.compactMap(\.observer))
        return [together(scene, short, alone)].compactMap { $0 }
            + scene.joiners.compactMap { joiner in
                guard joiner.target != nil || joiner.attempts != nil, !blocked.contains(joiner.address) else {
                    return nil
                }
                return one(joiner, scene)
            }
    }

    /// No cluster exists, and several nodes wait for one.
    private static func together(_ scene: MeshScene, _ short: [LineFact], _ alone: [Joiner]) -> Candidate? {
        let waiting = alone.filter { $0.attempts == nil }
        let nodes = (short.compactMap(\.observer) + waiting.map(\.address)).uniqued.sorted()
        guard let first = nodes.first,
            !short.isEmpty || waiting.count > 0 && scene.clusters.allSatisfy({ $0.present.isEmpty })
        else { return nil }
        let since = (short.map(\.first.at) + waiting.map(\.since)).min() ?? scene.now
        let says = short.first?.last.text
        var found = Candidate(
            .bootstrapBlocked, in: first.system, severity: .failure, isConfirmed: !short.isEmpty,
            title:
                "no cluster forms: \(nodes.count.of("node")) wait\(nodes.count == 1 ? "s" : "")\(says.map { ", \($0)" } ?? "")",
            cause: says == nil
                ? "they answer and have joined nobody: too few contact points, no seed nodes, or discovery finds nothing"
                : "bootstrap waits for more contact points than it finds",
            subjects: nodes.texts, since: since,
            evidence: short.prefix(3).map { $0.first.evidence() } + waiting.prefix(3).flatMap(\.evidence),
            next: "compare required-contact-point-nr with the number of processes, and what discovery finds")
        found.delay = .seconds(8)
        if short.isEmpty {
            found.alternatives = [FindingAlternative(.joiningStuck, against: "nobody lists anybody as Joining")]
        }
        return found
    }

    /// A joiner that a cluster, or its seeds, do not let in, for no reason that is known.
    private static func one(_ joiner: Joiner, _ scene: MeshScene) -> Candidate? {
        let address = joiner.address
        func facts(_ topic: LineTopic) -> [LineFact] {
            scene.ledger.lines.all(topic).filter { $0.observer == address && scene.now - $0.last.at < Joining.memory }
        }
        let (refused, reset, handshakes) = (facts(.refused), facts(.reset), facts(.handshakeTimedOut))
        // The process that takes the place of another waits until that is removed.
        let trail = scene.ledger.trails[address]
        let wasMember = [trail, scene.ledger.trails.previous(address)].compactMap { $0 }.contains { $0.up != nil }
        if wasMember, scene.now - joiner.since < .seconds(30) { return nil }
        let isTried = joiner.attempts.map { $0.count > 1 || scene.now - $0.first.at >= .seconds(3) } ?? false
        guard isTried || scene.now - joiner.since >= .seconds(8) else { return nil }
        let seeds = Joining.seeds(joiner)
        let isSure = !refused.isEmpty && reset.isEmpty
        var found = Candidate(
            .bootstrapBlocked, in: joiner.target?.id ?? address.system, about: address.text, severity: .degraded,
            isConfirmed: isSure,
            title: isSure
                ? "\(address.hostPort) cannot join: its seed nodes \(refused.compactMap(\.peer).uniqued.named) refuse connections"
                : "\(address.hostPort) cannot join\(reset.isEmpty ? "" : ": its connections to \(reset.compactMap(\.peer).uniqued.named) are reset")",
            cause: isSure ? "nobody listens there: wrong seed nodes, or they are not started" : nil,
            subjects: ([address] + seeds.prefix(3)).uniqued.texts, since: joiner.since,
            evidence: Array(
                (joiner.evidence + (refused + reset + handshakes).prefix(4).map { $0.first.evidence() }).prefix(8)),
            next: isSure
                ? "compare its seed-nodes with the addresses of the members"
                : "compare remoting, protocol, TLS and seed nodes of it with those of the members")
        if !isSure {
            found.alternatives = [
                FindingAlternative(
                    .protocolMismatch,
                    against: "its addresses look like the members'; another TCP magic shows as resets alone"),
                FindingAlternative(.tlsHandshake, against: "no line of TLS was read"),
                FindingAlternative(.addressMismatch, against: "nobody reports that it asks for another address"),
            ]
        }
        found.reach = Candidate.Reach(
            [.handshakeTimeout, .sourceFailing, .gateFlapping, .asymmetricGating], [address.text])
        return found
    }
}
