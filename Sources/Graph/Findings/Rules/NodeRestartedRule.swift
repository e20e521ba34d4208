// SPDX-License-Identifier: Apache-2.0
import Model

/// Another process at the address of a member: information. Why the old one ended is another rule's matter.
enum NodeRestartedRule: ClusterRule {
    static let window = Duration.seconds(60)

    static func candidates(in scene: Scene) -> [Candidate] {
        var found: [Candidate] = []
        for member in scene.present {
            let address = member.node.address
            guard let old = scene.ledger.trails.previous(address), let trail = scene.ledger.trails[address],
                trail.uid == member.node.knownUid || member.node.knownUid == nil,
                let seen = trail.appeared ?? trail.started, old.up != nil || old.started != nil
            else { continue }
            guard scene.now - seen.at < window else { continue }
            found.append(
                Candidate(
                    .nodeRestarted, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                    title:
                        "\(address.hostPort) restarted: a new process runs at its address\(old.left == nil ? ", the old one had not left" : "")",
                    subjects: [address.text], since: seen.at,
                    evidence: [old.removed, seen].compactMap { $0?.evidence() },
                    next: old.left == nil ? "look into the old process' log for why it ended" : "nothing"))
        }
        for joiner in scene.joiners.values.sorted(by: { $0.address < $1.address })
        where scene.now - joiner.since.at < window {
            guard scene.ledger.trails[joiner.address]?.up != nil, joiner.address.system == scene.cluster.system else {
                continue
            }
            found.append(
                Candidate(
                    .nodeRestarted, in: scene.id, about: joiner.address.text, severity: .info, isConfirmed: true,
                    title:
                        "\(joiner.address.hostPort) restarted: another process answers at its address and is not a member yet",
                    subjects: [joiner.address.text], since: joiner.since.at, evidence: [joiner.since.evidence()],
                    next: "it joins when the old incarnation is removed"))
        }
        let known = Set(found.flatMap(\.subjects))
        for fact in scene.ledger.lines.all(.newIncarnation) where scene.now - fact.last.at < window {
            guard let address = fact.peer ?? LineText.addresses(in: fact.line.evidence.text).first,
                !known.contains(address.text),
                scene.cluster.members.contains(where: { $0.node.address == address }),
                !found.contains(where: { $0.subjects == [address.text] })
            else { continue }
            found.append(
                Candidate(
                    .nodeRestarted, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                    title: "\(address.hostPort) restarted: another process asks to join under its address",
                    subjects: [address.text],
                    since: fact.first.at, evidence: [fact.first.evidence()],
                    next: "look into the old process' log for why it ended"))
        }
        return found
    }
}
