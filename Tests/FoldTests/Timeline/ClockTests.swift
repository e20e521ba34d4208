// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model

/// Each node's clock differs by a known amount; the tests ask what is found out about it.
@Suite("Clock skew")
struct ClockTests {
    private static let names = ["a", "b", "c"]

    private func script(sources: Bool = true) -> MeshScript {
        var script = MeshScript(sources: Self.names)
        script.round(Self.names, Self.names.map { member($0) })
        for name in Self.names {
            let log = SourceID(.log, "\(name).log")
            script.apply(.sourceAdded(SourceOrigin(cluster: nil, isConfigured: true, member: nil)), from: log)
        }
        return script
    }

    /// A line that a node whose clock is ahead writes now, and that comes after a while.
    private func tell(
        _ script: inout MeshScript, _ observer: String, _ kind: LifecycleEvent.Kind, _ peer: String? = nil,
        ahead: Double, lag: Double = 0.4, pattern: String = "X", uid: Int64? = nil, late: Bool = false
    ) {
        let event = LifecycleEvent(
            at: second(script.time + ahead), observer: address(observer), peer: peer.map(address), uid: uid,
            transport: .artery, pattern: pattern, kind: kind,
            evidence: LifecycleEvent.Evidence("\(pattern) \(script.time)"))
        script.time += lag
        script.apply(.lifecycle(event, late: late), from: SourceID(.log, "\(observer).log"))
        script.time -= lag
    }

    private func follow(_ script: inout MeshScript) {
        var progress = LogProgress()
        progress.hasReachedEnd = true
        for name in Self.names { script.apply(.logProgress(progress), from: SourceID(.log, "\(name).log")) }
    }

    private func skew(_ script: MeshScript, _ name: String) throws -> ClockSkew {
        try #require(try script.cluster.clocks.first { $0.observer == address(name) })
    }

