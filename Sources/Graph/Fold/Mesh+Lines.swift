// SPDX-License-Identifier: Apache-2.0
import Findings
import Model

/// Whose a line is: which cluster, and which of its members, or a cluster that logs alone report.
extension Mesh {
    /// Maximum number of clusters that log lines can create, because a log is untrusted input.
    static let maximumLogClusters = 20

    private typealias Attribution = (cluster: String, observer: Address)

    mutating func record(_ progress: LogProgress, from id: SourceID) -> [MeshChange] {
        let at = now
        guard let lines = sources.change(id, { $0.recordProgress(progress, at: at) }) else { return [] }
        dropped.lines += Int(lines)
        return recordSuccess(of: id)
    }

    mutating func record(_ line: LifecycleEvent, isLate: Bool, from id: SourceID) -> [MeshChange] {
        guard let source = sources[id] else { return [] }
        if let pod = source.origin.pod?.pod { kubernetes.recordClue(line, of: pod, at: now) }
        let changes = recordSuccess(of: id)
        guard let (name, observer) = attribute(line, from: id) else {
            if isOfRemovedMember(line, from: id) { return changes }
            if isUnnamed(line, from: id) { return changes + keep(foreignEvents(line, isLate: isLate, from: id)) }
            waiting.add(WaitingLines.Line(line: line, isLate: isLate, source: id, reason: .observer))
            return changes
        }
        setCluster(name, of: id)
        let isFollowed = !isLate && isFollowed(id)
        clusters[name]?.recordClock(line, of: observer, isFollowed: isFollowed, at: now)
        let events = clusters[name]?.record(line, by: observer, late: isLate, from: id, waiting: &waiting, at: now)
        return changes + keep(events ?? [])
    }

    /// Records lines that came before their cluster was known. They are history, so nothing of them is announced.
    mutating func recordWaitingLines() {
        guard waiting.count > 0 else { return }
        let incarnations = clusters.values.reduce(0) { $0 + $1.membership.members.count }
        for waited in waiting.takeUnattributed(incarnations: incarnations) {
            guard let (name, observer) = attribute(waited.line, from: waited.source) else {
                waiting.add(waited)
                continue
            }
            setCluster(name, of: waited.source)
            _ = clusters[name]?.record(
                waited.line, by: observer, late: waited.isLate, from: waited.source, waiting: &waiting, at: now)
        }
    }

    /// Lines that waited for an endpoint which never answered are recorded by themselves.
    mutating func recordLinesOfSilentMesh() {
        guard waiting.count > 0, isSilent else { return }
        if clusters.isEmpty { waiting.forceNextAttempt() }
        recordWaitingLines()
    }

    /// Metrics make the membership where nothing else reports it.
    mutating func recordMetricsOfSilentMesh() -> [MeshEvent] {
        guard metrics.hasTestimonies, isSilent else { return [] }
        var events: [MeshEvent] = []
        for (source, all) in metrics.takeTestimonies() {
            for (system, testimonies) in Dictionary(grouping: all, by: \.observer.system).sorted(by: { $0.key < $1.key }
            ) {
                let name = sources[source]?.origin.cluster ?? system
                guard clusters[name] != nil || clusters.count < Self.maximumLogClusters else { continue }
                var cluster = clusters[name] ?? ClusterFold(id: name, system: system)
                guard cluster.membership.observers.isEmpty else { continue }
                events += cluster.record(testimonies, from: source, at: now)
                clusters[name] = cluster
            }
        }
        return events
    }

    // MARK: - Lines of no member

    /// Whether nothing will ever say whose a line is.
    private func isUnnamed(_ line: LifecycleEvent, from id: SourceID) -> Bool {
        line.observer == nil && line.observerName == nil && sources[id]?.origin.member == nil
    }

    /// Shows what waiting lines report, once every endpoint has answered or failed and none has listed their node: it is no member, and may
    /// never become one.
    mutating func showLinesOfOutsiders() -> [MeshEvent] {
        guard waiting.count > 0, !isSilent, !clusters.isEmpty else { return [] }
        let isAsking = sources.all.contains { $0.id.kind == .management && $0.state == .connecting }
        guard !isAsking else { return [] }
        return waiting.takeUnshown().flatMap { foreignEvents($0.line, isLate: $0.isLate, from: $0.source) }
    }

    private mutating func foreignEvents(_ line: LifecycleEvent, isLate: Bool, from id: SourceID) -> [MeshEvent] {
        let observer = line.observer ?? sources[id]?.origin.member
        let cluster = foreignCluster(of: line, observer, from: id)
        if let observer, clusters[cluster.id] != nil { clusters[cluster.id]?.recordTrouble(line, of: observer) }
        let event = foreign.event(line, of: observer, in: cluster, late: isLate, from: id, at: now)
        return event.map { [$0] } ?? []
    }

