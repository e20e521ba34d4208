// SPDX-License-Identifier: Apache-2.0
import Fold
import Glibc
import Model
import Views

/// From a key to the frame on the timeline with as many events as are kept, and the cost of taking in one more. The target is 5 ms for 99
/// of 100 keys.
struct TimelineBenchmark {
    private static let start = Timestamp(milliseconds: 1_700_000_000_000)
    private static let observers = 60
    private let nodes: [UniqueAddress]

    init() throws {
        nodes = try (0..<Self.observers).map { index in
            UniqueAddress(try Address(parsing: "akka://Shop@10.0.0.\(index + 7):25520"), uid: Int64(index + 1))
        }
    }

    func run() {
        for (columns, rows) in [(80, 24), (200, 50)] {
            for (name, keys) in Self.sessions { report(name, keys, Size(columns: columns, rows: rows)) }
        }
        reportGrowth()
    }

    private static let sessions: [(String, String)] = [
        ("moving", "jjjjkkJ{}{}jjGgk"), ("filters", "f1f2oofxf0vvv"),
        ("text", "/unreach\u{1B}/zq%\u{1B}/10.0.0.9\u{1B}"),
        ("zoom", "++--0--+"), ("pages", "\r}}\u{1B}j"),
    ]

    /// Random, but the same in every run.
    private func event(_ number: Int) -> MeshEvent {
        let (observer, subject) = (nodes[number % Self.observers], nodes[number * 7 % Self.observers])
        let isReachable = number % 3 == 0
        let to = isReachable ? "reachable" : "unreachable"
        var event = MeshEvent(
            at: Self.start + .milliseconds(Int64(number) * 25), cluster: "Shop", observer: observer.address,
            subject: subject.address, subjectUid: subject.uid,
            change: number % 5 == 0
                ? .association(from: nil, to: .active)
                : .reachability(from: nil, to: isReachable ? .reachable : .unreachable), origin: .log,
            text: "\(observer.address.hostPort) sees \(subject.address.hostPort) as \(to)",
            clock: .node(observer.address))
        event.evidence = MeshEvent.Evidence(
            text:
                "Cluster Node [\(observer.address.text)] - Marking node as \(to) [Member(\(subject.address.text), Up, 1.0.0)].",
            pattern: "M20", line: number)
        return event
    }

    private func snapshot(_ events: EventLog) -> MeshSnapshot {
        var mesh = Mesh()
        let source = SourceID(.management, "http://10.0.0.7:8558")
        let origin = SourceOrigin(cluster: nil, isConfigured: true, member: nil)
        let members = MemberList(nodes.map { Member(node: $0, status: .up, roles: Roles(["dc-default"])) })
        let view = MembershipView(
            observer: nodes[0].address, members: members, leader: nodes[0].address, oldest: nil)
        for payload in [
            Observation.Payload.started(SessionOptions()), .sourceAdded(origin),
            .membership(view, Reply(latency: .milliseconds(3))), .tick,
        ] {
            _ = mesh.apply(Observation(at: Self.start + .seconds(250), source: source, payload))
        }
        var snapshot = mesh.snapshot()
        snapshot.events = events
        return snapshot
    }

    private func app(_ log: EventLog, _ size: Size) -> AppState {
        var app = AppState(
            size: size, glyphs: .unicode, now: Self.start + .seconds(252), zone: .zero,
            introduction: Introduction(targets: [], areDefaults: false))
        _ = app.handle(.data(snapshot(log), newEvents: 0))
        _ = app.handle(.key(.character("5")))
        return app
    }

    private func key(_ scalar: Unicode.Scalar) -> Key {
        switch scalar {
        case "\r": .enter
        case "\u{1B}": .escape
        default: .character(scalar)
        }
    }

    private func report(_ name: String, _ keys: String, _ size: Size) {
        var app = app(EventLog((0..<EventLog.capacity).map(event)), size)
        // Time on the processor: the machine may be busy with other things, which are not the screen's.
        var times: [Int] = []
        var shown = app.frame()
        for _ in 0..<20 {
            for scalar in keys.unicodeScalars {
                let begin = clock()
                _ = app.handle(.key(key(scalar)))
                let frame = app.frame()
                times.append(clock() - begin)
                shown = frame
            }
        }
        withExtendedLifetime(shown) {}
        times.sort()
        func milliseconds(_ time: Int) -> Double { Double(time) / 1000 }
        print(
            "timeline, \(EventLog.capacity) events, \(size.columns)x\(size.rows), \(name): key to frame (CPU) median",
            "\(milliseconds(times[times.count / 2])) ms, p99 \(milliseconds(times[times.count * 99 / 100])) ms,",
            "worst \(milliseconds(times[times.count - 1])) ms of \(times.count)")
    }

    /// What one more event costs, of the log and of the screen.
    private func reportGrowth() {
        var log = EventLog((0..<EventLog.capacity).map(event))
        var app = app(log, Size(columns: 80, rows: 24))
        var snapshot = snapshot(log)
        var number = EventLog.capacity
        Measure()("timeline, one more event, data and frame", runs: 200) {
            log.insert(event(number))
            number += 1
            snapshot.events = log
            _ = app.handle(.data(snapshot, newEvents: 1))
            return app.frame()
        }
    }
}
