// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import Views

@testable import Collectors

/// Runs the collectors, the fold and the printer over a recording in virtual time: the same state machines as in a live run, against
/// servers that answer what was recorded nearest to that moment. Fast, and the same each time.
final class VirtualRun {
    /// Ticks come this long after the polls of their second.
    private static let tickDelay = Duration.milliseconds(300)
    private static let latency = Duration.milliseconds(5)

    private struct Pending {
        let due: Timestamp
        let order: Int
        let event: HTTPEvent
    }

    private struct OpenStream {
        let id: RequestID
        var rest: ArraySlice<RecordedBlock>
    }

    private let recording: TruthRecording
    private let observe: (Observation) -> Void
    private let options = CollectorOptions([], interval: .seconds(1), timeout: .seconds(2))
    private let management: ManagementOptions
    private let logs: LogOptions
    private let inputs: [VirtualLog]
    private var collectors = CollectorSet()
    private let clock = VirtualClock()
    private var servers: [String: VirtualServer] = [:]
    private var streams: [OpenStream] = []
    private var pending: [Pending] = []
    private var cancelled: Set<RequestID> = []
    private var count = 0
    private var mesh = Mesh()
    private var report = LineReport()
    private var printed: [UInt8] = []
    private var encoder = JournalEncoder()
    /// What `--record` would have written.
    private(set) var journal: [UInt8] = []

    /// When meshtop is started; `nil`: with the recording.
    private let start: Timestamp?

    convenience init(_ recording: TruthRecording, _ mode: TruthMode, from start: Timestamp? = nil) throws {
        try self.init(
            recording,
            VirtualSources(
                management: mode == .logsAlone ? .none : .first, withBridge: mode == .bridge, withLogs: mode.readsLogs),
            from: start)
    }

    /// - Parameters:
    ///   - recording: what happened.
    ///   - sources: what meshtop is given of it.
    ///   - start: when it is started; `nil`: with the recording.
    ///   - observe: is handed every observation before it is folded.
    /// - Throws: what is wrong with the names of the logs.
    init(
        _ recording: TruthRecording, _ sources: VirtualSources, from start: Timestamp? = nil,
        observe: @escaping (Observation) -> Void = { _ in }
    ) throws {
        self.recording = recording
        self.start = start
        self.observe = observe
        var seeds: [ManagementSeed] = []
        for node in recording.nodes {
            let server = VirtualServer(recording, node.node)
            servers[Self.host(of: node.management)] = server
            if sources.management == .all || sources.management == .first && seeds.isEmpty {
                let parts = node.management.split(separator: ":")
                let host = Self.host(of: node.management)
                let port = parts.last.flatMap { Int($0) } ?? 0
                seeds.append(ManagementSeed(endpoints: [Endpoint(scheme: "http", host: host, port: port, path: "")]))
            }
        }
        let withLogs = sources.withLogs ? recording.nodes : []
        let targets = try withLogs.map { node in
            // A joiner's log begins with its start, which names it.
            if recording.isJoiner(node) { return try LogTarget("\(node.node).log") }
            // Recorded logs begin after the start, where Artery's lines name the node: so the user does.
            return try LogTarget("\(node.address.split(separator: "@").last ?? "")=\(node.node).log")
        }
        management = ManagementOptions(seeds: seeds, asksBridge: sources.withBridge)
        logs = LogOptions(targets: targets)
        let clock = clock
        inputs = withLogs.map { VirtualLog(recording.log($0.node), clock: clock) }
    }

    private static func host(of url: String) -> String {
        String(url.split(separator: "/").last?.split(separator: ":").first ?? "")
    }

    // MARK: - Time

