// SPDX-License-Identifier: Apache-2.0
import Model

/// A node that wants to become a member and is none: known from its own endpoint, or from its own log.
struct Joiner {
    var address: Address
    /// Since when it is known to want to.
    var since: Timestamp
    /// Its endpoint's answer, its log's first line.
    var evidence: [FindingEvidence]
    /// Its own lines "Couldn't join seed nodes".
    var attempts: LineFact?
    /// The endpoint that it answers at.
    var source: SourceID?
    /// Its line "listening on address".
    var started: LineFact?
    /// The cluster that it wants to join, if it is known.
    var target: Scene?

    /// The transport that its own address names.
    var transport: RemotingTransport { address.transport }

    static func all(_ input: FindingInput, _ ledger: FactLedger, _ clusters: [Scene]) -> [Joiner] {
        var found: [Address: Joiner] = [:]
        for joiner in ledger.joiners.all where !isMember(joiner.address, clusters) {
            found[joiner.address] = Joiner(
                address: joiner.address, since: joiner.since.at, evidence: [joiner.since.evidence()],
                source: joiner.source)
        }
        for topic in [LineTopic.joinFailed, .wrongProtocol, .configurationRefused] {
            for fact in ledger.lines.all(topic) {
                guard let address = fact.observer, !isMember(address, clusters), input.now - fact.last.at < .seconds(60)
                else {
                    continue
                }
                var joiner = found[address] ?? Joiner(address: address, since: fact.first.at, evidence: [])
                joiner.since = min(joiner.since, fact.first.at)
                if topic == .joinFailed { joiner.attempts = fact }
                joiner.evidence.append(fact.first.evidence())
                found[address] = joiner
            }
        }
        return found.keys.sorted().compactMap { address in
            guard var joiner = found[address] else { return nil }
            joiner.started = ledger.lines.fact(.started, address, nil)
            joiner.target = target(of: joiner, ledger, clusters)
            return joiner
        }
    }

    private static func isMember(_ address: Address, _ clusters: [Scene]) -> Bool {
        clusters.contains { $0.members[address].map { $0.status != .removed && $0.status != .unreported } ?? false }
    }

    /// The cluster whose members are its seeds, or whose system it has; the only one there is.
    private static func target(of joiner: Joiner, _ ledger: FactLedger, _ clusters: [Scene]) -> Scene? {
        let filled = clusters.filter { !$0.present.isEmpty }
        if let line = joiner.attempts?.line.evidence.text {
            let seeds = Set(LineText.addresses(in: line).map(\.hostPort))
            if let found = filled.first(where: { scene in
                scene.present.contains { seeds.contains($0.node.address.hostPort) }
            }) {
                return found
            }
        }
        return filled.first { $0.cluster.system == joiner.address.system } ?? (filled.count == 1 ? filled[0] : nil)
    }
}
