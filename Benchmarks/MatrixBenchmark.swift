// SPDX-License-Identifier: Apache-2.0
import Model
import Views

/// From a key to the cells that the terminal is sent, on the matrix of a large mesh in trouble.
struct MatrixBenchmark {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)
    /// Arrows, pages, all modes and groupings, the next trouble, and a pair opened and left.
    private static let keys: [Key] =
        "jjllnjlw>napr<gnkhoggog".unicodeScalars.map { .character($0) } + [.enter, .escape]
    private let nodes: [UniqueAddress]

    init(members: Int) throws {
        nodes = try (0..<members).map { index in
            let address = try Address(parsing: "akka://Shop@10.0.\(index / 250).\(index % 250 + 1):25520")
            return UniqueAddress(address, uid: Int64(truncatingIfNeeded: index &* 0x1E37_79B9_7F4A_7C15))
        }.sorted()
    }

    func run(columns: Int, rows: Int, keys count: Int = 2_000) {
        let snapshot = MeshSnapshot(
            at: Self.now, options: SessionOptions(), health: Health(level: .failure), sources: [],
            clusters: [cluster()], dropped: DroppedCounts())
        let introduction = Introduction(targets: [], areDefaults: false)
        var app = AppState(
            size: Size(columns: columns, rows: rows), glyphs: .unicode, now: Self.now, zone: .zero,
            introduction: introduction)
        let clock = ContinuousClock()
        let started = clock.now
        _ = app.handle(.data(snapshot, newEvents: 0))
        let taken = clock.now - started
        _ = app.handle(.key(.character("4")))
        var frame = app.frame()
        var times: [Duration] = []
        for number in 0..<count {
            let start = clock.now
            _ = app.handle(.key(Self.keys[number % Self.keys.count]))
            let next = app.frame()
            let changes = next.diff(from: frame)
            times.append(clock.now - start)
            withExtendedLifetime(changes) {}
            frame = next
        }
        times.sort()
        let (median, late) = (times[count / 2], times[count * 99 / 100])
        print(
            "matrix of \(nodes.count) members, \(columns)x\(rows): snapshot taken in \(Self.text(taken)), "
                + "key to frame median \(Self.text(median)), p99 \(Self.text(late)), max \(Self.text(times[count - 1]))"
        )
    }

    private static func text(_ time: Duration) -> String {
        let microseconds = time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
        return "\(microseconds / 1000).\(microseconds % 1000 / 100) ms"
    }

    /// Every pair has a row; every 97th is gated, every 1001st quarantined.
    private func cluster() -> ClusterSnapshot {
        let members = nodes.map { node in
            MemberSnapshot(
                node: node, status: .up, since: Self.now, roles: Roles(["web", "dc-default"]), isLeader: false,
                isOldest: false, ready: .passed, alive: .passed, unreachableBy: [], unreachableSince: nil,
                removedAt: nil, health: Health(level: .healthy), observedAt: Self.now, freshness: .fresh, source: nil)
        }
        let list = MemberList(sorted: nodes.map { Member(node: $0, status: .up, roles: Roles(["web", "dc-default"])) })
        let views = nodes.map { node in
            ViewSnapshot(
                observer: node.address, observerUid: node.uid, members: list, leader: nodes[0].address,
                computedLeader: nodes[0].address, oldest: nil, unreachable: [], isVoting: true, observedAt: Self.now,
                freshness: .fresh)
        }
        var rows: [AssociationSnapshot] = []
        for observer in nodes {
            for subject in nodes where subject != observer {
                let state: AssociationState =
                    rows.count % 1001 == 1000 ? .quarantined : rows.count % 97 == 96 ? .gated : .active
                rows.append(
                    AssociationSnapshot(
                        observer: observer, subject: subject, status: AssociationStatus(state, since: Self.now),
                        transport: .artery, isExpected: true, origin: .bridge, observedAt: Self.now,
                        freshness: .fresh))
            }
        }
        return ClusterSnapshot(
            id: "Shop", system: "Shop", stack: .akka, transport: .artery, leader: nodes[0].address,
            health: Health(level: .failure), members: members, views: views,
            partitions: [Partition(members: nodes.map(\.address), leader: nil)], associations: rows,
            associationCounts: AssociationCounts(unknown: 0))
    }
}