    /// Runs from the first recorded answer to the end of the recording.
    ///
    /// - Returns: the lines that `watch --interval 1` prints.
    func lines() -> [String] {
        let first = servers.values.compactMap(\.firstPoll).min() ?? recording.start
        clock.now = max(first, start ?? first) + .milliseconds(100)
        take(Observation(at: clock.now, source: nil, .started(SessionOptions(interval: .seconds(1)))))
        if !management.seeds.isEmpty {
            perform(collectors.start(options, at: clock.now) { ManagementCollector(management, $0) })
        }
        if !logs.targets.isEmpty {
            perform(collectors.start(options, at: clock.now) { LogCollector(logs, $0, inputs: inputs) })
        }
        var tick = clock.now + Self.tickDelay
        while clock.now < recording.end {
            let wakes = [collectors.nextWake, pending.map(\.due).min(), nextBlock].compactMap { $0 }
            clock.now = max(clock.now, min(tick, wakes.min() ?? tick))
            deliver()
            if collectors.nextWake.map({ $0 <= clock.now }) ?? false {
                perform(collectors.advance(to: clock.now, unread: 0))
            }
            if clock.now >= tick {
                take(Observation(at: clock.now, source: nil, .tick))
                tick = tick + .seconds(1)
            }
        }
        return String(decoding: printed, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func take(_ observation: Observation) {
        observe(observation)
        journal += encoder.record(observation)
        let changes = mesh.apply(observation)
        printed += report.lines(after: observation, changes: changes, at: mesh.now, snapshot: mesh.snapshot)
    }

    private func perform(_ actions: [CollectorAction]) {
        for action in actions {
            switch action {
            case .start(let id, let request): start(id, request)
            case .cancel(let id):
                cancelled.insert(id)
                streams.removeAll { $0.id == id }
            case .emit(let observation, _): take(observation)
            case .flush, .found, .lost, .authorize: break
            }
        }
    }

    // MARK: - Requests

    private func start(_ id: RequestID, _ request: HTTPRequest) {
        guard let server = servers[request.endpoint.host] else { return refuse(id) }
        switch (server.condition(at: clock.now), request.mode) {
        case (.refuses, _): refuse(id)
        case (.isSilent, .whole(let timeout, _)), (.isSilent, .beginning(let timeout, _)),
            (.isSilent, .stream(let timeout)), (.isSilent, .lines(let timeout)):
            later(timeout, .failed(id, SourceFailure(.timeout, "no answer")))
        case (.answers, .whole), (.answers, .beginning): answer(id, server, request.path)
        case (.answers, _): open(id, server)
        }
    }

    private func refuse(_ id: RequestID) {
        later(.microseconds(200), .failed(id, SourceFailure(.refused, "connection refused")))
    }

    private func answer(_ id: RequestID, _ server: VirtualServer, _ path: String) {
        let (status, body, name) = server.answer(path, at: clock.now)
        let response = HTTPResponse(status: status, body: PaddedBytes(body), server: name, latency: Self.latency)
        later(Self.latency, .answered(id, response))
    }

    private func open(_ id: RequestID, _ server: VirtualServer) {
        // What a stream says when it is opened in the middle was not recorded: a late run has none.
        guard !server.blocks.isEmpty, self.start == nil else {
            let response = HTTPResponse(
                status: 404, body: PaddedBytes([]), server: nil, latency: Self.latency)
            return later(Self.latency, .answered(id, response))
        }
        let start = server.blocks.lastIndex { $0.opened != nil && $0.at <= clock.now } ?? 0
        later(.milliseconds(1), .opened(id, server: nil))
        streams.append(OpenStream(id: id, rest: server.blocks[start...].drop { $0.opened != nil }))
    }

    private var nextBlock: Timestamp? { streams.compactMap { $0.rest.first?.at }.min() }

    private func later(_ delay: Duration, _ event: HTTPEvent) {
        count += 1
        pending.append(Pending(due: clock.now + delay, order: count, event: event))
    }

    private func deliver() {
        let now = clock.now
        let due = pending.filter { $0.due <= now }.sorted { ($0.due, $0.order) < ($1.due, $1.order) }
        pending.removeAll { $0.due <= now }
        for item in due where !cancelled.contains(item.event.id) { perform(collectors.handle(item.event, at: now)) }
        for id in streams.map(\.id) { deliverBlocks(of: id, until: now) }
    }

    private func deliverBlocks(of id: RequestID, until now: Timestamp) {
        while let place = streams.firstIndex(where: { $0.id == id }), let block = streams[place].rest.first,
            block.at <= now
        {
            streams[place].rest.removeFirst()
            say(block, on: id)
        }
    }

    private func say(_ block: RecordedBlock, on id: RequestID) {
        guard !cancelled.contains(id) else { return }
        if block.isEnd || block.opened != nil {
            streams.removeAll { $0.id == id }
            perform(collectors.handle(.failed(id, SourceFailure(.closed, "closed")), at: clock.now))
        } else if let text = block.text {
            perform(collectors.handle(.chunk(id, Array(text.utf8)), at: clock.now))
        }
    }
}

/// What meshtop is given of a recorded incident.
struct VirtualSources {
    enum Management {
        case none
        /// One node; the others are found from its list.
        case first
        /// Every node by name, those that never become members too.
        case all
    }

    var management: Management
    var withBridge: Bool
    var withLogs: Bool
}

/// The time of a virtual run.
final class VirtualClock {
    var now = Timestamp(microseconds: 0)
}

/// A node of a recording as a server.
struct VirtualServer {
    private let routes: [String: [RecordedAnswer]]
    let blocks: [RecordedBlock]

    init(_ recording: TruthRecording, _ node: String) {
        routes = [
            "/cluster/members": recording.answers(node, "members"), "/ready": recording.answers(node, "ready"),
            "/meshtop/remoting": recording.answers(node, "remoting"),
        ]
        blocks = recording.stream(node)
    }

    var firstPoll: Timestamp? { routes["/cluster/members"]?.first?.sentAt }

    func condition(at now: Timestamp) -> RecordedAnswer.Condition {
        nearest("/cluster/members", now)?.condition ?? .refuses
    }

    func answer(_ path: String, at now: Timestamp) -> (status: Int, body: [UInt8], server: String?) {
        let route = String(path.prefix { $0 != "?" })
        if let answer = nearest(route, now), answer.condition == .answers {
            return (answer.status, answer.body, answer.server)
        }
        return route == "/alive" ? (200, Array("OK".utf8), nil) : (404, [], nil)
    }

    /// Routes were asked once a second: the answer that was told nearest to a moment stands for it.
    private func nearest(_ route: String, _ now: Timestamp) -> RecordedAnswer? {
        (routes[route] ?? []).min { ($0.at - now).magnitude < ($1.at - now).magnitude }
    }
}

/// A recorded log that grows as time goes on.
final class VirtualLog: LogInput {
    let descriptor: Int32 = -1
    private var lines: ArraySlice<(at: Timestamp, bytes: [UInt8])>
    private let clock: VirtualClock

    init(_ lines: [(at: Timestamp, bytes: [UInt8])], clock: VirtualClock) {
        self.lines = lines[...]
        self.clock = clock
    }

    func read(into room: UnsafeMutableRawBufferPointer) -> LogRead {
        guard let line = lines.first, line.at <= clock.now else { return .nothing }
        lines.removeFirst()
        let bytes = line.bytes.prefix(room.count)
        room.copyBytes(from: bytes)
        return .bytes(bytes.count)
    }
}

extension Duration {
    var magnitude: Duration { self < .zero ? .zero - self : self }
}
