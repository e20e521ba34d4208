// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Findings

@Suite("Rule stale-dns")
struct StaleDNSRuleTests {
    private func settled() -> FindingScript {
        var script = FindingScript("10.0.0.1", "10.0.0.2", "shop-3.shop")
        script.rounds(3)
        return script
    }

    @Test("a member that tries another address than others for one name is named, and proved while the peer lives")
    func outdated() {
        var script = settled()
        for _ in 0..<3 {
            script.line(
                .connectionFailed(.message, .refused), by: "10.0.0.1", about: "shop-3.shop",
                "Connection refused: shop-3.shop/10.0.0.7:25520")
            script.line(
                .connectionFailed(.message, .disassociated), by: "10.0.0.2", about: "shop-3.shop",
                "Connection reset: shop-3.shop/10.0.0.9:25520")
            script.rounds(2)
        }
        let found = script.finding(.staleDNS)
        #expect(found?.confidence == .confirmed && found?.subjects.first == "akka://Shop@10.0.0.1:25520")
        #expect(found?.title.contains("10.0.0.7:25520") == true)
    }

    @Test("a name that only one member cannot resolve is a suspicion")
    func unresolved() {
        var script = settled()
        for _ in 0..<3 {
            script.line(.connectionFailed(.message, .unresolved), by: "10.0.0.1", about: "shop-3.shop", "unknown host")
            script.rounds(2)
        }
        #expect(script.finding(.staleDNS)?.confidence == .suspect)
    }

    @Test("a name that is gone with its process is no stale answer")
    func gone() {
        var script = settled()
        script.failing["shop-3.shop"] = .refused
        script.lose("shop-3.shop", by: "10.0.0.1", "10.0.0.2")
        for _ in 0..<4 {
            script.line(.connectionFailed(.message, .unresolved), by: "10.0.0.1", about: "shop-3.shop", "unknown host")
            script.rounds(2)
        }
        #expect(script.finding(.staleDNS) == nil && script.rules.first == .nodeDown)
    }
}
