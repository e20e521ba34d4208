// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Views

/// Each bound of the reports at its value and one beyond.
@Suite("Bounds of reports") struct ReportBoundTests {
    private static func snapshot(_ reasons: Int, level: Health.Level = .degraded) -> MeshSnapshot {
        MeshSnapshot(
            at: second(0), options: SessionOptions(),
            health: Health(level: level, reasons: (0..<reasons).map { "reason \($0)" }), sources: [], clusters: [],
            dropped: DroppedCounts())
    }

    @Test("check names three reasons and counts the others")
    func reasons() {
        let three = CheckReport.line(Self.snapshot(3), failOn: .degraded)
        #expect(three.text.hasPrefix("MESHTOP WARNING - reason 0; reason 1; reason 2 | members=U "))
        let four = CheckReport.line(Self.snapshot(4), failOn: .degraded)
        #expect(four.text.hasPrefix("MESHTOP WARNING - reason 0; reason 1; reason 2; and 1 more | "))
    }

    @Test(
        "check fails from the level on that is asked for",
        arguments: [
            (Health.Level.notReady, Health.Level.degraded, 0), (.degraded, .degraded, 1), (.failure, .degraded, 2),
            (.notReady, .notReady, 1), (.degraded, .failure, 0), (.failure, .failure, 2),
            // Nothing is known of any member here, whatever the traffic says.
            (.healthy, .notReady, 3), (.unknown, .failure, 3),
        ] as [(Health.Level, Health.Level, Int32)])
    func failOn(level: Health.Level, failOn: Health.Level, exit: Int32) {
        #expect(CheckReport.line(Self.snapshot(1, level: level), failOn: failOn).exit == exit)
    }

    @Test("a table names eight observers, of more than that seven and a number", arguments: [8, 9])
    func observers(count: Int) throws {
        var script = ReportScript(sources: [1])
        let members = (1...(count + 2)).map { ReportScript.member($0) }
        let lost = count + 2
        let observers = Array(2...(count + 1))
        script.answer(1, MemberList(members.sorted { $0.node < $1.node }), unreachable: [lost: observers])
        script.tick()
        let row = try #require(
            TextReport.table(script.snapshot, isWide: false).split(separator: "\n").first {
                $0.contains("10.0.0.\(lost):25520 ")
            })
        #expect(row.contains("+2") == (count == 9))
        #expect(row.split(separator: ",").count == 8)
    }

    @Test("whole numbers below 10^15 are written without a fraction, in full")
    func numbers() {
        func text(_ value: Double?) -> String {
            var writer = JSONWriter()
            writer.number(value)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(text(999_999_999_999_999) == "999999999999999" && text(1e15) == "1000000000000000.0")
        #expect(text(-999_999_999_999_999) == "-999999999999999" && text(0.5) == "0.5" && text(-0.0) == "0")
        #expect(text(.infinity) == "null" && text(.nan) == "null" && text(nil) == "null")
    }

    @Test("ages are written in their two largest units")
    func ages() {
        let cases: [(Int64, String)] = [
            (-1, "0s"), (0, "0s"), (59, "59s"), (60, "1m 0s"), (3_599, "59m 59s"), (3_600, "1h 0m"),
            (86_399, "23h 59m"), (86_400, "1d 0h"),
        ]
        for (seconds, text) in cases { #expect(Duration.seconds(seconds).ageText == text) }
    }

    @Test("durations are written in seconds, exact to the microsecond")
    func seconds() {
        let cases: [(Int64, String)] = [
            (0, "0"), (1, "0.000001"), (999_999, "0.999999"), (1_000_000, "1"), (2_500_000, "2.5"),
            (-1_500_000, "-1.5"),
        ]
        for (microseconds, text) in cases { #expect(Duration.microseconds(microseconds).secondsText == text) }
    }
}
