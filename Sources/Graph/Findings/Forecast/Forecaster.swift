// SPDX-License-Identifier: Apache-2.0
import Model

/// Says what resolvers will do: from what each side knows, by the strategy that was reported, or by each of them.
struct Forecaster {
    /// Akka's default for `stable-after`.
    static let usualStability = Duration.seconds(20)
    /// The resolver looks at its deadline once a second.
    private static let tick = Duration.seconds(1)
    /// `acquire-lease-delay-for-minority`.
    private static let leaseDelay = Duration.seconds(2)
    /// How long what was decided is ahead, until those that are downed are seen as Down.
    private static let decided = Duration.seconds(20)

    let scene: Scene
    private let sides: [DowningSide]

    init(_ scene: Scene) {
        self.scene = scene
        sides = Self.sides(scene)
    }

    /// - Parameter clock: When reachability began to change, and when it last did.
    /// - Returns: `nil` where nobody is unreachable, or nothing is left to decide.
    func forecast(_ clock: StabilityBook.Clock?) -> DowningForecast? {
        if let reported { return reported }
        guard let clock, !sides.isEmpty else { return nil }
        let downing = scene.cluster.downing
        if let name = downing?.strategy, let strategy = DowningStrategy(name) {
            // The size of a quorum is in no line: then each case is an option.
            guard strategy == .staticQuorum(nil) else {
                return made(strategy, .computed, clock)
                    ?? DowningForecast(
                        certainty: .assumed, decision: "unknown", down: [], survive: [], at: moment(clock), by: leader)
            }
            return quorums(clock)
        }
        var assumed = made(assumption, .assumed, clock)
        assumed?.strategies = options
        return assumed
    }

    // MARK: - Decisions

    /// What resolvers said that they decided, as long as it is not done.
    private var reported: DowningForecast? {
        let facts = scene.ledger.lines.all(.decided).filter { fact in
            scene.now - fact.last.at < Self.decided && (fact.observer.map { scene.members[$0] != nil } ?? false)
        }
        guard let first = facts.min(by: { ($0.last.at, $0.last.observation) < ($1.last.at, $1.last.observation) }),
            case .downing(.decided(let decision, _)) = first.line.kind
        else { return nil }
        let down = Set(facts.flatMap { LineText.downed(in: $0.line) }).sorted()
        let isAhead = down.contains { address in
            scene.members[address].map { $0.status != .down && $0.status != .exiting } ?? false
        }
        guard isAhead else { return nil }
        return DowningForecast(
            certainty: .reported, decision: decision, down: down, survive: survivors(but: Set(down)), at: first.last.at,
            by: first.observer)
    }

    private func made(
        _ strategy: DowningStrategy, _ certainty: DowningForecast.Certainty, _ clock: StabilityBook.Clock
    ) -> DowningForecast? {
        guard var verdict = verdict(strategy) else { return nil }
        var at = strategy == .none ? nil : moment(clock)
        // Whoever is unstable for too long ends, whatever the strategy.
        let limit = limit(clock)
        if strategy != .none, strategy != .autoDown, let limit, let planned = at, planned > limit {
            verdict = (DowningStrategy.Verdict(decision: "DownAll", down: downable), verdict.side)
            at = limit
        }
        let down = verdict.verdict.down.sorted()
        return DowningForecast(
            certainty: certainty, decision: verdict.verdict.decision, down: down,
            survive: survivors(but: verdict.verdict.down), at: at, by: strategy == .none ? nil : verdict.side.leader)
    }

    /// What all sides together decide; the decision's name is that of a side that lives on, else of the largest.
    private func verdict(_ strategy: DowningStrategy) -> (verdict: DowningStrategy.Verdict, side: DowningSide)? {
        var down: Set<Address> = []
        var all: [(verdict: DowningStrategy.Verdict, side: DowningSide)] = []
        let leaseholder = sides.firstIndex(where: DowningStrategy.isFirstForLease) ?? 0
        for (place, side) in sides.enumerated() {
            guard let own = strategy.verdict(side, hasLease: place == leaseholder) else { return nil }
            down.formUnion(own.down)
            all.append((own, side))
        }
        if all.contains(where: { $0.verdict.decision == "DownIndirectlyConnected" }), hasThreshold,
            down.count * 2 >= downable.count
        {
            down = downable
        }
        let kept = all.filter { item in item.side.speakers.contains { !down.contains($0) } }
        guard
            var first = (kept.isEmpty ? all : kept).max(by: { left, right in
                (left.side.speakers.count, right.side.leader?.text ?? "") < (
                    right.side.speakers.count, left.side.leader?.text ?? ""
                )
            })
        else { return nil }
        first.verdict.down = down
        return first
    }

