// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Simulator

/// What bridges of real clusters said during an incident, beside what simulated ones say.
@Suite("Simulated associations go through the states of recorded ones")
struct RecordedAssociationsTests {
    struct Incident: CustomStringConvertible, Sendable {
        let fixture: String
        let scenario: SimulatedScenario
        let stack: SimulatedStack
        /// The places of n1, n2 and n3.
        var places = [0, 1, 2]
        /// Whether the victim's own view counts; that of a process that ends at once does not.
        var withVictim = false
        var tolerance = 3.0

        var description: String { fixture }
    }

    static let incidents = [
        Incident(fixture: "akka26-artery-crash", scenario: .crash, stack: .akka26Artery),
        Incident(fixture: "pekko-artery-graceful-leave", scenario: .gracefulLeave, stack: .pekkoArtery),
        Incident(fixture: "akka26-classic-gated-flapping", scenario: .gatedFlapping, stack: .akka26Classic),
        Incident(
            fixture: "akka26-artery-quarantine", scenario: .quarantine, stack: .akka26Artery, places: [1, 0, 2],
            withVictim: true),
        Incident(
            // There the observer led; here a third does, who waits from when the observer is unreachable to the victim.
            fixture: "akka26-classic-quarantine", scenario: .quarantine, stack: .akka26Classic, places: [1, 0, 2],
            withVictim: true, tolerance: 6),
    ]

    /// Polls came once a second, and shorter states were missed: an idle moment between two gates counts as gated.
    private struct Step: CustomStringConvertible {
        let second: Double
        let state: String

        var description: String { "\(state) at \(second)" }
    }

