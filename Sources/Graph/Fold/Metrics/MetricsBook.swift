// SPDX-License-Identifier: Apache-2.0
import Model

/// The latest reports of metrics servers, kept because they may name members that no view lists yet.
struct MetricsBook: Sendable {
    private var reports: [SourceID: PlacedReport] = [:]

    /// A report, and how much of it belongs to known members.
    private struct PlacedReport {
        var report: MetricReport
        var receivedAt: Timestamp
        /// How far the server's clock is ahead of ours.
        var skew: Duration
        /// Number of series whose observer or subject no view lists.
        var unplaced = 0
        /// Number of members that were known when the report was placed last.
        var placedAmong = 0
        /// What it says of the membership, until it was recorded where no endpoint is heard.
        var testimonies: [MetricTestimony]?
        /// Exporters whose own address nothing says.
        var nameless = 0

        /// A moment of the server's clock by ours; never in the future.
        func time(_ moment: Timestamp) -> Timestamp { min(moment - skew, receivedAt) }
    }

    /// Records a report and gives each member what it says of its side.
    mutating func record(
        _ report: MetricReport, from id: SourceID, latency: Duration, in clusters: inout [String: ClusterFold],
        at now: Timestamp
    ) -> [MeshEvent] {
        let estimate = report.evaluatedAt - (now - latency / 2)
        let skew = ClockEstimate.steadied(estimate, previous: reports[id]?.skew)
        var placed = PlacedReport(report: report, receivedAt: now, skew: skew)
        let (testimonies, nameless) = MetricTestimony.all(in: report) { placed.time($0) }
        placed.testimonies = testimonies.filter { now - $0.at <= MetricTestimony.maximumAge }
        placed.nameless = nameless
        reports[id] = placed
        return place(id, in: &clusters, at: now)
    }

    /// Whether any report says something of the membership that was not taken yet.
    var hasTestimonies: Bool { reports.values.contains { !($0.testimonies ?? []).isEmpty } }

    /// What the latest reports say of the membership and was not taken yet, by server.
    mutating func takeTestimonies() -> [(source: SourceID, testimonies: [MetricTestimony])] {
        reports.keys.sorted().compactMap { id in
            guard let testimonies = reports[id]?.testimonies, !testimonies.isEmpty else { return nil }
            reports[id]?.testimonies = nil
            return (id, testimonies)
        }
    }

    /// The source is not read any more: what it reported no longer holds.
    mutating func forget(_ id: SourceID, in clusters: inout [String: ClusterFold]) {
        reports[id] = nil
        for index in clusters.values.indices { clusters.values[index].forgetMetrics(of: id) }
    }

    /// Places what could not be placed before, once more members are known.
    ///
    /// - Returns: The sources that were placed again, and the events of it.
    mutating func placeWaiting(
        in clusters: inout [String: ClusterFold], at now: Timestamp
    ) -> (sources: [SourceID], events: [MeshEvent]) {
        guard !reports.isEmpty else { return ([], []) }
        let known = Self.knownMembers(clusters)
        let waiting = reports.keys.sorted().filter { id in
            reports[id].map { $0.unplaced > 0 && $0.placedAmong != known } ?? false
        }
        return (waiting, waiting.flatMap { place($0, in: &clusters, at: now) })
    }

    private static func knownMembers(_ clusters: [String: ClusterFold]) -> Int {
        clusters.values.reduce(0) { $0 + $1.membership.latestUids.count }
    }

    private mutating func place(
        _ id: SourceID, in clusters: inout [String: ClusterFold], at now: Timestamp
    ) -> [MeshEvent] {
        guard var placed = reports[id] else { return [] }
        var places = MetricPlaces(clusters)
        var records: [String: [Address: MetricsRecord]] = [:]
        placed.unplaced = 0
        for detector in placed.report.detectors {
            guard let place = places.place(detector.observer, about: detector.peer) else {
                placed.unplaced += 1
                continue
            }
            let at = placed.time(detector.at)
            var record = records[place.cluster]?[place.observer] ?? MetricsRecord(source: id)
            record.phi[detector.peer] = PhiMeasurement(
                metric: detector.phi, threshold: detector.threshold, observedAt: at)
            record.monitored[detector.peer] = at
            records[place.cluster, default: [:]][place.observer] = record
        }
        for series in placed.report.records {
            guard let place = places.place(series.observer, about: series.subject) else {
                placed.unplaced += 1
                continue
            }
            var record = records[place.cluster]?[place.observer] ?? MetricsRecord(source: id)
            record.monitored[series.subject] = placed.time(series.at)
            if series.isUnreachable == true { record.unreachable[series.subject] = placed.time(series.at) }
            records[place.cluster, default: [:]][place.observer] = record
        }
        placed.placedAmong = Self.knownMembers(clusters)
        reports[id] = placed
        var events: [MeshEvent] = []
        for name in clusters.keys.sorted() {
            events += clusters[name]?.record(records[name] ?? [:], from: id, at: now) ?? []
        }
        return events
    }

    /// What is worth knowing of a metrics server that answers.
    func notes(on id: SourceID) -> [String] {
        guard let placed = reports[id] else { return [] }
        var notes = placed.report.warnings
        let found = placed.report.findings.filter { $0.series > 0 }
        let missing = placed.report.findings.filter { $0.series == 0 && !MetricAdvice.isOptional($0.rule) }
        if !found.isEmpty { notes.append(found.map { "\($0.rule) in \($0.series) series" }.joined(separator: ", ")) }
        if !missing.isEmpty { notes.append("no series of " + missing.map(\.rule).joined(separator: ", ")) }
        notes += MetricAdvice.notes(placed.report.findings)
        if placed.nameless > 0 {
            notes.append(
                "\(placed.nameless) exporters cannot be told apart: their series name the others, and no host that was scraped is a member's"
            )
        }
        if placed.unplaced > 0 { notes.append("\(placed.unplaced) series are of members that no view lists") }
        if placed.report.unusable > 0 {
            notes.append("\(placed.report.unusable) series name no member, or are no numbers")
        }
        return notes
    }
}

/// Finds the member and the cluster that a series is of. Made for one report, because hosts are gathered once.
private struct MetricPlaces {
    private let clusters: [String: ClusterFold]
    private var byHost: [String: [(cluster: String, address: Address)]]?

    init(_ clusters: [String: ClusterFold]) { self.clusters = clusters }

    mutating func place(
        _ observer: MetricReport.Observer, about subject: Address
    ) -> (cluster: String, observer: Address)? {
        switch observer {
        case .address(let address):
            let name = clusters.values.filter { $0.membership.latestUids[address] != nil }.map(\.id).min()
            return name.map { ($0, address) }
        case .host(let host):
            // Several members on one host cannot be told apart, unless they are of different systems.
            let rivals = members(on: host).filter {
                $0.address.system == subject.system
                    && clusters[$0.cluster]?.membership.latestUids[subject] != nil
            }
            return rivals.count == 1 ? rivals.first.map { ($0.cluster, $0.address) } : nil
        }
    }

    private mutating func members(on host: String) -> [(cluster: String, address: Address)] {
        let gathered = byHost ?? gatherHosts()
        byHost = gathered
        return gathered[host] ?? []
    }

    private func gatherHosts() -> [String: [(cluster: String, address: Address)]] {
        var gathered: [String: [(cluster: String, address: Address)]] = [:]
        for (name, cluster) in clusters {
            for address in cluster.membership.latestUids.keys {
                gathered[address.host ?? "", default: []].append((name, address))
            }
        }
        return gathered
    }
}
