package import Model

/// A snapshot with what every screen looks up in it, computed once when it arrives and not once per frame.
package final class Picture: Sendable {
    package let snapshot: MeshSnapshot
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
    /// As it came, before the reader's choices.
    let original: MeshSnapshot
    private let sourceOfMember: [Address: Int]

    package convenience init(_ snapshot: MeshSnapshot) { self.init(snapshot, original: snapshot) }

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
        problems = Problems.of(clusters, sources: snapshot.sources, probes: snapshot.probes)
        dataCenters = Set(snapshot.clusters.flatMap { $0.members.map(\.roles.dataCenter) }).count
        names = AddressNames(snapshot.clusters.flatMap { $0.members.map(\.node.address) })
        let owned = snapshot.sources.enumerated().filter { $0.element.id.kind == .management }
        sourceOfMember = Dictionary(
            owned.compactMap { index, source in source.member.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The same facts with another graph: only what is said of the traffic is made anew.
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

    /// When a member itself was last heard: its own view, its source; for one that is not asked, when others last listed it.
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

/// A cluster with what is counted in it.
final class ClusterPicture: Sendable {
    let snapshot: ClusterSnapshot
    let names: AddressNames
    /// How many voting views say the same, the largest group first.
    let agreement: [Int]
    /// Those that are not removed, in address order.
    let present: [MemberSnapshot]
    let counts: MemberCounts
    private let viewOf: [Address: Int]
    let voters: Int
    let pairs: PairTable

    /// - Parameters:
    ///   - cluster: What is to be shown.
    ///   - options: Whether every pair was asked for.
    ///   - now: When the snapshot was taken.
    ///   - period: What freshness is judged by.
    init(_ cluster: ClusterSnapshot, options: SessionOptions, at now: Timestamp, period: Duration) {
        snapshot = cluster
        names = AddressNames(cluster.members.map(\.node.address))
        present = cluster.members.filter { $0.removedAt == nil }
        counts = MemberCounts(present)
        pairs = PairTable(cluster, present: present, options: options, at: now, period: period)
        viewOf = Dictionary(
            cluster.views.enumerated().map { ($1.observer, $0) }, uniquingKeysWith: { first, _ in first })
        voters = cluster.views.count { $0.isVoting }
        agreement = Self.groups(of: cluster.views.filter(\.isVoting))
    }

    /// The node at an address: the incarnation that was named, otherwise the present one.
    func node(at address: Address, uid: Int64?) -> UniqueAddress? {
        let found = snapshot.members.filter { $0.node.address == address }
        return found.first { $0.node.uid == uid }?.node ?? found.first { $0.removedAt == nil }?.node ?? found.last?.node
    }

    /// Whether two present members, by their places, are in one data centre.
    func sameDataCenter(_ left: Int, _ right: Int) -> Bool {
        present[left].roles.dataCenter == present[right].roles.dataCenter
    }

    func view(of observer: Address) -> ViewSnapshot? {
        viewOf[observer].map { snapshot.views[$0] }
    }

    /// The greatest phi that anybody measures of a member.
    func phi(of node: UniqueAddress) -> PhiMeasurement? {
        pairs.index(of: node).flatMap { pairs.phiRows[$0] }.flatMap { snapshot.associations[$0].phi }
    }

    /// How many others observe a member, and how many of them reach it.
    func seen(_ member: MemberSnapshot) -> (reaching: Int, all: Int) {
        let own = viewOf[member.node.address].map { snapshot.views[$0].isVoting } ?? false
        let all = max(voters - (own ? 1 : 0), member.unreachableBy.count)
        return (all - member.unreachableBy.count, all)
    }

    /// Views are alike when they list the same members with the same statuses, claim the same leader, and miss the same subjects.
    private static func groups(of views: [ViewSnapshot]) -> [Int] {
        var groups: [(first: ViewSnapshot, count: Int)] = []
        for view in views {
            if let index = groups.firstIndex(where: { alike($0.first, view) }) {
                groups[index].count += 1
            } else {
                groups.append((view, 1))
            }
        }
        return groups.map(\.count).sorted(by: >)
    }

    private static func alike(_ left: ViewSnapshot, _ right: ViewSnapshot) -> Bool {
        left.members == right.members && left.leader == right.leader
            && left.unreachable.map(\.subject) == right.unreachable.map(\.subject)
    }
}

/// What is counted in a list of members.
struct MemberCounts: Sendable {
    var all = 0
    var byStatus: [MemberStatus: Int] = [:]
    var unreachable = 0
    var upAndReachable = 0
    var ready = 0
    var notReady = 0
    /// When the member that was heard of longest ago was.
    var oldest: Timestamp?

    init(_ members: [MemberSnapshot]) {
        all = members.count
        oldest = members.lazy.map(\.observedAt).min()
        for member in members {
            byStatus[member.status, default: 0] += 1
            if member.isUnreachable { unreachable += 1 } else if member.status == .up { upAndReachable += 1 }
            switch member.ready {
            case .passed: ready += 1
            case .notPassed: notReady += 1
            case .unavailable, nil: break
            }
        }
    }
}
