// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Collectors

/// Writes the recorded incidents as journals, for people who work on rules: a journal replays in a moment, and with today's rules.
@Suite(
    "Journals of recordings", .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["MESHTOP_JOURNALS"] != nil,
        "skipped: MESHTOP_JOURNALS names no folder to write to"))
struct FindingJournals {
    @Test("every recording in every mode", arguments: FindingTruthMode.allCases)
    func write(mode: FindingTruthMode) throws {
        let folder = try #require(ProcessInfo.processInfo.environment["MESHTOP_JOURNALS"])
        for recording in try FindingRuns.all.map(TruthRecording.init) {
            let name = recording.name.replacingOccurrences(of: "/", with: "-")
            let writer = try JournalWriter(path: "\(folder)/\(name)-\(mode.rawValue).mtr")
            _ = try VirtualRun(recording, mode.sources) { writer.write($0) }.lines()
            writer.finish()
        }
    }
}

/// What is known of a recorded incident.
enum FindingTruthMode: String, CaseIterable, Codable {
    /// Everything: management of every node, the bridge, every log.
    case everything
    case bridge
    case logs
    case management
    /// Nothing but the logs.
    case logsAlone = "logs-alone"

    var sources: VirtualSources {
        switch self {
        case .everything: VirtualSources(management: .all, withBridge: true, withLogs: true)
        case .bridge: VirtualSources(management: .all, withBridge: true, withLogs: false)
        case .logs: VirtualSources(management: .all, withBridge: false, withLogs: true)
        case .management: VirtualSources(management: .all, withBridge: false, withLogs: false)
        case .logsAlone: VirtualSources(management: .none, withBridge: false, withLogs: true)
        }
    }
}

/// The recordings with a known conclusion.
enum FindingRuns {
    static let all: [URL] = TruthRuns.kitsOwn + TruthRuns.kept
}
