// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule ring-unmonitored")
struct RingUnmonitoredRuleTests {
    private func rows(_ script: FindingScript, monitored: Bool?) -> [AssociationSnapshot] {
        script.names.filter { $0 != "10.0.0.3" }.map { name in
            AssociationSnapshot(
                observer: script.node(name), subject: script.node("10.0.0.3"), transport: .artery,
                isMonitored: monitored, isExpected: true, freshness: .fresh)
        }
    }

    private func script(monitored: Bool?) -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        for name in script.names { script.report(name) }
        script.rounds(2)
        script.associations = rows(script, monitored: monitored)
        return script
    }

    @Test("a member for which nobody has a detector is named with those that should")
    func unmonitored() {
        var script = script(monitored: false)
        script.rounds(25)
        let found = script.finding(.ringUnmonitored)
        #expect(found?.subjects.first == "akka://Shop@10.0.0.3:25520" && found?.evidence.count == 2)
    }

    @Test("a detector may take some seconds to appear")
    func young() {
        var script = script(monitored: false)
        script.rounds(10)
        #expect(script.finding(.ringUnmonitored) == nil)
    }

    @Test("where a bridge does not say, nothing is said", arguments: [true, nil])
    func known(monitored: Bool?) {
        var script = script(monitored: monitored)
        script.rounds(30)
        #expect(script.finding(.ringUnmonitored) == nil)
    }
}
