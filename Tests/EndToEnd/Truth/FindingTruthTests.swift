// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Recorded incidents of real clusters in virtual time: which finding comes first, on whom, how soon, and what must not be said.
@Suite(
    "Findings of recordings",
    .enabled(if: FindingRuns.all.isEmpty == false, "skipped: no recordings of the cluster kit beside the checkout"))
struct FindingTruthTests {
    /// What no source of a mode shows cannot be said in it: causes that stand in logs alone, states that logs do not name.
    private static let untold: [FindingTruthMode: Set<String>] = [
        .bridge: ["config-mismatch", "oversized", "tls-stranger", "tls-expired"],
        .management: ["config-mismatch", "oversized", "tls-stranger", "tls-expired", "quarantine", "quarantine-stuck"],
        // quorum-lost: only one node's log says anything, and it reads as that of a minority whose majority lives on.
        .logsAlone: [
            "management-gone", "min-members", "foreign-protocol", "classic-joiner", "auto-down-split", "quorum-lost",
        ],
    ]

    @Test("the cause comes first, and nothing else is said", arguments: FindingTruthMode.allCases)
    func causes(mode: FindingTruthMode) throws {
        let expectations = try FindingExpectation.all()
        var verdicts: [FindingVerdict] = []
        for recording in try FindingRuns.all.map(TruthRecording.init) {
            guard let expectation = expectations[recording.conclusion] else { continue }
            let verdict = try FindingVerdict(recording, mode, expectation)
            print(verdict.row)
            #expect(verdict.ungrounded == 0, "\(verdict.name): evidence without an observation")
            #expect(verdict.early.isEmpty, "\(verdict.name): said too early: \(verdict.early.sorted())")
            if Self.untold[mode]?.contains(recording.scenario) != true {
                #expect(verdict.isRight, "\(verdict.row)")
            }
            verdicts.append(verdict)
        }
        #expect(verdicts.count >= 40)
        summarize(verdicts, mode)
    }

    private func summarize(_ verdicts: [FindingVerdict], _ mode: FindingTruthMode) {
        let right = verdicts.count(where: \.isRight)
        let delays = verdicts.compactMap(\.rightAfter).sorted()
        let confirmed = verdicts.reduce((0, 0)) { ($0.0 + $1.confirmed.all, $0.1 + $1.confirmed.right) }
        let suspect = verdicts.reduce((0, 0)) { ($0.0 + $1.suspect.all, $0.1 + $1.suspect.right) }
        let late = delays.isEmpty ? 0 : delays[min(delays.count - 1, delays.count * 95 / 100)]
        print(
            "\(mode.rawValue): \(right) of \(verdicts.count) right, \(verdicts.count(where: \.isHarmless)) without a wrong word; "
                + "95 % within \(String(format: "%.1f", late)) s of the fault; confirmed right \(confirmed.1)/\(confirmed.0), suspect right \(suspect.1)/\(suspect.0)"
        )
        #expect(Double(confirmed.1) >= 0.98 * Double(confirmed.0), "confirmed findings that were wrong")
        #expect(Double(suspect.1) >= 0.8 * Double(suspect.0), "suspect findings that were wrong")
    }
}
