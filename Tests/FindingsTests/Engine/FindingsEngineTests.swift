// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Findings over time")
struct FindingsEngineTests {
    @Test("a quiet cluster has no findings, however long it is looked at")
    func quiet() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        #expect(script.rounds(120).isEmpty)
        #expect(script.engine.findings.isEmpty && script.engine.incidents.isEmpty)
    }

    @Test("what comes back within a minute is the same finding with a count")
    func again() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(3)
        for _ in 0..<3 {
            script.failing["10.0.0.2"] = .timeout
            script.rounds(4)
            script.failing["10.0.0.2"] = nil
            script.rounds(10)
        }
        let found = script.engine.findings.filter { $0.rule == .sourceFailing }
        #expect(found.count == 1 && found[0].count == 3)
    }

    @Test("an incident is over after a minute, and leaves a minute after somebody took note of it")
    func acknowledged() throws {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(3)
        script.failing["10.0.0.2"] = .timeout
        script.rounds(4)
        script.failing["10.0.0.2"] = nil
        script.rounds(30)
        #expect(script.engine.incidents.first?.state == .open)
        script.rounds(45)
        let incident = try #require(script.engine.incidents.first)
        #expect(incident.state == .over && incident.until != nil)
        script.engine.acknowledge(incident.id, at: script.now)
        script.rounds()
        #expect(script.engine.incidents.first?.state == .acknowledged)
        script.rounds(65)
        #expect(script.engine.incidents.isEmpty && script.engine.findings.isEmpty)
    }

    @Test("no more than 64 findings are open; what is beyond is counted")
    func bound() {
        var script = FindingScript("10.0.0.1")
        script.rounds(2)
        for place in 0..<70 {
            script.line(.other, by: "10.1.0.\(place)", pattern: "T20", "Discarding oversized payload")
        }
        script.rounds()
        #expect(script.open.count == FindingsEngine.maximumOpen)
        #expect(script.engine.omitted == 6)
    }

    @Test("every piece of evidence carries the number of an observation that was made")
    func grounded() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.failing["10.0.0.3"] = .refused
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(4)
        #expect(!script.loud.isEmpty)
        for finding in script.engine.findings {
            #expect(!finding.evidence.isEmpty)
            for item in finding.evidence { #expect((1...script.number).contains(item.observation)) }
        }
    }

    @Test("effects name their cause, and the cause names them")
    func links() throws {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.failing["10.0.0.3"] = .refused
        script.rounds(3)
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(2)
        let (cause, effect) = (try #require(script.finding(.nodeDown)), try #require(script.finding(.sourceFailing)))
        #expect(effect.explainedBy == cause.id && cause.explains.contains(effect.id))
        #expect(effect.incident == cause.incident && script.engine.incidents.count == 1)
        #expect(script.engine.incidents[0].root == cause.id)
    }

    @Test("the same observations give the same findings")
    func deterministic() {
        func run() -> [Finding] {
            var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")
            script.rounds(3)
            script.failing["10.0.0.3"] = .refused
            script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2", "10.0.0.4")
            script.rounds(20)
            return script.engine.findings
        }
        #expect(run() == run())
    }

    @Test("addresses are found in lines, each once")
    func addresses() {
        let text =
            "seed-nodes=[akka://Shop@10.0.0.1:25520, akka://Shop@10.0.0.1:25520, pekko.tcp://S@[::1]:2552] Actor[akka://Shop@10.0.0.2:25520/user#1]"
        #expect(LineText.addresses(in: text).map(\.hostPort).contains("10.0.0.2:25520"))
        #expect(LineText.addresses(in: text).filter { $0.hostPort == "10.0.0.1:25520" }.count == 1)
        #expect(LineText.addresses(in: "no address, akka only").isEmpty)
    }
}
