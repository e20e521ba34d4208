// SPDX-License-Identifier: Apache-2.0
import Findings
import Fold
import Model
import Views

/// What findings cost at each tick while a tenth of the members is dead, and how long the brief form of that is.
struct FindingsBenchmark {
    private static let start = Timestamp(milliseconds: 1_700_000_000_000)
    /// How many observers lose each dead member.
    private static let monitors = 5
    /// A token of a language model is about so many characters.
    private static let charactersPerToken = 4

    private let nodes: [UniqueAddress]
    private let roles = Roles(["web", "dc-default"])
    private let dead: Range<Int>

    init(members: Int) throws {
        nodes = try (0..<members).map { index in
            let address = try Address(parsing: "akka://Shop@10.0.\(index / 250).\(index % 250):25520")
            return UniqueAddress(address, uid: Int64(truncatingIfNeeded: index &* 0x1E37_79B9_7F4A_7C15))
        }
        dead = members - members / 10..<members
    }

    /// - Parameter limit: The median must not be above.
    /// - Returns: Whether it holds.
    func run(limit: Duration) -> Bool {
        var mesh = Mesh()
        var engine = FindingsEngine()
        var number = 0
        func apply(_ at: Timestamp, _ source: SourceID?, _ payload: Observation.Payload, by observer: Address? = nil) {
            let observation = Observation(at: at, source: source, payload)
            number += 1
            _ = mesh.apply(observation)
            if source != nil { engine.record(observation, number: number, observer: observer, at: at) }
        }
        apply(Self.start, nil, .started(SessionOptions()))
        for place in nodes.indices {
            apply(Self.start, source(place), .sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)))
        }
        for second in 0..<8 {
            let now = Self.start + .seconds(2 * Int64(second))
            for place in nodes.indices {
                let isDead = second > 2 && dead.contains(place)
                let payload: Observation.Payload =
                    isDead
                    ? .failed(SourceFailure(.refused, "connection refused"), retryAt: now)
                    : .membership(view(place, isSick: second > 4), Reply(latency: .milliseconds(3)))
                apply(now, source(place), payload, by: nodes[place].address)
            }
            apply(now, nil, .tick)
            _ = engine.evaluate(input(mesh, at: now))
        }
        return measure(engine, mesh, limit)
    }

    private func measure(_ engine: FindingsEngine, _ mesh: Mesh, _ limit: Duration) -> Bool {
        let input = input(mesh, at: Self.start + .seconds(16))
        let clock = ContinuousClock()
        var times: [Duration] = []
        for _ in 0..<30 {
            var copy = engine
            let begin = clock.now
            let changes = copy.evaluate(input)
            times.append(clock.now - begin)
            withExtendedLifetime(changes) {}
        }
        times.sort()
        let (best, median) = (times[0], times[times.count / 2])
        let open = engine.findings.count(where: \.isOpen)
        let tokens = FindingReport.brief(mesh.snapshot()).count / Self.charactersPerToken
        print(
            "findings of \(nodes.count) members, \(dead.count) of them dead: best \(best), median \(median), limit \(limit); \(open) open; brief form \(tokens) tokens"
        )
        return median <= limit
    }

    private func input(_ mesh: Mesh, at now: Timestamp) -> FindingInput {
        let snapshot = mesh.snapshot()
        return FindingInput(
            now: now, pollPeriod: .seconds(2), startedAt: Self.start, clusters: snapshot.clusters,
            sources: snapshot.sources)
    }

    private func source(_ place: Int) -> SourceID {
        SourceID(.management, "http://10.0.\(place / 250).\(place % 250):8558")
    }

    private func view(_ place: Int, isSick: Bool) -> MembershipView {
        let members = nodes.map { Member(node: $0, status: .up, roles: roles) }
        let unreachable = isSick ? dead.map(record) : []
        return MembershipView(
            observer: nodes[place].address, members: MemberList(members), unreachable: unreachable,
            leader: nodes[0].address, oldest: nodes[0].address)
    }

    private func record(_ place: Int) -> UnreachableRecord {
        let observers = (1...Self.monitors).map { nodes[(place + $0 * 7) % dead.lowerBound].address }.sorted()
        return UnreachableRecord(subject: nodes[place].address, observers: observers)
    }
}
