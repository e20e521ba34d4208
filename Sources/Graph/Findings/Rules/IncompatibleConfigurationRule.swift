// SPDX-License-Identifier: Apache-2.0
import Model

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
