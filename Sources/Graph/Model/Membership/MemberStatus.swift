// SPDX-License-Identifier: Apache-2.0
/// Where a member is in its life, in Akka's own spelling (akka-cluster, `MemberStatus`).
package enum MemberStatus: Hashable, Sendable {
    case joining
    case weaklyUp
    case up
    case leaving
    case exiting
    case down
    case removed
    case preparingForShutdown
    case readyForShutdown
    /// What a newer version may send; shown as it came.
    case unknown(String)

    /// All statuses that have a name of Akka's.
    package static let named: [MemberStatus] = [
        .joining, .weaklyUp, .up, .leaving, .exiting, .down, .removed, .preparingForShutdown, .readyForShutdown,
    ]

    /// Of a member that is known by name only: nothing has reported its status. No endpoint sends it.
    package static let unreported = MemberStatus.unknown("?")

    /// - Parameter name: The status as the endpoints print it; a text without a meaning becomes `unknown`.
    package init(name: String) {
        self = Self.named.first { $0.name == name } ?? .unknown(name)
    }

    /// Akka's spelling.
    package var name: String {
        switch self {
        case .joining: "Joining"
        case .weaklyUp: "WeaklyUp"
        case .up: "Up"
        case .leaving: "Leaving"
        case .exiting: "Exiting"
        case .down: "Down"
        case .removed: "Removed"
        case .preparingForShutdown: "PreparingForShutdown"
        case .readyForShutdown: "ReadyForShutdown"
        case .unknown(let text): text
        }
    }

    /// Which of two gossiped statuses wins: the greater (`Member.highestPriorityOf`). An unknown one loses to all: nothing says how it ranks.
    package var priority: Int {
        switch self {
        case .unknown: 0
        case .joining: 1
        case .weaklyUp: 2
        case .up: 3
        case .preparingForShutdown: 4
        case .leaving: 5
        case .exiting: 6
        case .down: 7
        case .readyForShutdown: 8
        case .removed: 9
        }
    }

    /// Whether a member of this status counts towards convergence and leads in the first place (`Gossip.scala`, `leaderOf`).
    package var isUpForLeadership: Bool {
        switch self {
        case .up, .leaving, .preparingForShutdown, .readyForShutdown: true
        case .joining, .weaklyUp, .exiting, .down, .removed, .unknown: false
        }
    }
}
