// SPDX-License-Identifier: Apache-2.0
package import Model

/// Makes findings of facts: pure, so that the same observations give the same findings.
///
/// Facts go in by `record`, time by `evaluate`. What rules conclude at one moment are candidates; findings are what remains of them over time,
/// linked to what explains them, and gathered into incidents.
package struct FindingsEngine: Sendable {
    /// Maximum number of open findings; what is beyond is counted.
    package static let maximumOpen = 64
    /// How long after its end a finding that comes back is the same one.
    static let sameAgain = Duration.seconds(60)
    /// How long what a finding lost is waited for, until it is said to be missing.
    static let awaited = Duration.seconds(75)

    /// The facts, with the numbers of their observations.
    package private(set) var ledger = FactLedger()
    private var records: [FindingRecord] = []
    private var places: [Candidate.Key: Int] = [:]
    private var pending: [Candidate.Key: Timestamp] = [:]
    private var memory = FindingMemory()
    private var episodes = EpisodeBook()
    private var book = IncidentBook()
    private var stability = StabilityBook()
    private var forecasts: [String: DowningForecast] = [:]
    private var nextNumber = 1
    /// How many findings could not be kept.
    package private(set) var omitted = 0

    /// Nothing is known.
    package init() {}

    // MARK: - Facts

    /// Records one observation.
    ///
    /// - Parameters:
    ///   - observation: The observation.
    ///   - number: Its number, from 1.
    ///   - observer: The node that a line or a stream is of, if that is known.
    ///   - now: The time of the fold.
    package mutating func record(_ observation: Observation, number: Int, observer: Address?, at now: Timestamp) {
        ledger.record(observation, number: number, observer: observer, at: now)
    }

    /// Somebody has taken note of an incident, named by its id; without one of all that are over.
    package mutating func acknowledge(_ id: String?, at now: Timestamp) { book.acknowledge(id, at: now) }

    // MARK: - Pictures

    /// The findings that are open, and those of incidents that are remembered; the root of the worst first.
    package var findings: [Finding] { book.sorted(records.filter { !$0.incident.isEmpty }.map(\.finding)) }

    /// The incidents, those that are open first, the worst first.
    package var incidents: [Incident] { book.incidents(records.map(\.finding)) }

    /// How many members a cluster should have.
    package func expected(_ cluster: String) -> ExpectedMembers? { memory.expectations.expected(cluster) }

    /// What resolvers of a cluster will do; `nil` where nobody is unreachable.
    package func forecast(_ cluster: String) -> DowningForecast? { forecasts[cluster] }

    // MARK: - Evaluation

    /// Concludes what follows from the picture of a moment.
    ///
    /// - Parameter input: The picture.
    /// - Returns: What opened, changed and closed, in the order of findings.
    package mutating func evaluate(_ input: FindingInput) -> [FindingChange] {
        let before = Dictionary(uniqueKeysWithValues: records.map { ($0.id, Shown($0)) })
        memory.expectations.update(input, ledger.trails)
        for cluster in input.clusters { episodes.update(cluster, at: input.now) }
        let scenes = scenes(input)
        let candidates = ripe(self.candidates(input, scenes), at: input.now)
        hold(candidates, at: input.now)
        CauseLinks.link(&records)
        miss(Set(candidates.map(\.key)), at: input.now)
        book.update(&records, memory.expectations, at: input.now)
        records.removeAll { !$0.isOpen && $0.incident.isEmpty }
        places = Dictionary(uniqueKeysWithValues: records.enumerated().map { ($1.candidate.key, $0) })
        remember(at: input.now)
        return changes(since: before, at: input.now)
    }

    private mutating func scenes(_ input: FindingInput) -> [Scene] {
        forecasts = [:]
        return input.clusters.map { cluster in
            var scene = Scene(cluster, input, ledger, memory, episodes)
            stability.update(scene)
            scene.forecast = Forecaster(scene).forecast(stability[cluster.id])
            forecasts[cluster.id] = scene.forecast
            return scene
        }
    }

    private func candidates(_ input: FindingInput, _ scenes: [Scene]) -> [Candidate] {
        let mesh = MeshScene(
            input: input, ledger: ledger, memory: memory, clusters: scenes,
            joiners: Joiner.all(input, ledger, scenes))
        var all: [Candidate] = []
        for scene in scenes where !scene.cluster.members.isEmpty {
            for rule in Rules.ofClusters { all += rule.candidates(in: scene) }
        }
        for rule in Rules.ofTheMesh { all += rule.candidates(in: mesh) }
        var seen: Set<Candidate.Key> = []
        return all.filter { candidate in
            !candidate.evidence.isEmpty && !isOfDeparted(candidate, scenes) && seen.insert(candidate.key).inserted
        }.sorted { $0.key < $1.key }
    }

    /// Whether it is about the endpoint of a node that has left or was removed, which need not answer any more.
    private func isOfDeparted(_ candidate: Candidate, _ scenes: [Scene]) -> Bool {
        guard candidate.key.rule == .sourceFailing, candidate.subjects.count == 1, let text = candidate.subjects.first,
            let address = try? Address(parsing: text), let trail = ledger.trails[address]
        else { return false }
        let isGone = trail.left != nil || trail.downed != nil || trail.removed != nil
        return isGone && scenes.allSatisfy { $0.members[address] == nil }
    }

    /// Those that have held for long enough.
    private mutating func ripe(_ candidates: [Candidate], at now: Timestamp) -> [Candidate] {
        var next: [Candidate.Key: Timestamp] = [:]
        var ripe: [Candidate] = []
        for candidate in candidates {
            let key = candidate.key
            let isOpen = places[key].map { records[$0].isOpen } ?? false
            let first = min(pending[key] ?? now, candidate.since)
            next[key] = pending[key] ?? now
            if isOpen || now - first >= candidate.delay { ripe.append(candidate) }
        }
        pending = next
        return ripe
    }

    private mutating func hold(_ candidates: [Candidate], at now: Timestamp) {
        var open = records.count(where: \.isOpen)
        for candidate in candidates {
            if let place = places[candidate.key] {
                if !records[place].isOpen { open += 1 }
                records[place].hold(candidate, at: now)
                continue
            }
            guard open < Self.maximumOpen else {
                omitted += 1
                continue
            }
            open += 1
            places[candidate.key] = records.count
            records.append(FindingRecord(id: "f\(nextNumber)", candidate, at: now))
            nextNumber += 1
        }
    }

    private mutating func miss(_ held: Set<Candidate.Key>, at now: Timestamp) {
        let needed = Set(
            records.filter { $0.isOpen && $0.explainedBy != nil && held.contains($0.candidate.key) }.compactMap(
                \.explainedBy))
        for place in records.indices where !held.contains(records[place].candidate.key) {
            let record = records[place]
            let key = record.candidate.key
            let isAwaited =
                record.candidate.severity > .info && key.rule != .membersMissing && key.rule < .serviceFailing
                && record.explainedBy == nil
                && memory.expectations.isAwaited(
                    record.candidate.subjects, in: key.cluster, within: Self.awaited, at: now)
            // What it took away is still away: it has not recovered, it has done its work.
            if isAwaited, record.holds { continue }
            records[place].miss(
                patience: record.candidate.patience, isNeeded: needed.contains(record.id) || isAwaited, at: now)
        }
    }

    private mutating func remember(at now: Timestamp) {
        var memories: [Candidate.Key: FindingMemory.Memory] = [:]
        for record in records where record.isOpen || now - record.lastHeld < .seconds(120) {
            memories[record.candidate.key] = FindingMemory.Memory(
                since: record.since, lastHeld: record.lastHeld, isOpen: record.isOpen,
                isConfirmed: record.stage == .confirmed, subjects: record.candidate.subjects,
                evidence: record.candidate.evidence,
                lost: record.candidate.impacts.first { $0.kind == .members }?.subjects ?? [])
        }
        memory.memories = memories
    }

    // MARK: - Changes

    /// What a change is announced of; numbers in titles that grow are none.
    private struct Shown: Equatable {
        var isOpen: Bool
        var severity: Finding.Severity
        var stage: Finding.Confidence
        var subjects: [String]
        var explainedBy: String?
        var count: Int

        init(_ record: FindingRecord) {
            let finding = record.finding
            (isOpen, severity, stage) = (record.isOpen, finding.severity, finding.confidence)
            (subjects, explainedBy, count) = (finding.subjects, finding.explainedBy, finding.count)
        }
    }

    private func changes(since before: [String: Shown], at now: Timestamp) -> [FindingChange] {
        records.compactMap { record in
            let next = Shown(record)
            guard let old = before[record.id] else {
                return FindingChange(at: now, kind: .opened, finding: record.finding)
            }
            guard old != next else { return nil }
            if old.isOpen, !next.isOpen { return FindingChange(at: now, kind: .closed, finding: record.finding) }
            if !old.isOpen, next.isOpen { return FindingChange(at: now, kind: .opened, finding: record.finding) }
            return FindingChange(at: now, kind: .changed, finding: record.finding)
        }
    }
}

