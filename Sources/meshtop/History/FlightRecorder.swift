// SPDX-License-Identifier: Apache-2.0
import Collectors
import Glibc
import Model

/// Keeps the last half hour in a ring of journals in a folder, and for good what surrounds a finding.
final class FlightRecorder {
    /// How much is kept, and in files of what length and size.
    private static let span = Duration.seconds(1_800)
    private static let fileTime = Duration.seconds(300)
    private static let fileSize = 8 << 20
    /// How much before and after the opening of a finding is kept for good, and in how many files at most.
    private static let before = Duration.seconds(600)
    private static let after = Duration.seconds(60)
    private static let maximumIncidents = 20

    private struct Leg {
        let path: String
        let from: Timestamp
        var until: Timestamp
        /// How many observations it begins with that are of before.
        let preamble: Int
    }

    private let folder: String
    private var preamble = Preamble()
    private var legs: [Leg] = []
    private var writer: JournalWriter?
    private var pending: (rule: FindingRule, at: Timestamp)?
    private var news: [Observation] = []
    /// Why the recording ended early; nil as long as all is well.
    private(set) var failure: String?
    /// How many bytes were written.
    private var finished = 0
    var written: Int { finished + (writer?.written ?? 0) }
    /// The file that was kept last, for the reader of a screen.
    private(set) var lastKept: String?

    /// - Parameter folder: where to write; made if it is not there.
    /// - Throws: ``CommandFailure`` when it cannot be written to.
    init(_ folder: String) throws(CommandFailure) {
        self.folder = folder
        if mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw CommandFailure(
                message: "--flight: \(folder.printableName) cannot be made (\(FileReader.reason(errno)))")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw CommandFailure(
                message: "--flight: \(folder.printableName) cannot be written to (\(FileReader.reason(errno)))")
        }
    }

    /// Records an observation that was folded.
    func record(_ observation: Observation, _ changes: [MeshChange], at: Timestamp) {
        guard failure == nil else { return }
        if isLegOver(at) { beginLeg(at) }
        writer?.write(observation)
        preamble.note(observation)
        if let last = legs.indices.last { legs[last].until = at }
        if let trouble = writer?.failure { return failure = trouble.message }
        for case .finding(let change) in changes
        where change.kind == .opened && change.finding.severity >= .degraded && pending == nil {
            pending = (change.finding.rule, at)
        }
        if let pending, at - pending.at >= Self.after { keep(pending.rule, pending.at, until: at) }
    }

    /// Ends the recording; what is pending is kept.
    func finish(at: Timestamp) {
        if let pending { keep(pending.rule, pending.at, until: at) }
        writer?.finish()
        writer = nil
    }

    /// What the run must fold because a file was kept; asked for at ticks.
    func takeNews() -> [Observation] {
        defer { news = [] }
        return news
    }

    // MARK: - The ring

    private func isLegOver(_ at: Timestamp) -> Bool {
        guard let writer, let leg = legs.last else { return true }
        return at - leg.from >= Self.fileTime || writer.written >= Self.fileSize
    }

    private func beginLeg(_ at: Timestamp) {
        writer?.finish()
        finished += writer?.written ?? 0
        let path = "\(folder)/flight-\(at.fileText).mtr"
        do {
            let writer = try JournalWriter(path: path, continuing: true)
            let before = preamble.observations
            for observation in before { writer.write(observation) }
            self.writer = writer
            legs.append(Leg(path: path, from: at, until: at, preamble: before.count))
        } catch {
            failure = "--flight: \(error.message)"
        }
        while legs.count > 2, let first = legs.first, at - first.until > Self.span {
            unlink(first.path)
            legs.removeFirst()
        }
    }

    // MARK: - What is kept

    /// Writes what surrounds a finding as one run.
    private func keep(_ rule: FindingRule, _ opened: Timestamp, until: Timestamp) {
        pending = nil
        writer?.flush()
        let path = "\(folder)/incident-\(opened.fileText)-\(rule.rawValue).mtr"
        do throws(JournalError) {
            let copy = try JournalWriter(path: path)
            var isFirst = true
            for leg in legs where leg.until >= opened - Self.before {
                let file = try JournalFile(path: leg.path)
                while let observation = try file.next() {
                    if isFirst || file.count > leg.preamble { copy.write(observation) }
                }
                isFirst = false
            }
            copy.finish()
            if let trouble = copy.failure { throw trouble }
            announce(path, until)
        } catch {
            failure = "--flight: \(error.message)"
        }
        dropOldest()
    }

    /// As a source that came, delivered and went, so that lines and recordings say it too.
    private func announce(_ path: String, _ at: Timestamp) {
        lastKept = path
        let source = SourceID(.journal, path)
        let origin = SourceOrigin(cluster: nil, isConfigured: false, member: nil)
        news += [
            Observation(at: at, source: source, .sourceAdded(origin)),
            Observation(at: at, source: source, .streamHeartbeat),
            Observation(at: at, source: source, .sourceRemoved),
        ]
    }

    private func dropOldest() {
        let kept = FolderReader.names(folder).filter { $0.hasPrefix("incident-") && $0.hasSuffix(".mtr") }.sorted()
        for name in kept.dropLast(Self.maximumIncidents) { unlink("\(folder)/\(name)") }
    }
}

extension Timestamp {
    /// As a part of a file's name: `2026-11-30T213447Z`.
    fileprivate var fileText: String { String(description.prefix(19)).filter { $0 != ":" } + "Z" }
}

extension String {
    fileprivate var printableName: String { SafeText.replacing(self, maximum: 200) }
}

/// Reads folders.
private enum FolderReader {
    static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }
}
