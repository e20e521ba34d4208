import Model

/// Clusters that logs alone tell of.
extension Mesh {
    /// More clusters than these are not made from lines.
    private static let mostTold = 20

    /// Whether logs are all there is: no endpoint is asked, or every one that is asked fails and none has ever told of members.
    private var isSilent: Bool {
        guard managementSources > 0 else { return true }
        return clusters.values.allSatisfy { $0.observers.isEmpty }
            && sources.values.allSatisfy { $0.id.kind != .management || $0.state == .failing }
    }

    /// The cluster and the member that a line is of, where logs are all there is: the line itself makes them known.
    mutating func witness(of line: LifecycleEvent, from id: SourceID) -> (cluster: String, observer: Address)? {
        guard let source = sources[id], id.kind == .log, isSilent, let observer = address(of: line, source) else {
            return nil
        }
        let name = source.origin.cluster ?? observer.system
        guard clusters[name] != nil || clusters.count < Self.mostTold else { return nil }
        var cluster = clusters[name] ?? ClusterState(id: name, system: observer.system)
        guard cluster.observers.isEmpty, cluster.call(observer, for: line, from: id, at: min(line.at, now)) else {
            return nil
        }
        clusters[name] = cluster
        return (name, observer)
    }

    /// Whether a line is of a member that was removed: its end may take many of them.
    func isOfDeparted(_ line: LifecycleEvent, from id: SourceID) -> Bool {
        guard let source = sources[id], let observer = address(of: line, source) else { return false }
        return clusters[source.origin.cluster ?? observer.system]?.departed.contains(observer) == true
    }

    /// A node that is told as `host:port` only has the peer's protocol and system, if the line names one.
    private func address(of line: LifecycleEvent, _ source: SourceRecord) -> Address? {
        if let observer = line.observer ?? source.origin.member { return observer.host == nil ? nil : observer }
        guard let place = line.observerName, let peer = line.peer else { return nil }
        return try? Address(parsing: "\(peer.scheme)://\(peer.system)@\(place)")
    }

    /// Lines that waited for an endpoint which never answered are told by themselves.
    mutating func takeEarlyLinesOfSilentMesh() {
        guard !earlyLines.isEmpty, isSilent else { return }
        if clusters.isEmpty { earlyLinesTriedAmong = -1 }
        takeEarlyLines()
    }
}
