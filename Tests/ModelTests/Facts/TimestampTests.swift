// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import TestSupport
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "RFC 3339 texts are read to the microsecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2026-11-21T09:11:00Z", 1_795_252_260_000_000),
            ("2026-11-21t09:11:00.5z", 1_795_252_260_500_000),
            ("2026-11-21 09:11:00,123456789Z", 1_795_252_260_123_456),
            ("2026-11-21T10:11:00+01:00", 1_795_252_260_000_000),
            ("2026-11-21T03:41:00-05:30", 1_795_252_260_000_000),
            ("2024-02-29T12:00:00Z", 1_709_208_000_000_000),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
        ] as [(String, Int64)])
    func reads(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "a text that is no complete moment is refused",
        arguments: [
            "", "2026", "2026-11-21", "2026-11-21T09:11:00", "2026-11-21T09:11Z", "2026-11-21T09:11:00.Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z", "2026-11-21T09:11:61Z", "2026-11-21T09:11:00ZZ",
            "2026-11-21T09:11:00+0100", "2026-11-21T09:11:00+24:00", "2026-11-21T09:11:00+01:60",
            "2026-11-21T09:11:00+", "-026-11-21T09:11:00Z", "+2026-11-21T09:11:00Z", "２026-11-21T09:11:00Z",
            "2026-11-21T09:11:00\u{1B}[2J", "2026-11-21T09:11:00Z\0", "\u{0}",
            String(repeating: "9", count: 10_000),
        ])
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("a fraction of thousands of digits is cut, not added up")
    func longFraction() {
        let text = "2026-11-21T09:11:00." + String(repeating: "9", count: 5000) + "Z"
        #expect(Timestamp(rfc3339: text)?.microseconds == 1_795_252_260_999_999)
    }

    @Test("what is printed is read back, to the millisecond that is printed")
    func roundTrip() {
        var random = SplitMix(seed: 11)
        for _ in 0..<2000 {
            let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            let moment = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(rfc3339: moment.description) == moment)
        }
    }

    @Test("the calendar agrees with Foundation's")
    func calendar() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var random = SplitMix(seed: 12)
        for _ in 0..<500 {
            let milliseconds = Int64.random(in: 0...4_102_444_800_000, using: &random)
            let expected = Date(timeIntervalSince1970: Double(milliseconds) / 1000 + 0.0001).formatted(style)
            #expect(Timestamp(milliseconds: milliseconds).description == expected)
        }
    }

    @Test("moments print with milliseconds, cut towards the past")
    func prints() {
        #expect(Timestamp(microseconds: 0).description == "1970-01-01T00:00:00.000Z")
        #expect(Timestamp(microseconds: 1_795_252_260_123_999).description == "2026-11-21T09:11:00.123Z")
        #expect(Timestamp(microseconds: -1).description == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(microseconds: 1_795_252_260_123_999).timeOfDay == "09:11:00.123")
    }

    @Test("the ends of what 64 bits hold print without a crash")
    func extremes() {
        for microseconds in [Int64.min, .min + 1, .max] {
            #expect(!Timestamp(microseconds: microseconds).description.isEmpty)
        }
        #expect(Timestamp(microseconds: .max) - Timestamp(microseconds: .max) == .zero)
    }

    @Test("moments and durations add up")
    func arithmetic() {
        #expect(second(3) - second(1) == .seconds(2))
        #expect(second(1) + .milliseconds(500) == second(1.5))
        #expect(second(2) - Duration.milliseconds(500) == second(1.5))
        #expect(second(1) < second(2))
    }

    @Test("days go from number to date and back")
    func days() {
        for day in stride(from: Int64(-800_000), through: 3_000_000, by: 97) {
            #expect(CivilDate(daysSinceEpoch: day).daysSinceEpoch == day)
        }
        #expect(CivilDate(daysSinceEpoch: -1) == CivilDate(year: 1969, month: 12, day: 31))
        #expect(CivilDate.days(inMonth: 2, of: 2000) == 29)
        #expect(CivilDate.days(inMonth: 2, of: 2100) == 28)
    }

    @Test("durations of any length have whole microseconds, cut and bounded")
    func wholeMicroseconds() {
        #expect(Duration.nanoseconds(1999).wholeMicroseconds == 1)
        #expect(Duration.nanoseconds(-1999).wholeMicroseconds == -1)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
        #expect(Duration.seconds(Int64.max).wholeMicroseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeMicroseconds == .min)
        #expect((Duration.seconds(9_223_372_036_854) + .microseconds(999_999)).wholeMicroseconds == .max)
    }
}
