// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule duplicate-scrape")
struct DuplicateScrapeRuleTests {
    private func report(_ script: FindingScript, times: Int) -> MetricReport {
        let detector = MetricReport.Detector(
            observer: .host("10.0.0.1"), peer: address("10.0.0.2"), phi: 0.1, threshold: nil, at: script.now)
        return MetricReport(evaluatedAt: script.now, detectors: Array(repeating: detector, count: times))
    }

    @Test("a detector that a metrics server has twice is said after some seconds", arguments: [1, 2])
    func twice(times: Int) {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        for _ in 0..<15 {
            script.measure(report(script, times: times))
            script.rounds()
        }
        #expect((script.finding(.duplicateScrape) != nil) == (times == 2))
    }
}
