import Model

extension Mesh {
    mutating func take(_ report: MetricReport, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        let skew = MetricsState.skew(of: report, at: now, latency: reply.latency, former: metrics[id]?.skew)
        metrics[id] = MetricsState(report: report, receivedAt: now, skew: skew)
        let events = placeMetrics(of: id)
        let notes = notes(on: id)
        sources[id]?.notes = notes
        return succeed(id, reply) + keep(events)
    }

    mutating func takeUnchangedMetrics(_ reply: Reply, from id: SourceID) -> [MeshChange] { succeed(id, reply) }

    /// A source is read no more: what it told holds no more.
    mutating func forgetMetrics(of id: SourceID) {
        metrics[id] = nil
        for name in clusters.keys { clusters[name]?.forgetMetrics(of: id) }
    }

    /// Places what could not be placed before, once more members are known.
    mutating func placeWaitingMetrics() -> [MeshEvent] {
        let known = clusters.values.reduce(0) { $0 + $1.latestUids.count }
        var events: [MeshEvent] = []
        for id in metrics.keys.sorted() {
            guard let state = metrics[id], state.unplaced > 0, state.placedAmong != known else { continue }
            events += placeMetrics(of: id)
            let notes = notes(on: id)
            sources[id]?.notes = notes
        }
        return events
    }

    /// Gives each member of each cluster what the report tells of its side.
    private mutating func placeMetrics(of id: SourceID) -> [MeshEvent] {
        guard let state = metrics[id] else { return [] }
        var places = MetricPlaces(clusters)
        var records: [String: [Address: MetricsRecord]] = [:]
        var unplaced = 0
        for detector in state.report.detectors {
            guard let place = places.place(detector.teller, about: detector.peer) else {
                unplaced += 1
                continue
            }
            let at = state.time(detector.at)
            let phi = PhiMeasurement(metric: detector.phi, threshold: detector.threshold, observedAt: at)
            var record = records[place.cluster]?[place.observer] ?? MetricsRecord(source: id)
            record.phi[detector.peer] = phi
            record.monitored[detector.peer] = at
            records[place.cluster, default: [:]][place.observer] = record
        }
        for told in state.report.records {
            guard let place = places.place(told.teller, about: told.subject) else {
                unplaced += 1
                continue
            }
            records[place.cluster, default: [:]][place.observer, default: MetricsRecord(source: id)]
                .monitored[told.subject] = state.time(told.at)
        }
        metrics[id]?.unplaced = unplaced
        metrics[id]?.placedAmong = clusters.values.reduce(0) { $0 + $1.latestUids.count }
        var events: [MeshEvent] = []
        for name in clusters.keys.sorted() {
            events += clusters[name]?.take(records[name] ?? [:], from: id, at: now) ?? []
        }
        return events
    }

    /// What is worth knowing of a metrics server that answers.
    private func notes(on id: SourceID) -> [String] {
        guard let state = metrics[id] else { return [] }
        var notes = state.report.warnings
        let found = state.report.findings.filter { $0.series > 0 }
        let missing = state.report.findings.filter { $0.series == 0 }
        if !found.isEmpty { notes.append(found.map { "\($0.rule) in \($0.series) series" }.joined(separator: ", ")) }
        if !missing.isEmpty { notes.append("no metric tells " + missing.map(\.rule).joined(separator: ", ")) }
        if state.unplaced > 0 { notes.append("\(state.unplaced) series are of members that no view lists") }
        if state.report.unusable > 0 {
            notes.append("\(state.report.unusable) series name no member, or are no numbers")
        }
        return notes
    }
}

/// Finds whose side of which cluster a series tells. Made for one report, because hosts are gathered once.
private struct MetricPlaces {
    private let clusters: [String: ClusterState]
    private var byHost: [String: [(cluster: String, address: Address)]]?

    init(_ clusters: [String: ClusterState]) { self.clusters = clusters }

    mutating func place(
        _ teller: MetricReport.Teller, about subject: Address
    ) -> (cluster: String, observer: Address)? {
        switch teller {
        case .address(let address):
            let name = clusters.values.filter { $0.latestUids[address] != nil }.map(\.id).min()
            return name.map { ($0, address) }
        case .host(let host):
            // Several members on one host cannot be told apart, unless they are of different systems.
            let rivals = members(on: host).filter {
                $0.address.system == subject.system && clusters[$0.cluster]?.latestUids[subject] != nil
            }
            return rivals.count == 1 ? rivals.first.map { ($0.cluster, $0.address) } : nil
        }
    }

    private mutating func members(on host: String) -> [(cluster: String, address: Address)] {
        if byHost == nil {
            var gathered: [String: [(cluster: String, address: Address)]] = [:]
            for (name, cluster) in clusters {
                for address in cluster.latestUids.keys {
                    gathered[address.host ?? "", default: []].append((name, address))
                }
            }
            byHost = gathered
        }
        return byHost?[host] ?? []
    }
}
