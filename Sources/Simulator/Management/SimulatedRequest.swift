// SPDX-License-Identifier: Apache-2.0
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
    case noProcess
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
