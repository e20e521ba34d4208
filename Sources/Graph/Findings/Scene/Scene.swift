// SPDX-License-Identifier: Apache-2.0
package import Model

/// What findings are concluded from: the picture of one moment.
package struct FindingInput: Sendable {
    /// The moment.
    package var now: Timestamp
    /// The time in which each member is polled once.
    package var pollPeriod: Duration
    /// When the run began.
    package var startedAt: Timestamp
    /// Each cluster as it is now.
    package var clusters: [ClusterSnapshot]
    /// Each source as it is now.
    package var sources: [SourceSnapshot]
    /// How many members the user expects, by cluster; under the empty name for the only one.
    package var expected: [String: Int]
    /// The service graph that is shown.
    package var graph: ServiceGraph?
    /// What is known of Kubernetes.
    package var kubernetes: KubernetesSnapshot?
    /// What is known of Istio's configuration.
    package var istio: IstioSnapshot?

    /// Every property as given.
    package init(
        now: Timestamp, pollPeriod: Duration, startedAt: Timestamp, clusters: [ClusterSnapshot],
        sources: [SourceSnapshot], expected: [String: Int] = [:], graph: ServiceGraph? = nil
    ) {
        self.now = now
        self.pollPeriod = pollPeriod
        self.startedAt = startedAt
        self.clusters = clusters
        self.sources = sources
        self.expected = expected
        self.graph = graph
    }
}

/// One cluster at one moment, with what rules ask again and again worked out once.
package struct Scene: Sendable {
    /// The moment.
    package let now: Timestamp
    /// The time in which each member is polled once.
    package let pollPeriod: Duration
    /// The cluster.
    package let cluster: ClusterSnapshot
    /// The observations behind the facts.
    package let ledger: FactLedger
    /// The findings of the evaluations before.
    package let memory: FindingMemory
    /// The current members, sorted.
    package let present: [MemberSnapshot]
    /// The current member at each address.
    package let members: [Address: MemberSnapshot]
    /// What each member's endpoint says.
    package let voices: [Address: Voice]
    /// Who has each member as unreachable or terminated, sorted.
    package let lostBy: [Address: [Address]]
    /// Who has each member as terminated only.
    package let terminatedFor: [Address: [Address]]
    /// Rows that are neither in plain use nor unknown.
    package let trouble: [AssociationSnapshot]
    /// The members that voted, or whose logs speak.
    package let observers: [Address]
    /// Who monitors whom; made only when somebody is lost.
    private let ring: HeartbeatRing?
    private let refusals: [Address: [FindingEvidence]]
    /// The nodes that answer at an endpoint of their own and are in no cluster.
    let joiners: [Address: JoinerBook.Joiner]
    /// The losses between members that both live.
    private(set) var cuts = Cuts()
    /// When each member's endpoint last did not answer in time.
    let silences: [Address: Timestamp]
    /// The newest answers of bridges by member, and of metrics servers under no member.
    let answers: [SourceKind: [Address?: Sighting]]
    /// The episodes in which each member was lost.
    let episodes: EpisodeBook
    /// What resolvers will do; `nil` where nobody is unreachable.
    var forecast: DowningForecast?

    init(
        _ cluster: ClusterSnapshot, _ input: FindingInput, _ ledger: FactLedger, _ memory: FindingMemory,
        _ episodes: EpisodeBook
    ) {
        self.episodes = episodes
        (now, pollPeriod, self.cluster) = (input.now, input.pollPeriod, cluster)
        (self.ledger, self.memory) = (ledger, memory)
        present = cluster.members.filter { $0.removedAt == nil }
        members = Dictionary(present.map { ($0.node.address, $0) }) { $0.observedAt > $1.observedAt ? $0 : $1 }
        var voices: [Address: Voice] = [:]
        var silences: [Address: Timestamp] = [:]
        for source in input.sources where source.id.kind == .management {
            guard let member = source.member else { continue }
            voices[member] = Voice(source, ledger.sources[source.id])
            silences[member] = ledger.sources[source.id]?.lastSilent
        }
        self.voices = voices
        self.silences = silences
        answers = Self.answers(input, ledger)
        (lostBy, terminatedFor) = Self.losses(cluster, present)
        trouble = cluster.associations.filter {
            $0.isCurrent && ($0.status.state == .gated || $0.status.state == .quarantined) && $0.freshness != .lost
        }
        observers = cluster.views.filter { $0.isVoting || $0.origin == .log || $0.origin == .prometheus }.map(
            \.observer)
        refusals = Self.refusals(members, ledger, at: input.now)
        // A process that has left or was downed lists nobody either, for the moment until it ends.
        let waiting = ledger.joiners.all.filter { joiner in
            let trail = ledger.trails[joiner.address]
            return joiner.isNewProcess || trail?.downed == nil && trail?.left == nil && trail?.removed == nil
        }
        joiners = Dictionary(waiting.map { ($0.address, $0) }) { first, _ in first }
        ring =
            lostBy.isEmpty
            ? nil : HeartbeatRing(nodes: present.map(\.node), monitored: cluster.monitoredByMembers)
        if !lostBy.isEmpty { cuts = Cuts(self) }
    }

    private static func answers(_ input: FindingInput, _ ledger: FactLedger) -> [SourceKind: [Address?: Sighting]] {
        var answers: [SourceKind: [Address?: Sighting]] = [:]
        for source in input.sources where source.id.kind == .bridge || source.id.kind == .prometheus {
            guard let answered = ledger.sources[source.id]?.answered else { continue }
            answers[source.id.kind, default: [:]][source.id.kind == .bridge ? source.member : nil] = answered
        }
        return answers
    }

    private static func losses(
        _ cluster: ClusterSnapshot, _ present: [MemberSnapshot]
    ) -> (lost: [Address: [Address]], terminated: [Address: [Address]]) {
        var lost: [Address: Set<Address>] = [:]
        var terminated: [Address: Set<Address>] = [:]
        for member in present where !member.unreachableBy.isEmpty {
            lost[member.node.address] = Set(member.unreachableBy)
        }
        for view in cluster.views {
            for subject in view.unreachable where subject.status == .terminated {
                lost[subject.subject, default: []].insert(view.observer)
                terminated[subject.subject, default: []].insert(view.observer)
            }
        }
        return (lost.mapValues { $0.sorted() }, terminated.mapValues { $0.sorted() })
    }
}

