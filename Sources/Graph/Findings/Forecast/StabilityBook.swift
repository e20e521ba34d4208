// SPDX-License-Identifier: Apache-2.0
import Model

/// When what resolvers look at last changed, and when it began to change: their clocks start again with each change.
struct StabilityBook: Sendable {
    /// The clock of one cluster.
    struct Clock: Sendable {
        /// The first change since all was well.
        var first: Timestamp
        /// The newest change.
        var latest: Timestamp
        fileprivate var lost: Set<Address>
        fileprivate var settled: [Address: Bool]
    }

    private var clocks: [String: Clock] = [:]

    /// The clock of a cluster; `nil` where nobody is lost.
    subscript(cluster: String) -> Clock? { clocks[cluster] }

    mutating func update(_ scene: Scene) {
        let lost = Set(scene.lostBy.keys.filter { scene.members[$0].map(Self.counts) ?? false })
        guard !lost.isEmpty else {
            clocks[scene.id] = nil
            return
        }
        // Members that become Up or leave start the clock again, those that join do not.
        let settled = Dictionary(scene.present.map { ($0.node.address, $0.status == .up) }) { $0 || $1 }
        guard var clock = clocks[scene.id] else {
            let first = lost.compactMap { scene.lostSince($0)?.at }.min() ?? scene.now
            let latest = lost.compactMap { scene.lostSince($0)?.at }.max() ?? scene.now
            clocks[scene.id] = Clock(first: first, latest: latest, lost: lost, settled: settled)
            return
        }
        if clock.lost != lost {
            let newest = lost.subtracting(clock.lost).compactMap { scene.lostSince($0)?.at }.max()
            clock.latest = max(clock.latest, newest ?? scene.now)
        } else if settled.contains(where: { clock.settled[$0] == false && $1 }) {
            clock.latest = scene.now
        }
        (clock.lost, clock.settled) = (lost, settled)
        clocks[scene.id] = clock
    }

    /// Whether a resolver still has to decide about the member.
    private static func counts(_ member: MemberSnapshot) -> Bool {
        switch member.status {
        case .down, .exiting, .removed: false
        case .joining, .weaklyUp, .up, .leaving, .preparingForShutdown, .readyForShutdown, .unknown: true
        }
    }
}
