// SPDX-License-Identifier: Apache-2.0
import Model

/// What health endpoints report against members, found by host.
struct ProbeFindings {
    /// One endpoint that does not say that all is well.
    struct Finding {
        var subject: ProbeSubject
        var level: Health.Level
        var reason: String
    }

    private var byHost: [String: [Finding]] = [:]

    /// Adds one, in the order of reasons to be shown.
    mutating func add(_ finding: Finding) {
        if case .member(let host, _) = finding.subject { byHost[host, default: []].append(finding) }
    }

    /// What is said against a member.
    func about(_ address: Address) -> [Finding] {
        guard !byHost.isEmpty, let host = address.host, let found = byHost[host] else { return [] }
        return found.filter { $0.subject.concerns(address) }
    }
}
