// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing
import Traffic

@testable import Model

@Suite("Windows that cannot show what is expected of them") struct WindowGuardTests {
    private static func notes(
        window: Duration, server: MetricsServer, ago: Duration = .zero
    ) -> [String] {
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        let telemetry = Telemetry(
            at: now + .zero - ago, window: window, interval: .seconds(15), texts: TelemetryTexts(), vectors: [],
            server: server)
        return ServiceGraph.build(telemetry, options: GraphOptions(), observedAt: now).notes
    }

    @Test("a rate takes two samples, and four to be safe")
    func interval() {
        func notes(_ window: Int, _ step: Int) -> [String] {
            Self.notes(window: .seconds(window), server: MetricsServer(scrapeInterval: .seconds(step)))
        }
        #expect(notes(60, 15) == [])
        #expect(
            notes(60, 60) == [
                "a window of 1m is too short: samples come each 1m, and a rate takes two; --window 4m is safe"
            ])
        #expect(
            notes(60, 30) == [
                "a window of 1m holds few samples, one each 30s: a late scrape leaves out edges; --window 2m is safe"
            ])
        #expect(notes(60, 0) == [])
    }

    @Test("what lies before the kept samples is said to")
    func retention() {
        let server = MetricsServer(scrapeInterval: .seconds(15), retention: .seconds(15 * 86_400))
        #expect(Self.notes(window: .seconds(15 * 86_400), server: server) == [])
        #expect(
            Self.notes(window: .seconds(30 * 86_400), server: server) == [
                "a window of 30d is longer than the server keeps samples, 15d: rates are those of the part that is kept"
            ])
        #expect(
            Self.notes(window: .seconds(60), server: server, ago: .seconds(16 * 86_400)) == [
                "the moment that is asked for is 16d ago, and the server keeps samples for 15d only"
            ])
        #expect(
            Self.notes(window: .seconds(60), server: server, ago: .seconds(-3600)) == [
                "the moment that is asked for is still to come"
            ])
        #expect(Self.notes(window: .seconds(60), server: MetricsServer(), ago: .seconds(1 << 30)) == [])
    }

    @Test("durations are told in the unit that fits")
    func words() {
        let cases: [(Duration, String)] = [
            (.milliseconds(250), "250ms"), (.seconds(1), "1s"), (.seconds(90), "90s"), (.seconds(120), "2m"),
            (.seconds(60), "1m"), (.seconds(3600), "1h"), (.seconds(5400), "90m"), (.seconds(86_400), "1d"),
            (.seconds(-5), "0s"), (.seconds(150), "2.5m"),
        ]
        for (duration, words) in cases { #expect(duration.inWords == words) }
    }
}
