// SPDX-License-Identifier: Apache-2.0
import Model

/// What was reported of a cluster's associations and failure detectors, by logs, bridges and metrics: it persists.
///
/// What follows from it for each pair is the `AssociationTable`, made again at every evaluation.
struct AssociationBook {
    /// How long a link that opened must stay so before that is announced: a gate that opened is tried at once by whoever sends heartbeats, and
    /// closes again within this time if that fails.
    static let retry = Duration.seconds(1)
    /// How long a repetition of "quarantined by peer" is not news: a quarantine that stands is reported with every message.
    private static let repetition = Duration.seconds(60)

    /// By observer, then by subject.
    private(set) var records: [Address: [Address: AssociationRecord]] = [:]
    private(set) var bridges: [Address: BridgeRecord] = [:]
    private(set) var metrics: [Address: MetricsRecord] = [:]
    /// Inputs that the machines rejected, by the source that reported them.
    private(set) var rejected: [SourceID: RejectedInputs] = [:]
    /// The runs that logs last said they are of: lines of earlier ones say nothing of the present one.
    private(set) var runs: [Address: Run] = [:]
    /// Whether all pairs are asked for, however large the mesh.
    var keepsEveryPair = false
    /// When an observer last reported that a peer has quarantined it, and which incarnation.
    private var lastQuarantineNotice: [Address: [Address: (uid: Int64?, at: Timestamp)]] = [:]

    /// A run of a member's process, as its log reports its start.
    struct Run {
        /// `nil` where the line of the start does not name it, as in classic remoting.
        var uid: Int64?
        /// Whether it began after the incarnation that is known was known: its lines are of the next one.
        var isNext: Bool
        /// When it began, by the node's clock; `nil` where no line says so.
        var startedAt: Timestamp?
    }

    // MARK: - Questions

    /// The observer's clock at a moment of ours.
    func clock(of observer: Address, at now: Timestamp) -> Timestamp {
        now + (bridges[observer]?.skew ?? .zero)
    }

    /// Whether no bridge says what the observer's associations are: there is none, or it has been silent for long.
    func hasNoBridge(_ observer: Address, at moment: Moment) -> Bool {
        guard let bridge = bridges[observer] else { return true }
        return moment.freshness(of: bridge.source) > .late
    }

    /// What metrics report of one member's side; `nil` while its bridge answers, which knows it better and sooner.
    func metrics(of observer: Address, at moment: Moment) -> MetricsRecord? {
        guard let record = metrics[observer], hasNoBridge(observer, at: moment) else { return nil }
        return record
    }

    /// How many others each member monitors, as the oldest version has it that a bridge reports.
    var monitoredByMembers: Int {
        bridges.values.lazy.map { HeartbeatRing.monitoredByMembers(stack: $0.stack) }.min()
            ?? HeartbeatRing.defaultMonitoredByMembers
    }

    /// Whether a line about a quarantined address can mean this incarnation: it does not if others of the address were quarantined.
    func mayMean(_ node: UniqueAddress, quarantinedBy observer: Address) -> Bool {
        guard let machine = records[observer]?[node.address]?.machine else { return true }
        let quarantined = machine.uids.filter { machine.status(of: $0)?.state == .quarantined }
        return quarantined.isEmpty || quarantined.contains(node.uid)
    }

    /// What was reported of an observer's associations, without those of another process at its address.
    func records(of observer: UniqueAddress) -> [Address: AssociationRecord] {
        let all = records[observer.address] ?? [:]
        return all.values.allSatisfy { $0.isOf(observer) } ? all : all.filter { $0.value.isOf(observer) }
    }

    /// Whether a moment lies before the start of the process that is a member at an address: what was said then is about an earlier one.
    func isBeforeStart(of address: Address, _ at: Timestamp) -> Bool {
        guard let run = runs[address], !run.isNext, let startedAt = run.startedAt else { return false }
        return at < startedAt
    }

    // MARK: - Records

    /// Feeds the machine of a pair, which is made if there is none.
    ///
    /// - Returns: Whether the input was accepted.
    @discardableResult
    mutating func apply(
        _ input: AssociationInput, _ observer: UniqueAddress, _ subject: Address,
        _ context: AssociationRecord.InputContext
    ) -> Bool {
        // Another process has associations of its own.
        var record =
            records[observer.address]?[subject].flatMap { $0.isOf(observer) ? $0 : nil }
            ?? AssociationRecord(
                observerUid: observer.uid, transport: context.transport ?? observer.address.transport,
                at: context.now)
        if let reason = record.apply(input, context) {
            if let source = context.source { rejected[source, default: RejectedInputs()].count(reason) }
            return false
        }
        records[observer.address, default: [:]][subject] = record
        return true
    }

    /// Changes the record of a pair in place, if there is one.
    mutating func changeRecord(_ observer: Address, _ subject: Address, _ change: (inout AssociationRecord) -> Void) {
        guard let row = records.index(forKey: observer),
            let place = records.values[row].index(forKey: subject)
        else { return }
        change(&records.values[row].values[place])
    }

    /// Whether a line that reports a quarantine by the peer is news.
    mutating func isNews(_ line: LifecycleEvent, observer: Address) -> Bool {
        guard line.kind == .quarantinedByPeer, let peer = line.peer else { return true }
        let last = lastQuarantineNotice[observer]?[peer]
        lastQuarantineNotice[observer, default: [:]][peer] = (line.uid, line.at)
        guard let last, last.uid == line.uid else { return true }
        return (line.at - last.at).magnitude > Self.repetition
    }

