// SPDX-License-Identifier: Apache-2.0
internal import Model

extension ManagementCollector {
    /// Meshes of more members than this have few streams.
    private static let largeMesh = 100
    /// Maximum number of streams of a large mesh. A few will do: all members report the same news, and each replay describes every member. The
    /// server gives up on a reader that is more than 128 events behind.
    private static let maximumStreamsOfLargeMesh = 8

    /// Opens the streams that are wanted: of members that answer, in the order of their sources, up to the maximum.
    mutating func openStreams() {
        guard phase == .all else { return }
        let maximum = maximumStreams
        if streams.count < maximum {
            for key in sources.order where streams[key] == nil && streams.count < maximum { addStream(of: key) }
        }
        for key in streams.keys.sorted() where sources[key]?.isAnswering == true {
            guard streams[key]?.wantsOpening(at: now, interval: context.interval) == true else { continue }
            ask(.events, of: key)
        }
    }

    private var maximumStreams: Int {
        sources.count > Self.largeMesh
            ? min(options.maximumStreams, Self.maximumStreamsOfLargeMesh) : options.maximumStreams
    }

    /// Two sources may lead to one member; its events are wanted once.
    private mutating func addStream(of key: SourceKey) {
        guard let source = sources[key], source.isAnswering, let member = source.member else { return }
        guard !streams.values.contains(where: { $0.member == member }) else { return }
        let request = source.request(.events, timeout: context.timeout)
        settling.touch(key)
        streams[key] = EventStreamSession(member: member, request: request, decoder: decoders.events)
        outbox.emit(.sourceAdded(source.origin(member: member)), from: source.streamID)
    }

    /// Asks the members again whose streams have had events.
    mutating func repoll() {
        for key in repollDue.keys.sorted() where repollDue[key].map({ $0 <= now }) ?? false {
            let isAsked = ledger.isRunning(Errand(source: key, inquiry: .members))
            // An answer that is under way may be older than the event.
            repollDue[key] = isAsked ? now + Self.repollDelay : nil
            if !isAsked { ask(.members, of: key) }
        }
    }

    mutating func removeStream(of key: SourceKey) {
        repollDue[key] = nil
        guard let stream = streams.removeValue(forKey: key), let source = sources[key] else { return }
        cancel(.events, of: key)
        if !stream.isMissing { outbox.emit(.sourceRemoved, from: source.streamID) }
    }

    /// Passes on what a stream says.
    mutating func apply(_ outputs: [EventStreamSession.Output], ofStream key: SourceKey) {
        guard !outputs.isEmpty, let id = sources[key]?.streamID else { return }
        settling.touch(key)
        for output in outputs {
            switch output {
            case .observation(let payload):
                outbox.emit(payload, from: id, isNews: payload != .streamHeartbeat)
                if case .streamEvent(let event, replayed: false) = payload { react(to: event, from: key) }
            case .broken(let failure):
                cancel(.events, of: key)
                failStream(of: key, failure)
            }
        }
    }

    mutating func failStream(of key: SourceKey, _ failure: SourceFailure) {
        guard let source = sources[key], streams[key] != nil else { return }
        // A stream that breaks is the first sign of a process that has gone.
        if streams[key]?.isOpen == true { ask(.members, of: key) }
        streams[key]?.fail(at: outbox.now)
        let due = streams[key]?.backoff.dueAt(interval: context.interval, isLikelyToReturn: false) ?? now
        outbox.emit(.failed(failure, retryAt: due), from: source.streamID)
        openStreams()
    }

    /// The server has answered, but not with a stream. Without the route (akka-management before 1.0.10, or not on the class path) there is
    /// nothing to fail: the node has no such source.
    mutating func refuseStream(_ response: HTTPResponse, _ request: HTTPRequest, of key: SourceKey) {
        guard let source = sources[key] else { return }
        if response.status == 404 {
            streams[key]?.giveUp()
            outbox.emit(.sourceRemoved, from: source.streamID)
        } else {
            failStream(of: key, HTTPFailures.status(response.status, body: response.body.bytes, request: request))
        }
    }

    /// An event says that something has changed, but not which members observe it: the node's view does. Events that come together are answered by
    /// one poll. The event may also say that a member is back whose source waits.
    private mutating func react(to event: DomainEvent, from key: SourceKey) {
        switch event {
        // No view lists the leaders of roles; each replay ends with them.
        case .roleLeaderChanged, .unknown: return
        case .member(let member):
            switch member.status {
            case .joining, .weaklyUp, .up: planRepoll(key, expecting: member.node.address)
            default: planRepoll(key)
            }
        case .reachable(let member): planRepoll(key, expecting: member.node.address)
        case .memberRemoved, .unreachable, .dataCenterReachable, .dataCenterUnreachable, .leaderChanged,
            .shuttingDown:
            planRepoll(key)
        }
    }

    private mutating func planRepoll(_ key: SourceKey, expecting member: Address? = nil) {
        if repollDue[key] == nil { repollDue[key] = now + Self.repollDelay }
        if let member { expectReturn(of: member) }
    }
}
