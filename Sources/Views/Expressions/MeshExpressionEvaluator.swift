// SPDX-License-Identifier: Apache-2.0
import Model

/// What an expression is worth in a picture, in three values.
struct MeshExpressionEvaluator {
    private let snapshot: MeshSnapshot
    private let counts: MeshCounts
    /// Whether anything at all is known of the mesh.
    private let isKnown: Bool

    init(_ snapshot: MeshSnapshot) {
        self.snapshot = snapshot
        counts = MeshCounts(snapshot)
        isKnown = snapshot.sources.contains { $0.state == .ok && $0.lastSuccess != nil }
    }

    func value(of branch: MeshExpression.Branch) -> Bool? {
        switch branch {
        case .and(let left, let right):
            let values = [value(of: left), value(of: right)]
            return values.contains(false) ? false : values.contains { $0 == nil } ? nil : true
        case .or(let left, let right):
            let values = [value(of: left), value(of: right)]
            return values.contains(true) ? true : values.contains { $0 == nil } ? nil : false
        case .not(let inner): return value(of: inner).map { !$0 }
        case .number(let name, let comparison, let wanted):
            return counts[name].map { Self.compares($0, comparison, wanted) }
        case .health(let comparison, let wanted):
            let level = snapshot.health.level
            if level == .unknown { return comparison == .equal && wanted == .unknown ? true : nil }
            // As `wait` has it: the worse, the less.
            return Self.compares(-Double(Self.rank(level)), comparison, -Double(Self.rank(wanted)))
        case .count(let kind, let filter, let quantifier, let comparison, let wanted):
            guard let range = range(kind, filter) else { return nil }
            return judge(range, quantifier, comparison, wanted, kind)
        }
    }

    private func judge(
        _ range: ClosedRange<Int>, _ quantifier: MeshExpression.Quantifier?, _ comparison: MeshExpression.Comparison,
        _ wanted: Double, _ kind: MeshExpression.Kind
    ) -> Bool? {
        func holds(_ count: Int) -> Bool {
            switch quantifier {
            case .no: count == 0
            case .any: count > 0
            case .all: count > 0 && count == rows(kind).count
            case nil: Self.compares(Double(count), comparison, wanted)
            }
        }
        let values = Set(range.count > 64 ? [holds(range.lowerBound), holds(range.upperBound)] : range.map(holds))
        return values.count == 1 ? values.first : nil
    }

    func text(of branch: MeshExpression.Branch) -> String {
        switch branch {
        case .count(let kind, let filter, _, _, _):
            guard let range = range(kind, filter) else { return "\(kind.rawValue): not known" }
            return range.count == 1
                ? "\(kind.rawValue): \(range.lowerBound)"
                : "\(kind.rawValue): \(range.lowerBound) to \(range.upperBound)"
        case .number(let name, _, _):
            return
                "\(name.rawValue): \(counts[name].map { "\($0 == $0.rounded() && $0.isFinite ? String(Int64($0)) : String($0))" } ?? "not known")"
        case .health: return "health: \(snapshot.health.level.rawValue)"
        case .not(let inner): return "not \(text(of: inner))"
        case .or(let left, let right): return "\(text(of: left)) or \(text(of: right))"
        case .and(let left, let right): return "\(text(of: left)), \(text(of: right))"
        }
    }

    // MARK: - Rows

    /// A row as its fields; a field that is not known is missing.
    private typealias Row = [String: [String]]

    /// How many rows match: at least, and at most if what is not known matched.
    private func range(_ kind: MeshExpression.Kind, _ filter: MeshExpression.Filter) -> ClosedRange<Int>? {
        guard isKnown || kind == .sources else { return nil }
        var (sure, possible) = (0, 0)
        for row in rows(kind) {
            switch Self.matches(row, filter) {
            case true: sure += 1
            case nil: possible += 1
            case false: break
            }
        }
        return sure...(sure + possible)
    }

    private func rows(_ kind: MeshExpression.Kind) -> [Row] {
        switch kind {
        case .members: snapshot.clusters.flatMap(\.currentMembers).map(Self.row)
        case .associations: snapshot.clusters.flatMap { $0.associationRows() }.map(Self.row)
        case .findings: snapshot.findings.filter(\.isOpen).map(Self.row)
        case .incidents: snapshot.incidents.map { ["state": [$0.state.rawValue], "title": [$0.title]] }
        case .sources: snapshot.sources.map(Self.row)
        case .clusters:
            snapshot.clusters.map { cluster in
                var row: Row = [
                    "id": [cluster.id], "system": [cluster.system], "partitions": ["\(cluster.partitions.count)"],
                ]
                row["health"] = Self.known(cluster.health.level)
                return row
            }
        }
    }

    private static func known(_ level: Health.Level) -> [String]? { level == .unknown ? nil : [level.rawValue] }

