// SPDX-License-Identifier: Apache-2.0
import Configuration
import Model
import Testing

@Suite("Durations and times as typed")
struct DurationTextTests {
    @Test(
        "a duration is a number of seconds, or a number with a unit",
        arguments: [
            ("2", 2_000_000), ("1.5", 1_500_000), (".5", 500_000), ("250ms", 250_000), ("10s", 10_000_000),
            ("5m", 300_000_000), ("1h", 3_600_000_000), ("7d", 604_800_000_000), ("0", 0), ("0.000001", 1),
        ] as [(String, Int64)])
    func reads(text: String, microseconds: Int64) {
        #expect(DurationText.duration(text) == .microseconds(microseconds))
    }

    @Test(
        "anything else is no duration",
        arguments: [
            "", "s", ".", "-1", "1.2.3", "2 s", "1h30m", "1w", "1e3", "99999999999999", "999999999999d", "٣s",
            "0.0000001",
        ])
    func refuses(text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test(
        "the text of a duration reads back to it",
        arguments: [0, 1, 999, 1_000, 1_500_000, 2_000_000, 61_000_000, 86_400_000_000])
    func roundTrip(microseconds: Int64) {
        let duration = Duration.microseconds(microseconds)
        #expect(DurationText.duration(DurationText.text(duration)) == duration)
    }

    @Test("the text of a duration takes the largest unit that fits")
    func shortest() {
        #expect(DurationText.text(.seconds(60)) == "1m")
        #expect(DurationText.text(.milliseconds(1_500)) == "1500ms")
        #expect(DurationText.text(.microseconds(1_001)) == "1.001ms")
    }

    @Test("a time is RFC 3339 or a time of today")
    func times() {
        #expect(TimeText.value("14:03") == .clock(secondOfDay: 50_580))
        #expect(TimeText.value("14:03:22") == .clock(secondOfDay: 50_602))
        #expect(TimeText.value("1970-01-01T00:00:01Z") == .instant(.init(microseconds: 1_000_000)))
        for text in ["24:00", "14:60", "1:02", "14:03:", "14", "yesterday", "2026-11-21", "14:03:22:01"] {
            #expect(TimeText.value(text) == nil, "\(text)")
        }
    }
}
