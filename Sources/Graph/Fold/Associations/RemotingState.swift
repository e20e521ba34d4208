import Model

/// What the fold keeps of a cluster's associations and failure detectors.
struct RemotingState {
    /// How long a link that failed is still believed to fail while the observer has the peer as reachable: longer than a failure detector
    /// with default settings takes to find out (akka.md §4.1).
    static let detection = Duration.seconds(8)
    /// How long a back-off is believed that nothing can tell the end of: three times the time of a handshake.
    static let unansweredBackOff = Duration.seconds(60)
    /// A gate that opened is tried at once by whoever sends heartbeats, and closes again within this time if that fails.
    static let retry = Duration.seconds(1)
    /// After this much more than a poll's period, all views show what a line told.
    static let settling = Duration.seconds(2)
    /// A decision that was not taken so long after it might have been is not pending any more.
    static let overdue = Duration.seconds(20)
    /// What is told again within this time is the same news.
    private static let repetition = Duration.seconds(60)

    /// Whether all pairs are asked for, however large the mesh.
    var keepsEveryPair = false
    /// By observer, then by subject.
    var records: [Address: [Address: AssociationRecord]] = [:]
    var bridges: [Address: BridgeRecord] = [:]
    var metrics: [Address: MetricsRecord] = [:]
    var downing: DowningSnapshot?
    /// When a decision was last announced, by our clock.
    var decisionToldAt: Timestamp?
    /// Inputs that the machines did not take, by the source that told them.
    var rejected: [SourceID: RejectedInputs] = [:]
    /// Who was told by whom that it is quarantined, and when last: a quarantine that stands is told with every message.
    private var toldOf: [Address: [Address: (uid: Int64?, at: Timestamp)]] = [:]
    /// What was told lately, so that two sources that tell the same are heard once.
    var recent = RecentEvents()
    /// The runs that logs last said they are of: lines of former ones tell nothing of the present one.
    var runs: [Address: Run] = [:]

    // MARK: - Derived by the last evaluation

    var rows: [AssociationSnapshot] = []
    var counts = AssociationCounts()
    /// With whom a member stands in a quarantine that is not harmless, on either end of it.
    var quarantined: [UniqueAddress: [Address]] = [:]
    /// Whom a member has gated.
    var gated: [UniqueAddress: [Address]] = [:]
    var expectation = Expectation()
    /// The pairs that are taken as active because they are monitored and reachable.
    var inferred: [Address: Set<UniqueAddress>] = [:]
    /// Rows that need not be made anew.
    var calm: [Address: CalmRows] = [:]
    /// Members whose management port refuses connections.
    var refusing: [Address: Refusal] = [:]
    /// During an evaluation: which lists name all current members.
    var listsOfAll: [ObjectIdentifier: Bool] = [:]

    /// Feeds a machine.
    ///
    /// - Returns: Whether the input was taken.
    @discardableResult
    mutating func feed(
        _ input: AssociationInput, _ observer: UniqueAddress, _ subject: Address, told: Told
    ) -> Bool {
        var record =
            records[observer.address]?[subject]
            ?? AssociationRecord(
                observerUid: observer.uid, transport: told.transport ?? observer.address.transport, at: told.now)
        let outcome = record.machine.take(input, at: told.at)
        if case .rejected(let reason) = outcome {
            if let source = told.source { rejected[source, default: RejectedInputs()].count(reason) }
            return false
        }
        record.origin = told.origin
        record.source = told.source
        record.toldAt = told.now
        if let text = told.evidence { record.add(text) }
        records[observer.address, default: [:]][subject] = record
        return true
    }

    /// Whether a line that tells of a quarantine by the peer is news.
    mutating func isNews(_ line: LifecycleEvent, observer: Address) -> Bool {
        guard line.kind == .quarantinedByPeer, let peer = line.peer else { return true }
        let former = toldOf[observer]?[peer]
        toldOf[observer, default: [:]][peer] = (line.uid, line.at)
        guard let former, former.uid == line.uid else { return true }
        return (line.at - former.at).magnitude > Self.repetition
    }

    /// Who told something, when, and in which words.
    struct Told {
        /// By the observer's clock.
        var at: Timestamp
        var now: Timestamp
        var origin: AssociationOrigin
        var source: SourceID?
        var transport: RemotingTransport?
        var evidence: String?
    }

    /// The observer's clock at a moment of ours.
    func clock(of observer: Address, at now: Timestamp) -> Timestamp {
        now + (bridges[observer]?.skew ?? .zero)
    }