// MARK: - Questions

extension Scene {
    /// The system's name, by which findings of this cluster are filed.
    package var id: String { cluster.id }

    /// What a member's endpoint says.
    package func voice(_ address: Address) -> Voice { voices[address] ?? .notAsked }

    /// Whether the observer has the subject as unreachable or terminated.
    package func loses(_ observer: Address, _ subject: Address) -> Bool {
        lostBy[subject]?.contains(observer) ?? false
    }

    /// When anybody first lost the member, of those that still have it as lost.
    package func lostSince(_ subject: Address) -> Sighting? {
        (lostBy[subject] ?? []).compactMap { ledger.losses.sighting($0, subject) }.min { $0.at < $1.at }
    }

    /// The losses of a member as evidence, the earliest first.
    package func evidenceOfLoss(_ subject: Address, maximum: Int = 4) -> [FindingEvidence] {
        (lostBy[subject] ?? []).compactMap { ledger.losses.sighting($0, subject) }
            .sorted { ($0.at, $0.observation) < ($1.at, $1.observation) }.prefix(maximum).map { $0.evidence() }
    }

    /// Whether the member is on its way out, or is not told of as more than a newcomer.
    package func isDeparting(_ member: MemberSnapshot) -> Bool {
        switch member.status {
        case .leaving, .exiting, .down, .removed, .preparingForShutdown, .readyForShutdown: return true
        case .joining, .weaklyUp, .up, .unknown: break
        }
        let trail = ledger.trails[member.node.address]
        guard trail?.uid == nil || trail?.uid == member.node.uid || member.node.knownUid == nil else { return false }
        return trail?.left != nil || trail?.downed != nil
    }

