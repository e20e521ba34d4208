// SPDX-License-Identifier: Apache-2.0
import Model

/// A process that lives and does its work late, again and again: no threads, no CPU.
///
/// With logs: its own late heartbeats. With metrics: a queue of its dispatchers that grows while hardly anything leaves it, which proves it.
enum NodeStarvedRule: ClusterRule {
    private static let window = Duration.seconds(300)
    /// How long a task waits on average, in seconds, where a dispatcher has no threads.
    private static let longWait = 1.0

    static func candidates(in scene: Scene) -> [Candidate] {
        scene.present.compactMap { member in
            let address = member.node.address
            guard !scene.isDeparting(member) else { return nil }
            let queue = queue(address, scene)
            let fact = scene.ledger.lines.fact(.heartbeatDelayed, address, nil)
            let late = fact.map { fact in fact.times.filter { scene.now - $0 < window } } ?? []
            let isLate = late.count >= 3 && fact.map { scene.now - $0.last.at < .seconds(40) } ?? false
            guard isLate || queue != nil else { return nil }
            return made(address, late: isLate ? late : [], fact, queue, scene)
        }
    }

    /// The process' queue, if what is in it waits for long.
    private static func queue(_ address: Address, _ scene: Scene) -> ProcessLedger.Record? {
        guard let record = scene.process(address), let queue = record.process.queue,
            queue / max(record.process.leaving ?? 0, 0.1) >= longWait
        else { return nil }
        return record
    }

    private static func made(
        _ address: Address, late: [Timestamp], _ fact: LineFact?, _ queue: ProcessLedger.Record?, _ scene: Scene
    ) -> Candidate {
        var evidence = late.isEmpty ? [] : [fact?.first, fact?.last].compactMap { $0?.evidence() }
        if let queue { evidence.append(queue.first.evidence()) }
        let since = [late.first, queue?.first.at].compactMap { $0 }.min() ?? scene.now
        let what =
            queue.map { "\(Int($0.process.queue ?? 0)) tasks wait for a thread, and hardly one is done" }
            ?? "its heartbeats were late \(late.count) times in \((scene.now - since).spoken)"
        var found = Candidate(
            .nodeStarved, in: scene.id, about: address.text, severity: .degraded,
            isConfirmed: late.count >= 4 || queue != nil, title: "\(address.hostPort) starved: \(what)",
            cause: "threads that are blocked, or too little CPU", subjects: [address.text], since: since,
            evidence: evidence,
            next: "look for blocking work on the default dispatcher, and for CPU limits that throttle it")
        if queue == nil {
            found.alternatives = [
                FindingAlternative(.nodePaused, against: "one pause makes one late heartbeat, not several")
            ]
        }
        found.patience = queue == nil ? .seconds(5) : .seconds(15)
        found.commands = ["meshtop explain \(address.hostPort)"]
        found.reach = Candidate.Reach(
            [
                .phiRising, .phiRose, .reachabilityFlapping, .sourceFailing, .asymmetricReachability, .serviceFailing,
                .serviceDegraded, .shardHandoffSlow,
            ], [address.text])
        return found
    }
}