    @Test("in the same order, within seconds", arguments: incidents, [1, 2, 3] as [UInt64])
    func states(incident: Incident, seed: UInt64) throws {
        let recorded = try Recorded(incident)
        var run = WatchedBridge(incident.scenario, stack: incident.stack, seed: seed)
        try run.run(to: 10 + recorded.length)
        for (pair, steps) in recorded.pairs {
            if pair.observer == 2 && !incident.withVictim { continue }
            let last = recorded.last[pair.observer, default: 0]
            let changes = run.changes[pair] ?? []
            let all = Self.collapsed(changes.map { Step(second: $0.second - 10, state: Self.coarse($0.text)) })
            // What was short, or came about while the observer was about to end, may have been missed by one poll a second.
            let simulated = all.enumerated().filter { index, step in
                let end = index + 1 < all.count ? all[index + 1].second : .infinity
                return (end - step.second > 1.2 && step.second < last - 1.5)
                    || steps.contains { $0.state == step.state }
            }.map(\.element)
            #expect(
                simulated.map(\.state) == steps.map(\.state), "\(pair) seed \(seed): \(simulated), recorded \(steps)")
            for (one, other) in zip(simulated, steps).dropFirst() {
                #expect(
                    abs(one.second - other.second) < incident.tolerance,
                    "\(pair) seed \(seed): \(one), recorded \(other)")
            }
        }
    }

    private static func coarse(_ text: String) -> String {
        text.replacing(" until", with: "").replacing(" handshaking", with: "").replacing("idle", with: "gated")
    }

    private static func collapsed(_ steps: [Step]) -> [Step] {
        steps.reduce(into: []) { if $0.last?.state != $1.state { $0.append($1) } }
    }

    /// A recording, with its first change as the beginning of time.
    private struct Recorded {
        private(set) var pairs: [WatchedBridge.Pair: [Step]] = [:]
        /// The last answer of each place.
        private(set) var last: [Int: Double] = [:]
        private(set) var length = 0.0

        init(_ incident: Incident) throws {
            let file = Fixtures.root.deletingLastPathComponent().appending(path: "remoting/\(incident.fixture).jsonl")
            var rows: [(at: Double, observer: Int, peer: Int, state: String)] = []
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
                guard entry["kind"] as? String == "bridge", let at = entry["at"] as? Double,
                    let body = entry["body"] as? [String: Any], let node = body["self"] as? String
                else { continue }
                for association in body["associations"] as? [[String: Any]] ?? [] {
                    let peer = association["peer"] as? String ?? ""
                    rows.append(
                        (at / 1000, Self.place(node, incident), Self.place(peer, incident), Self.state(association)))
                }
            }
            let start = rows.first { $0.state != "active" }?.at ?? 0
            for row in rows {
                let pair = WatchedBridge.Pair(observer: row.observer, peer: row.peer)
                pairs[pair, default: []].append(Step(second: row.at - start, state: row.state))
                last[row.observer] = row.at - start
                length = max(length, row.at - start)
            }
            pairs = pairs.mapValues(collapsed)
        }

        private static func place(_ address: String, _ incident: Incident) -> Int {
            let number = address.split(separator: ":").dropLast().last?.split(separator: ".").last.flatMap { Int($0) }
            return incident.places[(number ?? 1) - 1]
        }

        private static func state(_ row: [String: Any]) -> String {
            let flags = ["harmless", "backoff"].filter { row[$0] as? Bool == true }
            return coarse(([row["state"] as? String ?? ""] + flags).joined(separator: " "))
        }
    }

    @Test("and their bridge says the same fields in the same order", arguments: incidents)
    func fields(incident: Incident) throws {
        var cluster = SimulatedCluster(.init(scenario: incident.scenario, stack: incident.stack))
        _ = cluster.advance(to: .seconds(18))
        guard case .reply(let reply) = cluster.answer(.init(path: "/meshtop/remoting"), at: 1) else {
            Issue.record("no answer")
            return
        }
        #expect(reply.contentType == "application/json")
        let simulated = Self.keys(String(decoding: reply.body, as: UTF8.self))
        let file = Fixtures.root.deletingLastPathComponent().appending(path: "remoting/\(incident.fixture).jsonl")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let bodies = lines.filter { $0.contains(#""kind":"bridge""#) }.map { Self.keys(String($0)) }
        #expect(Self.first(simulated) == Self.first(bodies.first ?? []))
        // The recordings are older than the five fields behind phi.
        let newer = ["samples", "meanMs", "stdDeviationMs", "minStdDeviationMs", "acceptablePauseMs"]
        let detector = Self.row(simulated, from: "kind")
        #expect(Array(detector.suffix(5)) == newer)
        #expect(Self.row(bodies.first ?? [], from: "kind") == detector.dropLast(5))
        for row in Self.rows(simulated) {
            #expect(bodies.contains { Self.rows($0).contains(row) }, "\(row)")
        }
    }

    /// The names in a document, in order; the recorder's own are left out.
    private static func keys(_ text: String) -> [String] {
        let names = text.matches(of: /"([A-Za-z]+)":/).map { String($0.output.1) }
        return names.filter { !["at", "node", "body"].contains($0) || $0 == "atMs" }
    }

    private static func first(_ keys: [String]) -> [String] {
        Array(keys.drop { $0 != "v" }.prefix { $0 != "kind" })
    }

    private static func row(_ keys: [String], from start: String) -> [String] {
        let rest = keys.drop { $0 != "v" }.drop { $0 != start }
        return Array(rest.prefix(1) + rest.dropFirst().prefix { $0 != start && $0 != "associations" })
    }

    /// The rows of associations, records and events.
    private static func rows(_ keys: [String]) -> [[String]] {
        var (rows, row) = ([[String]](), [String]())
        for key in keys.drop(while: { $0 != "associations" }) {
            if ["peer", "observer", "seq"].contains(key) && !(key == "peer" && row.first == "seq" && row.count < 4)
                || ["reachability", "seen", "events", "associations"].contains(key)
            {
                rows.append(row)
                row = []
            }
            if !["reachability", "seen", "events", "associations"].contains(key) { row.append(key) }
        }
        return (rows + [row]).filter { !$0.isEmpty }
    }
}
