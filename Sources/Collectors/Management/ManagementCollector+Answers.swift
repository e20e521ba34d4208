// SPDX-License-Identifier: Apache-2.0
internal import Model

extension ManagementCollector {
    /// Takes an answer of any status.
    mutating func handle(_ response: HTTPResponse, to errand: Errand) {
        guard let source = sources[errand.source] else { return }
        let request = source.request(errand.inquiry, timeout: context.timeout)
        if response.status != 200, source.endpoint.access == .kubernetes,
            let failure = ProxyFailure.failure(response, request)
        {
            return handle(failure, of: errand)
        }
        switch errand.inquiry {
        case .members:
            guard response.status == 200 else {
                let body = response.body.bytes
                return fail(errand.source, HTTPFailures.status(response.status, body: body, request: request))
            }
            receiveMembers(response, request, from: errand.source)
        case .ready, .alive, .startup:
            let answer = HealthCheckReader.answer(
                status: response.status, body: response.body.bytes, request: request)
            receiveCheck(answer, errand)
        case .bridge: receiveBridge(response, request, from: errand.source)
        case .events: refuseStream(response, request, of: errand.source)
        case .seeds: receiveSeeds(response, from: errand.source)
        }
    }

    /// Takes a request that got no answer.
    mutating func handle(_ failure: SourceFailure, of errand: Errand) {
        switch errand.inquiry {
        case .members: fail(errand.source, failure)
        case .ready, .alive, .startup: receiveCheck(.unavailable(failure.message), errand)
        case .bridge: failBridge(of: errand.source, failure)
        case .events: failStream(of: errand.source, failure)
        case .seeds: receiveSeeds(failure, from: errand.source)
        }
    }

    // MARK: - Members

    private mutating func receiveMembers(_ response: HTTPResponse, _ request: HTTPRequest, from key: SourceKey) {
        let reply = Reply(latency: response.latency, server: response.server)
        let digest = BodyDigest(response.body.bytes)
        if let known = sources[key]?.state.answer, known.digest == digest {
            return receiveUnchanged(known, reply, from: key)
        }
        do throws(JSONError) {
            apply(
                ManagementSource.Answer(view: try decoders.members.decode(response.body), digest: digest), reply,
                from: key)
        } catch {
            fail(key, HTTPFailures.format(error.message, request: request))
        }
    }

    private mutating func receiveUnchanged(_ answer: ManagementSource.Answer, _ reply: Reply, from key: SourceKey) {
        guard let source = sources[key] else { return }
        outbox.emit(.membershipUnchanged(reply), from: source.id, isNews: source.state.isFailing)
        succeed(key, answer, ownRowChanged: false)
    }

    private mutating func apply(_ answer: ManagementSource.Answer, _ reply: Reply, from key: SourceKey) {
        guard let source = sources[key] else { return }
        let (known, view) = (source.state.answer?.view, answer.view)
        if source.member != view.observer { setMember(view.observer, of: key) }
        outbox.emit(.membership(view, reply), from: source.id)
        succeed(key, answer, ownRowChanged: known.map { $0.own != view.own } ?? false)
        returned(from: known, to: view)
        if let known, known.members !== view.members { refreshStream(of: key, from: known, to: view) }
    }

    /// What an observer had reported ends without an event when the observer is removed: the streams of the others are opened again then.
    private mutating func refreshStream(of key: SourceKey, from known: MembershipView, to view: MembershipView) {
        let isRemoval = known.members.members.contains { view.members[$0.node] == nil }
        guard isRemoval, streams[key]?.contradicts(view) == true else { return }
        cancel(.events, of: key)
        streams[key]?.reopen()
        openStreams()
    }

    private mutating func succeed(_ key: SourceKey, _ answer: ManagementSource.Answer, ownRowChanged: Bool) {
        let wasFailing = sources[key]?.state.isFailing ?? false
        sources[key]?.state.succeed(answer)
        sources[key]?.settled.insert(.members)
        vote(key)
        if wasFailing {
            streams[key]?.expectReturn()
            expectReturnOfCluster(of: key)
        }
        // A restarted node may be of another version.
        if ownRowChanged || wasFailing { sources[key]?.bridge.expectAnother() }
        if ownRowChanged, streams[key]?.isMissing == true { streams[key] = nil }
        dropRivals(of: key)
        askSeeds(of: key)
        beginChecks(of: key, atOnce: wasFailing || ownRowChanged)
    }

    /// Lets the source's view count, or no longer.
    private mutating func vote(_ key: SourceKey) {
        guard let source = sources[key] else { return }
        listing.set(source.vote, of: key)
    }

