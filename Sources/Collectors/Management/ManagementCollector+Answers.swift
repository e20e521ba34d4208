internal import Model

extension ManagementCollector {
    /// Takes an answer of any status.
    mutating func handle(_ response: HTTPResponse, to errand: Errand) {
        guard let source = sources[errand.source] else { return }
        let request = source.request(errand.inquiry, timeout: options.timeout)
        switch errand.inquiry {
        case .members:
            guard response.status == 200 else {
                let body = response.body.bytes
                return fail(errand.source, HTTPFailures.status(response.status, body: body, request: request))
            }
            takeMembers(response, request, from: errand.source)
        case .ready, .alive:
            let answer = ProbeReader.answer(
                status: response.status, body: response.body.bytes, request: request)
            takeCheck(answer, errand)
        case .bridge: takeBridge(response, request, from: errand.source)
        case .events: refuseStream(response, request, of: errand.source)
        }
    }

    /// Takes a request that got no answer.
    mutating func handle(_ failure: SourceFailure, of errand: Errand) {
        switch errand.inquiry {
        case .members: fail(errand.source, failure)
        case .ready, .alive: takeCheck(.unavailable(failure.message), errand)
        case .bridge: failBridge(of: errand.source, failure)
        case .events: failStream(of: errand.source, failure)
        }
    }

    // MARK: - Members

    private mutating func takeMembers(_ response: HTTPResponse, _ request: HTTPRequest, from key: SourceKey) {
        let reply = Reply(latency: response.latency, server: response.server)
        let digest = BodyDigest(response.body.bytes)
        if sources[key]?.digest == digest { return takeUnchanged(reply, from: key) }
        do throws(JSONError) {
            take(try membersDecoder.decode(response.body), digest, reply, from: key)
        } catch {
            fail(key, HTTPFailures.format(error.message, request: request))
        }
    }

    private mutating func takeUnchanged(_ reply: Reply, from key: SourceKey) {
        guard let source = sources[key] else { return }
        let wasFailing = source.backoff.isFailing
        emit(.membershipUnchanged(reply), from: source.id, isNews: wasFailing)
        succeed(key, wasFailing: wasFailing, ownRowChanged: false)
    }

    private mutating func take(_ view: MembershipView, _ digest: BodyDigest, _ reply: Reply, from key: SourceKey) {
        guard let source = sources[key] else { return }
        let known = source.view
        sources[key]?.view = view
        sources[key]?.digest = digest
        if source.member != view.observer { setMember(view.observer, of: key) }
        emit(.membership(view, reply), from: source.id)
        let ownRowChanged = known.map { $0.own != view.own } ?? false
        succeed(key, wasFailing: source.backoff.isFailing, ownRowChanged: ownRowChanged)
        returned(from: known, to: view)
    }

    private mutating func succeed(_ key: SourceKey, wasFailing: Bool, ownRowChanged: Bool) {
        sources[key]?.backoff.succeed()
        sources[key]?.hasAnswer = true
        sources[key]?.settled.insert(.members)
        sources[key]?.lastFailure = nil
        vote(key)
        if wasFailing { streams[key]?.expectReturn() }
        // A restarted node may be of another version.
        if ownRowChanged || wasFailing { sources[key]?.bridge.expectAnother() }
        if ownRowChanged, streams[key]?.isMissing == true { streams[key] = nil }
        dropRivals(of: key)
        beginChecks(of: key, atOnce: wasFailing || ownRowChanged)
    }

    /// Lets the source's view count, or count no more.
    private mutating func vote(_ key: SourceKey) {
        guard let source = sources[key] else { return }
        listing.set(source.vote, of: key)
    }

