// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import Testing
import Views

@testable import Simulator

@Suite("The brief form")
struct BriefTests {
    /// A token of a language model is about so many characters.
    private static let charactersPerToken = 4

    @Test(
        "a sick cluster of 100 members takes no more than 1,500 tokens, the cause first",
        arguments: FaultRun.Mode.allCases)
    func sick(mode: FaultRun.Mode) throws {
        var run = FaultRun(100, mode: mode)
        try run.run(8)
        run.inject(.kill(Array(80..<90)), .pause([20, 21, 22]), .isolate([50, 51, 52, 53]), .cut(from: 30, to: 31))
        try run.run(12)
        let brief = FindingReport.brief(run.mesh.snapshot())
        #expect(brief.count / Self.charactersPerToken <= 1_500, "\(brief.count) characters")
        let lines = brief.split(separator: "\n")
        #expect(lines.count > 4 && !lines[0].hasPrefix("healthy") && lines[1].hasPrefix("failure: "), "\(brief)")
        #expect(brief.contains("process gone") && brief.contains("network partition"), "\(brief)")
        #expect(brief.contains("cluster Shop: ") && !brief.contains("\u{1B}"))
    }

    @Test("a healthy cluster takes a few lines")
    func healthy() throws {
        var run = FaultRun(100)
        try run.run(8)
        #expect(FindingReport.brief(run.mesh.snapshot()).split(separator: "\n").count <= 4)
    }
}