    /// The words of nodes whose logs or bridges say that the member's port refuses connections, by node.
    package func refusing(_ subject: Address) -> [FindingEvidence] { refusals[subject] ?? [] }

    /// By the member that is refused.
    private static func refusals(
        _ members: [Address: MemberSnapshot], _ ledger: FactLedger, at now: Timestamp
    ) -> [Address: [FindingEvidence]] {
        var found: [Address: [Address: FindingEvidence]] = [:]
        for (observer, subject, link) in ledger.links.all where link.association.state == .gated {
            if members[observer] != nil { found[subject, default: [:]][observer] = link.seen.evidence() }
        }
        for fact in ledger.lines.all(.refused) {
            guard let observer = fact.observer, let subject = fact.peer, observer != subject, members[observer] != nil,
                now - fact.last.at < freshLine
            else { continue }
            let isRecent = fact.first.at >= fact.last.at - freshLine
            found[subject, default: [:]][observer] = (isRecent ? fact.first : fact.last).evidence()
        }
        return found.mapValues { $0.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// The nodes whose connections to the member broke off a moment before or after it was lost: its process ended, or the way was cut.
    package func broken(_ subject: Address, around moment: Timestamp) -> [FindingEvidence] {
        members.keys.sorted().compactMap { observer in
            guard let fact = ledger.lines.fact(.reset, observer, subject),
                fact.last.at > moment - .seconds(15), fact.first.at < moment + .seconds(10)
            else { return nil }
            return fact.first.evidence()
        }
    }

    /// How long a line about a link stands for what is so.
    package static let freshLine = Duration.seconds(30)

    /// Whether the member has given a sign of life after a moment.
    package func isAlive(_ address: Address, after moment: Timestamp) -> Bool {
        if case .answers(let sighting) = voice(address), sighting.at > moment { return true }
        if let heard = ledger.lines.lastHeard(address), heard.at > moment + .milliseconds(300), !voice(address).isGone {
            return true
        }
        // Who has lost others at about the same time was not stopped then.
        guard case .notAsked = voice(address), ownDelay(address) == nil else { return false }
        return lostBy.contains { subject, observers in
            observers.contains(address)
                && (ledger.losses.sighting(address, subject).map { $0.at > moment - .seconds(3) } ?? false)
        }
    }

    /// Whether the process has said that it was late itself, by seconds, a moment ago.
    package func ownDelay(_ address: Address, within window: Duration = .seconds(20)) -> LineFact? {
        guard let fact = ledger.lines.fact(.heartbeatDelayed, address, nil),
            now - fact.last.at < window, case .heartbeatDelayed(let actual, _) = fact.line.kind,
            actual >= .milliseconds(2500)
        else { return nil }
        return fact
    }

    /// The members that are expected to monitor the member, as far as they live and look at others.
    package func monitors(of subject: Address) -> [Address] {
        guard let node = members[subject]?.node, let ring else { return [] }
        return ring.senders(to: node).map(\.address).filter { $0 != subject }.sorted()
    }

    /// Whether a quarantine between the two is known: they lose each other because of it.
    package func isQuarantined(_ one: Address, _ other: Address) -> Bool {
        for (observer, subject) in [(one, other), (other, one)] {
            if let link = ledger.links.link(observer, subject), link.association.state == .quarantined { return true }
            if terminatedFor[subject]?.contains(observer) == true { return true }
            for topic in [LineTopic.quarantined, .quarantinedAfterRemoval] {
                if let fact = ledger.lines.fact(topic, observer, subject), now - fact.last.at < .seconds(120) {
                    return true
                }
            }
            if let fact = ledger.lines.fact(.quarantinedByPeer, subject, observer), now - fact.last.at < .seconds(120) {
                return true
            }
        }
        return false
    }

    /// The members that are Up.
    package var up: [MemberSnapshot] { present.filter { $0.status == .up } }
}
