// SPDX-License-Identifier: Apache-2.0
import Model

/// What the members on one side of a break know of each other: what their resolver decides from.
///
/// The words are those of Akka's resolver (akka-cluster, `sbr/DowningStrategy.scala`).
struct DowningSide {
    /// A member as this side has it.
    struct Row {
        var address: Address
        var status: MemberStatus
    }

    /// One observer that cannot reach a subject.
    struct Record: Hashable {
        var observer: Address
        var subject: Address
    }

    /// All members, by address.
    let rows: [Row]
    /// Those that speak on this side.
    let speakers: Set<Address>
    private(set) var records: Set<Record>
    private(set) var unreachable: Set<Address>
    /// The oldest member that is Up, where the views name one.
    let oldest: Address?
    /// The member that decides for this side.
    let leader: Address?

    init(rows: [Row], speakers: Set<Address>, records: Set<Record>, oldest: Address?, leader: Address?) {
        self.rows = rows
        self.speakers = speakers
        self.records = records
        self.oldest = oldest
        let unreachable = Set(records.map(\.subject))
        self.unreachable = unreachable
        let able = rows.filter { $0.status == .up || $0.status == .leaving }.map(\.address)
        // The leader by Akka's rule: the lowest that is reachable; where each is lost to somebody, the lowest that speaks.
        self.leader =
            leader ?? able.first { !unreachable.contains($0) && speakers.contains($0) }
            ?? able.first { speakers.contains($0) }
    }

    /// Joining and WeaklyUp members do not count, and neither do those on their way out.
    func members(withJoining: Bool = false, withoutLeaving: Bool = false) -> [Address] {
        rows.filter { row in
            switch row.status {
            case .joining, .weaklyUp: withJoining
            case .leaving: !withoutLeaving
            case .down, .exiting, .removed: false
            case .up, .preparingForShutdown, .readyForShutdown, .unknown: true
            }
        }.map(\.address)
    }

    /// Those that can be downed at all.
    var downable: Set<Address> { Set(members(withJoining: true)) }

    /// Nodes that cannot reach each other but hear each other through others: both ends of a cycle of records, and both ends of a record
    /// whose subject speaks on this side, so that it hears the gossip.
    var indirectlyConnected: Set<Address> {
        let observers = Set(records.map(\.observer))
        var found = observers.intersection(records.map(\.subject))
        for record in records where speakers.contains(record.subject) {
            found.insert(record.observer)
            found.insert(record.subject)
        }
        return found
    }

    /// The same side without what indirectly connected nodes say of each other.
    var withoutIndirect: DowningSide {
        let indirect = indirectlyConnected
        var rest = self
        rest.records = records.filter { !(indirect.contains($0.observer) && indirect.contains($0.subject)) }
        rest.unreachable = Set(rest.records.map(\.subject))
        return rest
    }
}
