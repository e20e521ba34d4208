// SPDX-License-Identifier: Apache-2.0
import Model

@testable import Collectors

/// A collector of management endpoints as a test sets it up.
struct ManagementSetup {
    var seeds: [ManagementSeed]
    var interval = Duration.seconds(2)
    var timeout = Duration.seconds(2)
    var discovers = true
    var managementPort: Int?
    var isOneShot = false
    var asksBridge = false
    var maximumStreams = 32

    var collector: ManagementCollector {
        let options = ManagementOptions(
            seeds: seeds, discovers: discovers, managementPort: managementPort, asksBridge: asksBridge,
            maximumStreams: maximumStreams)
        return ManagementCollector(
            options, .test(interval: interval, timeout: timeout, isOneShot: isOneShot))
    }
}

extension CollectorContext {
    /// That of the only collector of a test.
    static func test(
        interval: Duration = .seconds(2), timeout: Duration = .seconds(2), isOneShot: Bool = false
    ) -> CollectorContext {
        CollectorContext(
            requests: RequestIDs(owner: CollectorID(number: 0)), interval: interval, timeout: timeout,
            isOneShot: isOneShot)
    }
}

/// Runs a collector in virtual time against servers that are a function: no sockets, no sleeps.
final class CollectorRig {
    enum Answer {
        case reply(Int, String)
        case fail(SourceFailure.Code)
        /// Nothing comes, until the time limit.
        case silence
        /// A stream opens with this text.
        case stream(String)
    }

    struct Asked: Equatable {
        let at: Duration
        let url: String
    }

    private struct Pending {
        let due: Timestamp
        let order: Int
        let event: HTTPEvent
    }

    static let start = Timestamp(milliseconds: 1_700_000_000_000)

    var collector: ManagementCollector
    /// Answers a URL.
    var server: (String) -> Answer
    var latency = Duration.milliseconds(3)
    private(set) var now = CollectorRig.start
    private(set) var asked: [Asked] = []
    private(set) var observations: [Observation] = []
    private(set) var cancelled: Set<RequestID> = []
    private(set) var streams: [String: RequestID] = [:]
    private(set) var mostInFlight = 0
    /// URLs that were asked while the same URL was still unanswered.
    private(set) var overlaps: [String] = []
    private var pending: [Pending] = []
    private var inFlight: [RequestID: String] = [:]
    private var count = 0

    init(_ options: ManagementSetup, server: @escaping (String) -> Answer) {
        collector = options.collector
        self.server = server
    }

    func begin() { perform(collector.start(at: now)) }

    func pollNow() { perform(collector.pollNow(at: now)) }

    /// Lets time pass.
    func run(for duration: Duration) {
        let end = now + duration
        while true {
            let nextEvent = pending.map(\.due).min()
            let next = [nextEvent, collector.nextWake].compactMap { $0 }.min() ?? end
            guard next <= end else { break }
            now = max(now, next)
            deliverDue()
            perform(collector.advance(to: now, unread: 0))
        }
        now = end
    }

    /// A log says something.
    func follow(_ line: LifecycleEvent) {
        let observation = Observation(at: now, source: SourceID(.log, "n.log"), .lifecycle(line, late: false))
        perform(collector.follow([observation], at: now))
    }

    /// Says something on an open stream.
    func say(_ text: String, on url: String) {
        guard let id = streams[url] else { return }
        perform(collector.handle(.chunk(id, Array(text.utf8)), at: now))
    }

    /// Ends an open stream.
    func end(_ url: String) {
        guard let id = streams.removeValue(forKey: url) else { return }
        perform(collector.handle(.failed(id, SourceFailure(.closed, "closed")), at: now))
    }

    func forgetAsked() { asked = [] }

    func forgetObservations() { observations = [] }

    /// The paths that were asked of a host, with the time since the start.
    func times(_ url: String) -> [Duration] { asked.filter { $0.url == url }.map(\.at) }

    /// What was observed, as short words: `ok http://10.0.0.1:8558`.
    var log: [String] { observations.map { "\(Self.word($0.payload)) \($0.source?.target ?? "-")" } }

    func log(of target: String) -> [String] {
        observations.filter { $0.source?.target == target }.map { Self.word($0.payload) }
    }

    private static func word(_ payload: Observation.Payload) -> String {
        switch payload {
        case .sourceAdded(let origin): origin.isConfigured ? "configured" : "found"
        case .sourceRemoved: "removed"
        case .failed(let failure, _): failure.code.rawValue
        case .membership: "members"
        case .membershipUnchanged: "unchanged"
        case .readiness(.passed): "ready"
        case .readiness(.notPassed(let text)): "not ready: \(text)"
        case .readiness(.unavailable): "ready?"
        case .liveness(.passed): "alive"
        case .liveness(.notPassed(let text)): "not alive: \(text)"
        case .liveness(.unavailable): "alive?"
        case .startup(.passed): "started"
        case .startup(.notPassed(let text)): "not started: \(text)"
        case .startup(.unavailable): "started?"
        case .streamOpened: "opened"
        case .streamEvent(_, let replayed): replayed ? "replay" : "event"
        case .streamReplayed: "replayed"
        case .streamHeartbeat: "heartbeat"
        case .probed: "probed"
        case .lifecycle: "line"
        case .logProgress: "progress"
        case .bridge: "bridge"
        case .kubernetes(let report): "kubernetes \(report.resource.rawValue)"
        case .contactPoint(let answer, _): "contact \(answer.rawValue)"
        case .telemetry: "telemetry"
        case .metrics: "metrics"
        case .metricsUnchanged: "metrics unchanged"
        case .started, .tick, .refresh, .ended, .acknowledged: "session"
        }
    }

    // MARK: -