    /// What each strategy would do.
    private var options: [DowningForecast.Option] {
        let all: [DowningStrategy] = [.downAll, .keepMajority, .keepOldest, .leaseMajority, .none]
        return (isOld ? [.autoDown, .none] : all).compactMap { strategy in
            verdict(strategy).map { DowningForecast.Option(strategy.name, down: $0.verdict.down.sorted()) }
        }
    }

    /// With a quorum of unknown size: what is downed if there is one, and if there is none.
    private func quorums(_ clock: StabilityBook.Clock) -> DowningForecast? {
        let (few, many) = (DowningStrategy.staticQuorum(most), DowningStrategy.staticQuorum(most + 1))
        guard let reached = verdict(few), let missed = verdict(many) else { return nil }
        return DowningForecast(
            certainty: .assumed, decision: "unknown", down: [], survive: [], at: moment(clock), by: leader,
            strategies: [
                DowningForecast.Option("static-quorum of at most \(most)", down: reached.verdict.down.sorted()),
                DowningForecast.Option("static-quorum of more than \(most)", down: missed.verdict.down.sorted()),
            ])
    }

    /// How many members the largest side reaches.
    private var most: Int {
        sides.map { side in side.members().count { !side.unreachable.contains($0) } }.max() ?? 0
    }

    /// What stands in where no strategy is known.
    private var assumption: DowningStrategy { isOld ? .none : .keepMajority }

    /// Akka before 2.6 has no resolver that is free.
    private var isOld: Bool {
        guard scene.cluster.stack == .akka, let version = scene.cluster.version else { return false }
        return version.hasPrefix("2.5.") || version.hasPrefix("2.4.")
    }

    /// Akka downs all, from 2.10.16 on, when as many as half would be downed as indirectly connected.
    private var hasThreshold: Bool {
        guard scene.cluster.stack == .akka, let version = scene.cluster.version else { return false }
        let parts = version.split(separator: ".").prefix(3).map { part in Int(part.prefix { $0.isNumber }) ?? 0 }
        return parts.count == 3 && !parts.lexicographicallyPrecedes([2, 10, 16])
    }

    // MARK: - Times

    private func moment(_ clock: StabilityBook.Clock) -> Timestamp? {
        if let reported = scene.cluster.downing?.decisionNotBefore { return reported }
        let isLease = DowningStrategy(scene.cluster.downing?.strategy ?? "") == .leaseMajority
        let isMinority = !sides.contains(where: DowningStrategy.isFirstForLease)
        return clock.latest + (scene.cluster.downing?.stableAfter ?? Self.usualStability)
            + (isLease && isMinority ? Self.leaseDelay : .zero)
    }

    /// When everything is downed because reachability goes on changing.
    private func limit(_ clock: StabilityBook.Clock) -> Timestamp? {
        let stable = scene.cluster.downing?.stableAfter ?? Self.usualStability
        let more = scene.cluster.downing?.unstableAfter ?? max(stable * 3 / 4, .seconds(4))
        return more == .zero ? nil : clock.first + stable + more + Self.tick
    }

    // MARK: - Sides

    private var leader: Address? { sides.max { $0.speakers.count < $1.speakers.count }?.leader }

    private var downable: Set<Address> { sides.reduce(into: []) { $0.formUnion($1.downable) } }

    /// Those that some side reaches, and nobody downs.
    private func survivors(but down: Set<Address>) -> [Address] {
        let reached = Set(sides.flatMap { side in side.downable.subtracting(side.unreachable).union(side.speakers) })
        return reached.subtracting(down).filter { scene.members[$0] != nil }.sorted()
    }

