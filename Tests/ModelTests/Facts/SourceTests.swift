// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Source")
struct SourceTests {
    @Test(
        "freshness counts intervals: 2 are fresh, 5 late, 30 stale, more is lost",
        arguments: [
            (0, .fresh), (4, .fresh), (4.001, .late), (10, .late), (10.001, .stale), (60, .stale), (60.001, .lost),
            (-5, .fresh),
        ] as [(Double, Freshness)])
    func freshness(age: Double, expected: Freshness) {
        #expect(Freshness(observedAt: second(100 - age), now: second(100), interval: .seconds(2)) == expected)
    }

    @Test("what was never observed is lost")
    func never() {
        #expect(Freshness(observedAt: nil, now: second(0), interval: .seconds(2)) == .lost)
    }

    @Test("no moment and no interval is too far out to be judged")
    func extremes() {
        let (past, future) = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
        #expect(Freshness(observedAt: past, now: future, interval: .seconds(2)) == .lost)
        #expect(Freshness(observedAt: future, now: past, interval: .seconds(2)) == .fresh)
        #expect(Freshness(observedAt: second(0), now: second(9), interval: .seconds(Int64.max)) == .fresh)
        #expect(Freshness(observedAt: second(0), now: second(9), interval: .zero) == .lost)
        #expect(Freshness(observedAt: second(0), now: second(9), interval: .seconds(-2)) == .lost)
    }

    @Test("the worse freshness is the greater")
    func order() {
        #expect([Freshness.lost, .fresh, .stale, .late].sorted() == [.fresh, .late, .stale, .lost])
    }

    @Test(
        "above 50 members each is polled every other tick, and so on",
        arguments: [(0, 2), (1, 2), (50, 2), (51, 4), (100, 4), (101, 6), (1000, 40)])
    func pollBudget(members: Int, seconds: Int) {
        #expect(PollBudget.period(members: members, interval: .seconds(2)) == .seconds(seconds))
    }

    @Test("no interval is too long for the budget")
    func longestPeriod() {
        #expect(PollBudget.period(members: 100_000, interval: .seconds(Int64.max)) > .seconds(1_000_000_000))
    }

    @Test("sources are ordered by kind, then by target, and print both")
    func ids() {
        let sorted = [
            SourceID(.log, "z"), SourceID(.management, "http://a:1"), SourceID(.management, "http://b:1"),
            SourceID(.sse, "http://a:1"),
        ]
        #expect(sorted.reversed().sorted() == sorted)
        #expect(sorted[1].description == "management http://a:1")
    }

    @Test("codes and reasons are spelled as the contract spells them")
    func spelling() {
        let codes = SourceFailure.Code.allCases.map(\.rawValue)
        #expect(
            codes == [
                "refused", "timeout", "reset", "dns", "tls", "http", "auth", "format", "too-large", "closed", "other",
            ])
        let reasons = EndReason.allCases.map(\.rawValue)
        #expect(reasons == ["count", "duration", "signal", "input-ended", "output-closed", "error"])
        let kinds = SourceKind.allCases.map(\.rawValue)
        #expect(
            kinds == ["management", "sse", "bridge", "log", "prometheus", "kubernetes", "journal", "probe", "podlog"])
    }
}
