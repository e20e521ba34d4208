import Model

extension Mesh {
    /// Lines that come before the cluster they belong to is known wait: so many of the newest at least, and never twice as many.
    static let mostEarlyLines = 5_000

    /// A line of a log that waits until it is known whose it is.
    struct EarlyLine {
        var line: LifecycleEvent
        var isLate: Bool
        var source: SourceID
    }

    // MARK: - Bridge

    mutating func take(_ report: BridgeReport, _ reply: Reply, from id: SourceID) -> [MeshChange] {
        guard let source = sources[id] else { return [] }
        let address = report.node.address
        let name = source.origin.cluster ?? clusterName(listing: address) ?? address.system
        sources[id]?.member = address
        sources[id]?.cluster = name
        if clusters[name] == nil { clusters[name] = ClusterState(id: name, system: address.system) }
        let events = clusters[name]?.take(report, from: id, reply: reply, at: now) ?? []
        return succeed(id, reply) + keep(events)
    }

    // MARK: - Logs

    mutating func take(_ progress: LogProgress, from id: SourceID) -> [MeshChange] {
        guard let former = sources[id]?.progress else { return [] }
        sources[id]?.advance(progress, at: now)
        sources[id]?.events = Int(progress.events)
        dropped.lines += Int(max(0, progress.dropped - former.dropped))
        return succeed(id)
    }

    mutating func take(_ line: LifecycleEvent, isLate: Bool, from id: SourceID) -> [MeshChange] {
        guard sources[id] != nil else { return [] }
        let changes = succeed(id)
        guard let (name, observer) = teller(of: line, from: id) ?? witness(of: line, from: id) else {
            if isOfDeparted(line, from: id) { return changes }
            wait(EarlyLine(line: line, isLate: isLate, source: id))
            return changes
        }
        if sources[id]?.cluster == nil { sources[id]?.cluster = name }
        let isFollowed = !isLate && isFollowed(id)
        clusters[name]?.noteClock(line, observer: observer, isFollowed: isFollowed, at: now)
        return changes + keep(clusters[name]?.take(line, observer: observer, late: isLate, from: id, at: now) ?? [])
    }

    /// Keeps a line until it is known whose it is; the newest tell most of the present.
    private mutating func wait(_ line: EarlyLine) {
        earlyLines.append(line)
        guard earlyLines.count >= 2 * Self.mostEarlyLines else { return }
        earlyLines.removeFirst(Self.mostEarlyLines)
        dropped.events += Self.mostEarlyLines
    }

    /// Whether lines of a log come as soon as they are written: of a file that was read to its end. Pipes and streams may lag behind.
    private func isFollowed(_ id: SourceID) -> Bool {
        guard sources[id]?.progress.hasReachedEnd == true else { return false }
        return id.target != "-" && !id.target.hasPrefix("http://") && !id.target.hasPrefix("https://")
    }

    /// Lines that came before their cluster was known are told after its first view; they are history, so nothing is reported anew.
    mutating func takeEarlyLines() {
        let known = clusters.values.reduce(0) { $0 + $1.members.count }
        guard !earlyLines.isEmpty, known != earlyLinesTriedAmong else { return }
        earlyLinesTriedAmong = known
        var waiting: [EarlyLine] = []
        for early in earlyLines {
            let told = teller(of: early.line, from: early.source) ?? witness(of: early.line, from: early.source)
            if let (name, observer) = told {
                if sources[early.source]?.cluster == nil { sources[early.source]?.cluster = name }
                _ = clusters[name]?.take(
                    early.line, observer: observer, late: early.isLate, from: early.source, at: now)
            } else {
                waiting.append(early)
            }
        }
        earlyLines = waiting
    }

    /// The cluster and the member that a line is of; `nil` as long as no view lists it.
    private func teller(of line: LifecycleEvent, from id: SourceID) -> (cluster: String, observer: Address)? {
        if let observer = line.observer ?? sources[id]?.origin.member {
            return clusterName(listing: observer).map { ($0, observer) }
        }
        guard let place = line.observerName else { return nil }
        for (name, cluster) in clusters.sorted(by: { $0.key < $1.key }) {
            if let observer = cluster.latestUids.keys.first(where: { $0.hostPort == place }) { return (name, observer) }
        }
        return nil
    }

    private func clusterName(listing address: Address) -> String? {
        clusters.values.filter { $0.latestUids[address] != nil }.map(\.id).min()
    }
}
