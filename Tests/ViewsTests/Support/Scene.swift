// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

/// Snapshots made by hand, so that what a screen shows is stated next to what it is made from.
struct Scene {
    static let now = Timestamp(rfc3339: "2026-11-21T14:03:22.400Z") ?? Timestamp(microseconds: 0)

    var name: String
    var snapshot: MeshSnapshot?

    static func ago(_ seconds: Double) -> Timestamp { now - .milliseconds(Int64(seconds * 1000)) }

    static func address(_ last: Int, system: String = "Shop") -> Address {
        address("akka://\(system)@10.0.0.\(last):25520")
    }

    static func address(_ text: String) -> Address {
        guard let address = try? Address(parsing: text) else { preconditionFailure("no address: \(text)") }
        return address
    }

    static func node(_ last: Int, uid: Int64? = nil) -> UniqueAddress {
        UniqueAddress(address(last), uid: uid ?? Int64(last) * 1_111_111_111_111_111)
    }

    static let all: [Scene] = [
        healthy, oneUnreachable, partition, allFailing, empty, connecting, restart, severalClusters, incidents,
    ]

    // MARK: - The scenes

    static let healthy = Scene(name: "healthy", snapshot: Builder().snapshot())

    static let oneUnreachable: Scene = {
        var builder = Builder()
        builder.health = Health(
            level: .degraded, reasons: ["10.0.0.9:25520 unreachable by 5 of 5 observers"], since: ago(14))
        builder.lose(9, by: [7, 8, 10, 11, 12], since: 14)
        builder.silence(9, for: 14)
        builder.events = [
            builder.event(31, 12, observer: 7, .member, from: nil, to: "Joining", "10.0.0.12:25520 Joining"),
            builder.event(30, 12, observer: 7, .member, from: "Joining", to: "Up", "10.0.0.12:25520 Joining -> Up"),
            builder.event(
                14, 9, observer: 7, .reachability, from: "reachable", to: "unreachable", "10.0.0.9:25520 unreachable"),
            builder.event(
                13.9, 9, observer: 8, .reachability, from: "reachable", to: "unreachable", "10.0.0.9:25520 unreachable"),
        ]
        return Scene(name: "one-unreachable", snapshot: builder.snapshot())
    }()

    /// One incident that is going on, with an effect, and one that is over.
    static let incidents: Scene = {
        var scene = oneUnreachable
        scene.name = "incidents"
        let member = "akka://Shop@10.0.0.9:25520"
        let source = SourceID(.management, "http://10.0.0.9:8558")
        let evidence = FindingEvidence(
            at: ago(14), source: source, observation: 41, text: "http://10.0.0.9:8558: no answer in 2 s")
        scene.snapshot?.findings = [
            Finding(
                id: "f2", rule: .nodePaused, cluster: "Shop", severity: .failure, confidence: .confirmed,
                title: "10.0.0.9:25520 paused: it stopped answering everyone, its ports are still there",
                cause: "5 members lost it without a broken link", subjects: [member], since: ago(14), incident: "i2",
                impacts: [FindingImpact(.capacity, [], "5 of 6 members left")], evidence: [evidence], explains: ["f3"],
                alternatives: [FindingAlternative(.nodeStarved, against: "a starved process answers now and then")],
                next: "keep-majority decides in 6.0 s at the earliest", commands: ["meshtop explain 10.0.0.9:25520"]),
            Finding(
                id: "f3", rule: .sourceFailing, cluster: "Shop", severity: .degraded, confidence: .confirmed,
                title: "10.0.0.9:25520: management does not answer (timeout)", subjects: [member], since: ago(13),
                incident: "i2",
                evidence: [evidence], explainedBy: "f2", next: "see whether it runs"),
            Finding(
                id: "f1", rule: .nodeDown, cluster: "Shop", severity: .failure, confidence: .recovered,
                title: "10.0.0.8:25520 process gone: its ports refuse connections",
                subjects: ["akka://Shop@10.0.0.8:25520"],
                since: ago(1300), until: ago(1276), incident: "i1", evidence: [evidence],
                next: "look at the end of its log"),
        ]
        scene.snapshot?.incidents = [
            Incident(
                id: "i2", since: ago(14), state: .open,
                title: "10.0.0.9:25520 paused: it stopped answering everyone, its ports are still there",
                root: "f2", findings: ["f2", "f3"], members: Incident.Members(before: 6, now: 5)),
            Incident(
                id: "i1", since: ago(1300), until: ago(1276), state: .over,
                title: "10.0.0.8:25520 process gone: its ports refuse connections",
                root: "f1", findings: ["f1"], members: Incident.Members(before: 6, now: 6)),
        ]
        return scene
    }()

    static let partition: Scene = {
        var builder = Builder()
        builder.health = Health(level: .failure, reasons: ["2 partitions"], since: ago(25))
        let (left, right) = ([7, 8, 9], [10, 11, 12])
        for subject in left { builder.lose(subject, by: right, since: 25, level: .failure) }
        for subject in right { builder.lose(subject, by: left, since: 25, level: .failure) }
        builder.partitions = [left, right]
        builder.leaders = [10: 10, 11: 10, 12: 10]
        return Scene(name: "partition", snapshot: builder.snapshot())
    }()

    static let allFailing: Scene = {
        var builder = Builder()
        builder.health = Health(level: .unknown, since: ago(80))
        for last in builder.lasts { builder.silence(last, for: 80) }
        builder.observed = 82
        return Scene(name: "all-failing", snapshot: builder.snapshot())
    }()

    static let empty: Scene = {
        var builder = Builder(lasts: [])
        builder.health = Health(level: .unknown)
        builder.sources = [
            builder.failing(
                "http://localhost:8558", .refused, "connection refused; is a node's management started?", 3),
            builder.failing(
                "http://localhost:7626", .refused, "connection refused; is a node's management started?", 3),
        ]
        var snapshot = builder.snapshot()
        snapshot.clusters = []
        return Scene(name: "empty", snapshot: snapshot)
    }()

    static let connecting = Scene(name: "connecting", snapshot: nil)

    static let restart: Scene = {
        var builder = Builder()
        builder.health = Health(level: .notReady, reasons: ["10.0.0.9:25520 Joining"], since: ago(3))
        builder.restart(9, oldUid: 5_512_000_000_000_001, newUid: -77)
        return Scene(name: "restart-same-address", snapshot: builder.snapshot())
    }()

    static let severalClusters: Scene = {
        var snapshot = Builder().snapshot()
        var other = Builder(lasts: [31, 32, 33], system: "Billing")
        other.health = Health(
            level: .degraded, reasons: ["10.0.0.33:25520 unreachable by 2 of 2 observers"], since: ago(7))
        other.lose(33, by: [31, 32], since: 7)
        let second = other.snapshot()
        snapshot.clusters = second.clusters + snapshot.clusters
        snapshot.clusters[0].stack = .pekko
        snapshot.sources += second.sources
        snapshot.health = other.health
        return Scene(name: "several-clusters", snapshot: snapshot)
    }()
}

extension Scene: CustomTestStringConvertible {
    var testDescription: String { name }
}
