// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport

@testable import Views

/// Scenes for the timeline, made by hand.
enum TimelineScene {
    static let all: [Scene] = [empty, one, incident, burst, twoClusters, skewed, moved, late, older]

    static func named(_ name: String) -> Scene { all.first { $0.name == name } ?? empty }

    // MARK: - Events

    private static func address(_ last: Int, _ system: String = "Shop") -> Address {
        Scene.address(last, system: system)
    }

    static func reach(_ ago: Double, _ observer: Int, _ subject: Int, isReachable: Bool = false) -> MeshEvent {
        let (from, to) = isReachable ? ("unreachable", "reachable") : ("reachable", "unreachable")
        return MeshEvent(
            at: Scene.ago(ago), cluster: "Shop", observer: address(observer), subject: address(subject),
            subjectUid: Scene.node(subject).uid, change: .init(.reachability, from: from, to: to), origin: .sse,
            text: "10.0.0.\(observer):25520 sees 10.0.0.\(subject):25520 as \(to)",
            source: SourceID(.sse, "http://10.0.0.\(observer):8558/cluster/domain-events"))
    }

    static func member(
        _ ago: Double, _ observer: Int, _ subject: Int, from: String?, to: String, system: String = "Shop"
    ) -> MeshEvent {
        MeshEvent(
            at: Scene.ago(ago), cluster: system, observer: address(observer, system), subject: address(subject, system),
            subjectUid: Scene.node(subject).uid, change: .init(.member, from: from, to: to), origin: .management,
            text: "10.0.0.\(observer):25520 sees 10.0.0.\(subject):25520 as \(to)")
    }

    static func line(
        _ ago: Double, _ observer: Int, _ subject: Int?, _ kind: MeshEvent.Kind, to: String?, _ text: String,
        _ evidence: String, _ pattern: String, severity: MeshEvent.Severity? = nil, isLate: Bool = false
    ) -> MeshEvent {
        MeshEvent(
            at: Scene.ago(ago), cluster: "Shop", observer: address(observer), subject: subject.map { address($0) },
            subjectUid: subject.map { Scene.node($0).uid }, change: .init(kind, to: to), origin: .log,
            isLate: isLate, text: "10.0.0.\(observer):25520 \(text)", clock: .node(address(observer)),
            receivedAt: Scene.ago(ago - (isLate ? 12 : 0.3)), source: SourceID(.log, "pods/cart-\(observer).log"),
            evidence: MeshEvent.Evidence(text: evidence, pattern: pattern, line: 4812), severity: severity)
    }

    /// What leads to a quarantine, as three observers tell it.
    static let incidentEvents: [MeshEvent] = {
        var heard = reach(13.8, 9, 9)
        heard.hearsay = MeshEvent.Hearsay([address(7), address(8)])
        heard.text = "10.0.0.9:25520 hears that 10.0.0.7:25520, 10.0.0.8:25520 cannot reach it"
        var passedOn = reach(13.6, 11, 9)
        passedOn.hearsay = MeshEvent.Hearsay([7, 8, 10, 12, 13].map { address($0) })
        return [
            member(31, 7, 12, from: nil, to: "Joining"), member(30, 7, 12, from: "Joining", to: "Up"),
            member(29.9, 8, 12, from: "Joining", to: "Up"),
            line(
                16, 8, 9, .association, to: "gated", "has gated 10.0.0.9:25520",
                "Association with remote system [akka://Shop@10.0.0.9:25520] has failed, address is now gated for [5000] ms.",
                "C06"),
            reach(14, 7, 9), heard, passedOn, reach(13.9, 8, 9),
            line(
                9, 7, nil, .sbr, to: nil, "waits before downing 1",
                "SBR is waiting", "M20", severity: .warning),
            line(
                3.4, 7, 9, .association, to: "quarantined", "has quarantined 10.0.0.9:25520",
                "Association to [akka://Shop@10.0.0.9:25520] having UID [9999999999999999] is irrecoverably failed.",
                "C10"),
            line(
                3.2, 9, 7, .other, to: nil, "was told that 10.0.0.7:25520 has quarantined it",
                "The remote system has quarantined this system", "C14", severity: .failure),
        ]
    }()

    // MARK: - Scenes

    static func scene(_ name: String, _ events: [MeshEvent], _ change: (inout MeshSnapshot) -> Void = { _ in }) -> Scene
    {
        var builder = Builder()
        builder.events = events
        var snapshot = builder.snapshot()
        change(&snapshot)
        return Scene(name: name, snapshot: snapshot)
    }

    static let empty = scene("empty", [])
    static let one = scene("one", [reach(14, 7, 9)])
    static let incident = scene("incident", incidentEvents)

    /// A storm of more events than are kept, of 40 observers.
    static let burst: Scene = {
        var builder = Builder(lasts: Array(10..<50))
        builder.events = (0..<12_000).map { number in
            let observer = 10 + number % 40
            let subject = 10 + (observer - 9 + number / 40 % 39) % 40
            return reach(240 - Double(number) * 0.019, observer, subject, isReachable: number % 3 == 0)
        }
        return Scene(name: "burst", snapshot: builder.snapshot())
    }()

    static let twoClusters: Scene = {
        var scene = Scene.severalClusters
        scene.name = "two-clusters"
        scene.snapshot?.events = EventLog(
            incidentEvents + [
                member(20, 31, 33, from: "Joining", to: "Up", system: "Billing"),
                member(7, 32, 33, from: "Up", to: "Down", system: "Billing"),
            ])
        return scene
    }()

    /// The clock of one observer is ahead, and known to be.
    static let skewed = scene("skewed", []) { snapshot in
        var log = EventLog()
        for event in incidentEvents {
            var event = event
            let isAhead = event.clock == .node(address(9))
            if isAhead { event.at = event.at + .milliseconds(2412) }
            log.insert(event, correction: isAhead ? .milliseconds(2400) : .zero)
        }
        snapshot.events = log
        snapshot.clusters[0].clocks = [
            ClockSkew(observer: address(7), ahead: .milliseconds(2), uncertainty: .milliseconds(9)),
            ClockSkew(
                observer: address(9), ahead: .milliseconds(2400), uncertainty: .milliseconds(180),
                correction: .milliseconds(2400)),
        ]
    }

    /// A clock whose skew is not known puts an effect before its cause.
    static let moved = scene("moved", []) { snapshot in
        var log = EventLog()
        let link = Causality.Link.quarantine(by: address(7), of: address(9), uid: Scene.node(9).uid)
        for event in incidentEvents {
            var event = event
            if event.to == "quarantined" { event.causality = .cause(link) }
            if event.kind == .other {
                event.at = event.at - .milliseconds(2600)
                event.causality = .effect(link)
            }
            log.insert(event)
        }
        log.settle()
        snapshot.events = log
    }

    static let late = scene(
        "late",
        incidentEvents + [
            line(
                21, 10, 9, .association, to: "gated", "cannot reach 10.0.0.9:25520 and keeps trying",
                "Upstream failed, cause: Connection reset", "A11", isLate: true)
        ])

    /// From a log of other days.
    static let older = scene(
        "older",
        incidentEvents + [
            member(90_000, 7, 11, from: "Joining", to: "Up"), member(200_000, 7, 10, from: "Joining", to: "Up"),
        ])
}
