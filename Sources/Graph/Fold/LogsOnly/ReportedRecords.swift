// SPDX-License-Identifier: Apache-2.0
import Model

/// The records of reachability that single lines list in full: the leader's that cannot act, and a downing decision's. The newest list holds.
struct ReportedRecords {
    private struct Key: Hashable {
        var observer: Address
        var subject: Address
    }

    private var lost: [Key: Witness.Lost] = [:]
    /// When the newest list was written.
    private var at: Timestamp?

    /// Who cannot reach whom, in the order of addresses.
    var losses: [(subject: Address, observer: Address, lost: Witness.Lost)] {
        lost.sorted { ($0.key.subject, $0.key.observer) < ($1.key.subject, $1.key.observer) }
            .map { ($0.key.subject, $0.key.observer, $0.value) }
    }

    /// Records what a line lists, and what ends it.
    mutating func record(_ line: LifecycleEvent, at time: Timestamp) {
        if at.map({ time < $0 }) ?? false { return }
        switch line.kind {
        case .convergence(true), .downing(.healed): lost = [:]
        default: break
        }
        guard let records = line.payload?.records, !records.isEmpty else { return }
        at = time
        var next: [Key: Witness.Lost] = [:]
        for record in records where record.status != .reachable {
            let key = Key(observer: record.observer, subject: record.subject)
            next[key] = Witness.Lost(
                since: lost[key]?.since ?? time, isTerminated: record.status == .terminated)
        }
        lost = next
    }

    /// Another incarnation runs at an address, or none.
    mutating func forget(_ address: Address) {
        lost = lost.filter { $0.key.observer != address && $0.key.subject != address }
    }
}