    @Test("a bridge tells a clock to its round trip", arguments: [0.4, -3.25, 3600])
    func bridge(ahead: Double) throws {
        var script = script()
        let source = SourceID(.bridge, "http://b:8558")
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: address("b"))), from: source)
        let report = BridgeReport(
            node: node("b"), stack: "akka-2.6.21", transport: .artery, at: second(script.time + ahead - 0.002),
            detectors: [], associations: [], reachability: [])
        script.apply(.bridge(report, Reply(latency: .milliseconds(6))), from: source)
        script.tick()
        let skew = try skew(script, "b")
        #expect((skew.ahead - .milliseconds(Int64(ahead * 1000))).magnitude <= skew.uncertainty)
        #expect(skew.uncertainty <= .milliseconds(4) && skew.correction != nil && skew.reference == nil)
    }

    @Test("lines of a file that is followed tell a clock that is far off, and nothing of one that is right")
    func followed() throws {
        var script = script()
        follow(&script)
        for step in 0..<6 {
            let lag = 0.35 + Double(step % 3) * 0.4
            tell(&script, "a", .convergence(false), ahead: 0, lag: lag)
            tell(&script, "b", .convergence(false), ahead: 7, lag: lag)
            tell(&script, "c", .convergence(false), ahead: -7, lag: lag)
            script.tick()
        }
        #expect(try skew(script, "a").correction == nil)
        for (name, ahead) in [("b", 7.0), ("c", -7.0)] {
            let skew = try skew(script, name)
            #expect((skew.ahead - .milliseconds(Int64(ahead * 1000))).magnitude <= skew.uncertainty)
            #expect(skew.correction.map { ($0 - skew.ahead).magnitude <= skew.uncertainty } ?? false)
        }
    }

    @Test("lines that somebody holds back are not taken for a slow clock")
    func heldBack() throws {
        var script = script()
        follow(&script)
        for lag in [40.0, 30, 20, 10, 0.5] { tell(&script, "b", .convergence(false), ahead: -lag + 0.5, lag: 0.5) }
        script.tick()
        #expect(try script.cluster.clocks.allSatisfy { $0.correction == nil })
    }

    @Test("the history of a log says nothing about its clock")
    func history() throws {
        var script = script()
        for seconds in [3600.0, 3000, 10] { tell(&script, "b", .convergence(false), ahead: -seconds) }
        script.tick()
        #expect(try script.cluster.clocks.allSatisfy { $0.correction == nil })
    }

    @Test("the same fact in a log and in an answer of its node ties the two clocks")
    func sharedFact() throws {
        var script = script()
        follow(&script)
        tell(&script, "b", .convergence(false), ahead: 0)
        script.openStream("a")
        script.tell("a", .member(member("c", .leaving)))
        tell(&script, "a", .memberStatus(.leaving), "c", ahead: 5, lag: 60)
        script.tick()
        let skew = try skew(script, "a")
        #expect((skew.ahead - .seconds(5)).magnitude <= skew.uncertainty && skew.uncertainty <= .seconds(1))
        #expect(skew.correction != nil)
    }

    @Test("two logs that tell one quarantine tie their clocks, with nothing else known")
    func chain() throws {
        var script = script()
        tell(&script, "a", .quarantined(harmless: false, reason: ""), "b", ahead: -900, uid: node("b").uid)
        tell(&script, "b", .quarantinedByPeer, "a", ahead: -880, uid: node("a").uid)
        script.tick()
        let clocks = try script.cluster.clocks
        let (a, b) = try (skew(script, "a"), skew(script, "b"))
        #expect(clocks.count == 2 && b.reference == a.reference && b.reference != nil)
        let difference = b.ahead - a.ahead
        #expect(difference >= .seconds(17) && difference <= .seconds(20))
        #expect((a.correction == nil) != (b.correction == nil))
    }

    @Test("an effect with a stamp before its cause says so only by as much as is certain")
    func jitter() throws {
        var script = script()
        tell(&script, "a", .quarantined(harmless: false, reason: ""), "b", ahead: -900, uid: node("b").uid)
        tell(&script, "b", .quarantinedByPeer, "a", ahead: -900.020, uid: node("a").uid)
        script.tick()
        #expect(try script.cluster.clocks.allSatisfy { $0.correction == nil })
        let story = script.snapshot.events.newest(2).map(\.observer)
        #expect(story == [address("a"), address("b")])
    }

    @Test("a clock that is set is measured anew, and what it stamped before stays where it was")
    func jump() throws {
        var script = script()
        let source = SourceID(.bridge, "http://b:8558")
        script.apply(
            .sourceAdded(SourceOrigin(cluster: nil, isConfigured: false, member: address("b"))), from: source)
        func report(_ script: inout MeshScript, ahead: Double) {
            let report = BridgeReport(
                node: node("b"), stack: "akka-2.6.21", transport: .artery, at: second(script.time + ahead),
                detectors: [], associations: [], reachability: [])
            script.apply(.bridge(report, Reply(latency: .milliseconds(2))), from: source)
        }
        report(&script, ahead: 5)
        tell(&script, "b", .convergence(false), ahead: 5)
        script.tick()
        script.time += 60
        report(&script, ahead: 0)
        tell(&script, "b", .convergence(true), ahead: 0)
        script.tick()
        #expect(try skew(script, "b").correction == nil)
        let entries = script.snapshot.events.chunks.flatMap(\.entries)
        #expect(entries.map { ($0.correction.inSeconds).rounded() } == [5, 0])
    }

    @Test("a correction is never smaller than what it leaves open", .tags(.slow), .unlessQuick)
    func certainty() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix(seed: seed)
        for _ in 0..<40 {
            var script = script()
            follow(&script)
            let ahead = Self.names.map { _ in Double.random(in: -6...6, using: &generator) }
            for _ in 0..<30 {
                let index = Int.random(in: 0..<3, using: &generator)
                let lag = Double.random(in: 0.31..<1.5, using: &generator)
                tell(&script, Self.names[index], .convergence(false), ahead: ahead[index], lag: lag)
                script.tick()
            }
            for (index, name) in Self.names.enumerated() {
                guard let skew = try script.cluster.clocks.first(where: { $0.observer == address(name) }) else {
                    continue
                }
                let wrong = (skew.ahead - .milliseconds(Int64(ahead[index] * 1000))).magnitude
                #expect(wrong <= skew.uncertainty + .milliseconds(1), "seed \(seed)")
                if let correction = skew.correction { #expect(correction.magnitude > skew.uncertainty, "seed \(seed)") }
            }
        }
    }
}
