// SPDX-License-Identifier: Apache-2.0
package import Model

/// The numbers behind the facts: which observation first showed what. Rules conclude from the picture, and prove it from here.
package struct FactLedger: Sendable {
    /// What lines say.
    package private(set) var lines = LineLedger()
    /// Who has whom as unreachable.
    package private(set) var losses = LossBook()
    /// Links that do not work.
    package private(set) var links = LinkLedger()
    /// Which sources answer.
    package private(set) var sources = SourceLedger()
    /// What became of each member.
    package private(set) var trails = MemberTrails()
    /// Nodes that answer at a management endpoint and list nobody, since when.
    package private(set) var joiners = JoinerBook()
    /// Which observation first showed each object of Kubernetes as it is.
    package private(set) var objects = ObjectLedger()
    /// The newest answer of each metrics server about traffic.
    package private(set) var telemetry: [SourceID: Sighting] = [:]
    /// Series that metrics servers have twice.
    package private(set) var duplicates = DuplicateLedger()
    /// Processes that stand out in metrics.
    package private(set) var processes = ProcessLedger()

    /// Nothing is known.
    package init() {}

    /// The newest answer of any metrics server about traffic.
    var traffic: Sighting? { telemetry.values.max { ($0.at, $0.observation) < ($1.at, $1.observation) } }

    /// Records one observation.
    ///
    /// - Parameters:
    ///   - observation: The observation.
    ///   - number: Its number, from 1.
    ///   - observer: The node that a line or an event of a stream is of, if that is known.
    ///   - now: The time of the fold, which never runs backwards.
    package mutating func record(
        _ observation: Observation, number: Int, observer: Address?, at now: Timestamp
    ) {
        guard let source = observation.source else { return }
        let entry = Entry(now: now, number: number, source: source)
        switch observation.payload {
        case .failed(let failure, _):
            sources.recordFailure(failure, in: entry)
            if source.kind == .bridge || source.kind == .management, let observer { links.forget(observer) }
            if source.kind == .sse, let observer { losses.endStream(of: observer) }
            if source.kind == .management { joiners.interrupt(source) }
        case .sourceRemoved:
            sources.forget(source)
            lines.forget(source)
            joiners.forget(source)
            objects.forget(source)
            telemetry[source] = nil
            duplicates.forget(source)
            processes.forget(source)
        case .membership(let view, _):
            sources.recordAnswer(in: entry)
            losses.record(view, in: entry)
            trails.record(view, in: entry)
            joiners.record(view, in: entry)
        case .streamOpened:
            sources.recordAnswer(in: entry)
            if let observer { losses.resetStream(of: observer) }
        case .streamEvent(let event, _):
            sources.recordAnswer(in: entry)
            guard let observer else { return }
            losses.record(event, by: observer, in: entry)
            trails.record(event, by: observer, in: entry)
        case .lifecycle(let line, _):
            sources.recordAnswer(in: entry)
            record(line, by: observer, in: entry)
        case .logProgress(let progress):
            if progress.hasReachedEnd { lines.follow(source) }
        case .bridge(let report, _):
            sources.recordAnswer(in: entry)
            let found = links.record(report, in: entry)
            for line in found.lines {
                lines.record(line, by: report.node.address, in: entry, isHistory: found.isHistory)
            }
        case .kubernetes(let report):
            sources.recordAnswer(in: entry)
            objects.record(report, in: entry)
        case .telemetry(let answer, _):
            sources.recordAnswer(in: entry)
            telemetry[source] = entry.sighting(nil, "\(source.target): \(answer.vectors.count) metrics of traffic")
        case .metrics(let report, _):
            sources.recordAnswer(in: entry)
            duplicates.record(report, in: entry)
            processes.record(report, in: entry)
        case .metricsUnchanged:
            sources.recordAnswer(in: entry)
            processes.renew(source, in: entry)
        case .membershipUnchanged, .probed, .streamHeartbeat, .streamReplayed:
            sources.recordAnswer(in: entry)
        default: break
        }
    }

    private mutating func record(_ line: LifecycleEvent, by observer: Address?, in entry: Entry) {
        if line.kind == .started, let observer { lines.restart(observer) }
        lines.record(line, by: observer, in: entry)
        guard let observer else { return }
        losses.record(line, by: observer, in: entry)
        trails.record(line, by: observer, in: entry)
    }
}

/// Nodes whose management endpoint answers, and which are in no cluster.
package struct JoinerBook: Sendable {
    package struct Joiner: Hashable, Sendable {
        /// As the node names itself.
        package var address: Address
        /// Since when it answers so.
        package var since: Sighting
        /// Where it was asked.
        package var source: SourceID
        /// Whether the endpoint was away in between: then another process answers, and not one that is about to end.
        package var isNewProcess: Bool
    }

    private var joiners: [SourceID: Joiner] = [:]
    /// The endpoints that have failed since they last listed anybody.
    private var interrupted: Set<SourceID> = []

    /// All of them, by address.
    package var all: [Joiner] {
        joiners.values.sorted { ($0.address, $0.source) < ($1.address, $1.source) }
    }

    mutating func record(_ view: MembershipView, in entry: Entry) {
        guard view.members.members.isEmpty else {
            joiners[entry.source] = nil
            interrupted.remove(entry.source)
            return
        }
        guard joiners[entry.source]?.address != view.observer else { return }
        joiners[entry.source] = Joiner(
            address: view.observer,
            since: entry.sighting(view.observer, "\(view.observer.hostPort) answers, and is in no cluster"),
            source: entry.source, isNewProcess: interrupted.contains(entry.source))
    }

    /// The endpoint has failed.
    mutating func interrupt(_ source: SourceID) {
        joiners[source] = nil
        interrupted.insert(source)
    }

    mutating func forget(_ source: SourceID) {
        joiners[source] = nil
        interrupted.remove(source)
    }
}
