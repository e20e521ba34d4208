internal import Model

extension ManagementCollector {
    /// Statuses by which a node says that it has no bridge: not on its class path, or not for us.
    private static let absenceStatuses: Set<Int> = [404, 405, 501]

    /// Asks the bridges of members that answer. Those without one cost a request a minute.
    mutating func askBridge(_ key: SourceKey) {
        guard options.asksBridge, let source = sources[key], source.isAnswering else { return }
        guard source.bridge.isDue(at: now, interval: context.interval) else { return }
        sources[key]?.checks.planBridge()
        askNextCheck(of: key)
    }

    /// Takes an answer of any status.
    mutating func takeBridge(_ response: HTTPResponse, _ request: HTTPRequest, from key: SourceKey) {
        guard let source = sources[key] else { return }
        sources[key]?.settled.insert(.bridge)
        if Self.absenceStatuses.contains(response.status) { return dropBridge(of: key) }
        guard response.status == 200 else {
            return failBridge(
                of: key, HTTPFailures.status(response.status, body: response.body.bytes, request: request))
        }
        do throws(JSONError) {
            let known = source.bridge.known.map { (uid: $0.uid, sequence: $0.sequence) }
            let report = try decoders.bridge.decode(response.body, known: known)
            take(report, Reply(latency: response.latency, server: response.server), from: key)
        } catch {
            failBridge(of: key, HTTPFailures.format(error.message, request: request))
        }
    }

    private mutating func take(_ report: BridgeReport, _ reply: Reply, from key: SourceKey) {
        guard let source = sources[key] else { return }
        if sources[key]?.bridge.succeed(report) == true {
            outbox.emit(.sourceAdded(source.origin(member: report.node.address)), from: source.bridgeID)
        }
        outbox.emit(.bridge(report, reply), from: source.bridgeID)
    }

    /// A bridge that never answered is no source, so its failures are not reported.
    mutating func failBridge(of key: SourceKey, _ failure: SourceFailure) {
        guard let source = sources[key] else { return }
        if source.isAnswering { sources[key]?.settled.insert(.bridge) }
        guard source.isAnswering || source.bridge.isListed else { return }
        sources[key]?.bridge.fail(failure, at: outbox.now)
        guard source.bridge.isListed, let bridge = sources[key]?.bridge else { return }
        outbox.emit(
            .failed(failure, retryAt: bridge.retryAt(now, interval: context.interval)), from: source.bridgeID,
            isNews: failure != source.bridge.failure)
    }

    /// The node has no bridge, or its source goes.
    mutating func dropBridge(of key: SourceKey) {
        guard let source = sources[key] else { return }
        if sources[key]?.bridge.disappear(at: outbox.now) == true { outbox.emit(.sourceRemoved, from: source.bridgeID) }
    }
}
