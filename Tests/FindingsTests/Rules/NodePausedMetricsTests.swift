// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule node-paused with metrics")
struct NodePausedMetricsTests {
    private func script(hiccup: Double, collecting: Double?) -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(5)
        script.find("10.0.0.3")
        var process = MetricReport.Process(observer: .host("10.0.0.3"))
        (process.hiccup, process.collecting) = (hiccup, collecting)
        var report = MetricReport(evaluatedAt: script.now)
        report.processes = [process]
        script.rounds(1)
        script.measure(report)
        script.rounds(2)
        return script
    }

    @Test("a hiccup as long as the silence proves the pause, and garbage collection is named where it accounts for it")
    func collection() {
        let found = script(hiccup: 10, collecting: 0.15).finding(.nodePaused)
        #expect(found?.confidence == .confirmed && found?.cause?.hasPrefix("garbage collection") == true)
    }

    @Test("a pause that garbage collection does not account for is not blamed on it")
    func stopped() {
        let found = script(hiccup: 10, collecting: nil).finding(.nodePaused)
        #expect(found?.cause?.contains("does not account") == true)
    }

    @Test("a short hiccup proves nothing")
    func short() {
        let found = script(hiccup: 1.5, collecting: nil).finding(.nodePaused)
        #expect(found?.evidence.contains { $0.text.contains("stood still") } != true)
    }
}
