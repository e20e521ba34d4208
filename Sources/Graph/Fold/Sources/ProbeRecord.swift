// SPDX-License-Identifier: Apache-2.0
import Model

/// What the fold keeps of an application's health endpoint.
struct ProbeRecord {
    /// How often in a row an endpoint that has answered may be silent before that counts: Kubernetes' default `failureThreshold`.
    static let toleratedSilences = 3

    let subject: ProbeSubject
    private(set) var report: ProbeReport?
    /// Since when the verdict is what it is.
    private(set) var since: Timestamp?
    private(set) var health = Health(level: .unknown)

    init(_ subject: ProbeSubject) { self.subject = subject }

    mutating func record(_ report: ProbeReport, at now: Timestamp) {
        if self.report?.verdict != report.verdict { since = now }
        self.report = report
    }

    /// Judges it again, as of now.
    mutating func evaluate(_ source: SourceRecord, at now: Timestamp) {
        health.become(judged(source, at: now), at: now)
    }

    private func judged(_ source: SourceRecord, at now: Timestamp) -> Health {
        // The last part tells them apart, and the whole is one key away.
        let path = ProbeSnapshot.path(of: source.id.target).split(separator: "/").last.map(String.init) ?? "/"
        guard let report, let since else { return Health(level: .unknown, reasons: ["\(path) has not answered yet"]) }
        if source.state == .failing, source.failures.count >= Self.toleratedSilences {
            let code = source.failures.last?.code.rawValue ?? "failing"
            let age = (now - (source.lastSuccess ?? source.stateSince)).inShort
            // It did answer, so the way to it is open: this is no failure of meshtop's own to reach it.
            return Health(level: .degraded, reasons: ["\(path) no answer for \(age): \(code)"])
        }
        let text = report.text.isEmpty ? "" : ": \(report.text)"
        let reason = "\(path) \(report.status) for \((now - since).inShort)\(text)"
        switch report.verdict {
        case .passing: return Health(level: .healthy)
        case .warning: return Health(level: .degraded, reasons: [reason])
        case .failing: return Health(level: Self.isReadiness(path) ? .notReady : .failure, reasons: [reason])
        }
    }

    /// Whether a path asks if requests should be sent there, which says less than whether the process works.
    private static func isReadiness(_ path: String) -> Bool {
        let last = path.lowercased()
        return last.hasPrefix("ready") || last.hasPrefix("readiness") || last.hasPrefix("startup")
            || last.hasPrefix("started")
    }
}

extension SourceBook {
    /// Judges every health endpoint.
    ///
    /// - Returns: What they report against members.
    mutating func evaluateProbes(at now: Timestamp) -> ProbeFindings {
        var findings = ProbeFindings()
        for id in probes {
            guard let source = self[id] else { continue }
            change(id) { $0.probe?.evaluate(source, at: now) }
            guard let probe = self[id]?.probe, let reason = probe.health.reasons.first, probe.health.level > .healthy
            else { continue }
            findings.add(.init(subject: probe.subject, level: probe.health.level, reason: reason))
        }
        return findings
    }

    /// The health endpoints as of the last evaluation, with ages as of now; sorted by id.
    func probeSnapshots(
        _ clusters: [ClusterSnapshot], interval: Duration, at now: Timestamp
    ) -> [ProbeSnapshot] {
        guard !probes.isEmpty else { return [] }
        let addresses = Dictionary(
            grouping: clusters.flatMap { $0.currentMembers.map(\.node.address) }, by: { $0.host ?? "" })
        return probes.compactMap { id in
            guard let source = self[id], let probe = source.probe else { return nil }
            return ProbeSnapshot(
                id: id, subject: probe.subject, report: probe.report, since: probe.since,
                observedAt: source.lastSuccess,
                freshness: source.freshness(at: now, pollPeriod: probePeriod(interval: interval)),
                health: probe.health, members: probe.subject.members(addresses))
        }
    }

    /// The health of what endpoints report that is no member: the parts of the mesh's health that no cluster has.
    ///
    /// - Parameter hasClusters: Whether members are known; their health has what their own endpoints report.
    /// - Returns: A part for each workload, and for each host if no cluster is known.
    func probedParts(hasClusters: Bool) -> [(name: String, health: Health)] {
        probes.compactMap { id in
            guard let probe = self[id]?.probe, probe.report != nil else { return nil }
            guard case .workload(let name) = probe.subject else {
                return hasClusters ? nil : (name: probe.subject.text, health: probe.health)
            }
            return (name: name.text, health: probe.health)
        }
    }
}

extension ProbeSubject {
    /// The members it is about, of some by host.
    fileprivate func members(_ byHost: [String: [Address]]) -> [Address] {
        guard case .member(let host, _) = self else { return [] }
        return (byHost[host] ?? []).filter(concerns).sorted()
    }
}

extension Duration {
    /// In the largest unit of which it has one: `12 s`, `4 min`, `2 h`, `3 d`.
    fileprivate var inShort: String {
        let seconds = max(0, wholeMicroseconds / 1_000_000)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3_600: return "\(seconds / 60) min"
        case ..<86_400: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
