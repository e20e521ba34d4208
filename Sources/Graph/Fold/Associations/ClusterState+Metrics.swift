import Model

extension ClusterState {
    /// Takes what a metrics server tells of this cluster's members, in place of what it told before.
    ///
    /// - Returns: Detectors that have passed their thresholds since, where no bridge tells that sooner.
    mutating func take(
        _ records: [Address: MetricsRecord], from source: SourceID, at now: Timestamp
    ) -> [MeshEvent] {
        let former = remoting.metrics
        remoting.metrics = remoting.metrics.filter { $0.value.source != source }
        remoting.metrics.merge(records) { _, new in new }
        var events: [MeshEvent] = []
        for observer in records.keys.sorted() where remoting.bridges[observer] == nil {
            for (peer, phi) in records[observer]?.phi.sorted(by: { $0.key < $1.key }) ?? [] {
                guard let before = former[observer]?.phi[peer], before.isAvailable != phi.isAvailable else { continue }
                events.append(crossing(observer, peer, phi, at: now))
            }
        }
        return events
    }

    mutating func forgetMetrics(of source: SourceID) {
        remoting.metrics = remoting.metrics.filter { $0.value.source != source }
    }

    private func crossing(
        _ observer: Address, _ peer: Address, _ phi: PhiMeasurement, at now: Timestamp
    ) -> MeshEvent {
        let value = phi.isInfinite ? "infinite" : phi.value.map { "\(($0 * 100).rounded() / 100)" } ?? "?"
        let (from, to) = phi.isAvailable ? ("unavailable", "available") : ("available", "unavailable")
        let text =
            "\(observer.hostPort) measures phi \(value) for \(peer.hostPort), "
            + "\(phi.isAvailable ? "below" : "at or above") its threshold \(phi.threshold)"
        return event(.phi, observer, peer, latestUids[peer], from, to, .prometheus, text, at: now)
    }

    /// What metrics tell of one member's side; `nil` while its bridge answers, which knows it better and sooner.
    func metrics(of observer: Address, at moment: Moment) -> MetricsRecord? {
        guard let record = remoting.metrics[observer], hasNoBridge(observer, at: moment) else { return nil }
        return record
    }

    /// Adds what metrics tell of a pair to its row.
    func add(_ metrics: MetricsRecord, to row: inout AssociationSnapshot, at moment: Moment) {
        let subject = row.subject
        guard subject.uid == latestUids[subject.address] else { return }
        row.isMonitored = metrics.isMonitored(subject.address, at: moment.now)
        guard let phi = metrics.phi(of: subject.address, at: moment.now) else { return }
        row.phi = phi
        guard row.origin == nil else { return }
        row.origin = .metric
        row.observedAt = phi.observedAt
        row.freshness = moment.freshness(of: metrics.source)
    }
}
