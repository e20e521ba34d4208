// SPDX-License-Identifier: Apache-2.0
import Model

/// What rules about joiners have in common.
enum Joining {
    /// What is wrong with a joiner accounts for everything else that it suffers.
    static func reach(_ joiner: Address) -> Candidate.Reach {
        Candidate.Reach(
            [
                .bootstrapBlocked, .handshakeTimeout, .sourceFailing, .joiningStuck, .gateFlapping, .peerUnknown,
                .asymmetricGating, .wrongBind,
            ],
            [joiner.text])
    }

    static func seeds(_ joiner: Joiner) -> [Address] {
        let named =
            joiner.attempts.map { LineText.addresses(in: $0.line.evidence.text).filter { $0 != joiner.address } } ?? []
        return named.isEmpty ? joiner.target?.present.prefix(1).map(\.node.address) ?? [] : named
    }

    static let memory = Duration.seconds(60)
}

/// A joiner whose configuration, or that of whoever it joins, does not fit.
///
/// Its own line says so, and that of each member that it asked. Without logs it is a node that comes and goes, and nothing is said.
enum IncompatibleConfigurationRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
        var byJoiner: [Address: [LineFact]] = [:]
        for fact in scene.ledger.lines.all(.configurationRefused) where scene.now - fact.last.at < Joining.memory {
            let joiner =
                fact.line.pattern == "M26"
                ? fact.peer ?? LineText.addresses(in: fact.line.evidence.text).last : fact.observer
            if let joiner { byJoiner[joiner, default: []].append(fact) }
        }
        return byJoiner.keys.sorted().compactMap { joiner in
            guard let facts = byJoiner[joiner],
                let first = facts.min(by: { $0.first.observation < $1.first.observation })
            else { return nil }
            let target = scene.clusters.first { $0.cluster.system == joiner.system }
            let told = facts.first { $0.line.pattern == "M26" }
            let what = told.flatMap { setting(in: $0.line.evidence.text) }
            var found = Candidate(
                .incompatibleConfiguration, in: target?.id ?? joiner.system, about: joiner.text, severity: .failure,
                isConfirmed: true,
                title: "\(joiner.hostPort) is refused: its configuration does not fit\(what.map { ", \($0)" } ?? "")",
                cause: told?.line.evidence.text ?? first.line.evidence.text,
                subjects: [joiner.text]
                    + facts.compactMap(\.observer).filter { $0 != joiner }.uniqued.prefix(3).map(\.text),
                since: facts.map(\.first.at).min() ?? scene.now, evidence: facts.prefix(5).map { $0.first.evidence() },
                next: "give it the same \(what ?? "downing and sharding settings") as the members, and start it again")
            found.commands = ["meshtop explain \(joiner.hostPort)"]
            found.reach = Joining.reach(joiner)
            return found
        }
    }

    private static func setting(in text: String) -> String? {
        guard let end = text.end(of: "tried to join: ") else { return nil }
        let name = text[end...].prefix { !$0.isWhitespace }
        return name.hasPrefix("akka.") || name.hasPrefix("pekko.") ? String(name) : nil
    }
}

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

/// A connection that fails in TLS: a certificate that has expired or is not trusted, or one side without TLS.
enum TLSHandshakeRule: MeshRule {
    static func candidates(in scene: MeshScene) -> [Candidate] {
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
