// SPDX-License-Identifier: Apache-2.0
import Model

/// A member that leaves gracefully: information.
enum NodeLeavingRule: ClusterRule {
    static func candidates(in scene: Scene) -> [Candidate] {
        scene.present.compactMap { member in
            let address = member.node.address
            guard member.status == .leaving || member.status == .exiting, let left = scene.ledger.trails[address]?.left
            else {
                return nil
            }
            return Candidate(
                .nodeLeaving, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                title: "\(address.hostPort) leaves the cluster: it is \(member.status.name)", subjects: [address.text],
                since: left.at, evidence: [left.evidence()], next: "nothing: it hands over and ends")
        }
    }
}
