// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Findings

/// Cases of Akka's own rules (akka-cluster, `sbr/DowningStrategy.scala`), strategy by strategy.
@Suite("What resolvers decide")
struct DowningStrategyTests {
    @Test(
        "keep-majority keeps the larger side, of equal ones that with the lowest address",
        arguments: [
            ("a b c", "a>c b>c", "DownUnreachable c"), ("a b c", "c>a c>b", "DownReachable c"),
            ("a b c d", "a>c a>d b>c b>d", "DownUnreachable c d"), ("a b c d", "c>a c>b d>a d>b", "DownReachable c d"),
            // Those that join do not count, and are downed with their side.
            ("a b c:Joining d", "a>c a>d", "DownUnreachable c d"),
        ])
    func majority(members: String, lost: String, expected: String) {
        #expect(DowningScript(members, lost: lost).verdict(.keepMajority) == expected)
    }

    @Test("a majority that the other side may dispute downs everything")
    func disputed() {
        // Two here, one there and two that may have become Up there.
        let script = DowningScript("a b c d:Joining e:WeaklyUp", lost: "a>c a>d a>e")
        #expect(script.verdict(.keepMajority) == "DownAll a b c d e")
        // Two here, of whom one leaves and may be gone, against one there.
        #expect(DowningScript("a b c:Leaving", lost: "b>a", speakers: "b c").verdict(.keepMajority) == "DownAll a b c")
    }

    @Test("two nodes that cannot reach each other and hear each other through others are both downed")
    func indirect() {
        let both = DowningScript("a b c d e", lost: "a>b b>a", speakers: "a b c d e")
        #expect(both.verdict(.keepMajority) == "DownIndirectlyConnected a b")
        // The subject speaks on this side, so that it hears the gossip.
        let one = DowningScript("a b c d e", lost: "a>b", speakers: "a b c d e")
        #expect(one.verdict(.keepMajority) == "DownIndirectlyConnected a b")
        // A crash at the same time is decided besides.
        let crash = DowningScript("a b c d e f g", lost: "a>b b>a c>g d>g", speakers: "a b c d e f")
        #expect(crash.verdict(.keepMajority) == "DownIndirectlyConnected a b g")
    }

    @Test(
        "a static quorum keeps whoever has it, and downs all where there are too many members",
        arguments: [
            ("a b c", "a>c", 2, "DownUnreachable c"), ("a b c", "a>b a>c", 2, "DownReachable a"),
            ("a b c d", "a>d", 2, "DownAll a b c d"),
        ])
    func quorum(members: String, lost: String, size: Int, expected: String) {
        #expect(DowningScript(members, lost: lost).verdict(.staticQuorum(size)) == expected)
    }

    @Test("without the size of the quorum nothing is said")
    func quorumUnknown() { #expect(DowningScript("a b c", lost: "a>c").verdict(.staticQuorum(nil)) == "unknown") }

    @Test(
        "keep-oldest keeps the oldest, unless it is alone",
        arguments: [
            ("a b c", "a>c b>c", "a", "DownUnreachable c"), ("a b c", "a>c b>c", "c", "DownUnreachable c"),
            ("a b c d", "a>c a>d b>c b>d", "c", "DownReachable a b"), ("a b c", "c>a c>b", "c", "DownReachable c"),
            ("a b", "a>b", "a", "DownUnreachable b"), ("a b", "a>b", "b", "DownReachable a"),
        ])
    func oldest(members: String, lost: String, oldest: String, expected: String) {
        #expect(DowningScript(members, lost: lost, oldest: oldest).verdict(.keepOldest) == expected)
    }

    @Test("who is the oldest must be known")
    func oldestUnknown() { #expect(DowningScript("a b", lost: "a>b").verdict(.keepOldest) == "unknown") }

    @Test("a lease decides between the sides, and its refusal reverses the decision")
    func lease() {
        let script = DowningScript("a b c", lost: "a>c b>c")
        #expect(script.verdict(.leaseMajority) == "AcquireLeaseAndDownUnreachable c")
        #expect(script.verdict(.leaseMajority, hasLease: false) == "DownReachable a b")
        #expect(DowningStrategy.isFirstForLease(script.side))
        #expect(!DowningStrategy.isFirstForLease(DowningScript("a b c", lost: "c>a c>b").side))
        let indirect = DowningScript("a b c d e", lost: "a>b b>a", speakers: "a b c d e")
        #expect(indirect.verdict(.leaseMajority, hasLease: false) == "ReverseDownIndirectlyConnected a b c d e")
    }

    @Test("down-all downs everybody, auto-down whom it cannot reach, and without a provider nobody is downed")
    func others() {
        let script = DowningScript("a b c", lost: "a>c b>c")
        #expect(script.verdict(.downAll) == "DownAll a b c")
        #expect(script.verdict(.autoDown) == "AutoDown c")
        #expect(script.verdict(.none) == "none")
    }

    @Test(
        "strategies are known by the names of their classes and of their settings",
        arguments: [
            ("KeepMajority", "keep-majority"), ("keep-majority", "keep-majority"), ("StaticQuorum", "static-quorum"),
            ("KeepOldest", "keep-oldest"), ("DownAllNodes", "down-all"), ("LeaseMajority", "lease-majority"),
        ])
    func names(reported: String, name: String) {
        #expect(DowningStrategy(reported)?.name == name)
        #expect(DowningSnapshot(strategy: reported).strategyName == name)
    }

    @Test("another strategy is not guessed at")
    func foreign() { #expect(DowningStrategy("OurOwnStrategy") == nil) }
}
