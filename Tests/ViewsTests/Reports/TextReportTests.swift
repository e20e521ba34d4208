// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Views

@Suite("Reports for people")
struct TextReportTests {
    private static let scenes: [(String, ReportScript)] = [
        ("healthy", .healthy), ("one-unreachable", .oneUnreachable), ("partition", .partition), ("removed", .removed),
        ("hostile", .hostile), ("nothing", ReportScript(sources: [7])),
    ]

    @Test("table, wide, text and DOT look as they always did", arguments: scenes.indices)
    func goldens(index: Int) {
        let (name, script) = Self.scenes[index]
        let snapshot = script.snapshot
        let pages = [
            ("table", TextReport.table(snapshot, isWide: false)), ("wide", TextReport.table(snapshot, isWide: true)),
            ("text", TextReport.text(snapshot)), ("dot", DotReport.dot(snapshot)),
        ]
        Golden.check(pages.map { "== \($0.0)\n\($0.1)" }.joined(), "Reports/\(name)")
    }

    @Test("no report lets a control character through, or ends a line with spaces", arguments: scenes.indices)
    func printable(index: Int) {
        let snapshot = Self.scenes[index].1.snapshot
        for text in [
            TextReport.table(snapshot, isWide: true), TextReport.text(snapshot), DotReport.dot(snapshot),
            CheckReport.line(snapshot, failOn: .degraded).text + "\n",
        ] {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { line in !line.unicodeScalars.contains { $0.isControl } })
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
            #expect(text.hasSuffix("\n"))
        }
    }

    @Test("columns stand below their heads, whatever is in the cells")
    func columns() {
        let lines = TextReport.table(ReportScript.hostile.snapshot, isWide: false).split(separator: "\n")
        let head = lines[0]
        #expect(lines.count == 4)
        let start = head.distance(from: head.startIndex, to: head.range(of: "AGE")?.lowerBound ?? head.startIndex)
        for line in lines.dropFirst() {
            let cell = line[line.index(line.startIndex, offsetBy: start)...]
            #expect(cell.hasPrefix("1s") || cell.hasPrefix("2s"))
        }
    }

    @Test("of many observers the first few are named, the others counted")
    func manyObservers() {
        func cell(_ observers: Int) -> String {
            var script = ReportScript(sources: [1])
            let members = (1...30).map { ReportScript.member($0) }
            script.round([1], members, unreachable: [30: Array(2..<(2 + observers))])
            let row = TextReport.table(script.snapshot, isWide: false).split(separator: "\n").first {
                $0.contains(" 10.0.0.30:25520 ")
            }
            return row?.split(separator: " ").dropFirst(4).first.map(String.init) ?? ""
        }
        #expect(cell(1) == "10.0.0.2:25520")
        #expect(cell(8).split(separator: ",").count == 8 && !cell(8).contains("+"))
        #expect(cell(20).hasSuffix(",+13"))
        #expect(cell(20).split(separator: ",").count == 8)
    }

    @Test("quotes and backslashes end no label of DOT")
    func dot() {
        let dot = DotReport.dot(ReportScript.hostile.snapshot)
        for line in dot.split(separator: "\n") {
            var (isInString, isEscaped) = (false, false)
            for character in line {
                if character == "\"", !isEscaped { isInString.toggle() }
                isEscaped = character == "\\" && !isEscaped
            }
            #expect(!isInString, "\(line)")
        }
    }
}

@Suite("CheckReport")
struct CheckReportTests {
    private func line(_ script: ReportScript, _ failOn: Health.Level = .degraded) -> (String, Int32) {
        CheckReport.line(script.snapshot, failOn: failOn)
    }

    @Test("healthy is OK")
    func healthy() {
        let (text, exit) = line(.healthy)
        #expect(
            text == "MESHTOP OK - all 3 members Up, reachable by everyone | members=3 up=3 unreachable=0 gated=0 "
                + "quarantined=0 phi_max=U sources_failing=0")
        #expect(exit == 0)
    }

    @Test("degraded is a warning, which another level can make OK")
    func degraded() {
        let (text, exit) = line(.oneUnreachable)
        #expect(
            text == "MESHTOP WARNING - 10.0.0.9:25520 process gone: its ports refuse connections | members=3 up=3 "
                + "unreachable=1 gated=2 quarantined=0 phi_max=U sources_failing=1")
        #expect(exit == 1)
        #expect(line(.oneUnreachable, .failure).1 == 0)
        #expect(line(.oneUnreachable, .failure).0.hasPrefix("MESHTOP OK - 10.0.0.9:25520 process gone"))
    }

    @Test("a failure is critical at every level", arguments: Health.Level.allCases)
    func failure(failOn: Health.Level) {
        let (text, exit) = line(.partition, failOn)
        #expect(text.hasPrefix("MESHTOP CRITICAL - 2 partitions: 10.0.0.7:25520, 10.0.0.8:25520 / 10.0.0.9:25520; "))
        #expect(text.contains("; and 1 more | members=3 up=3 unreachable=3 "))
        #expect(exit == 2)
    }

    @Test(
        "not ready is a problem only when asked for",
        arguments: [(.degraded, "OK", 0), (.notReady, "WARNING", 1), (.failure, "OK", 0), (.healthy, "WARNING", 1)]
            as [(Health.Level, String, Int32)])
    func notReady(failOn: Health.Level, word: String, exit: Int32) {
        var script = ReportScript(sources: [7])
        script.round([7], [ReportScript.member(7), ReportScript.member(8, .joining)])
        #expect(line(script, failOn).0.hasPrefix("MESHTOP \(word) - 10.0.0.8:25520 Joining | members=2 up=1 "))
        #expect(line(script, failOn).1 == exit)
    }

    @Test("nothing known is UNKNOWN", arguments: Health.Level.allCases)
    func unknown(failOn: Health.Level) {
        var script = ReportScript(sources: [7])
        script.fail(7)
        script.tick()
        let (text, exit) = line(script, failOn)
        #expect(text.hasPrefix("MESHTOP UNKNOWN - http://10.0.0.7:8558: "))
        #expect(text.contains(" | members=U up=U unreachable=U gated=U quarantined=U phi_max=U "))
        #expect(text.hasSuffix(" sources_failing=1"))
        #expect(exit == 3)
    }

    @Test("a removed member does not count, an unknown one is not called Up")
    func counting() {
        #expect(line(.removed).0.hasPrefix("MESHTOP OK - all 2 members Up"))
        var script = ReportScript(sources: [7])
        script.round([7], [ReportScript.member(7), ReportScript.member(8, .unknown("Hibernating"))])
        #expect(line(script).0.hasPrefix("MESHTOP OK - 1 of 2 members Up"))
    }

    @Test("text from outside cannot begin the performance data or another line")
    func hostile() {
        let (text, exit) = line(.hostile, .notReady)
        #expect(text.count { $0 == "|" } == 1)
        #expect(exit == 1)
    }
}
