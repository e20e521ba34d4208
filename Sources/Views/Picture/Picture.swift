// SPDX-License-Identifier: Apache-2.0
import Model

/// A snapshot with what every screen looks up in it, computed once when it arrives and not once per frame.
final class Picture {
    let snapshot: MeshSnapshot
    let clusters: [ClusterPicture]
    let dataCenters: Int
    /// The reasons of the mesh's health, the worst first.
    let problems: [Problem]
    /// The time in which every member is polled once: what freshness is judged by.
    let period: Duration
    /// All addresses of all clusters, for places where they stand side by side.
    let names: AddressNames
    /// The service graph, where there is one.
    let traffic: TrafficPicture?
    /// As it was received, before the reader's choices.
    let original: MeshSnapshot
    private let sourceOfMember: [Address: Int]

    convenience init(_ snapshot: MeshSnapshot) { self.init(snapshot, original: snapshot) }

    /// - Parameters:
    ///   - snapshot: What is shown.
    ///   - original: As it came.
    init(_ snapshot: MeshSnapshot, original: MeshSnapshot) {
        self.snapshot = snapshot
        self.original = original
        traffic = snapshot.graph.map { TrafficPicture(snapshot, $0) }
        let polled = snapshot.sources.count { $0.id.kind == .management }
        let period = PollBudget.period(members: polled, interval: snapshot.options.interval)
        self.period = period
        clusters = snapshot.clusters.map {
            ClusterPicture($0, options: snapshot.options, at: snapshot.at, period: period)
        }
        problems = IncidentProblems.merged(
            Problems.of(clusters, sources: snapshot.sources, probes: snapshot.probes), snapshot)
        dataCenters = Set(snapshot.clusters.flatMap { $0.members.map(\.roles.dataCenter) }).count
        names = AddressNames(snapshot.clusters.flatMap { $0.members.map(\.node.address) })
        let owned = snapshot.sources.enumerated().filter { $0.element.id.kind == .management }
        sourceOfMember = Dictionary(
            owned.compactMap { index, source in source.member.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The same facts with another graph: only what is derived of the traffic is made again.
    ///
    /// - Parameters:
    ///   - snapshot: Differs in its graph only.
    ///   - other: Made of the same original.
    init(_ snapshot: MeshSnapshot, like other: Picture) {
        self.snapshot = snapshot
        traffic = snapshot.graph.map { TrafficPicture(snapshot, $0) }
        (original, clusters, problems) = (other.original, other.clusters, other.problems)
        (period, dataCenters, names) = (other.period, other.dataCenters, other.names)
        sourceOfMember = other.sourceOfMember
    }

    /// Rows of a table of all members, with a heading per cluster where there are several.
    var rowCount: Int {
        snapshot.clusters.reduce(0) { $0 + $1.members.count } + (clusters.count > 1 ? clusters.count : 0)
    }

    /// The management source of a member.
    func source(of member: Address) -> SourceSnapshot? {
        sourceOfMember[member].map { snapshot.sources[$0] }
    }

    /// When a member itself last answered, by its own view or its source; for one that is not polled, when others last listed it.
    func heard(_ member: MemberSnapshot, in cluster: ClusterPicture) -> Timestamp? {
        if let view = cluster.view(of: member.node.address), view.observerUid ?? member.node.uid == member.node.uid {
            return view.observedAt
        }
        guard let source = source(of: member.node.address) else { return member.observedAt }
        return source.lastSuccess
    }

    func cluster(_ id: String) -> ClusterPicture? {
        clusters.first { $0.snapshot.id == id }
    }

    func freshness(_ observedAt: Timestamp?, now: Timestamp) -> Freshness {
        Freshness(observedAt: observedAt, now: now, interval: period)
    }
}
