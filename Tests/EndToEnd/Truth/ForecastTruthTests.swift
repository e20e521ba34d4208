// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

/// What was foreseen of the resolver in recorded incidents, held against what it then decided.
@Suite(
    "Forecasts of recordings",
    .enabled(if: FindingRuns.all.isEmpty == false, "skipped: no recordings of the cluster kit beside the checkout"))
struct ForecastTruthTests {
    /// How long before the decision the forecast is looked at.
    private static let before = 0.3
    /// Decisions of all sides come within this time.
    private static let together = 4.0

    /// What resolvers said in the logs that they decided first, all sides together.
    private struct Decision {
        var at: Double
        var down: Set<String>
        var names: Set<String>

        init?(_ recording: TruthRecording) {
            var all: [(at: Double, line: String)] = []
            for node in recording.nodes {
                for bytes in recording.lines("\(node.node).log") {
                    let line = String(decoding: bytes, as: UTF8.self)
                    guard line.contains("SBR took decision"), !line.contains("DownSelfQuarantinedByRemote"),
                        let at = Self.moment(line)
                    else { continue }
                    all.append((at, line))
                }
            }
            guard let first = all.map(\.at).min() else { return nil }
            let near = all.filter { $0.at < first + ForecastTruthTests.together }.map(\.line)
            at = first
            down = Set(near.flatMap { Self.list(in: $0, behind: "is downing [") })
            names = Set(
                near.compactMap {
                    $0.components(separatedBy: "decision ").last?.split(separator: " ").first.map(String.init)
                })
            if down.isEmpty { return nil }
        }

        private static func moment(_ line: String) -> Double? {
            let stamp = line.prefix(23).replacingOccurrences(of: " ", with: "T").replacingOccurrences(
                of: ",", with: ".")
            return Timestamp(rfc3339: stamp + "Z").map { Double($0.microseconds) / 1_000_000 }
        }

        private static func list(in line: String, behind words: String) -> [String] {
            guard let rest = line.components(separatedBy: words).dropFirst().first else { return [] }
            return (rest.components(separatedBy: "]").first ?? "").components(separatedBy: ", ").filter { !$0.isEmpty }
        }
    }

    private struct Foreseen {
        var down: Set<String>
        var at: Double?
        var certainty: String
    }

    @Test("who is downed was foreseen", arguments: FindingTruthMode.allCases)
    func decisions(mode: FindingTruthMode) throws {
        var (right, all) = (0, 0)
        var delays: [Double] = []
        for recording in try FindingRuns.all.map(TruthRecording.init) {
            guard let decision = Decision(recording) else { continue }
            let found = try foreseen(recording, mode, before: decision.at)
            let isRight = found?.down == decision.down
            (right, all) = (right + (isRight ? 1 : 0), all + 1)
            if isRight, let at = found?.at { delays.append(abs(at - decision.at)) }
            let off = found?.at.map { String(format: "%+.1f s", $0 - decision.at) } ?? "–"
            print(
                "| \(recording.name) | \(mode.rawValue) | \(decision.names.sorted().joined(separator: ", ")) | \(decision.down.count) | \(isRight ? "yes" : "no") | \(off) | \(found?.certainty ?? "–") |"
            )
        }
        delays.sort()
        let median = delays.isEmpty ? 0 : delays[delays.count / 2]
        print("\(mode.rawValue): \(right) of \(all) foreseen, time off by \(String(format: "%.1f", median)) s (median)")
        // Logs alone do not name every member at INFO, and so not everybody who is downed.
        let wanted = mode == .logsAlone ? 0.8 : 0.95
        #expect(all >= 10 && Double(right) >= wanted * Double(all))
    }

    /// The last forecast before a moment that no resolver had decided yet.
    private func foreseen(_ recording: TruthRecording, _ mode: FindingTruthMode, before moment: Double) throws
        -> Foreseen?
    {
        var last: Foreseen?
        for line in try VirtualRun(recording, mode.sources).lines() {
            guard let data = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                data["kind"] as? String == "snapshot",
                let stamp = (data["ts"] as? String).flatMap({ Timestamp(rfc3339: $0) }),
                Double(stamp.microseconds) / 1_000_000 < moment - Self.before
            else { continue }
            for cluster in data["clusters"] as? [[String: Any]] ?? [] {
                let downing = cluster["downing"] as? [String: Any]
                guard let forecast = downing?["forecast"] as? [String: Any],
                    let certainty = forecast["certainty"] as? String, certainty != "reported"
                else { continue }
                let at = (forecast["at"] as? String).flatMap { Timestamp(rfc3339: $0) }
                last = Foreseen(
                    down: Set(forecast["down"] as? [String] ?? []),
                    at: at.map { Double($0.microseconds) / 1_000_000 }, certainty: certainty)
            }
        }
        return last
    }
}
