// SPDX-License-Identifier: Apache-2.0
/// One event of the stream `/cluster/domain-events` (akka-management, `ClusterDomainEventServerSentEventEncoder`).
///
/// It says what the sending node came to know, not what it measured itself: its unreachable members include those that others observe.
package enum DomainEvent: Hashable, Sendable {
    /// Any MemberEvent; the status is that of the member in the event.
    case member(Member)
    case memberRemoved(Member, previousStatus: MemberStatus)
    /// Sent for terminated subjects too, which `/cluster/members` does not list.
    case unreachable(Member)
    case reachable(Member)
    case dataCenterUnreachable(String)
    case dataCenterReachable(String)
    /// `nil`: the sender sees no leader.
    case leaderChanged(Address?)
    case roleLeaderChanged(role: String, Address?)
    case shuttingDown
    /// A type that this version does not know.
    case unknown(type: String)
}
