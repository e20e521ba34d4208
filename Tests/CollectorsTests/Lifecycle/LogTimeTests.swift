// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite struct LogTimeTests {
    private static func moment(_ text: String, zone: LogZone = .utc) -> Timestamp? {
        Array(text.utf8).withUnsafeBytes { bytes in
            LogTimeReader.first(in: bytes)?.time.moment(zone: zone, reference: LogSupport.now)
        }
    }

    @Test(
        "times are read in the forms that layouts use",
        arguments: [
            "2026-11-21 05:10:13,116 WARN x", "2026-11-21T05:10:13.116Z x", "2026-11-21T05:10:13.116000000Z",
            "[2026-11-21 05:10:13.116] x", "2026-11-21T06:10:13.116+01:00", "2026-11-21 04:10:13.116 -0100 x",
            "INFO 2026/11/21 05:10:13.116 x", "[WARN] [11/21/2026 05:10:13.116] [thread] [x] y",
            "21 Nov 2026 05:10:13,116 x", "21.11.2026 05:10:13,116", "Nov 21 05:10:13.116 host x",
            "20261121T051013,116 x", "20261121051013116 x", "05:10:13.116 [main] INFO x", "05:10:13.116UTC",
            "1795237813116 x", "1795237813.116 x", "2026-11-21 05:10:13,116 UTC x", "21/Nov/2026:05:10:13.116 +0000",
            "Nov 21, 2026 @ 05:10:13.116", "Nov 21, 2026, 5:10:13.116 AM x", "November 21, 2026 05:10:13.116",
            "26-11-21 05:10:13,116 x", "26/11/21 05:10:13.116 x", "21.11.26 05:10:13.116",
            "2026-11-21 00:10:13,116 EST x", "2026-11-21 06:10:13,116 CET x", "2026-11-21 06:10:13.116 GMT+1 x",
            "2026-11-21 06:10:13.116 UTC+01:00 x", "Sat Nov 21 05:10:13.116 UTC 2026", "2026-11-21 10:40:13,116 IST x",
            "akka.cluster.Cluster WARN 2026-11-21 05:10:13.116 x", "ts=1795237813.116 level=warn",
        ])
    func forms(text: String) {
        #expect(Self.moment(text) == Timestamp(rfc3339: "2026-11-21T05:10:13.116Z"))
    }

    @Test(
        "what is no time is none",
        arguments: [
            "10.0.0.7:25520 x", "akka://Shop@10.0.0.7:25520", "2026-13-21", "2026-02-30",
            "25:10:13", "version 2.6.21", "", "2026-11-21", "12345", "5.11. 05:10:13", "26-99-99 05:10:13",
            "11-21 05:10:13.116",
        ])
    func none(text: String) {
        #expect(Self.moment(text) == nil)
    }

    @Test("a time without a zone is of the zone that is given")
    func zones() throws {
        let line = "2026-11-21 05:10:13,116"
        #expect(
            Self.moment(line, zone: try #require(LogZone("+05:30"))) == Timestamp(rfc3339: "2026-11-20T23:40:13.116Z"))
        #expect(
            Self.moment(line, zone: try #require(LogZone("-0300"))) == Timestamp(rfc3339: "2026-11-21T08:10:13.116Z"))
        #expect(LogZone("Z") == .utc)
        #expect(LogZone("Europe/Nowhere") == nil)
        #expect(LogZone("../../etc/passwd") == nil)
        #expect(LogZone("+99:00") == nil)
    }

    @Test(
        "a named zone knows summer time, also in years that its table does not reach",
        .enabled(if: LogZone("Europe/Berlin") != nil))
    func summer() throws {
        let berlin = try #require(LogZone("Europe/Berlin"))
        #expect(Self.moment("2026-07-01 12:00:00", zone: berlin) == Timestamp(rfc3339: "2026-07-01T10:00:00Z"))
        #expect(Self.moment("2026-12-01 12:00:00", zone: berlin) == Timestamp(rfc3339: "2026-12-01T11:00:00Z"))
        #expect(Self.moment("2060-07-01 12:00:00", zone: berlin) == Timestamp(rfc3339: "2060-07-01T10:00:00Z"))
        // The clock goes from 02:00 to 03:00, and in autumn from 03:00 back to 02:00.
        #expect(Self.moment("2026-03-29 01:59:59", zone: berlin) == Timestamp(rfc3339: "2026-03-29T00:59:59Z"))
        #expect(Self.moment("2026-03-29 03:00:00", zone: berlin) == Timestamp(rfc3339: "2026-03-29T01:00:00Z"))
        #expect(Self.moment("2026-10-25 02:30:00", zone: berlin) == Timestamp(rfc3339: "2026-10-25T00:30:00Z"))
        #expect(Self.moment("2026-10-25 03:30:00", zone: berlin) == Timestamp(rfc3339: "2026-10-25T02:30:00Z"))
    }

    @Test("the rule behind a table is read as POSIX writes it")
    func rules() throws {
        let sydney = try #require(ZoneRule("AEST-10AEDT,M10.1.0,M4.1.0/3"))
        let january = try #require(Timestamp(rfc3339: "2040-01-15T00:00:00Z")).microseconds / 1_000_000
        let july = try #require(Timestamp(rfc3339: "2040-07-15T00:00:00Z")).microseconds / 1_000_000
        #expect(sydney.offset(atSecond: january) == 11 * 3600)
        #expect(sydney.offset(atSecond: july) == 10 * 3600)
        #expect(ZoneRule("<+0330>-3:30")?.offset(atSecond: july) == 12_600)
        #expect(ZoneRule("") == nil)
        #expect(ZoneRule("CET-1CEST,J60,J300") == nil)
    }

    @Test("a time of day is the next one behind the line before, but for some disorder")
    func midnight() throws {
        let reference = try #require(Timestamp(rfc3339: "2026-11-21T00:00:05Z"))
        let time = try #require(Array("23:59:58.000".utf8).withUnsafeBytes { LogTimeReader.whole($0) })
        #expect(time.moment(zone: .utc, reference: reference) == Timestamp(rfc3339: "2026-11-20T23:59:58Z"))
        let next = try #require(Array("00:00:01".utf8).withUnsafeBytes { LogTimeReader.whole($0) })
        let before = try #require(Timestamp(rfc3339: "2026-11-20T23:59:58Z"))
        #expect(next.moment(zone: .utc, reference: before) == Timestamp(rfc3339: "2026-11-21T00:00:01Z"))
    }
}
