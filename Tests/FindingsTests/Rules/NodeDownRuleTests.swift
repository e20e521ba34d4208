// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Process gone")
struct NodeDownRuleTests {
    private func settled() -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        return script
    }

    @Test("a member whose endpoint refuses and that is lost is gone, and stands first")
    func gone() {
        var script = settled()
        script.failing["10.0.0.3"] = .refused
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds()
        #expect(script.loud.first?.rule == .nodeDown)
        #expect(script.loud.first?.confidence == .confirmed)
        #expect(script.loud.first?.subjects == ["akka://Shop@10.0.0.3:25520"])
    }

    @Test("a closed management port of a member that all reach is no process gone")
    func managementGone() {
        var script = settled()
        script.failing["10.0.0.3"] = .refused
        script.rounds(10)
        #expect(script.rules == [.sourceFailing])
    }

    @Test("whoever leaves, or was downed, and ends is not gone", arguments: [MemberStatus.leaving, .exiting, .down])
    func leaves(status: MemberStatus) {
        var script = settled()
        script.statuses["10.0.0.3"] = status
        script.rounds()
        script.failing["10.0.0.3"] = .refused
        script.lose("10.0.0.3", by: "10.0.0.1")
        script.rounds(2)
        #expect(script.finding(.nodeDown) == nil)
    }

    @Test("without an endpoint, two that are refused say so; one alone is a suspicion")
    func fromLogs() {
        var script = settled()
        script.names = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
        script.failing["10.0.0.3"] = .refused
        script.line(.connectionFailed(.control, .refused), by: "10.0.0.1", about: "10.0.0.3")
        script.rounds()
        #expect(script.finding(.nodeDown)?.evidence.contains { $0.source.kind == .log } == true)
    }

    @Test(
        "what it took away is waited for: the finding stays while the member is missing, and is then said to be missing"
    )
    func missing() {
        var script = settled()
        script.rounds(60)
        script.failing["10.0.0.3"] = .refused
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(5)
        script.removed.insert("10.0.0.3")
        script.rounds(30)
        #expect(script.finding(.nodeDown)?.isOpen == true)
        script.rounds(40)
        let missing = script.finding(.membersMissing)
        #expect(missing?.severity == .degraded && missing?.explainedBy == script.finding(.nodeDown)?.id)
    }

    @Test("another process at the address keeps the finding until it is a member")
    func restarted() {
        var script = settled()
        script.failing["10.0.0.3"] = .refused
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(2)
        script.failing["10.0.0.3"] = nil
        script.empty.insert("10.0.0.3")
        script.rounds(2)
        #expect(script.finding(.nodeDown)?.title.contains("another one has started") == true)
    }
}
