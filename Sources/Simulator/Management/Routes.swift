import Model

/// A request to a node's management port.
struct SimulatedRequest: Sendable {
    var method: String
    /// Without the query.
    var path: String
    /// The values of `type` in the query, in order; empty: none given.
    var types: [String] = []
    /// The header `Accept`; `nil`: not sent.
    var accept: String?
    /// Everything in the query and in a posted form.
    var arguments: [(name: String, value: String)] = []

    init(method: String = "GET", path: String, types: [String] = [], accept: String? = nil) {
        self.method = method
        self.path = path
        self.types = types
        self.accept = accept
    }
}

/// What a node answers.
enum SimulatedAnswer: Sendable {
    case reply(SimulatedReply)
    /// An endless stream of the types asked for (`nil`: all), beginning with these.
    case stream(types: [String]?, replay: [StreamEvent])
    /// The process is stopped: the connection stays, and nothing comes.
    case silence
    /// There is no process.
    case nobody
}

struct SimulatedReply: Sendable {
    var status: Int
    var contentType: String
    /// The header `Allow`, which routes made with a method in Akka HTTP's own words send with 405.
    var allow: String?
    var body: [UInt8]

    private static let plain = "text/plain; charset=UTF-8"
    private static let json = "application/json"

    init(_ status: Int, _ body: String, allow: String? = nil) {
        self.status = status
        contentType = Self.plain
        self.allow = allow
        self.body = Array(body.utf8)
    }

    init(_ status: Int, json body: [UInt8]) {
        self.status = status
        contentType = Self.json
        self.body = body
    }

    init(_ status: Int, exposition body: [UInt8]) {
        self.status = status
        contentType = "text/plain; version=0.0.4; charset=utf-8"
        self.body = body
    }

    static let notFound = SimulatedReply(404, "The requested resource could not be found.")
    /// Of the routes of members (akka-management, `ClusterHttpManagementRoutes`).
    static let methodRefused = SimulatedReply(
        405, "A request was made of a resource using a request method not supported by that resource;")
    static let onlyGet = SimulatedReply(405, "HTTP method not allowed, supported methods: GET", allow: "GET")
    static let notAcceptable = SimulatedReply(
        406, "Resource representation is only available with these types:\napplication/json")
}

/// The read-only routes of Akka Management, and what it says to everything else.
extension SimulatedCluster {
    /// What the process at a place answers now.
    mutating func answer(_ request: SimulatedRequest, at slot: Int) -> SimulatedAnswer {
        guard processes.indices.contains(slot), let process = processes[slot], process.opensAt <= now else {
            return .nobody
        }
        if process.isPaused { return .silence }
        if request.path == "/cluster/domain-events" {
            return request.method == "GET" ? stream(request, at: slot) : .reply(.onlyGet)
        }
        return .reply(reply(request, process))
    }

    private mutating func reply(_ request: SimulatedRequest, _ process: SimulatedProcess) -> SimulatedReply {
        if request.path == "/cluster/members" || request.path.hasPrefix("/cluster/members/") {
            return membersReply(request, process)
        }
        if request.path == "/meshtop/remoting" { return request.method == "GET" ? bridge(process) : .onlyGet }
        guard let reply = plainReply(request.path, process) else {
            // Akka Management 1.0.10 finds the route of a full shutdown before it finds that it may not.
            let isKnown = configuration.stack.isAkka25 && request.path == "/cluster" && request.method != "GET"
            return isKnown ? .onlyGet : .notFound
        }
        return request.method == "GET" ? reply : .onlyGet
    }

