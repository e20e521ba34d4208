// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Collectors

/// When the lines of a log were written: what they leave open, other lines of the log settle.
@Suite struct LogClockTests {
    private static func lost(_ number: Int) -> String { "Detected unreachable: [akka://Shop@10.0.0.\(number):25520]" }

    private static func log(_ stamps: [String]) -> String {
        stamps.enumerated().map { "[WARN] [\($1)] [t] [akka://Shop@10.0.0.7:25520/x] \(lost($0)) \n" }.joined()
    }

    private static func times(_ stamps: [String], at now: String = "2026-11-21T06:00:00Z") throws -> [String] {
        let now = try #require(Timestamp(rfc3339: now))
        return LogSupport.events(log(stamps), at: now).map { $0.event.at.description }
    }

    @Test("with slashes the month comes first, as Akka's own standard output has it, for all days up to 12 too")
    func monthFirst() throws {
        #expect(try Self.times(["05/10/2026 05:10:13.116"]) == ["2026-05-10T05:10:13.116Z"])
        #expect(try Self.times(["08/09/2026 05:10:13.116"]) == ["2026-08-09T05:10:13.116Z"])
    }

    @Test("a number above 12 shows the order of the whole log, also of the lines before it")
    func backwards() throws {
        let found = try Self.times(["05/10/2026 05:00:00.000", "06/10/2026 05:00:00.000", "13/10/2026 05:00:00.000"])
        #expect(found == ["2026-10-05T05:00:00.000Z", "2026-10-06T05:00:00.000Z", "2026-10-13T05:00:00.000Z"])
    }

    @Test("a day that lies in the future rules an order out")
    func future() throws {
        #expect(try Self.times(["12/10/2026 05:00:00.000"]) == ["2026-10-12T05:00:00.000Z"])
    }

    @Test(
        "years of two digits are read as the only date that can be",
        arguments: [
            ("26-11-05 05:10:13,116", "2026-11-05"), ("26/11/05 05:10:13", "2026-11-05"),
            ("11/05/26 05:10:13", "2026-11-05"), ("05.11.26 05:10:13", "2026-11-05"),
        ])
    func shortYears(stamp: String, day: String) throws {
        #expect(try Self.times([stamp]).first?.hasPrefix("\(day)T05:10:13") == true)
    }

    @Test("a time of day that has not come yet today is yesterday's, and what follows goes on from there")
    func yesterday() throws {
        let found = try Self.times(["08:00:00.000", "23:59:59.000", "00:00:01.000"], at: "2026-11-21T06:00:00Z")
        #expect(found == ["2026-11-20T08:00:00.000Z", "2026-11-20T23:59:59.000Z", "2026-11-21T00:00:01.000Z"])
        #expect(try Self.times(["05:00:00.000"]) == ["2026-11-21T05:00:00.000Z"])
    }

    @Test("times of day are counted from a line that has a date, before and behind it")
    func anchored() throws {
        let found = try Self.times(["23:59:59.000", "2026-03-02 00:00:01.000", "00:00:02.000"])
        #expect(found == ["2026-03-01T23:59:59.000Z", "2026-03-02T00:00:01.000Z", "2026-03-02T00:00:02.000Z"])
    }

    @Test("a date of an unknown form does not become today, and its time is marked as a guess")
    func unknown() throws {
        let events = LogSupport.events(Self.log(["5.11. 05:10:13,116", "99-99-99 05:10:13,116"]))
        #expect(events.count == 2)
        #expect(events.allSatisfy { $0.isTimeGuessed && $0.event.at == LogSupport.now })
    }

    @Test("nothing happens later than now, but for clocks that differ a little", arguments: [300, 301])
    func later(seconds: Int) throws {
        let stamp = (LogSupport.now + .seconds(seconds)).description
        let event = try #require(LogSupport.events(Self.log([stamp])).first)
        #expect(event.isTimeGuessed == (seconds > 300))
        #expect(event.event.at == (seconds > 300 ? LogSupport.now : LogSupport.now + .seconds(300)))
    }

    @Test("the zone of a local time follows from the time in UTC beside it")
    func zone() throws {
        let line =
            "2026-11-21 06:10:13,116 WARN x [akkaTimestamp=05:10:13.116UTC, akkaAddress=akka://Shop@10.0.0.7:25520] - "
        let event = try #require(LogSupport.events(line + Self.lost(9) + "\n").first)
        #expect(event.event.at == Timestamp(rfc3339: "2026-11-21T05:10:13.116Z"))
    }

    @Test(
        "as many events wait for their times as the maximum, and then the usual order holds", .tags(.slow), .unlessQuick
    )
    func bound() {
        func passed(_ count: Int) -> Int {
            var scanner = LogSupport.scanner()
            let text = Self.log(Array(repeating: "05/10/2026 05:00:00.000", count: count))
            return Array(text.utf8).withUnsafeBytes { scanner.receive($0, at: LogSupport.now) }.count
        }
        #expect(passed(EventClock.maximumWaiting - 1) == 0)
        #expect(passed(EventClock.maximumWaiting) == EventClock.maximumWaiting)
    }
}