    /// The cluster that a line of no member is shown in: that of its system, of its peer, of its log, or the only one that there is.
    private func foreignCluster(of line: LifecycleEvent, _ observer: Address?, from id: SourceID) -> ClusterFold {
        let names = [
            sources[id]?.origin.cluster, observer?.system, line.peer.flatMap(clusterName(listing:)), line.peer?.system,
            sources[id]?.cluster, clusters.count == 1 ? clusters.keys.first : nil,
        ]
        if let known = names.compactMap({ $0 }).lazy.compactMap({ clusters[$0] }).first { return known }
        let system = observer?.system ?? line.peer?.system ?? ""
        return ClusterFold(id: sources[id]?.origin.cluster ?? system, system: system)
    }

    private mutating func setCluster(_ name: String, of id: SourceID) {
        sources.change(id) { if $0.cluster == nil { $0.cluster = name } }
    }

    /// Whether lines of a log come as soon as they are written: of a file that was read to its end. Pipes and streams may lag behind.
    private func isFollowed(_ id: SourceID) -> Bool {
        guard sources[id]?.log.progress.hasReachedEnd == true else { return false }
        return id.target != "-" && !id.target.hasPrefix("http://") && !id.target.hasPrefix("https://")
    }

    // MARK: - Attribution

    private mutating func attribute(_ line: LifecycleEvent, from id: SourceID) -> Attribution? {
        listedObserver(of: line, from: id) ?? witness(of: line, from: id)
    }

    /// The cluster and the member that a line is of; `nil` for as long as no view lists it.
    private func listedObserver(of line: LifecycleEvent, from id: SourceID) -> Attribution? {
        if let observer = line.observer ?? sources[id]?.origin.member {
            return clusterName(listing: observer).map { ($0, observer) }
        }
        if line.observerName == nil, let member = memberOfPod(of: id) {
            return clusterName(listing: member).map { ($0, member) }
        }
        guard let place = line.observerName else { return nil }
        for (name, cluster) in clusters.sorted(by: { $0.key < $1.key }) {
            let observers = cluster.membership.latestUids.keys
            if let observer = observers.first(where: { $0.hostPort == place }) { return (name, observer) }
        }
        return nil
    }

    /// The member that runs in the pod whose log it is.
    private func memberOfPod(of id: SourceID) -> Address? {
        sources[id]?.origin.pod.flatMap { kubernetes.member(in: $0.pod)?.address }
    }

    /// The node that an observation is of, as far as its source or its line names one, be it a member or not.
    func observer(of observation: Observation) -> Address? {
        guard let source = observation.source else { return nil }
        guard case .lifecycle(let line, _) = observation.payload else { return sources[source]?.member }
        if let named = line.observer ?? sources[source]?.origin.member, named.host != nil { return named }
        guard let place = line.observerName else { return nil }
        for name in clusters.keys.sorted() {
            let members = clusters[name]?.membership.latestUids.keys.filter { $0.hostPort == place }.min()
            if let members { return members }
        }
        let model =
            line.peer
            ?? clusters.keys.sorted().lazy.compactMap { self.clusters[$0]?.membership.latestUids.keys.min() }.first
        return model.flatMap { try? Address(parsing: "\($0.scheme)://\($0.system)@\(place)") }
    }

    func clusterName(listing address: Address) -> String? {
        clusters.values.filter { $0.membership.latestUids[address] != nil }.map(\.id).min()
    }

    /// Whether logs are all there is: no endpoint is asked, or every one that is asked fails and none has ever reported members.
    private var isSilent: Bool {
        guard sources.managementCount > 0 else { return true }
        return clusters.values.allSatisfy { $0.membership.observers.isEmpty }
            && sources.all.allSatisfy { $0.id.kind != .management || $0.state == .failing }
    }

    /// The cluster and the member that a line is of, where logs are all there is: the line itself makes them known.
    private mutating func witness(of line: LifecycleEvent, from id: SourceID) -> Attribution? {
        guard let source = sources[id], [.log, .podLog].contains(id.kind), isSilent,
            let observer = observer(of: line, source)
        else {
            return nil
        }
        let name = source.origin.cluster ?? observer.system
        guard clusters[name] != nil || clusters.count < Self.maximumLogClusters else { return nil }
        var cluster = clusters[name] ?? ClusterFold(id: name, system: observer.system)
        let isRegistered =
            cluster.membership.observers.isEmpty
            && cluster.registerWitness(line, of: observer, from: id, at: min(line.at, now))
        guard isRegistered else { return nil }
        clusters[name] = cluster
        return (name, observer)
    }

    /// Whether a line is of a member that was removed: its end may take many of them.
    private func isOfRemovedMember(_ line: LifecycleEvent, from id: SourceID) -> Bool {
        guard let source = sources[id], let observer = observer(of: line, source) else { return false }
        return clusters[source.origin.cluster ?? observer.system]?.witnesses.isRemoved(observer) == true
    }

    /// The observer as the line and its source name it. One that is named as `host:port` only has the peer's protocol and system, if the
    /// line names a peer.
    private func observer(of line: LifecycleEvent, _ source: SourceRecord) -> Address? {
        if let observer = line.observer ?? source.origin.member { return observer.host == nil ? nil : observer }
        guard let place = line.observerName, let peer = line.peer else { return nil }
        return try? Address(parsing: "\(peer.scheme)://\(peer.system)@\(place)")
    }
}
