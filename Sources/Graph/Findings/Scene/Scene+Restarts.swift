// SPDX-License-Identifier: Apache-2.0
import Model

/// New processes at old addresses, and lines of members of a moment ago.
extension Scene {
    /// How long before a process is lost the one that takes its place may have started: detectors need some seconds.
    private static let detection = Duration.seconds(12)
    /// How long a start explains that members still list the old process.
    private static let memory = Duration.seconds(120)

    /// The sign that another process runs at the address than the one which the members list.
    ///
    /// Its endpoint answers and lists nobody; a member says that another incarnation asks to join; or its log begins anew.
    func restart(_ address: Address) -> Sighting? {
        if let joiner = joiners[address] { return joiner.since }
        let lost = lostSince(address)
        let asked = ledger.lines.all(.newIncarnation).filter { fact in
            (fact.peer ?? LineText.addresses(in: fact.line.evidence.text).first) == address
                && now - fact.last.at < Self.memory && (lost.map { fact.last.at > $0.at - Self.detection } ?? true)
        }
        if let first = asked.map(\.last).min(by: { $0.observation < $1.observation }) { return first }
        guard let started = ledger.lines.fact(.started, address, nil)?.last, now - started.at < Self.memory else {
            return nil
        }
        let known = [ledger.trails[address]?.up, ledger.trails.previous(address)?.up].compactMap { $0?.at }.min()
        let isKnownBefore = known.map { $0 < started.at } ?? false
        let isLostBefore = lost.map { $0.at < started.at } ?? false
        return isKnownBefore || isLostBefore ? started : nil
    }

    /// What metrics say of the member's process; `nil` where several members share its host, and where nothing stands out.
    func process(_ address: Address) -> ProcessLedger.Record? {
        guard !ledger.processes.isEmpty, let record = ledger.processes.record(address) else { return nil }
        if case .host(let host) = record.process.observer, present.count(where: { $0.node.address.host == host }) > 1 {
            return nil
        }
        return now - record.last.at < .seconds(60) ? record : nil
    }

    /// Whether a quarantine of the node was found within the last minutes.
    func wasQuarantined(_ address: Address) -> Bool {
        memory.hasHeld(.quarantinedPair, in: id, about: address.text, within: .seconds(120), at: now)
    }

    /// Whether others than one observer have lost the member too.
    func isLost(_ subject: Address, but observer: Address) -> Bool {
        (lostBy[subject] ?? []).contains { $0 != observer }
    }

    /// What the logs of current members said of a topic within a time.
    func recentLines(_ topic: LineTopic, within window: Duration) -> [LineFact] {
        ledger.lines.all(topic).filter { fact in
            now - fact.last.at < window && (fact.observer.map { members[$0] != nil } ?? false)
        }
    }
}
