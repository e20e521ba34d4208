// SPDX-License-Identifier: Apache-2.0
import Model

/// Sentences that several rules need.
extension Scene {
    /// What losing members means for the cluster.
    func impacts(losing lost: [Address]) -> [FindingImpact] {
        let gone = Set(lost)
        let all = up.count + lost.count { address in members[address].map { $0.status != .up } ?? true }
        let left = up.count { !gone.contains($0.node.address) }
        return [
            FindingImpact(.members, lost.texts, "\(lost.count.of("member")) lost: \(lost.named)"),
            FindingImpact(.capacity, [], "\(left) of \(max(all, left)) members left"),
        ]
    }

    /// When and by what the member is taken out, as far as that is reported; `nil` where nothing is known of it.
    func downingSentence(_ address: Address) -> String? {
        guard let downing = cluster.downing else { return forecast?.sentence(strategy: "unknown", at: now) }
        if downing.strategy == "none" {
            return
                "nothing downs it: no downing provider is configured; down \(address.hostPort) by hand when its process is dead for certain"
        }
        if members[address]?.status == .down { return "it is Down and is removed by the leader" }
        if let forecast { return forecast.sentence(strategy: downing.strategyName, at: now) }
        return
            "\(downing.strategy == "unknown" ? "the resolver" : downing.strategyName) decides once reachability has been stable\(downing.stableAfter.map { " for \($0.spoken)" } ?? "")"
    }
}