    /// An incarnation has replaced another at an address.
    mutating func replace(_ node: UniqueAddress, at now: Timestamp) {
        if runs[node.address]?.uid ?? node.uid != node.uid { runs[node.address]?.waiting = [] }
        records[node.address] = nil
        inferred[node.address] = nil
        if bridges[node.address]?.node != node { bridges[node.address] = nil }
        calm[node.address] = nil
        for observer in records.keys where records[observer]?[node.address] != nil {
            let clock = clock(of: observer, at: now)
            _ = records[observer]?[node.address]?.machine.take(.incarnation(node.uid), at: clock)
        }
    }

    /// An observer that is no member any more says nothing.
    mutating func forget(observersBut current: Set<Address>) {
        if records.keys.contains(where: { !current.contains($0) }) {
            records = records.filter { current.contains($0.key) }
        }
        if bridges.keys.contains(where: { !current.contains($0) }) {
            bridges = bridges.filter { current.contains($0.key) }
        }
        if metrics.keys.contains(where: { !current.contains($0) }) {
            metrics = metrics.filter { current.contains($0.key) }
        }
        if calm.count > current.count { calm = calm.filter { current.contains($0.key) } }
        if toldOf.keys.contains(where: { !current.contains($0) }) {
            toldOf = toldOf.filter { current.contains($0.key) }
        }
        if runs.keys.contains(where: { !current.contains($0) }) {
            runs = runs.filter { current.contains($0.key) }
        }
    }
}

/// A run of a member's process, as its log tells of its start.
struct Run {
    /// More lines of a run that is not a member yet are not kept.
    private static let mostWaiting = 200

    /// `nil` where the line of the start does not tell it, as in classic remoting.
    var uid: Int64?
    /// Whether it began after the incarnation that is known was known: its lines are of the next one.
    var isNext: Bool
    /// What it told of associations before it was a member.
    var waiting: [(line: LifecycleEvent, source: SourceID)] = []

    mutating func keep(_ line: LifecycleEvent, from source: SourceID) {
        guard waiting.count < Self.mostWaiting else { return }
        waiting.append((line, source))
    }
}

/// A bounded memory of what was told, to know repetitions.
struct RecentEvents {
    private struct Key: Hashable {
        var at: Timestamp
        var pattern: String
        var observer: Address
        var peer: Address?
        var text: String
    }

    private static let most = 2_000
    private var keys: Set<Key> = []
    private var order: [Key] = []

    /// - Returns: `false` if the same was told before.
    mutating func insert(_ event: LifecycleEvent, observer: Address) -> Bool {
        let key = Key(
            at: event.at, pattern: event.pattern, observer: observer, peer: event.peer, text: event.evidence.text)
        guard keys.insert(key).inserted else { return false }
        order.append(key)
        if order.count > 2 * Self.most {
            for old in order.prefix(Self.most) { keys.remove(old) }
            order.removeFirst(Self.most)
        }
        return true
    }
}

/// Who should monitor whom, by the heartbeat ring. Kept from one evaluation to the next, because in a calm mesh it stays the same.
struct Expectation {
    /// Another one whenever anything is expected otherwise.
    private(set) var version = 0
    private var nodes: [UniqueAddress] = []
    private var dataCenters: [String] = []
    private var monitored = HeartbeatRing.defaultMonitoredByMembers
    private var rings: [String: HeartbeatRing] = [:]
    private var calm: [UniqueAddress: Set<UniqueAddress>] = [:]

    mutating func update(_ members: [(node: UniqueAddress, dataCenter: String)], monitored: Int) {
        let (next, centers) = (members.map(\.node), members.map(\.dataCenter))
        guard next != nodes || centers != dataCenters || monitored != self.monitored else { return }
        (nodes, dataCenters, self.monitored) = (next, centers, monitored)
        version += 1
        rings = Dictionary(grouping: members, by: \.dataCenter).mapValues { members in
            HeartbeatRing(nodes: members.map(\.node), monitored: monitored)
        }
        calm = [:]
    }

    mutating func receivers(
        of node: UniqueAddress, dataCenter: String, unreachable: Set<UniqueAddress>
    ) -> Set<UniqueAddress> {
        guard let ring = rings[dataCenter] else { return [] }
        guard unreachable.isEmpty else { return ring.receivers(of: node, unreachable: unreachable) }
        if let known = calm[node] { return known }
        let receivers = ring.receivers(of: node)
        calm[node] = receivers
        return receivers
    }
}
