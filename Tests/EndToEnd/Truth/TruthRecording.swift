// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model

@testable import Collectors

/// A recorded incident of the kit: what every route of every node answered and when, what its event stream and its log said, and what was
/// true inside.
struct TruthRecording {
    struct Node: Decodable {
        var node: String
        var address: String
        var management: String
    }

    struct Label: Decodable {
        var atMs: Int64
        var kind: String
        var what: String
        var on: [String]
    }

    private struct Labels: Decodable {
        var flavour: String
        var conclusion: String?
        var startedAtMs: Int64
        var endedAtMs: Int64
        var labels: [Label]
        var nodes: [Node]
        var nodesAtEnd: [Node]?
    }

    let folder: URL
    private let startNames: Set<String>
    /// What the kit says it was: the key of its expectations.
    let conclusion: String
    let scenario: String
    let flavour: String
    let start: Timestamp
    let end: Timestamp
    let labels: [Label]
    /// Everybody who ever took part, by name.
    let nodes: [Node]

    var name: String { "\(flavour)/\(scenario)" }

    init(_ folder: URL) throws {
        self.folder = folder
        let data = try Data(contentsOf: folder.appending(path: "labels.json"))
        let file = try JSONDecoder().decode(Labels.self, from: data)
        // An incident of the kit may have been recorded with other settings, under a name of its own.
        (scenario, flavour, labels) = (folder.lastPathComponent, file.flavour, file.labels)
        conclusion = file.conclusion ?? ""
        startNames = Set(file.nodes.map(\.node))
        start = Timestamp(milliseconds: file.startedAtMs)
        end = Timestamp(milliseconds: file.endedAtMs)
        let all = (file.nodes + (file.nodesAtEnd ?? [])).map { ($0.node, $0) }
        nodes = Dictionary(all) { $1 }.values.sorted { $0.node < $1.node }
    }

    /// Whether a node came only after the recording began, and had to join.
    func isJoiner(_ node: Node) -> Bool {
        lines("\(node.node).log").first.map { bytes in
            String(decoding: bytes, as: UTF8.self).contains("Slf4jLogger started")
                || String(decoding: bytes, as: UTF8.self).contains("Starting remoting")
        } ?? false
    }

    /// When the first fault began; the start, if there was none.
    var firstFault: Timestamp {
        labels.filter { $0.kind == "inject" }.map { Timestamp(milliseconds: $0.atMs) }.min() ?? start
    }

    /// When the last thing was done to it.
    var lastLabel: Timestamp { labels.map { Timestamp(milliseconds: $0.atMs) }.max() ?? start }

    // MARK: - Files

    /// What a route of a node answered over time.
    func answers(_ node: String, _ route: String) -> [RecordedAnswer] {
        lines("\(node).\(route).jsonl").compactMap(RecordedAnswer.init)
    }

    func stream(_ node: String) -> [RecordedBlock] {
        lines("\(node).sse.jsonl").compactMap { try? JSONDecoder().decode(RecordedBlock.self, from: Data($0)) }
    }

    /// The lines of a node's log with their times; a line without one has that of the line before.
    func log(_ node: String) -> [(at: Timestamp, bytes: [UInt8])] {
        var at = start
        return lines("\(node).log").map { bytes in
            let stamp = String(decoding: bytes.prefix(23), as: UTF8.self)
            if let told = Timestamp(rfc3339: Self.dotted(stamp)) { at = told }
            return (at, Array(bytes) + [UInt8(ascii: "\n")])
        }
    }

    /// `2026-11-21 05:12:18,800` in the form that everybody reads.
    private static func dotted(_ stamp: String) -> String {
        String(stamp.map { $0 == "," ? "." : $0 == " " ? "T" : $0 }) + "Z"
    }

    /// The truth of a node at every second at which it told it.
    func truth(_ node: String) -> [TruthSample] {
        answers(node, "truth").compactMap { answer in
            guard answer.status == 200 else { return nil }
            return try? JSONDecoder().decode(TruthSample.self, from: Data(answer.body))
        }
    }

    /// Lines that a run of meshtop printed beside the recording, if there was one.
    func watched(_ mode: TruthMode) -> [String] {
        lines("watch-\(mode.rawValue).jsonl").map { String(decoding: $0, as: UTF8.self) }
    }

    func lines(_ name: String) -> [ArraySlice<UInt8>] {
        Self.bytes(folder.appending(path: name).path).split(separator: UInt8(ascii: "\n"))
    }

    private static func bytes(_ path: String) -> [UInt8] {
        let packed = path + ".gz"
        guard FileManager.default.fileExists(atPath: packed) else {
            return (try? Data(contentsOf: URL(filePath: path))).map(Array.init) ?? []
        }
        let input = GzipInput(path: packed)
        var (all, room) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while case .bytes(let count) = room.withUnsafeMutableBytes({ input.read(into: $0) }) { all += room[..<count] }
        return all
    }
}

/// How meshtop was told of a cluster.
enum TruthMode: String, CaseIterable, Codable {
    /// Management and the bridge.
    case bridge
    /// Management without the bridge, and the nodes' logs.
    case logs
    /// Management and nothing else: what is inferred of associations. It has no targets and is not run beside live clusters.
    case management
    /// The nodes' logs and nothing else, at INFO.
    case logsAlone

    /// Whether logs are read.
    var readsLogs: Bool { self == .logs || self == .logsAlone }

    /// Those that have targets.
    static let withTargets = [bridge, logs]
}

/// One answer of a recording, or that there was none.
struct RecordedAnswer {
    private struct Head: Decodable {
        var sentAtMs: Int64
        var atMs: Int64
        var status: Int?
        var server: String?
        var error: String?
    }

    enum Condition {
        case answers
        case refuses
        case isSilent
    }

    let sentAt: Timestamp
    let at: Timestamp
    let status: Int
    let server: String?
    let body: [UInt8]
    let condition: Condition

    init?(_ line: ArraySlice<UInt8>) {
        // The body comes last: it is taken as it is, because uids are longer than other readers' numbers.
        let mark = Array(#","body":"#.utf8)
        let place = line.indices.first { line[$0...].starts(with: mark) }
        let text = place.map { Array(line[..<$0]) + [UInt8(ascii: "}")] } ?? Array(line)
        guard let head = try? JSONDecoder().decode(Head.self, from: Data(text)) else { return nil }
        (sentAt, at) = (Timestamp(milliseconds: head.sentAtMs), Timestamp(milliseconds: head.atMs))
        (status, server) = (head.status ?? 0, head.server)
        let raw = place.map { Array(line[($0 + mark.count)...].dropLast()) } ?? []
        body = (try? JSONDecoder().decode(String.self, from: Data(raw))).map { Array($0.utf8) } ?? raw
        let isRefused = ["efused", "nreachable", "o route"].contains { head.error?.contains($0) ?? false }
        condition = head.error == nil ? .answers : isRefused ? .refuses : .isSilent
    }
}

/// One block of a recorded event stream, or its beginning or end.
struct RecordedBlock: Decodable {
    var atMs: Int64
    var lines: [String]?
    var opened: Int?
    var closed: Bool?
    var error: String?

    var at: Timestamp { Timestamp(milliseconds: atMs) }
    var isEnd: Bool { closed != nil || error != nil }
    var text: String? { lines.map { $0.joined(separator: "\n") + "\n\n" } }
}
