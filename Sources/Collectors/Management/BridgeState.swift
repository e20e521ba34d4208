internal import Model

/// What is known of the bridge of one node: whether it has one, and what it last said.
struct BridgeState: Sendable {
    /// A node without a bridge is asked again so rarely: it may have been restarted with one.
    static let absenceInterval = Duration.seconds(60)

    /// Whether it is listed as a source, because it has answered 200.
    private(set) var isListed = false
    /// The last event that is known, and of which process it is.
    private(set) var known: (uid: Int64, sequence: Int64)?
    private(set) var backoff = Backoff()
    private(set) var lastFailure: SourceFailure?
    private var dueAt: Timestamp?

    /// Whether it is to be asked in a tick. A little early counts, as for members.
    func isDue(at now: Timestamp, interval: Duration) -> Bool {
        let due = dueAt ?? backoff.dueAt(interval: interval, isListed: isListed)
        return due.map { $0 <= now + interval / 4 } ?? true
    }

    /// When it is tried again.
    func retryAt(_ now: Timestamp, interval: Duration) -> Timestamp {
        max(now, backoff.dueAt(interval: interval, isListed: isListed) ?? now)
    }

    /// It has answered.
    ///
    /// - Returns: whether it is listed from now on.
    mutating func succeed(_ report: BridgeReport) -> Bool {
        backoff.succeed()
        (dueAt, lastFailure) = (nil, nil)
        let last = report.events.last?.sequence ?? (known?.uid == report.node.uid ? known?.sequence ?? 0 : 0)
        known = (report.node.uid, last)
        defer { isListed = true }
        return !isListed
    }

    /// It did not answer, or nothing that makes sense.
    mutating func fail(_ failure: SourceFailure, at now: Timestamp) {
        backoff.fail(at: now)
        lastFailure = failure
    }

    /// The node has none.
    ///
    /// - Returns: whether it was listed.
    mutating func disappear(at now: Timestamp) -> Bool {
        defer { self = BridgeState(dueAt: now + Self.absenceInterval) }
        return isListed
    }

    /// The node is another one now: whatever was known of its bridge holds no more.
    mutating func expectAnother() {
        dueAt = nil
        backoff.expectReturn()
    }

    init() {}

    private init(dueAt: Timestamp) { self.dueAt = dueAt }
}

extension ManagementCollector {
    /// Asks the bridges of members that answer. Those without one cost a request a minute.
    mutating func askBridge(_ key: SourceKey) {
        guard options.asksBridge, let source = sources[key], source.isAnswering else { return }
        guard source.bridge.isDue(at: now, interval: options.interval) else { return }
        if !source.pendingChecks.contains(.bridge) { sources[key]?.pendingChecks.insert(.bridge, at: 0) }
        askNextCheck(of: key)
    }

    /// Takes an answer of any status.
    mutating func takeBridge(_ response: HTTPResponse, _ request: HTTPRequest, from key: SourceKey) {
        guard let source = sources[key] else { return }
        sources[key]?.settled.insert(.bridge)
        // Without the bridge on its class path a node says 404; one behind authentication has none for us.
        if [404, 405, 501].contains(response.status) { return dropBridge(of: key) }
        guard response.status == 200 else {
            return failBridge(
                of: key, HTTPFailures.status(response.status, body: response.body.bytes, request: request))
        }
        do throws(JSONError) {
            let report = try bridgeDecoder.decode(response.body, known: source.bridge.known)
            take(report, Reply(latency: response.latency, server: response.server), from: key)
        } catch {
            failBridge(of: key, HTTPFailures.format(error.message, request: request))
        }
    }

    private mutating func take(_ report: BridgeReport, _ reply: Reply, from key: SourceKey) {
        guard let source = sources[key] else { return }
        if sources[key]?.bridge.succeed(report) == true {
            let origin = SourceOrigin(
                cluster: source.origin.cluster, isConfigured: source.origin.isConfigured, member: report.node.address)
            emit(.sourceAdded(origin), from: source.bridgeID)
        }
        emit(.bridge(report, reply), from: source.bridgeID)
    }

    /// A bridge that never answered is no source, so its failures are nobody's news.
    mutating func failBridge(of key: SourceKey, _ failure: SourceFailure) {
        guard let source = sources[key] else { return }
        if source.isAnswering { sources[key]?.settled.insert(.bridge) }
        guard source.isAnswering || source.bridge.isListed else { return }
        sources[key]?.bridge.fail(failure, at: now)
        guard source.bridge.isListed, let bridge = sources[key]?.bridge else { return }
        emit(
            .failed(failure, retryAt: bridge.retryAt(now, interval: options.interval)), from: source.bridgeID,
            isNews: failure != source.bridge.lastFailure)
    }

    /// The node has no bridge, or its source goes.
    mutating func dropBridge(of key: SourceKey) {
        guard let source = sources[key] else { return }
        if sources[key]?.bridge.disappear(at: now) == true { emit(.sourceRemoved, from: source.bridgeID) }
    }
}
