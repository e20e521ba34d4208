// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model

/// What must be said of a recorded incident, named in advance by the kit.
struct FindingExpectation: Decodable {
    /// One of them must be first, on an affected node, within 20 s.
    var first: [String]
    /// May be first for a moment on the way to it.
    var onTheWay: [String]
    /// Must be said at all.
    var must: [String]
    /// Nothing above information may ever be said.
    var quiet: Bool

    static func all() throws -> [String: FindingExpectation] {
        guard let folder = ClusterKit.folder else { return [:] }
        return try JSONDecoder().decode(
            [String: FindingExpectation].self, from: Data(contentsOf: folder.appending(path: "expectations.json")))
    }
}

/// What was said of one recorded incident, held against what should have been.
struct FindingVerdict {
    /// How long after the fault the right finding may take to be first.
    static let allowed = 20.0

    let name: String
    let mode: FindingTruthMode
    let expectation: FindingExpectation
    /// Seconds from the fault until the right finding was first.
    private(set) var rightAfter: Double?
    /// Others that were first and may not have been.
    private(set) var wrong: [String] = []
    private(set) var missing: Set<String>
    /// Above information, where all should be quiet: before the fault, or in a quiet scenario.
    private(set) var early: Set<String> = []
    private(set) var said: Set<String> = []
    /// Evidence whose observation is not in the run.
    private(set) var ungrounded = 0
    /// Findings that were first and confirmed, or suspect: how many, and how many of them were right.
    private(set) var confirmed = (all: 0, right: 0)
    private(set) var suspect = (all: 0, right: 0)

    init(_ recording: TruthRecording, _ mode: FindingTruthMode, _ expectation: FindingExpectation) throws {
        (name, self.mode, self.expectation) = (recording.name, mode, expectation)
        missing = Set(expectation.must)
        var count = 0
        let lines = try VirtualRun(recording, mode.sources) { _ in count += 1 }.lines()
        let fault = recording.labels.filter { $0.kind == "inject" }.map { Double($0.atMs) / 1000 }.min()
        let affected = Set(
            recording.labels.filter { $0.kind == "inject" }.flatMap(\.on).compactMap { node in
                recording.nodes.first { $0.node == node }?.address.split(separator: "@").last.map(String.init)
            })
        var judged: Set<String> = []
        for line in lines {
            guard let data = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                data["kind"] as? String == "snapshot",
                let stamp = (data["ts"] as? String).flatMap({ Timestamp(rfc3339: $0) }),
                let findings = data["findings"] as? [[String: Any]]
            else { continue }
            let open = findings.filter { $0["until"] is NSNull }.map(SaidFinding.init)
            take(open, at: Double(stamp.microseconds) / 1_000_000, fault, affected, count, &judged)
        }
    }

    private struct SaidFinding {
        var id: String
        var rule: String
        var severity: String
        var confidence: String
        var subjects: [String]
        var observations: [Int]

        init(_ data: [String: Any]) {
            id = data["id"] as? String ?? ""
            rule = data["rule"] as? String ?? ""
            severity = data["severity"] as? String ?? ""
            confidence = data["confidence"] as? String ?? ""
            subjects = data["subjects"] as? [String] ?? []
            observations = (data["evidence"] as? [[String: Any]] ?? []).compactMap { $0["observation"] as? Int }
        }
    }

    private mutating func take(
        _ open: [SaidFinding], at now: Double, _ fault: Double?, _ affected: Set<String>, _ count: Int,
        _ judged: inout Set<String>
    ) {
        let loud = open.filter { $0.severity != "info" }
        said.formUnion(open.map(\.rule))
        missing.subtract(open.map(\.rule))
        ungrounded += open.count { $0.observations.isEmpty || $0.observations.contains { !(1...count).contains($0) } }
        guard let fault, now >= fault, !expectation.quiet else {
            early.formUnion(loud.map(\.rule))
            return
        }
        guard let first = open.first else { return }
        let isAbout =
            affected.isEmpty
            || first.subjects.contains { $0.split(separator: "@").last.map { affected.contains(String($0)) } ?? false }
        let isRight = expectation.first.contains(first.rule) && isAbout
        if isRight, rightAfter == nil { rightAfter = now - fault }
        let isBorne = isRight || expectation.onTheWay.contains(first.rule) || first.severity == "info"
        if !isBorne { wrong.append(first.rule) }
        guard judged.insert("\(first.id) \(first.confidence)").inserted, first.severity != "info" else { return }
        switch first.confidence {
        case "confirmed": confirmed = (confirmed.all + 1, confirmed.right + (isBorne ? 1 : 0))
        case "suspect": suspect = (suspect.all + 1, suspect.right + (isBorne ? 1 : 0))
        default: break
        }
    }

    /// Whether the right finding was first in time, what must be said was said, and nothing was said that must not be.
    var isRight: Bool {
        if expectation.quiet { return early.isEmpty }
        return (rightAfter.map { $0 <= Self.allowed } ?? false) && missing.isEmpty && early.isEmpty && wrong.isEmpty
    }

    /// Whether nothing wrong was said, though the right thing may not have been either: what no source shows cannot be said.
    var isHarmless: Bool { early.isEmpty && wrong.isEmpty }

    var row: String {
        let after = rightAfter.map { String(format: "%.1f s", $0) } ?? (expectation.quiet ? "quiet" : "not said")
        let trouble = Set(wrong).union(early).sorted().joined(separator: ", ")
        return
            "| \(name) | \(mode.rawValue) | \(after) | \(missing.isEmpty ? "all" : "without \(missing.sorted().joined(separator: ", "))") | \(trouble.isEmpty ? "none" : trouble) | \(ungrounded == 0 ? "yes" : "no") |"
    }
}
