// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Fold
import Model
import Views

/// Where in time the screens are, while collection goes on: keeps the moment that is shown and moves it as the reader asks.
final class TimeTraveller {
    private let session: Session
    private let history: History
    /// The recording, in a replay, with its span.
    private let replay: (feed: ReplayFeed, span: JournalFile.Span)?
    /// The moment that is shown; nil for the newest.
    private(set) var moment: Timestamp?
    private var newEvents = 0
    private var notice: String?
    private var lastKept: String?
    private var keptAt: Int64 = 0
    /// Bytes that were recorded by when, over the last minute.
    private var recorded: [(at: Int64, bytes: Int)] = []

    init(_ session: Session, _ history: History, replay: (feed: ReplayFeed, span: JournalFile.Span)? = nil) {
        (self.session, self.history, self.replay) = (session, history, replay)
    }

    /// Counts what comes while the reader is elsewhere.
    func count(newEvents count: Int) { if moment != nil { newEvents += count } }

    /// The picture of the moment; nil at the newest.
    var picture: MeshSnapshot? { moment.flatMap { history.mesh(at: $0)?.snapshot() } }

    // MARK: - Moving

    /// Does what the reader asks.
    ///
    /// - Returns: whether another moment is shown.
    func go(_ command: TimeCommand) -> Bool {
        notice = nil
        switch command {
        case .stepBack: show(history.tick(before: shown), orSay: "there is nothing earlier")
        case .stepForth: stepForth()
        case .previousEvent:
            show(history.stops.last { $0 < shown }.flatMap(tick(of:)), orSay: "there is no earlier change")
        case .nextEvent: next(history.stops, "there is no later change") { self.history.stops }
        case .previousIncident:
            show(incidentTimes.last { $0 < shown }.flatMap(tick(of:)), orSay: "there is no earlier incident")
        case .nextIncident: next(incidentTimes, "there is no later incident") { self.incidentTimes }
        case .at(let text): goTo(text)
        case .live: goToNow()
        case .pause: pause()
        case .slower: replay.map { $0.feed.play(at: $0.feed.speed / 2) }
        case .faster: replay.map { $0.feed.play(at: $0.feed.speed * 2) }
        case .speed(let text): setSpeed(text)
        }
        return true
    }

    /// The moment that is shown, or the newest.
    private var shown: Timestamp { moment ?? history.range?.upperBound ?? session.mesh.now }

    private var incidentTimes: [Timestamp] { session.mesh.incidents.map(\.since).sorted() }

    private func tick(of moment: Timestamp) -> Timestamp? {
        history.tick(after: moment - .microseconds(1)) ?? history.tick(before: moment)
    }

    private func show(_ moment: Timestamp?, orSay sentence: String) {
        guard let moment, let range = history.range, moment >= range.lowerBound else { return notice = sentence }
        if self.moment == nil { newEvents = 0 }
        self.moment = min(moment, range.upperBound)
        replay?.feed.pause()
    }

    private func stepForth() {
        if moment != nil, let tick = history.tick(after: shown) { return arrive(at: tick) }
        moment = nil
        guard let replay else { return }
        replay.feed.pause()
        replay.feed.step()
        if replay.feed.hasEnded { notice = "the recording ends here" }
    }

    /// At the newest tick a live screen is at now again.
    private func arrive(at tick: Timestamp) {
        let isNewest = tick >= history.range?.upperBound ?? tick
        moment = isNewest ? nil : tick
    }

    /// Looks in what is known; a replay goes on until there is one.
    private func next(_ times: [Timestamp], _ sentence: String, _ again: () -> [Timestamp]) {
        let start = shown
        if let time = times.first(where: { $0 > start }), let tick = tick(of: time) { return arrive(at: tick) }
        guard let replay else { return notice = sentence }
        moment = nil
        replay.feed.pause()
        var found: Timestamp?
        while found == nil, !replay.feed.hasEnded {
            replay.feed.step()
            for observation in replay.feed.drain() { _ = session.apply(observation) }
            found = again().first { $0 > start }
        }
        if found == nil { notice = sentence }
    }

