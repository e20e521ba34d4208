// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Process paused or starved")
struct NodePausedRuleTests {
    private func lost(_ code: SourceFailure.Code) -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.failing["10.0.0.3"] = code
        script.rounds()
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(2)
        return script
    }

    @Test("a member that answers nobody while nothing refuses is paused, with what else it might be")
    func paused() {
        let script = lost(.timeout)
        #expect(script.loud.first?.rule == .nodePaused && script.loud.first?.confidence == .confirmed)
        #expect(script.loud.first?.alternatives.map(\.rule).contains(.nodeStarved) == true)
    }

    @Test("a member that refuses is not paused")
    func refuses() { #expect(lost(.refused).finding(.nodePaused) == nil) }

    @Test("a pause that only one of two observers noticed is no pause yet")
    func oneObserver() {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.lose("10.0.0.3", by: "10.0.0.1")
        script.failing["10.0.0.3"] = .timeout
        script.rounds()
        #expect(script.finding(.nodePaused) == nil)
    }

    @Test("when it is back its own losses are no partition")
    func back() {
        var script = lost(.timeout)
        script.failing["10.0.0.3"] = nil
        script.lose("10.0.0.1", by: "10.0.0.3")
        script.lose("10.0.0.2", by: "10.0.0.3")
        script.rounds()
        #expect(script.finding(.networkPartition) == nil && script.finding(.asymmetricReachability) == nil)
        script.lost = []
        script.rounds(12)
        #expect(script.loud.isEmpty)
        #expect(script.finding(.nodePaused)?.until != nil)
    }

    @Test("its own late heartbeat confirms it", arguments: [(2400, false), (2500, true)])
    func ownWord(milliseconds: Int, isSaid: Bool) {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.line(
            .heartbeatDelayed(actual: .milliseconds(milliseconds), expected: .seconds(1)), by: "10.0.0.3",
            pattern: "F06")
        script.rounds()
        #expect((script.finding(.nodePaused)?.confidence == .confirmed) == isSaid)
    }

    @Test("heartbeats that are late three times are starvation, two are not", arguments: [(2, false), (3, true)])
    func starved(count: Int, isSaid: Bool) {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        for _ in 0..<count {
            script.line(.heartbeatDelayed(actual: .seconds(2), expected: .seconds(1)), by: "10.0.0.3", pattern: "F06")
            script.rounds()
        }
        #expect((script.finding(.nodeStarved) != nil) == isSaid)
    }
}
