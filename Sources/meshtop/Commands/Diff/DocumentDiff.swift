// SPDX-License-Identifier: Apache-2.0
import Collectors

/// One difference between two documents.
struct DocumentChange: Equatable {
    enum Kind: String {
        case added
        case removed
        case changed
    }

    let kind: Kind
    /// Such as `clusters[Shop].members[akka://Shop@10.0.0.7:25520 12].status`.
    let path: String
    let from: String?
    let to: String?
}

/// Compares two snapshot documents. Elements of lists are matched by what they are about, not by their places; what differs between
/// any two snapshots, such as times, is left out.
struct DocumentDiff {
    /// What differs between any two snapshots.
    private static let always: Set<String> = ["schema", "kind", "ts", "seq"]
    /// Measurements and their times, which move while nothing happens.
    private static let measurements: Set<String> = [
        "observedAt", "lastSuccess", "latency", "since", "at", "estimatedPhi", "freshness", "value", "silence", "mean",
        "deviation", "untilThreshold", "until", "rates", "exact", "responses", "responseTime", "throughput",
        "reporterGap",
        "decisionNotBefore", "dropped", "evidence", "count",
    ]

    private let leftOut: Set<String>

    /// The differences in the order of the documents.
    ///
    /// - Parameters:
    ///   - old: the older document.
    ///   - new: the newer one.
    ///   - measurements: whether what is measured is compared too.
    /// - Returns: one change for each field that differs.
    static func changes(
        from old: JSONTree, to new: JSONTree, measurements: Bool = false
    ) -> [DocumentChange] {
        DocumentDiff(leftOut: measurements ? always : always.union(Self.measurements)).compare(old, new, path: "")
    }

    private func compare(_ old: JSONTree, _ new: JSONTree, path: String) -> [DocumentChange] {
        switch (old, new) {
        case (.object(let before), .object(let after)): return fields(before, after, path: path)
        case (.array(let before), .array(let after)) where (before + after).contains(where: \.isObject):
            return elements(before, after, path: path)
        default:
            guard old != new else { return [] }
            return [DocumentChange(kind: .changed, path: path, from: old.shown, to: new.shown)]
        }
    }

    private func fields(_ before: [JSONField], _ after: [JSONField], path: String) -> [DocumentChange] {
        let added = after.filter { field in !before.contains { $0.name == field.name } }
        // Why an edge is sick is said with percentages, which move.
        let isMeasured = leftOut.count > Self.always.count && path.hasPrefix("graph") && path.hasSuffix("health")
        return (before + added).filter { !leftOut.contains($0.name) && !(isMeasured && $0.name == "reasons") }.flatMap {
            field in
            let place = path.isEmpty ? field.name : "\(path).\(field.name)"
            let old = before.first { $0.name == field.name }?.value ?? .null
            let new = after.first { $0.name == field.name }?.value ?? .null
            return compare(old, new, path: place)
        }
    }

    private func elements(_ before: [JSONTree], _ after: [JSONTree], path: String) -> [DocumentChange] {
        let new = Dictionary(after.map { ($0.identity, $0) }) { first, _ in first }
        let old = Dictionary(before.map { ($0.identity, $0) }) { first, _ in first }
        var changes: [DocumentChange] = []
        for element in before {
            let place = "\(path)[\(element.identity)]"
            if let other = new[element.identity] {
                changes += compare(element, other, path: place)
            } else {
                changes.append(DocumentChange(kind: .removed, path: place, from: element.summary, to: nil))
            }
        }
        for element in after where old[element.identity] == nil {
            let place = "\(path)[\(element.identity)]"
            changes.append(DocumentChange(kind: .added, path: place, from: nil, to: element.summary))
        }
        return changes
    }
}

extension JSONTree {
    fileprivate var isObject: Bool { if case .object = self { true } else { false } }

    /// What an element of a list is about.
    fileprivate var identity: String {
        for names in [
            ["id"], ["address", "uid"], ["observer", "subject"], ["observer"], ["subject"], ["rule", "subjects"],
            ["members"],
        ] {
            let parts = names.compactMap { self[$0]?.shown }
            if parts.count == names.count { return parts.joined(separator: " ") }
        }
        return shown
    }

    /// The telling part of an element that came or went.
    fileprivate var summary: String? {
        let parts = ["status", "state", "leader", "title"].compactMap { name in
            if case .string(let text) = self[name] { "\(name) \(text)" } else { nil }
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// A value on one line.
    fileprivate var shown: String {
        switch self {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number):
            number.rounded() == number && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        case .string(let text): text
        case .array(let elements): elements.map(\.shown).joined(separator: ", ")
        case .object(let fields): fields.map { "\($0.name) \($0.value.shown)" }.joined(separator: ", ")
        }
    }
}
