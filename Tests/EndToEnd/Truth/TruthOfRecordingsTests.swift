// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

/// Recorded incidents of real clusters, run through the collectors in virtual time, against what was true inside at every second.
///
/// MESHTOP_TRUTH_RUNS names a folder with more recordings, those that the live suite keeps.
@Suite(
    "Truth of recordings",
    .enabled(if: TruthRuns.recordings.isEmpty == false, "skipped: no recordings of the cluster kit beside the checkout")
)
struct TruthOfRecordingsTests {
    @Test("what is shown agrees with what was true", arguments: TruthRuns.flavours)
    func agrees(flavour: String) throws {
        let runs = try TruthRuns.recordings.map(TruthRecording.init).filter { $0.flavour == flavour }
        for mode in TruthMode.withTargets {
            var all = TruthScore()
            for recording in runs {
                var comparison = TruthComparison(recording, mode)
                let score = comparison.score(try VirtualRun(recording, mode).lines())
                print(score.summary(of: "\(recording.name) \(mode.rawValue)"))
                score.printDisagreements()
                all += score
            }
            all.expectTargets(mode, "\(flavour) \(mode.rawValue)")
        }
    }

    @Test("what is shown agrees with what was true, when meshtop starts late", arguments: TruthRuns.flavours)
    func late(flavour: String) throws {
        let runs = try TruthRuns.recordings.map(TruthRecording.init).filter { $0.flavour == flavour }
        for mode in [TruthMode.bridge, .logs, .management] {
            var all = TruthScore()
            for recording in runs {
                let starts: [(name: String, after: Timestamp)] = [
                    ("during", recording.firstFault), ("after", recording.lastLabel),
                ]
                for (name, event) in starts {
                    let start = event + Duration.seconds(6)
                    guard start + Duration.seconds(8) < recording.end else { continue }
                    var comparison = TruthComparison(recording, mode)
                    let score = comparison.score(try VirtualRun(recording, mode, from: start).lines())
                    print(score.summary(of: "LATE \(recording.name) \(mode.rawValue) \(name)"))
                    score.printDisagreements()
                    all += score
                }
            }
            all.expectLateTargets(mode, "\(flavour) \(mode.rawValue), started late")
        }
    }

    @Test("logs alone", arguments: TruthRuns.flavours)
    func logsAlone(flavour: String) throws {
        let runs = try TruthRuns.recordings.map(TruthRecording.init).filter { $0.flavour == flavour }
        var all = TruthScore()
        for recording in runs {
            var comparison = TruthComparison(recording, .logsAlone)
            let score = comparison.score(try VirtualRun(recording, .logsAlone).lines())
            print(score.summary(of: "ALONE \(recording.name)"))
            score.printDisagreements()
            all += score
        }
        all.expectTargetsOfLogs("\(flavour) logs alone")
    }
}

/// Where recordings are.
enum TruthRuns {
    /// The kit's own recordings and those that were kept, as folders.
    static let recordings: [URL] = (kitsOwn + kept)

    static var flavours: [String] { Set(recordings.map { $0.deletingLastPathComponent().lastPathComponent }).sorted() }

    static var kitsOwn: [URL] {
        ClusterKit.folder.map { folder in
            ["recordings", "incidents"].flatMap { runs(in: folder.appending(path: $0)) }
        } ?? []
    }

    /// What live runs left behind.
    static var kept: [URL] { keptFolder.map(runs) ?? [] }

    /// Where live runs are kept; `nil`: nowhere.
    static var keptFolder: URL? {
        let path = ProcessInfo.processInfo.environment["MESHTOP_TRUTH_RUNS"] ?? ""
        return path.isEmpty ? nil : URL(filePath: path)
    }

    private static func runs(in root: URL) -> [URL] {
        children(root).flatMap(children).filter {
            FileManager.default.fileExists(atPath: $0.appending(path: "labels.json").path)
        }
    }

    private static func children(_ folder: URL) -> [URL] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted().map {
            folder.appending(path: $0)
        }
    }
}
