// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A journal gives the same lines in every process, byte for byte: no walk over a dictionary, whose order differs from process to process,
/// may reach the output.
@Suite(
    "Replay of recordings",
    .enabled(if: TruthRuns.recordings.isEmpty == false, "skipped: no recordings of the cluster kit beside the checkout")
)
struct ReplayOfRecordingsTests {
    @Test(
        "two processes replay a recording to the very same lines, which are those of the run",
        arguments: TruthRuns.flavours)
    func same(flavour: String) throws {
        let runs = try TruthRuns.recordings.map(TruthRecording.init).filter { $0.flavour == flavour }
        #expect(!runs.isEmpty)
        for recording in runs {
            let run = try VirtualRun(recording, .logs)
            let lines = run.lines().joined(separator: "\n") + "\n"
            let path = NSTemporaryDirectory() + "meshtop-replay-\(UUID().uuidString).mtr"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data(run.journal).write(to: URL(filePath: path))
            let replays = try (0..<2).map { _ in
                try Command.run(Command.meshtop, ["replay", path, "-o", "jsonl"]).output
            }
            #expect(replays[0] == replays[1], "\(recording.name): the order of something is not fixed")
            // The run has no end of its own; the replay adds one.
            #expect(replays[0].hasPrefix(lines), "\(recording.name): the replay differs from the run")
        }
    }
}