extension FindingsEngine {
    /// The rules that say something of the whole which no member's health says.
    private static let ofTheWhole: Set<FindingRule> = [
        .membersMissing, .twoClusters, .downedEverything, .joiningStuck, .bootstrapBlocked, .quarantineStorm,
    ]

    /// What open findings make of the health of the whole; `nil` where they say nothing that members do not.
    package var health: Health? {
        let open = findings.filter {
            $0.isOpen && ($0.confidence == .confirmed || $0.rule == .joiningStuck || $0.rule == .bootstrapBlocked)
                && $0.severity > .info && Self.ofTheWhole.contains($0.rule)
        }
        guard let worst = open.map(\.severity).max() else { return nil }
        return Health(level: worst.level, reasons: open.filter { $0.severity == worst }.map(\.title))
    }
}

extension FindingsEngine {
    /// What findings of the configuration say, the worst first: where nothing runs, health is theirs.
    package var ofConfiguration: [(level: Health.Level, text: String)] {
        let open = findings.filter { $0.isOpen && $0.severity > .info && $0.rule.isOfConfiguration }
        return open.sorted { $0.severity > $1.severity }.map { ($0.severity.level, $0.title) }
    }
}

extension FindingRule {
    /// Whether it is about what the mesh and Kubernetes are told to do, and not about what they do.
    fileprivate var isOfConfiguration: Bool {
        switch self {
        case .sidecarBypass, .strictBlocksRemoting, .istioConfiguration, .rollingUpdateTooWide: true
        default: false
        }
    }
}