    /// What several members say alike.
    private struct Voice {
        var speakers: [Address]
        /// Whom they have lost, by address.
        var lost: Set<Address>
        var records: Set<DowningSide.Record>
    }

    /// The sides of a break: members whose views do not have each other as unreachable, directly or through others.
    private static func sides(_ scene: Scene) -> [DowningSide] {
        guard !scene.lostBy.isEmpty else { return [] }
        let voices = scene.cluster.isFromLines ? voicesOfLines(scene) : voicesOfViews(scene)
        // Members that live and cannot reach each other are on different sides, whatever each of them has found out yet.
        let groups = scene.cuts.groups.count > 1 ? scene.cuts.groups.map(Set.init) : []
        let speakers = Set(voices.flatMap(\.speakers))
        let spoken = groups.isEmpty ? apart(voices) : groups.map { $0.intersection(speakers) }
        let rows = scene.present.map { DowningSide.Row(address: $0.node.address, status: $0.status) }
        let oldest = scene.present.first { $0.isOldest == true }?.node.address
        let leaders = Dictionary(scene.cluster.views.map { ($0.observer, $0.leader) }) { first, _ in first }
        return spoken.compactMap { own in
            var records = voices.filter { $0.speakers.contains(where: own.contains) }.reduce(
                into: Set<DowningSide.Record>()
            ) {
                $0.formUnion(
                    $1.records.filter { groups.isEmpty || !own.contains($0.subject) || own.contains($0.observer) })
            }
            guard let first = own.min(), !records.isEmpty || spoken.count > 1 else { return nil }
            // By the time of the decision each side has lost all of the other.
            for other in spoken where other != own {
                records.formUnion(other.map { DowningSide.Record(observer: first, subject: $0) })
            }
            let claims = Set(own.compactMap { leaders[$0] ?? nil })
            return DowningSide(
                rows: rows, speakers: own, records: records, oldest: oldest,
                leader: claims.count == 1 ? claims.first { own.contains($0) } : nil)
        }
    }

    /// The speakers that do not have each other as lost, directly or through others.
    private static func apart(_ voices: [Voice]) -> [Set<Address>] {
        var sets = DisjointSets(voices.flatMap(\.speakers).uniqued)
        for (place, one) in voices.enumerated() {
            guard let first = one.speakers.first else { continue }
            for other in one.speakers.dropFirst() { sets.join(first, other) }
            for other in voices[(place + 1)...] {
                let isCut = other.speakers.allSatisfy(one.lost.contains) && one.speakers.allSatisfy(other.lost.contains)
                if !isCut, let second = other.speakers.first { sets.join(first, second) }
            }
        }
        return sets.groups.map(Set.init)
    }

    /// What voting views know: the records of their gossip. Those that have lost the same members know the same.
    private static func voicesOfViews(_ scene: Scene) -> [Voice] {
        var places: [[Address]: Int] = [:]
        var voices: [Voice] = []
        for view in scene.cluster.views where view.isVoting && scene.members[view.observer] != nil {
            let subjects = view.unreachable.map(\.subject)
            if let place = places[subjects] {
                voices[place].speakers.append(view.observer)
                continue
            }
            places[subjects] = voices.count
            let records = view.unreachable.flatMap { subject in
                (subject.observers.isEmpty ? [view.observer] : subject.observers).map {
                    DowningSide.Record(observer: $0, subject: subject.subject)
                }
            }.filter { scene.members[$0.subject] != nil && scene.members[$0.observer] != nil }
            voices.append(Voice(speakers: [view.observer], lost: Set(subjects), records: Set(records)))
        }
        return voices
    }

    /// What each log says of its own member's detectors; whoever is lost and gives no sign of life does not speak.
    private static func voicesOfLines(_ scene: Scene) -> [Voice] {
        scene.cluster.views.compactMap { view in
            let own = view.observer
            guard scene.members[own] != nil else { return nil }
            if let since = scene.lostSince(own), !scene.isAlive(own, after: since.at) { return nil }
            let lost = scene.lostBy.keys.filter { scene.members[$0] != nil && scene.loses(own, $0) }
            let records = lost.map { DowningSide.Record(observer: own, subject: $0) }
            return Voice(speakers: [own], lost: Set(lost), records: Set(records))
        }
    }
}