    private static func row(_ member: MemberSnapshot) -> Row {
        var row: Row = [
            "address": [member.node.address.text, member.node.address.hostPort, member.node.address.host ?? ""],
            "role": member.roles.names, "dc": [member.roles.dataCenter],
            "unreachable": [member.unreachableBy.isEmpty ? "false" : "true"],
        ]
        if member.status != .unreported { row["status"] = [member.status.name] }
        row["health"] = known(member.health.level)
        switch member.ready {
        case .passed: row["ready"] = ["true"]
        case .notPassed: row["ready"] = ["false"]
        case .unavailable, nil: break
        }
        row["leader"] = member.isLeader.map { ["\($0)"] }
        row["oldest"] = member.isOldest.map { ["\($0)"] }
        return row
    }

    private static func row(_ association: AssociationSnapshot) -> Row {
        let (observer, subject) = (association.observer.address, association.subject.address)
        var row: Row = [
            "observer": [observer.text, observer.hostPort, observer.host ?? ""],
            "subject": [subject.text, subject.hostPort, subject.host ?? ""],
            "harmless": ["\(association.status.isHarmless)"], "current": ["\(association.isCurrent)"],
        ]
        if association.status.state != .unknown { row["state"] = [association.status.state.rawValue] }
        if let phi = association.phi {
            row["phi"] = [phi.isInfinite ? "inf" : phi.value.map { "\($0)" } ?? ""].filter { !$0.isEmpty }
        }
        if row["phi"]?.isEmpty == true { row["phi"] = nil }
        row["expected"] = association.isExpected.map { ["\($0)"] }
        row["monitored"] = association.isMonitored.map { ["\($0)"] }
        return row
    }

    private static func row(_ finding: Finding) -> Row {
        var row: Row = [
            "rule": [finding.rule.rawValue], "severity": [finding.severity.rawValue], "title": [finding.title],
            "confidence": [finding.confidence.rawValue], "count": ["\(finding.count)"], "open": ["\(finding.isOpen)"],
            "subject": finding.subjects
                + finding.subjects.compactMap { $0.split(separator: "@").last.map(String.init) },
        ]
        row["cluster"] = finding.cluster.map { [$0] }
        return row
    }

    private static func row(_ source: SourceSnapshot) -> Row {
        [
            "kind": [source.id.kind.rawValue], "state": [source.state.rawValue], "target": [source.id.target],
            "freshness": [source.freshness.rawValue], "error": [source.failure?.code.rawValue ?? "none"],
            "cluster": source.cluster.map { [$0] } ?? [],
        ]
    }

    // MARK: - Tests

    private static func matches(_ row: Row, _ filter: MeshExpression.Filter) -> Bool? {
        switch filter {
        case .everything: return true
        case .not(let inner): return matches(row, inner).map { !$0 }
        case .and(let left, let right):
            let values = [matches(row, left), matches(row, right)]
            return values.contains(false) ? false : values.contains { $0 == nil } ? nil : true
        case .or(let left, let right):
            let values = [matches(row, left), matches(row, right)]
            return values.contains(true) ? true : values.contains { $0 == nil } ? nil : false
        case .test(let test): return row[test.field].map { matches($0, test) }
        }
    }

    private static func matches(_ values: [String], _ test: MeshExpression.Test) -> Bool {
        let wanted = test.value.lowercased()
        switch test.comparison {
        case .equal: return values.contains { $0.lowercased() == wanted }
        case .notEqual: return !values.contains { $0.lowercased() == wanted }
        case .contains: return values.contains { $0.lowercased().contains(wanted) }
        case .less, .atMost, .greater, .atLeast:
            return values.contains { value in
                guard let left = order(value, test.field), let right = order(test.value, test.field) else {
                    return false
                }
                return compares(left, test.comparison, right)
            }
        }
    }

    /// Words that have an order, the milder first; numbers otherwise.
    private static func order(_ text: String, _ field: String) -> Double? {
        switch field {
        case "severity": Finding.Severity.allCases.firstIndex { $0.rawValue == text }.map { Double($0) }
        case "confidence": ["recovered", "suspect", "confirmed"].firstIndex(of: text).map { Double($0) }
        case "freshness": ["fresh", "late", "stale", "lost"].firstIndex(of: text).map { Double($0) }
        case "health": Health.Level(rawValue: text).map { -Double(rank($0)) }
        default: Double(text)
        }
    }

    private static func rank(_ level: Health.Level) -> Int { Health.Level.allCases.firstIndex(of: level) ?? 0 }

    private static func compares(_ left: Double, _ comparison: MeshExpression.Comparison, _ right: Double) -> Bool {
        switch comparison {
        case .equal, .contains: left == right
        case .notEqual: left != right
        case .less: left < right
        case .atMost: left <= right
        case .greater: left > right
        case .atLeast: left >= right
        }
    }
}
