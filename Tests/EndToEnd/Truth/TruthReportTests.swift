// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

/// Writes what was found into docs/TRUTH.md, between its marks: MESHTOP_TRUTH_REPORT names the file, MESHTOP_TRUTH_RUNS the live runs.
@Suite("Truth report", .enabled(if: TruthReport.file != nil, "skipped: MESHTOP_TRUTH_REPORT names no file"))
struct TruthReportTests {
    @Test("the matrices of all recordings and live runs are written down")
    func report() throws {
        let file = try #require(TruthReport.file)
        var report = TruthReport()
        for folder in TruthRuns.recordings { report.replay(try TruthRecording(folder)) }
        for folder in TruthRuns.kept { report.readLive(try TruthRecording(folder)) }
        try report.write(into: file)
    }
}

/// The generated part of docs/TRUTH.md.
struct TruthReport {
    private static let begin = "<!-- begin of what the suite wrote -->\n"
    private static let end = "<!-- end of what the suite wrote -->"

    static var file: URL? {
        let path = ProcessInfo.processInfo.environment["MESHTOP_TRUTH_REPORT"] ?? ""
        return path.isEmpty ? nil : URL(filePath: path)
    }

    private struct Key: Hashable {
        var isLive: Bool
        var flavour: String
        var mode: TruthMode
    }

    private var scores: [Key: TruthScore] = [:]
    private var scenarios: [Key: [String]] = [:]

    mutating func replay(_ recording: TruthRecording) {
        for mode in TruthMode.allCases {
            guard let lines = try? VirtualRun(recording, mode).lines() else { continue }
            add(recording, mode, lines, isLive: false)
        }
    }

    mutating func readLive(_ recording: TruthRecording) {
        for mode in TruthMode.withTargets {
            let lines = recording.watched(mode)
            if !lines.isEmpty { add(recording, mode, lines, isLive: true) }
        }
    }

    private mutating func add(_ recording: TruthRecording, _ mode: TruthMode, _ lines: [String], isLive: Bool) {
        let key = Key(isLive: isLive, flavour: recording.flavour, mode: mode)
        var comparison = TruthComparison(recording, mode)
        scores[key, default: TruthScore()] += comparison.score(lines)
        scenarios[key, default: []].append(recording.scenario)
    }

    // MARK: - Text

    func write(into file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let from = text.range(of: Self.begin), let to = text.range(of: Self.end) else {
            throw ClusterKit.Failure(text: "\(file.path) has no marks")
        }
        let whole = String(text[..<from.upperBound]) + body + text[to.lowerBound...]
        try whole.write(to: file, atomically: true, encoding: .utf8)
    }

    private var body: String {
        var text = heading
        for isLive in [false, true] {
            let keys = scores.keys.filter { $0.isLive == isLive }.sorted {
                ($0.mode.order, $0.flavour) < ($1.mode.order, $1.flavour)
            }
            guard !keys.isEmpty else { continue }
            text += isLive ? "\n## Live clusters\n" : "\n## Recordings, in virtual time\n"
            text += overview(keys) + incidents(keys) + matrices(keys) + list(keys)
        }
        return text + "\n"
    }

    private var heading: String {
        let version = (try? Command.run(Command.meshtop, ["--version"]).output) ?? ""
        let name = version.split(separator: "\n").first.map(String.init) ?? "meshtop"
        let time = Timestamp(microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000)
        return "\nWritten by the suite at \(time), with \(name). No table below was written by hand.\n"
    }

    /// Which incidents were compared; the same for all modes.
    private func incidents(_ keys: [Key]) -> String {
        var text = "\nIncidents:\n\n"
        for key in keys where key.mode == .bridge {
            text += "* \(key.flavour): \((scenarios[key] ?? []).sorted().joined(separator: ", "))\n"
        }
        return text
    }

    private func overview(_ keys: [Key]) -> String {
        var text = """

            | flavour | mode | incidents | pairs right | covered | members | reachability | phi: available | phi: value | departed | left out |
            |---|---|---|---|---|---|---|---|---|---|---|

            """
        for key in keys {
            guard let score = scores[key] else { continue }
            let cells = [
                key.flavour, key.mode.rawValue, "\(scenarios[key]?.count ?? 0)", Self.right(score.pairs),
                Self.share(score.pairs.coveredShare), Self.right(score.members), Self.right(score.reachability),
                Self.right(score.phiAvailability), Self.right(score.phiValue), Self.right(score.departedPairs),
                "\(score.leftOut)",
            ]
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    private static func right(_ agreement: TruthScore.Agreement) -> String {
        guard agreement.total > 0 else { return "–" }
        let covered = agreement.right + agreement.wrong
        let hidden = agreement.uncovered == 0 ? "" : ", \(agreement.uncovered) unknown"
        return "\(share(agreement.rightShare)) (\(agreement.right) of \(covered)\(hidden))"
    }

    private static func share(_ value: Double) -> String {
        let text = String(Int((value * 10_000).rounded(.down)))
        let digits = String(repeating: "0", count: max(0, 3 - text.count)) + text
        return "\(digits.dropLast(2)).\(digits.suffix(2)) %"
    }

    private func matrices(_ keys: [Key]) -> String {
        var text = ""
        for mode in TruthMode.allCases where keys.contains(where: { $0.mode == mode }) {
            text += "\n### States of ordered pairs, \(mode.title)\n\n"
            text += "| flavour | true state | \((TruthScore.states + ["unknown"]).joined(separator: " | ")) |\n"
            text += "|---|---|\(String(repeating: "---:|", count: TruthScore.states.count + 1))\n"
            for key in keys where key.mode == mode {
                for truth in TruthScore.states {
                    guard let row = scores[key]?.associations[truth] else { continue }
                    let cells = (TruthScore.states + ["unknown"]).map { row[$0].map(String.init) ?? "" }
                    text += "| \(key.flavour) | \(truth) | \(cells.joined(separator: " | ")) |\n"
                }
            }
        }
        return text
    }

    /// Every disagreement, those that follow each other second by second in one line.
    private func list(_ keys: [Key]) -> String {
        var text = ""
        for key in keys where TruthMode.withTargets.contains(key.mode) {
            var seconds: [String: (first: Double, last: Double, count: Int)] = [:]
            var order: [String] = []
            for one in scores[key]?.disagreements ?? [] {
                let what =
                    "\(one.run): \(one.fact) \(one.pair) is \(one.truth), shown \(one.shown) (\(one.evidence.prefix(160)))"
                if seconds[what] == nil { order.append(what) }
                let known = seconds[what]
                seconds[what] = (known?.first ?? one.second, one.second, (known?.count ?? 0) + 1)
            }
            for what in order {
                guard let time = seconds[what] else { continue }
                text += "* \(what), \(time.count) times from second \(Int(time.first)) to \(Int(time.last))\n"
            }
        }
        return text.isEmpty ? "\nNo disagreement.\n" : "\n### Disagreements and what is not covered\n\n\(text)"
    }
}

extension TruthMode {
    fileprivate var order: Int { TruthMode.allCases.firstIndex(of: self) ?? 0 }

    fileprivate var title: String {
        switch self {
        case .bridge: "with the bridge"
        case .logs: "without it, with logs"
        case .management: "from management alone"
        case .logsAlone: "from logs alone"
        }
    }
}
