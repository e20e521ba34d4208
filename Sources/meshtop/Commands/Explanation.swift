// SPDX-License-Identifier: Apache-2.0
import Model

/// What `explain` says of one thing: facts, the rule that makes the picture of them, and the observations behind it.
struct Explanation {
    /// One observation in words.
    struct Evidence {
        let at: Timestamp
        let source: String
        let text: String
    }

    /// What is explained, as the documents name it.
    let thing: String
    /// What is shown of it, one sentence each.
    var facts: [String] = []
    /// How the facts follow from what was observed.
    var rules: [String] = []
    /// Oldest first.
    var evidence: [Evidence] = []
}

/// Finds what a text names, and explains it from a snapshot and the observations that led to it.
struct Explainer {
    let snapshot: MeshSnapshot
    let history: [Observation]

    /// The things that a text names: members by address, host and port, host, or uid; sources by id or target; edges of the graph by id or as
    /// `SOURCE->TARGET`; objects of Istio by kind, namespace and name.
    ///
    /// - Parameter text: what was typed.
    /// - Returns: an explanation each, members first.
    func explanations(of text: String) -> [Explanation] {
        let members = snapshot.clusters.flatMap { cluster in
            cluster.members.filter { Self.names(text, $0.node) }.map { explanation(of: $0, in: cluster) }
        }
        let sources = snapshot.sources.filter { text == $0.id.description || text == $0.id.target }
        let findings = snapshot.findings.filter { text == $0.id || text == $0.rule.rawValue || text == $0.incident }
        return members + findings.map { Self.explanation(of: $0, snapshot) } + sources.map { explanation(of: $0) }
            + edges(text) + objects(text)
    }

    /// The names that could have been typed, for when none fits.
    var knownNames: [String] {
        snapshot.clusters.flatMap { $0.members.map(\.node.address.hostPort) } + snapshot.sources.map(\.id.description)
            + snapshot.findings.map(\.id)
    }

    private static func names(_ text: String, _ node: UniqueAddress) -> Bool {
        let address = node.address
        return [
            address.text, address.hostPort, address.host ?? "", node.knownUid.map { String($0) } ?? "",
            "\(address.text)#\(node.uid)",
        ]
        .contains(text)
    }

    // MARK: - Members

    private func explanation(of member: MemberSnapshot, in cluster: ClusterSnapshot) -> Explanation {
        var result = Explanation(
            thing:
                "member \(member.node.address.text) uid \(member.node.knownUid.map { String($0) } ?? "not known") of \(cluster.id)"
        )
        let probes = probes(of: member)
        result.facts =
            facts(of: member) + probes.map { Self.text(of: $0) } + cluster.views.map { view(of: member, in: $0) }
        result.rules = [
            "status: the one of the highest priority among the voting views of its own partition; "
                + "a view votes when its latest poll succeeded and it lists itself",
            "unreachable by: observers with a record about it, as the views list them",
            "health: failure when Down, or unreachable for more than 20 s; degraded when unreachable or terminated for any observer, or when "
                + "views differ for more than 5 s; notReady when on its way in or out, or not ready; unknown when no voting view lists it",
        ]
        if !probes.isEmpty {
            result.rules.append(
                "health endpoints: not ready when one that asks for readiness says no, failure when another does; degraded when one warns, or is "
                    + "silent three times in a row after it has answered")
        }
        let asked = Set(probes.map(\.id))
        result.evidence = history.compactMap { observation in
            observation.source.map(asked.contains) == true
                ? Explanation.Evidence(
                    at: observation.at, source: observation.source?.description ?? "",
                    text: Self.text(of: observation.payload))
                : evidence(about: member, observation)
        }
        return result
    }

