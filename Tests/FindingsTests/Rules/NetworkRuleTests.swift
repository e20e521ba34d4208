// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

@Suite("Partitions, broken links, two clusters")
struct NetworkRuleTests {
    private func settled() -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "10.0.0.3")
        script.rounds(3)
        return script
    }

    @Test("groups that have lost each other and all live are a partition; the cut-off one comes first")
    func partition() {
        var script = settled()
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.lose("10.0.0.1", by: "10.0.0.3")
        script.lose("10.0.0.2", by: "10.0.0.3")
        script.rounds(2)
        #expect(script.loud.first?.rule == .networkPartition && script.loud.first?.confidence == .confirmed)
        #expect(script.loud.first?.subjects.first == "akka://Shop@10.0.0.3:25520")
    }

    @Test("a pair that has lost each other while a third reaches both is a broken link, and no partition")
    func link() {
        var script = settled()
        script.lose("10.0.0.3", by: "10.0.0.1")
        script.lose("10.0.0.1", by: "10.0.0.3")
        script.rounds(1)
        #expect(script.loud.isEmpty, "the others may still be about to lose it")
        script.rounds(3)
        #expect(script.rules.first == .asymmetricReachability)
        #expect(script.finding(.networkPartition) == nil)
        #expect(Set(script.loud[0].subjects.prefix(2)) == ["akka://Shop@10.0.0.1:25520", "akka://Shop@10.0.0.3:25520"])
    }

    @Test("a side that is silent is no side of a partition")
    func silentSide() {
        var script = settled()
        script.failing["10.0.0.3"] = .timeout
        script.rounds()
        script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
        script.rounds(3)
        #expect(script.finding(.networkPartition) == nil)
    }

    @Test("groups that do not list each other are two clusters after eight seconds, not before")
    func twoClusters() {
        var script = settled()
        script.lists = [
            "10.0.0.1": ["10.0.0.1", "10.0.0.2"], "10.0.0.2": ["10.0.0.1", "10.0.0.2"], "10.0.0.3": ["10.0.0.3"],
        ]
        script.rounds(7)
        #expect(script.finding(.twoClusters) == nil)
        script.rounds(2)
        #expect(script.finding(.twoClusters)?.confidence == .confirmed)
    }

    @Test(
        "a member that is lost three times in two minutes flaps, two times is none", arguments: [(2, false), (3, true)])
    func flapping(times: Int, isSaid: Bool) {
        var script = settled()
        for _ in 0..<times {
            script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
            script.rounds(2)
            script.find("10.0.0.3")
            script.rounds(6)
        }
        if isSaid {
            script.lose("10.0.0.3", by: "10.0.0.1", "10.0.0.2")
            script.rounds()
        }
        #expect((script.finding(.reachabilityFlapping) != nil) == isSaid)
    }
}
