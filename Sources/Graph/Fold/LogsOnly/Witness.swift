// SPDX-License-Identifier: Apache-2.0
import Model

/// What the log of one node says of the membership. It is a testimony, not a list: lines name those to whom something happened.
struct Witness {
    /// The log that said something last.
    var source: SourceID
    /// The addresses that it named as members, and the status that it last gave them, if any.
    private(set) var named: [Address: MemberStatus] = [:]
    /// When it last gave each of them a status.
    private(set) var namedAt: [Address: Timestamp] = [:]
    /// The addresses that it has as unreachable.
    private(set) var lost: [Address: Lost] = [:]
    /// Whether it said that it leads.
    var leads = false

    struct Lost {
        var since: Timestamp
        var isTerminated: Bool
    }

    init(source: SourceID) { self.source = source }

    /// The time after which what it says is renewed: a metrics server is asked more rarely than members.
    func interval(pollPeriod: Duration) -> Duration {
        source.kind == .prometheus ? max(PollBudget.metricsInterval, pollPeriod) : pollPeriod
    }

    /// It named a member, with or without a status.
    mutating func name(_ member: Address, _ status: MemberStatus?, at: Timestamp) {
        named[member] = status ?? named[member] ?? .unreported
        if status != nil { namedAt[member] = at }
    }

    mutating func markUnreachable(_ member: Address, isTerminated: Bool = false, at: Timestamp) {
        let known = lost[member]
        lost[member] = Lost(since: known?.since ?? at, isTerminated: isTerminated || known?.isTerminated == true)
    }

    /// A terminated subject never comes back; a line about an older time does not say so.
    mutating func markReachable(_ member: Address) {
        if lost[member]?.isTerminated == false { lost[member] = nil }
    }

    mutating func forget(_ member: Address) {
        named[member] = nil
        namedAt[member] = nil
        lost[member] = nil
    }

    /// The observer ends or starts again: what it had as unreachable no longer holds.
    mutating func clearObservations() {
        lost = [:]
        leads = false
    }
}
