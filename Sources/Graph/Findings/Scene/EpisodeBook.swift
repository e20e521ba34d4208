// SPDX-License-Identifier: Apache-2.0
import Model

/// When each member was lost and found again: what flaps is told from what is lost once.
struct EpisodeBook: Sendable {
    /// Maximum number of episodes that are kept of one member.
    private static let maximumEpisodes = 16
    private static let retention = Duration.seconds(300)

    private var lost: [String: [Address: [Timestamp]]] = [:]
    private var current: [String: Set<Address>] = [:]

    /// The beginnings of the episodes in which a member was lost, oldest first.
    func episodes(_ address: Address, in cluster: String) -> [Timestamp] { lost[cluster]?[address] ?? [] }

    /// All members with episodes, sorted.
    func all(in cluster: String) -> [Address] { (lost[cluster] ?? [:]).keys.sorted() }

    mutating func update(_ cluster: ClusterSnapshot, at now: Timestamp) {
        var present: Set<Address> = []
        for member in cluster.members where member.removedAt == nil && !member.unreachableBy.isEmpty {
            present.insert(member.node.address)
        }
        let before = current[cluster.id] ?? []
        for address in present.subtracting(before) {
            let known = lost[cluster.id]?[address] ?? []
            lost[cluster.id, default: [:]][address] = (known + [now]).suffix(Self.maximumEpisodes)
        }
        current[cluster.id] = present.isEmpty ? nil : present
        guard lost[cluster.id] != nil else { return }
        lost[cluster.id] = lost[cluster.id]?.filter { now - ($0.value.last ?? now) < Self.retention }
    }
}
