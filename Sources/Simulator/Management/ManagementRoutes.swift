// SPDX-License-Identifier: Apache-2.0
import Model

/// The read-only routes of Akka Management, and what it says to everything else.
struct ManagementRoutes: Sendable {
    private var documents = Documents()

    /// What a process answers.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - process: the process that is asked.
    ///   - nodes: what it knows of.
    ///   - epoch: when the simulation started, in milliseconds since 1970.
    /// - Returns: the reply.
    mutating func reply(
        _ request: SimulatedRequest, _ process: SimulatedProcess, _ nodes: SimulatedNodes, epoch: Int64
    ) -> SimulatedReply {
        let stack = nodes.world.stack
        if request.path == "/cluster/members" || request.path.hasPrefix("/cluster/members/") {
            return membersReply(request, process, nodes.world)
        }
        if request.path == "/meshtop/remoting" {
            return request.method == "GET" ? bridge(process, nodes, epoch) : .onlyGet
        }
        guard let reply = plainReply(request.path, process, nodes.world) else {
            // Akka Management 1.0.10 finds the route of a full shutdown before it finds that it may not.
            let isKnown = stack.isAkka25 && request.path == "/cluster" && request.method != "GET"
            return isKnown ? .onlyGet : .notFound
        }
        return request.method == "GET" ? reply : .onlyGet
    }

    private mutating func membersReply(
        _ request: SimulatedRequest, _ process: SimulatedProcess, _ world: World
    ) -> SimulatedReply {
        // Akka HTTP 10.1 answers HEAD as GET; later versions do not.
        guard request.method == "GET" || (request.method == "HEAD" && world.stack.isAkka25) else {
            return .methodRefused
        }
        let wanted = request.path.dropFirst("/cluster/members/".count)
        guard Self.accepts("application/json", request.accept) else { return .notAcceptable }
        if wanted.isEmpty { return SimulatedReply(200, json: documents.members(process, world)) }
        let row = process.gossip?.rows.first { row in
            let text = world.incarnations[row.id].node.address.text
            return text == wanted || text.hasSuffix("://\(wanted)")
        }
        guard let row else {
            return SimulatedReply(404, json: Array(#"{"message":"Member [\#(Self.escaped(wanted))] not found"}"#.utf8))
        }
        return SimulatedReply(200, json: Array(Documents.member(world.incarnations[row.id], row.status).utf8))
    }

    private func plainReply(_ path: String, _ process: SimulatedProcess, _ world: World) -> SimulatedReply? {
        switch path {
        case "/ready": return ready(process, world.stack)
        case "/alive": return SimulatedReply(200, "OK")
        case "/startup": return world.stack.isPekko ? SimulatedReply(200, "OK") : nil
        case "/bootstrap/seed-nodes":
            return SimulatedReply(200, json: Documents.seedNodes(process, world))
        default: return nil
        }
    }

    /// The kit's companion inside the node, which reports detectors and associations.
    private mutating func bridge(
        _ process: SimulatedProcess, _ nodes: SimulatedNodes, _ epoch: Int64
    ) -> SimulatedReply {
        let seen = documents.addresses(process.gossip, nodes.world)
        return SimulatedReply(200, json: BridgeDocument(process, in: nodes, epoch: epoch).body(allSeen: seen))
    }

    /// Only what the node says of itself: one that all others have as unreachable is ready.
    private func ready(_ process: SimulatedProcess, _ stack: SimulatedStack) -> SimulatedReply {
        switch process.status?.status {
        case .up, .weaklyUp: SimulatedReply(200, "OK")
        default: SimulatedReply(500, "Not Healthy: Check [\(stack.membershipCheck)] not ok")
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
}