    private func facts(of member: MemberSnapshot) -> [String] {
        var facts = ["\(member.status.name) since \(member.since)"]
        let reasons = member.health.reasons.isEmpty ? "" : ": \(member.health.reasons.joined(separator: "; "))"
        facts.append("health \(member.health.level.rawValue)\(reasons)")
        if !member.unreachableBy.isEmpty {
            let since = member.unreachableSince.map { " since \($0)" } ?? ""
            facts.append("unreachable by \(member.unreachableBy.map(\.hostPort).joined(separator: ", "))\(since)")
        }
        if let removed = member.removedAt { facts.append("removed at \(removed)") }
        let startup = member.startup.map { ", started: \(Self.text($0))" } ?? ""
        facts.append("ready: \(Self.text(member.ready)), alive: \(Self.text(member.alive))\(startup)")
        facts.append("last observed at \(member.observedAt) (\(member.freshness.rawValue))")
        return facts
    }

    private func probes(of member: MemberSnapshot) -> [ProbeSnapshot] {
        member.removedAt == nil ? snapshot.probes.filter { $0.members.contains(member.node.address) } : []
    }

    private static func text(of probe: ProbeSnapshot) -> String {
        guard let report = probe.report else { return "\(probe.path) has not answered" }
        let since = probe.since.map { " since \($0)" } ?? ""
        return "\(probe.path) \(report.verdict.rawValue)\(since): HTTP \(report.status) \(report.text)"
    }

    private func view(of member: MemberSnapshot, in view: ViewSnapshot) -> String {
        let row = view.members.members.first { $0.node == member.node }
        let status = row.map { "sees it as \($0.status.name)" } ?? "does not list it"
        let record = view.unreachable.first { $0.subject == member.node.address }
        let reach = record.map { ", \($0.status.rawValue) since \($0.since)" } ?? ""
        let vote = view.isVoting ? "" : ", does not vote"
        return "\(view.observer.hostPort) \(status)\(reach) (at \(view.observedAt)\(vote))"
    }

    private func evidence(about member: MemberSnapshot, _ observation: Observation) -> Explanation.Evidence? {
        let text: String?
        switch observation.payload {
        case .membership(let view, _): text = Self.text(of: view, about: member.node)
        case .streamEvent(let event, let replayed): text = Self.text(of: event, about: member.node, replayed: replayed)
        case .failed, .readiness, .liveness, .startup:
            text = observation.source == member.source ? Self.text(of: observation.payload) : nil
        default: text = nil
        }
        return text.map {
            Explanation.Evidence(at: observation.at, source: observation.source?.description ?? "meshtop", text: $0)
        }
    }

    private static func text(of view: MembershipView, about node: UniqueAddress) -> String? {
        guard let row = view.members[node] else { return nil }
        let observers = view.record(about: node.address)?.observers.map(\.hostPort).joined(separator: ", ")
        let leader = view.leader == node.address ? ", as leader" : ""
        return "lists it as \(row.status.name)\(leader)\(observers.map { ", unreachable by \($0)" } ?? "")"
    }

    private static func text(of event: DomainEvent, about node: UniqueAddress, replayed: Bool) -> String? {
        let about: (Member, String)? =
            switch event {
            case .member(let member): (member, "reports that it is \(member.status.name)")
            case .memberRemoved(let member, let previous):
                (member, "reports that it was removed, before that \(previous.name)")
            case .unreachable(let member): (member, "reports that it is unreachable")
            case .reachable(let member): (member, "reports that it is reachable")
            default: nil
            }
        guard let about, about.0.node == node else { return nil }
        return about.1 + (replayed ? " (when the stream began)" : "")
    }

    // MARK: - Sources

    private func explanation(of source: SourceSnapshot) -> Explanation {
        var result = Explanation(thing: "source \(source.id)")
        result.facts = ["\(source.state.rawValue) since \(source.stateSince), \(source.freshness.rawValue)"]
        result.facts.append("last success: \(source.lastSuccess?.description ?? "never")")
        if let latency = source.latency { result.facts.append("latency \(latency.microseconds) µs") }
        if let failure = source.failure {
            result.facts.append("\(failure.code.rawValue), \(source.failuresInARow) in a row: \(failure.message)")
        }
        result.facts += source.notes
        result.rules = [
            "freshness: fresh up to 2 intervals after the last success, late up to 5, stale up to 30, then lost"
        ]
        result.evidence = history.filter { $0.source == source.id }.map { observation in
            Explanation.Evidence(
                at: observation.at, source: source.id.description, text: Self.text(of: observation.payload))
        }
        return result
    }

