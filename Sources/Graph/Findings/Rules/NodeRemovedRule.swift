// SPDX-License-Identifier: Apache-2.0
import Model

/// Members that were downed or removed although nobody had lost them and nobody had quarantined them: information.
enum NodeRemovedRule: ClusterRule {
    private static let window = Duration.seconds(60)

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.cluster.members.compactMap { member in
            let address = member.node.address
            let present = scene.ledger.trails[address]
            let trail = present?.uid == member.node.knownUid ? present : scene.ledger.trails.previous(address)
            if scene.joiners[address] != nil { return nil }
            guard let trail, trail.uid == member.node.knownUid, trail.left == nil,
                trail.up != nil || scene.cluster.isFromLines,
                let seen = trail.downed ?? trail.removed, scene.now - seen.at < window,
                !scene.episodes.episodes(address, in: scene.id).contains(where: { seen.at - $0 > .seconds(3) })
            else { return nil }
            return Candidate(
                .nodeRemoved, in: scene.id, about: address.text, severity: .info, isConfirmed: true,
                title: "\(address.hostPort) was downed and removed although it was reachable",
                cause: "somebody downed it by hand, or it downed itself", subjects: [address.text], since: seen.at,
                evidence: [trail.downed, trail.removed].compactMap { $0?.evidence() },
                next: "start it again if it was not meant to go")
        }
    }
}
