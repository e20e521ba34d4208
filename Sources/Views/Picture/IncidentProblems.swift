// SPDX-License-Identifier: Apache-2.0
import Model

/// Incidents as problems: one row each, with what follows from it folded under it.
enum IncidentProblems {
    /// Adds the incidents, and leaves out what they account for.
    ///
    /// - Parameters:
    ///   - problems: What members and clusters suffer.
    ///   - snapshot: The picture.
    /// - Returns: The incidents that are going on, then other problems, then incidents that are over.
    static func merged(_ problems: [Problem], _ snapshot: MeshSnapshot) -> [Problem] {
        let open = snapshot.incidents.filter { $0.state == .open && severity(of: $0, snapshot) > .info }
        var rows: [Problem] = []
        var rest = problems
        for incident in open {
            let subjects = subjects(of: incident, snapshot)
            let folded = rest.filter { isAccounted($0, subjects, incident, snapshot) }
            rest.removeAll { isAccounted($0, subjects, incident, snapshot) }
            rows.append(row(incident, snapshot, folded: folded.count))
        }
        let over = snapshot.incidents.filter { $0.state == .over }
        return rows + rest + over.map { row($0, snapshot, folded: 0) }
    }

    static func severity(of incident: Incident, _ snapshot: MeshSnapshot) -> Finding.Severity {
        snapshot.findings.filter { $0.incident == incident.id && $0.isOpen }.map(\.severity).max() ?? .info
    }

    private static func row(_ incident: Incident, _ snapshot: MeshSnapshot, folded: Int) -> Problem {
        let root = snapshot.findings.first { $0.id == incident.root }
        let effects = incident.findings.count - 1 + folded
        guard incident.state == .open else {
            let length = (incident.until ?? incident.since) - incident.since
            return Problem(
                subject: .incident(incident.id), level: .healthy, headline: incident.title, since: incident.since,
                remark: "over, took \(Format.span(length))", isOver: true)
        }
        return Problem(
            subject: .incident(incident.id), level: severity(of: incident, snapshot).level, headline: incident.title,
            since: incident.since, remark: (root?.confidence.rawValue ?? "") + (effects > 0 ? " +\(effects)" : ""),
            effects: max(0, effects))
    }

    private static func subjects(of incident: Incident, _ snapshot: MeshSnapshot) -> Set<String> {
        Set(snapshot.findings.filter { $0.incident == incident.id }.flatMap(\.subjects))
    }

    /// Whether a problem is the incident seen from a member: it is about one of its subjects, or names one.
    private static func isAccounted(
        _ problem: Problem, _ subjects: Set<String>, _ incident: Incident, _ snapshot: MeshSnapshot
    ) -> Bool {
        switch problem.subject {
        case .member(_, let node):
            if subjects.contains(node.address.text) { return true }
            return subjects.contains { subject in
                subject.split(separator: "@").last.map { problem.headline.contains($0) } ?? false
            }
        case .cluster:
            return snapshot.findings.contains {
                $0.incident == incident.id && ($0.rule == .networkPartition || $0.rule == .twoClusters)
            }
        default: return false
        }
    }
}

extension MeshSnapshot {
    /// The members that the roots of open incidents are about, the worst first.
    var accused: [String] {
        var found: [String] = []
        for incident in incidents where incident.state == .open {
            guard let root = findings.first(where: { $0.id == incident.root }), root.severity > .info,
                let subject = root.subjects.first, !found.contains(subject)
            else { continue }
            found.append(subject)
        }
        return found
    }

    /// The incident that is going on, or was last, about a subject.
    func incident(about subject: String) -> Incident? {
        incidents.first { incident in
            findings.contains { $0.incident == incident.id && $0.subjects.contains(subject) }
        }
    }
}