    /// The latest poll has failed: its view votes no more, and it is asked again after a while.
    mutating func fail(_ key: SourceKey, _ failure: SourceFailure) {
        guard let source = sources[key] else { return }
        let wasAnswering = source.isAnswering
        var backoff = source.backoff
        backoff.fail(at: now)
        sources[key]?.backoff = backoff
        sources[key]?.settled.insert(.members)
        if wasAnswering { vote(key) }
        let due = backoff.dueAt(interval: options.interval, isListed: source.isListed(listing)) ?? now
        emit(.failed(failure, retryAt: due), from: source.id, isNews: failure != source.lastFailure)
        sources[key]?.lastFailure = failure
        sources[key]?.checks = [:]
        sources[key]?.pendingChecks = []
        // A node that does not answer has no bridge that does.
        failBridge(of: key, failure)
        if backoff.failures == 1 { ask(.members, of: key) }
        dropRivals(of: key)
    }

    /// A new incarnation on a known address has come to light: whoever waits for it need not wait longer.
    private mutating func returned(from known: MembershipView?, to view: MembershipView) {
        guard let known, known.members !== view.members else { return }
        for key in order where sources[key]?.backoff.isFailing == true {
            guard let member = sources[key]?.member else { continue }
            guard let row = view.members[member], row.node.uid != known.members[member]?.node.uid else { continue }
            askAgain(key)
        }
    }

    /// A member is said to be back: its source is asked at once if it was failing.
    mutating func expectReturn(of member: Address) {
        for key in order where sources[key]?.backoff.isFailing == true && sources[key]?.member == member {
            askAgain(key)
        }
    }

    private mutating func askAgain(_ key: SourceKey) {
        sources[key]?.backoff.expectReturn()
        streams[key]?.expectReturn()
        ask(.members, of: key)
    }

    // MARK: - Health checks

    private mutating func takeCheck(_ answer: ProbeAnswer, _ errand: Errand) {
        guard let source = sources[errand.source], source.isAnswering else { return }
        let isFirst = sources[errand.source]?.settled.insert(errand.inquiry).inserted ?? false
        let isNews = isFirst || answer != source.checks[errand.inquiry]
        sources[errand.source]?.checks[errand.inquiry] = answer
        emit(errand.inquiry == .ready ? .readiness(answer) : .liveness(answer), from: source.id, isNews: isNews)
    }

    /// Asks the health checks now, or leaves them to the second phase.
    private mutating func beginChecks(of key: SourceKey, atOnce: Bool) {
        let isSecondPhase = options.isOneShot || secondPhaseHasBegun
        guard isSecondPhase else {
            if secondPhaseAt == nil { secondPhaseAt = now + Self.secondPhaseDelay }
            return
        }
        if atOnce || sources[key]?.checksDueAt == nil {
            askBridge(key)
            askChecks(key)
        }
        openStreams()
    }

    mutating func beginSecondPhase() {
        secondPhaseAt = nil
        secondPhaseHasBegun = true
        for key in order where sources[key]?.isAnswering == true && sources[key]?.checksDueAt == nil {
            askBridge(key)
            askChecks(key)
        }
        openStreams()
    }

    /// Asks the health checks that are due, those first that have waited longest: so many in a tick, for each costs two requests.
    mutating func askDueChecks(of keys: [SourceKey]) {
        let due = keys.compactMap { key -> (at: Timestamp, key: SourceKey)? in
            guard let at = sources[key]?.checksDueAt, at <= now + options.interval / 4 else { return nil }
            return sources[key]?.isAnswering == true ? (at, key) : nil
        }
        for check in due.sorted(by: { $0 < $1 }).prefix(Self.checksPerTick) { askChecks(check.key) }
    }

    private mutating func askChecks(_ key: SourceKey) {
        sources[key]?.checksDueAt = now + max(ManagementSource.checkInterval, options.interval)
        sources[key]?.pendingChecks.removeAll { $0 != .bridge }
        sources[key]?.pendingChecks += [.ready, .alive]
        askNextCheck(of: key)
    }

    /// Members, ready and alive are asked one after the other: over one connection, which stays open. Three at a time would need three
    /// connections per member, and a large mesh would open most of them anew in every tick.
    mutating func askNextCheck(of key: SourceKey) {
        guard !isAsking(key), let next = sources[key]?.pendingChecks.first else { return }
        sources[key]?.pendingChecks.removeFirst()
        ask(next, of: key)
    }
}