    mutating func setBridge(_ bridge: BridgeRecord) { bridges[bridge.node.address] = bridge }

    /// Changes the record of a bridge in place.
    mutating func changeBridge(_ observer: Address, _ change: (inout BridgeRecord) -> Void) {
        bridges.changeExisting(observer, "the bridge of a report was recorded before", change)
    }

    /// Records what a metrics server reports of this cluster's members, in place of what it reported before.
    mutating func setMetrics(_ next: [Address: MetricsRecord], from source: SourceID) {
        forgetMetrics(of: source)
        metrics.merge(next) { _, new in new }
    }

    mutating func forgetMetrics(of source: SourceID) { metrics = metrics.filter { $0.value.source != source } }

    mutating func forgetRejected(of source: SourceID) { rejected[source] = nil }

    // MARK: - Incarnations

    /// A process has started, as its log says.
    mutating func start(_ run: Run, of observer: Address) {
        runs[observer] = run
        guard !run.isNext else { return }
        guard let startedAt = run.startedAt else { return records[observer] = nil }
        // What its log said before is about the process before; what a bridge or a view has shown since is not.
        records[observer] = records[observer]?.filter { !$0.value.isOlder(than: startedAt) }
        for other in records.keys.sorted() where other != observer {
            changeRecord(other, observer) { $0.forgetLink(before: startedAt) }
        }
    }

    /// The run that a log announced is a member now.
    ///
    /// - Returns: Whether lines may wait for it.
    mutating func join(_ node: UniqueAddress) -> Bool {
        guard let run = runs[node.address], run.isNext else { return false }
        runs[node.address] = Run(uid: run.uid, isNext: false, startedAt: run.startedAt)
        return true
    }

    /// Lines are all that is known, and they say that another incarnation runs.
    mutating func setRun(of node: UniqueAddress) { runs[node.address] = Run(uid: node.knownUid, isNext: false) }

    /// An incarnation has replaced another at an address.
    mutating func replace(_ node: UniqueAddress, at now: Timestamp) {
        records[node.address] = nil
        if bridges[node.address]?.node != node { bridges[node.address] = nil }
        for observer in Array(records.keys) {
            let clock = clock(of: observer, at: now)
            changeRecord(observer, node.address) { $0.setIncarnation(node.uid, at: clock) }
        }
    }

    /// The uid of an incarnation has become known, which changes nothing of what it does.
    mutating func rename(_ node: UniqueAddress, to uid: Int64) {
        for subject in (records[node.address] ?? [:]).keys {
            changeRecord(node.address, subject) { if $0.observerUid == node.uid { $0.observerUid = uid } }
        }
        for observer in Array(records.keys) {
            changeRecord(observer, node.address) { record in
                guard let since = record.machine.since else { return }
                record.setIncarnation(uid, at: since)
                record.rename(node.uid, to: uid)
            }
        }
    }

    /// How long a peer that is no member is shown after it was last reported.
    static let strangerRetention = Duration.seconds(600)
    /// Maximum number of peers of one observer that are no members.
    static let maximumStrangers = 256

    /// Whether another peer of an observer may be recorded that is no member: lines could name any number.
    func hasRoom(for stranger: Address, of observer: Address) -> Bool {
        guard let known = records[observer], known[stranger] == nil else { return true }
        return known.values.count(where: \.isOfStranger) < Self.maximumStrangers
    }

    /// Peers that were no members when they were reported may be members now.
    mutating func recogniseStrangers(_ uid: (Address) -> Int64?) {
        for observer in records.keys.sorted() {
            for (peer, record) in records[observer] ?? [:] where record.isOfStranger {
                guard let uid = uid(peer), let since = record.machine.newest else { continue }
                changeRecord(observer, peer) { $0.recognise(uid, at: since) }
            }
        }
    }

    /// An observer that is no longer a member says nothing.
    mutating func keepOnly(_ current: Set<Address>) {
        Self.keep(current, in: &records)
        Self.keep(current, in: &bridges)
        Self.keep(current, in: &metrics)
        Self.keep(current, in: &lastQuarantineNotice)
        Self.keep(current, in: &runs)
    }

    private static func keep<Value>(_ current: Set<Address>, in book: inout [Address: Value]) {
        guard book.keys.contains(where: { !current.contains($0) }) else { return }
        book = book.filter { current.contains($0.key) }
    }

    // MARK: - Changes

    /// The changes of a pair since they were last announced.
    ///
    /// - Parameters:
    ///   - observer: The incarnation whose side it is.
    ///   - subject: The peer.
    ///   - isFirst: Whether the observer is heard for the first time: what works is a state then, and no change.
    /// - Returns: A change for each incarnation of the subject.
    mutating func takeChanges(
        _ observer: UniqueAddress, _ subject: Address, isFirst: Bool = false
    ) -> [AssociationChange] {
        var changes: [AssociationChange] = []
        changeRecord(observer.address, subject) { record in
            for uid in record.machine.uids.sorted() {
                guard let change = record.takeUnannounced(uid), let status = record.machine.status(of: uid) else {
                    continue
                }
                if isFirst, status.state == .active || status.state == .idle { continue }
                changes.append(
                    AssociationChange(
                        observer: observer.address, subject: subject, uid: uid, from: change.from, status: status,
                        origin: record.origin, source: record.source))
            }
        }
        return changes
    }
}
