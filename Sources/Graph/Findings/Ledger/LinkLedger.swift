// SPDX-License-Identifier: Apache-2.0
package import Model

/// What bridges report of links that do not work, with the observation that first showed it.
package struct LinkLedger: Sendable {
    /// A link in a state that is not plain use.
    package struct Link: Hashable, Sendable {
        package var association: BridgeReport.Association
        package var seen: Sighting
    }

    private var links: [Address: [Address: Link]] = [:]
    /// The newest event of each bridge that was looked at.
    private var sequences: [Address: Int64] = [:]

    /// What a node's bridge last said of its link to another, if that is not in plain use.
    package func link(_ observer: Address, _ subject: Address) -> Link? { links[observer]?[subject] }

    /// All links that are not in plain use, in no order.
    var all: [(observer: Address, subject: Address, link: Link)] {
        links.flatMap { observer, row in row.map { (observer, $0.key, $0.value) } }
    }

    /// - Returns: The events that are new, as lines; the first report of a process has its history.
    mutating func record(_ report: BridgeReport, in entry: Entry) -> (lines: [LifecycleEvent], isHistory: Bool) {
        let observer = report.node.address
        let before = links[observer] ?? [:]
        var next: [Address: Link] = [:]
        for association in report.associations {
            guard association.state == .gated || association.state == .quarantined else { continue }
            if let old = before[association.peer], old.association.state == association.state {
                next[association.peer] = Link(association: association, seen: old.seen)
                continue
            }
            let what = association.isBackingOff ? "cannot connect, and tries again" : association.state.rawValue
            let text = "the bridge of \(observer.hostPort): \(association.peer.hostPort) \(what)"
            next[association.peer] = Link(association: association, seen: entry.sighting(observer, text))
        }
        links[observer] = next.isEmpty ? nil : next
        let known = sequences[observer]
        let last = known ?? .min
        sequences[observer] = max(last, report.events.last?.sequence ?? last)
        let lines = report.events.filter { $0.sequence > last }.map {
            $0.lifecycle(observer: observer, transport: report.transport)
        }
        return (lines, known == nil)
    }

    /// The process is another one now, or its bridge is silent: what it said is no longer so.
    mutating func forget(_ observer: Address) {
        links[observer] = nil
        sequences[observer] = nil
    }
}