    private func deliverDue() {
        let due = pending.filter { $0.due <= now }.sorted { ($0.due, $0.order) < ($1.due, $1.order) }
        pending.removeAll { $0.due <= now }
        for item in due where !cancelled.contains(item.event.id) {
            switch item.event {
            case .opened, .chunk: break
            case .answered(let id, _), .failed(let id, _): inFlight[id] = nil
            }
            perform(collector.handle(item.event, at: now))
        }
    }

    private func perform(_ actions: [CollectorAction]) {
        for action in actions {
            switch action {
            case .start(let id, let request): start(id, request)
            case .cancel(let id):
                cancelled.insert(id)
                inFlight[id] = nil
            case .emit(let observation, _): observations.append(observation)
            case .flush, .found, .lost, .authorize: break
            }
        }
    }

    private func start(_ id: RequestID, _ request: HTTPRequest) {
        asked.append(Asked(at: now - Self.start, url: request.url))
        if inFlight.values.contains(request.url) { overlaps.append(request.url) }
        switch (server(request.url), request.mode) {
        case (.stream(let text), _):
            streams[request.url] = id
            later(latency, .opened(id, server: nil))
            later(latency, .chunk(id, Array(text.utf8)))
        case (.reply(let status, let body), _):
            let response = HTTPResponse(
                status: status, body: PaddedBytes(body.utf8), server: "akka-http/10.2.10", latency: latency)
            later(latency, .answered(id, response))
        case (.fail(let code), _): later(.microseconds(200), .failed(id, SourceFailure(code, "it failed")))
        case (.silence, .whole(let timeout, _)), (.silence, .beginning(let timeout, _)),
            (.silence, .stream(let timeout)),
            (.silence, .lines(let timeout)):
            later(timeout, .failed(id, SourceFailure(.timeout, "no answer")))
        }
        guard case .whole = request.mode else { return }
        inFlight[id] = request.url
        mostInFlight = max(mostInFlight, inFlight.count)
    }

    private func later(_ delay: Duration, _ event: HTTPEvent) {
        count += 1
        pending.append(Pending(due: now + delay, order: count, event: event))
    }
}

/// A simulated cluster as its management endpoints print it.
struct FakeCluster {
    /// The last part of each member's host, its uid and status.
    var members: [Int: (uid: Int, status: String)] = [:]
    /// Members whose endpoint refuses connections.
    var refusing: Set<Int> = []
    /// Members whose endpoint does not answer.
    var silent: Set<Int> = []
    var unreachable: [Int: [Int]] = [:]
    /// Whole lists that certain observers print instead.
    var ownViews: [Int: [Int]] = [:]
    var port = 8558
    var isReady = true
    /// What `/cluster/domain-events` says first; `nil`: there is no such route.
    var replay: String? = "data:{\"type\":\"LeaderChanged\"}\nevent:LeaderChanged\n\n"

    init(_ hosts: some Sequence<Int>) { for host in hosts { members[host] = (host, "Up") } }

    static func address(_ host: Int) -> String { "akka://Shop@10.0.\(host / 250).\(host % 250):25520" }

    static func url(_ host: Int, _ path: String = "", port: Int = 8558) -> String {
        "http://10.0.\(host / 250).\(host % 250):\(port)\(path)"
    }

    func answer(_ url: String) -> CollectorRig.Answer {
        for host in Set(members.keys).union(refusing).union(silent).union(ownViews.keys) {
            let base = Self.url(host, port: port)
            guard url.hasPrefix(base + "/") else { continue }
            if refusing.contains(host) { return .fail(.refused) }
            if silent.contains(host) { return .silence }
            return answer(host, String(url.dropFirst(base.count)))
        }
        return .fail(.refused)
    }

    private func answer(_ host: Int, _ path: String) -> CollectorRig.Answer {
        switch path {
        case "/cluster/members": .reply(200, document(host))
        case "/ready": isReady ? .reply(200, "OK") : .reply(500, "Not Healthy: Check [x] not ok")
        case "/alive": .reply(200, "OK")
        case "/cluster/domain-events": replay.map { .stream($0) } ?? .reply(404, "nothing here")
        default: .reply(404, "nothing here")
        }
    }

    private func document(_ observer: Int) -> String {
        let hosts = (ownViews[observer] ?? Array(members.keys)).sorted()
        let rows = hosts.map { host in
            let (uid, status) = members[host] ?? (host, "Up")
            return
                #"{"node":"\#(Self.address(host))","nodeUid":"\#(uid)","status":"\#(status)","roles":["dc-default"]}"#
        }
        let records = unreachable.sorted { $0.key < $1.key }.map { subject, observers in
            let list = observers.map { "\"\(Self.address($0))\"" }.joined(separator: ",")
            return #"{"node":"\#(Self.address(subject))","observedBy":[\#(list)]}"#
        }
        return #"{"selfNode":"\#(Self.address(observer))","members":[\#(rows.joined(separator: ","))],"#
            + #""unreachable":[\#(records.joined(separator: ","))]}"#
    }
}

/// What tests with a made-up cluster share.
protocol FakeClusterTests {}

extension FakeClusterTests {
    func seed(_ host: Int, name: String? = nil, ports: [Int] = [8558]) -> ManagementSeed {
        ManagementSeed(
            name: name, endpoints: ports.map { Endpoint(host: "10.0.\(host / 250).\(host % 250)", port: $0) })
    }

    /// A collector that has begun.
    func rig(_ cluster: FakeCluster, _ options: ManagementSetup? = nil) -> CollectorRig {
        let rig = CollectorRig(options ?? ManagementSetup(seeds: [seed(1)])) { cluster.answer($0) }
        rig.begin()
        return rig
    }

    func url(_ host: Int, _ path: String = "") -> String { FakeCluster.url(host, path) }
}
