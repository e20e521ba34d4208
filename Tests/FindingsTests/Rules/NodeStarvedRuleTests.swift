// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule node-starved")
struct NodeStarvedRuleTests {
    private func report(_ script: FindingScript, queue: Double, leaving: Double) -> MetricReport {
        var report = MetricReport(evaluatedAt: script.now)
        var process = MetricReport.Process(observer: .host("10.0.0.2"))
        (process.queue, process.leaving) = (queue, leaving)
        report.processes = [process]
        return report
    }

    @Test("a queue out of which hardly anything comes proves it, without a line of a log")
    func queue() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(2)
        script.measure(report(script, queue: 40, leaving: 1.5))
        script.rounds()
        let found = script.finding(.nodeStarved)
        #expect(found?.confidence == .confirmed && found?.subjects == ["akka://Shop@10.0.0.2:25520"])
        #expect(found?.evidence.contains { $0.text.contains("40 tasks wait") } == true)
    }

    @Test("a long queue that is worked off is load and no starvation")
    func busy() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(2)
        script.measure(report(script, queue: 40, leaving: 900))
        script.rounds(2)
        #expect(script.finding(.nodeStarved) == nil)
    }

    @Test("of two members on one host metrics cannot say which it is")
    func shared() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.names.append("akka://Shop@10.0.0.2:25521")
        script.rounds(2)
        script.measure(report(script, queue: 40, leaving: 0))
        script.rounds(2)
        #expect(script.finding(.nodeStarved) == nil)
    }
}