    static func text(of payload: Observation.Payload) -> String {
        switch payload {
        case .sourceAdded(let origin): origin.isConfigured ? "was given by the user" : "was found in a membership list"
        case .sourceRemoved: "is no longer read"
        case .failed(let failure, let retryAt):
            "failed (\(failure.code.rawValue)): \(failure.message); next try at \(retryAt)"
        case .membership(let view, let reply):
            "\(view.observer.hostPort) lists \(view.members.members.count) members, in \(reply.latency.microseconds) µs"
        case .membershipUnchanged(let reply): "the same answer as before, in \(reply.latency.microseconds) µs"
        case .readiness(let answer): "ready: \(text(answer))"
        case .liveness(let answer): "alive: \(text(answer))"
        case .startup(let answer): "started: \(text(answer))"
        case .streamOpened: "the stream was opened"
        case .streamEvent(let event, let replayed): "event \(event)\(replayed ? ", replayed" : "")"
        case .streamReplayed: "the stream's replay is complete"
        case .streamHeartbeat: "a heartbeat of the stream"
        case .lifecycle(let line, let late): "\(line.evidence.text)\(late ? " (late)" : "")"
        case .logProgress(let progress): "\(progress.lines) lines were read, \(progress.events) of them events"
        case .bridge(let report, let reply):
            "\(report.node.address.hostPort) reports \(report.associations.count) associations and "
                + "\(report.detectors.count) detectors, in \(reply.latency.microseconds) µs"
        case .telemetry(let telemetry, let reply):
            "\(telemetry.vectors.count) metrics of \(telemetry.vectors.reduce(0) { $0 + $1.count }) series over "
                + "\(telemetry.window.inSeconds) s up to \(telemetry.at), in \(reply.latency.microseconds) µs"
        case .metrics(let report, let reply):
            "\(report.detectors.count) failure detectors and \(report.records.count) monitored members in metrics, "
                + "in \(reply.latency.microseconds) µs"
        case .metricsUnchanged(let reply): "the same metrics as before, in \(reply.latency.microseconds) µs"
        case .probed(let report, let reply):
            "\(report.verdict.rawValue), HTTP \(report.status)\(report.text.isEmpty ? "" : ": \(report.text)"), "
                + "in \(reply.latency.microseconds) µs"
        case .kubernetes(let report): text(report)
        case .contactPoint(let answer, let seeds):
            "as a contact point: \(answer.rawValue)\(seeds.isEmpty ? "" : ", \(seeds.map(\.hostPort).joined(separator: ", "))")"
        case .acknowledged(let incident): "\(incident ?? "every incident that is over") was acknowledged"
        case .started, .tick, .refresh, .ended: "the program's own"
        }
    }

    private static func text(_ report: KubernetesReport) -> String {
        func names(_ objects: [ObjectValue]) -> String {
            let first = objects.prefix(3).compactMap { $0.objectName?.name }.joined(separator: ", ")
            return objects.count > 3 ? "\(first) and \(objects.count - 3) more" : first
        }
        return switch report.change {
        case .listed(let objects): "\(objects.count) \(report.resource.plural): \(names(objects))"
        case .changed(let objects): "\(report.resource.plural) came or changed: \(names(objects))"
        case .removed(let gone): "\(gone.count) \(report.resource.plural) are gone"
        case .unchanged: "nothing has changed among the \(report.resource.plural)"
        }
    }

    private static func text(_ answer: ProbeAnswer?) -> String {
        switch answer {
        case nil: "not known"
        case .passed: "yes"
        case .notPassed(let reason): reason.isEmpty ? "no" : "no (\(reason))"
        case .unavailable(let reason): "not known (\(reason))"
        }
    }
}