    private func goTo(_ text: String) {
        guard let time = TimeText.value(text) else {
            return notice = "'\(text)' is no time: 14:03[:22], +5m after the beginning, -5m before the end"
        }
        guard let span else { return notice = "there is nothing to go to yet" }
        let target: Timestamp
        do {
            let name = replay == nil ? "what is kept" : "the recording"
            target = try RecordedMoment.moment(time, in: span, of: name, option: ":at")
        } catch {
            return notice = error.message
        }
        if let range = history.range, target >= range.lowerBound, target <= range.upperBound || replay == nil {
            return show(history.tick(before: target + .microseconds(1)) ?? range.lowerBound, orSay: "")
        }
        moment = nil
        replay?.feed.pause()
        if target >= session.mesh.now { replay?.feed.seek(target) } else { restart(until: target) }
    }

    private var span: JournalFile.Span? {
        if let replay { return replay.span }
        return history.range.map {
            JournalFile.Span(from: $0.lowerBound, until: $0.upperBound, holes: [], failure: nil)
        }
    }

    private func goToNow() {
        moment = nil
        newEvents = 0
        if let replay { replay.feed.seek(replay.span.until) }
    }

    /// A replay goes on from the moment that is shown.
    private func pause() {
        guard let replay else { return }
        if let moment {
            self.moment = nil
            restart(until: moment)
        }
        replay.feed.togglePause()
    }

    private func restart(until target: Timestamp) {
        session.reset()
        replay?.feed.restart(until: target)
    }

    private func setSpeed(_ text: String) {
        let speed =
            text == "max" ? ReplayFeed.speeds.upperBound : Double(text.hasSuffix("x") ? String(text.dropLast()) : text)
        guard let replay else { return notice = "only a replay has a speed" }
        guard let speed, ReplayFeed.speeds.contains(speed) else {
            return notice = "'\(text.printable)' is no speed: write a number from 0.1 to 10000, or max"
        }
        replay.feed.play(at: speed)
    }

    // MARK: - What is shown of it

    /// Where in time the screens are.
    var state: TimeState? {
        guard let range = history.range else { return nil }
        let from = replay?.span.from ?? range.lowerBound
        let until = replay?.span.until ?? max(range.upperBound, session.mesh.now)
        let mesh = session.mesh
        let isAhead = replay != nil && moment == nil && !(replay?.feed.hasEnded ?? true)
        return TimeState(
            mode: mode, from: from, until: until,
            moment: isAhead ? min(max(mesh.now, from), until) : moment, newEvents: newEvents,
            marks: mesh.incidents.sorted { ($0.since, $0.id) < ($1.since, $1.id) }.map {
                TimeState.Mark(from: $0.since, until: $0.until, severity: mesh.severity(of: $0))
            }, holes: holes(until), recording: recording(), notice: notice ?? kept,
            memory: replay == nil ? "\(history.bytes / 1_000_000) of \(History.maximumBytes / 1_000_000) MB" : nil)
    }

    /// For a minute it is said that the flight recorder kept something.
    private var kept: String? {
        if session.lastKept != lastKept { (lastKept, keptAt) = (session.lastKept, SystemTime.monotonic) }
        guard let lastKept, SystemTime.monotonic - keptAt < 60_000_000 else { return nil }
        return "what surrounds the finding is kept in \(lastKept.printable)"
    }

    private var mode: TimeState.Mode {
        guard let feed = replay?.feed else { return .live }
        return .replay(name: feed.name, speed: feed.speed, isPaused: feed.isPaused, hasEnded: feed.hasEnded)
    }

    private func holes(_ until: Timestamp) -> [ClosedRange<Timestamp>] {
        (replay?.span.holes ?? []).compactMap { hole in
            let (start, end) = (hole.from ?? replay?.span.from ?? until, hole.until ?? until)
            return start <= end ? start...end : nil
        }
    }

    private func recording() -> TimeState.Recording? {
        guard let bytes = session.written else { return nil }
        let now = SystemTime.monotonic
        if recorded.last.map({ now - $0.at > 1_000_000 }) ?? true { recorded.append((now, bytes)) }
        while let first = recorded.first, now - first.at > 60_000_000, recorded.count > 1 { recorded.removeFirst() }
        guard let first = recorded.first, now - first.at > 1_000_000 else {
            return TimeState.Recording(bytes: bytes, rate: 0)
        }
        let perMinute = Double(bytes - first.bytes) * 60_000_000 / Double(now - first.at)
        return TimeState.Recording(bytes: bytes, rate: Int(perMinute))
    }
}