    /// The latest poll has failed: its view no longer votes, and it is asked again after a while.
    mutating func fail(_ key: SourceKey, _ failure: SourceFailure) {
        guard let source = sources[key] else { return }
        let isNews = sources[key]?.state.fail(failure, at: outbox.now) ?? false
        sources[key]?.settled.insert(.members)
        if source.isAnswering { vote(key) }
        let due = sources[key]?.state.retryAt(
            interval: context.interval, isLikelyToReturn: listing.lists(source))
        outbox.emit(.failed(failure, retryAt: due ?? now), from: source.id, isNews: isNews)
        sources[key]?.checks.reset()
        // A node that does not answer has no bridge that does.
        failBridge(of: key, failure)
        if sources[key]?.state.failures == 1 { ask(.members, of: key) }
        tryOtherWay(of: key, failure)
        dropRivals(of: key)
    }

    /// A new incarnation on a known address has come to light: the source that waits for it need not wait longer.
    private mutating func returned(from known: MembershipView?, to view: MembershipView) {
        guard let known, known.members !== view.members else { return }
        for key in sources.order where sources[key]?.state.isFailing == true {
            guard let member = sources[key]?.member else { continue }
            guard let row = view.members[member], row.node.uid != known.members[member]?.node.uid else { continue }
            askAgain(key)
        }
    }

    /// After the loss of a whole cluster the first node that answers again is the first sign that others do; from then on its view says who.
    private mutating func expectReturnOfCluster(of key: SourceKey) {
        guard let cluster = sources[key]?.cluster else { return }
        let others = sources.order.filter { $0 != key && sources[$0]?.cluster == cluster }
        guard others.allSatisfy({ sources[$0]?.isAnswering == false }) else { return }
        for other in others where sources[other]?.state.answer != nil { askAgain(other) }
    }

    /// A member is said to be back: its source is asked at once if it was failing.
    mutating func expectReturn(of member: Address) {
        for key in sources.order where sources[key]?.state.isFailing == true && sources[key]?.member == member {
            askAgain(key)
        }
    }

    private mutating func askAgain(_ key: SourceKey) {
        sources[key]?.state.expectReturn()
        streams[key]?.expectReturn()
        ask(.members, of: key)
    }

    // MARK: - Health checks

    private mutating func receiveCheck(_ answer: ProbeAnswer, _ errand: Errand) {
        guard let source = sources[errand.source], source.isAnswering else { return }
        let isFirst = sources[errand.source]?.settled.insert(errand.inquiry).inserted ?? false
        let isOther = sources[errand.source]?.checks.keep(answer, to: errand.inquiry) ?? false
        let payload: Observation.Payload
        switch errand.inquiry {
        case .ready: payload = .readiness(answer)
        case .startup:
            // A node without the route says nothing by that.
            if case .unavailable = answer { return }
            payload = .startup(answer)
        default: payload = .liveness(answer)
        }
        outbox.emit(payload, from: source.id, isNews: isFirst || isOther)
    }

    /// Asks the health checks now, or leaves them to the second phase.
    private mutating func beginChecks(of key: SourceKey, atOnce: Bool) {
        switch phase {
        case .membersOnly: phase = .delayed(until: now + Self.secondPhaseDelay)
        case .delayed: break
        case .all:
            if atOnce || sources[key]?.checks.dueAt == nil {
                askBridge(key)
                askChecks(key)
            }
            openStreams()
        }
    }

    mutating func beginSecondPhase() {
        phase = .all
        for key in sources.order where sources[key]?.isAnswering == true && sources[key]?.checks.dueAt == nil {
            askBridge(key)
            askChecks(key)
        }
        openStreams()
    }

    /// Asks the health checks that are due, first those that have waited longest.
    mutating func askDueChecks(of keys: [SourceKey]) {
        let due = keys.compactMap { key -> (at: Timestamp, key: SourceKey)? in
            guard let at = sources[key]?.checks.dueAt, at <= now + context.interval / 4 else { return nil }
            return sources[key]?.isAnswering == true ? (at, key) : nil
        }
        for check in due.sorted(by: { $0 < $1 }).prefix(Self.maximumChecksPerTick) { askChecks(check.key) }
    }

    private mutating func askChecks(_ key: SourceKey) {
        sources[key]?.checks.plan(at: outbox.now, interval: context.interval)
        askNextCheck(of: key)
    }

    /// Members, ready and alive are asked one after the other: over one connection, which stays open. Three at a time would need three
    /// connections per member, and a large mesh would open most of them again in every tick.
    mutating func askNextCheck(of key: SourceKey) {
        guard !isAsking(key), let next = sources[key]?.checks.next() else { return }
        ask(next, of: key)
    }

    // MARK: - The bridge

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
    mutating func receiveBridge(_ response: HTTPResponse, _ request: HTTPRequest, from key: SourceKey) {
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
            apply(report, Reply(latency: response.latency, server: response.server), from: key)
        } catch {
            failBridge(of: key, HTTPFailures.format(error.message, request: request))
        }
    }

    private mutating func apply(_ report: BridgeReport, _ reply: Reply, from key: SourceKey) {
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
