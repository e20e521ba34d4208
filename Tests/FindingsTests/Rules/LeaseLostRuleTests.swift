// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule lease-lost")
struct LeaseLostRuleTests {
    @Test("a refused lease names who did not get it")
    func refused() {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(2)
        script.line(
            .downing(.lease("denied, reverse AcquireLeaseAndDownUnreachable")), by: "10.0.0.2", pattern: "S09",
            "SBR couldn't acquire lease, reverse decision [AcquireLeaseAndDownUnreachable] to [DownReachable]")
        script.rounds()
        #expect(script.finding(.leaseLost)?.subjects == ["akka://Shop@10.0.0.2:25520"])
    }

    @Test("a lease that could not be renewed is lost, one that was acquired is not", arguments: ["L01", "L03"])
    func lost(pattern: String) {
        var script = FindingScript("10.0.0.1", "10.0.0.2")
        script.rounds(2)
        script.line(.downing(.lease("acquired for X")), by: "10.0.0.1", pattern: "S09", "SBR acquired lease")
        script.line(.other, by: "10.0.0.2", pattern: pattern, "Lease assumed lost.")
        script.rounds()
        #expect(script.finding(.leaseLost)?.title == "10.0.0.2:25520 has lost a lease")
    }
}