    private mutating func membersReply(_ request: SimulatedRequest, _ process: SimulatedProcess) -> SimulatedReply {
        // Akka HTTP 10.1 answers HEAD as GET; later versions do not.
        guard request.method == "GET" || (request.method == "HEAD" && configuration.stack.isAkka25) else {
            return .methodRefused
        }
        let wanted = request.path.dropFirst("/cluster/members/".count)
        guard Self.accepts("application/json", request.accept) else { return .notAcceptable }
        if wanted.isEmpty { return SimulatedReply(200, json: documents.members(process, world)) }
        let row = process.gossip?.rows.first { row in
            let text = world.people[row.id].node.address.text
            return text == wanted || text.hasSuffix("://\(wanted)")
        }
        guard let row else {
            return SimulatedReply(404, json: Array(#"{"message":"Member [\#(Self.escaped(wanted))] not found"}"#.utf8))
        }
        return SimulatedReply(200, json: Array(Documents.member(world.people[row.id], row.status).utf8))
    }

    private func plainReply(_ path: String, _ process: SimulatedProcess) -> SimulatedReply? {
        switch path {
        case "/ready": return ready(process)
        case "/alive": return SimulatedReply(200, "OK")
        case "/startup": return configuration.stack.isPekko ? SimulatedReply(200, "OK") : nil
        case "/bootstrap/seed-nodes":
            return SimulatedReply(200, json: Documents.seedNodes(process, world))
        default: return nil
        }
    }

    /// The kit's companion inside the node, which knows of detectors and associations.
    private mutating func bridge(_ process: SimulatedProcess) -> SimulatedReply {
        let seen = documents.addresses(process.gossip, world)
        return SimulatedReply(200, json: BridgeDocument(process, in: self).body(allSeen: seen))
    }

    /// Only what the node says of itself: one that everybody else has as unreachable is ready.
    private func ready(_ process: SimulatedProcess) -> SimulatedReply {
        switch process.status?.status {
        case .up, .weaklyUp: SimulatedReply(200, "OK")
        default: SimulatedReply(500, "Not Healthy: Check [\(configuration.stack.membershipCheck)] not ok")
        }
    }

    private static func accepts(_ type: String, _ header: String?) -> Bool {
        guard let header else { return true }
        let family = type.prefix { $0 != "/" }
        return header.split(separator: ",").contains { range in
            let name = range.prefix { $0 != ";" }.filter { $0 != " " }
            return name == "*/*" || name == type || name == family + "/*"
        }
    }

    private static func escaped(_ text: Substring) -> String {
        String(text.unicodeScalars.filter { $0.value >= 32 && $0 != "\"" && $0 != "\\" }.map(Character.init))
    }

    // MARK: Streams

    private mutating func stream(_ request: SimulatedRequest, at slot: Int) -> SimulatedAnswer {
        let types = request.types.isEmpty ? nil : request.types
        let replay = follow(slot).filter { $0.passes(types) }
        return .stream(types: types, replay: replay)
    }

    /// Somebody follows a node's events from now on.
    ///
    /// - Returns: What the node knows, as events, as Akka sends it first.
    private mutating func follow(_ slot: Int) -> [StreamEvent] {
        guard let process = processes[slot] else { return [] }
        followed.insert(slot)
        processes[slot]?.published = process.gossip
        return GossipDiff(old: nil, new: process.gossip, observer: process.id, world: world).events
    }

    /// Nobody follows a node's events any more.
    mutating func unfollow(_ slot: Int) {
        followed.remove(slot)
        processes[slot]?.published = nil
    }

    /// Tells the followers of a node what changed in its view.
    mutating func publishChanges(_ slot: Int) {
        guard followed.contains(slot), let process = processes[slot], process.published !== process.gossip else {
            return
        }
        let diff = GossipDiff(old: process.published, new: process.gossip, observer: process.id, world: world)
        processes[slot]?.published = process.gossip
        let events = diff.events
        if !events.isEmpty { effects.append(.publish(slot: slot, events)) }
    }

    /// What a node publishes when its actor system ends.
    mutating func publishEnd(_ slot: Int) {
        guard followed.contains(slot), let process = processes[slot] else { return }
        let diff = GossipDiff(old: process.gossip, new: nil, observer: process.id, world: world)
        processes[slot]?.published = nil
        effects.append(.publish(slot: slot, [StreamEvent(.clusterShuttingDown)] + diff.events))
    }
}
