// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What is asked of a server. There is no method to choose: an old cluster's management port accepts writes without authentication
/// (akka-management 0.20), so nothing here can express anything but GET. The one exception reads too: a query of a metrics server that is
/// too long for a URL is posted as a form, to the path of queries and no other.
struct HTTPRequest: Hashable, Sendable {
    /// How the answer is wanted.
    enum Mode: Hashable, Sendable {
        /// Whole, within a time. `maximum`: Maximum number of bytes; a longer answer is a failure.
        case whole(timeout: Duration, maximum: Int)
        /// Its beginning, within a time. `maximum`: Maximum number of bytes; what follows is not read.
        case beginning(timeout: Duration, maximum: Int)
        /// Server-sent events in chunks as they come, without an end. `timeout`: how long it may take to open it.
        case stream(timeout: Duration)
        /// The same of any type.
        case lines(timeout: Duration)

        /// Whether there is no whole answer to wait for.
        var isEndless: Bool {
            switch self {
            case .whole, .beginning: false
            case .stream, .lines: true
            }
        }
    }

    var endpoint: Endpoint
    /// The path below the endpoint's own, with its query.
    var path: String
    /// The header `Accept`. A server that cannot serve the type answers 406.
    var accept: String
    var mode: Mode
    /// Whether it gets a connection of its own: a stream of bulk data, which would make others wait on a shared one.
    var isSeparate = false
    /// What is posted, `application/x-www-form-urlencoded`; `nil` for GET.
    private(set) var form: String?

    init(_ endpoint: Endpoint, path: String, accept: String = "*/*", mode: Mode) {
        self.endpoint = endpoint
        self.path = path
        self.accept = accept
        self.mode = mode
    }

    /// A query of a metrics server, posted.
    static func query(_ endpoint: Endpoint, form: String, mode: Mode) -> HTTPRequest {
        var request = HTTPRequest(endpoint, path: queryPath, accept: "application/json", mode: mode)
        request.form = form
        return request
    }

    /// Where metrics servers take queries (Prometheus, `web/api/v1/api.go`).
    static let queryPath = "/api/v1/query"

    /// Method and URL for messages, without user information and without the text of a query, which may be long.
    var shown: String {
        "\(form == nil ? "GET" : "POST") \(endpoint.url)\(path.prefix { $0 != "?" })"
    }

    /// The URL without user information.
    var url: String { endpoint.url + path }
}

/// Names a collector within one run: its place among the collectors.
struct CollectorID: Hashable, Sendable {
    let number: Int
}

/// Names a request within one run; no other one ever has its name.
struct RequestID: Hashable, Sendable {
    /// The collector that made it and gets its events.
    let owner: CollectorID
    /// Counts the requests of its owner.
    let number: UInt64
}

/// A whole answer, of any status.
struct HTTPResponse {
    let status: Int
    let body: PaddedBytes
    /// The header `Server`, cleaned and bounded.
    let server: String?
    /// The header `Content-Type`, cleaned and bounded.
    var contentType: String?
    /// The header `Retry-After`: how long the server wants to be left alone.
    var retryAfter: Duration?
    /// From the start of the request to its last byte.
    let latency: Duration
}

/// What became of requests.
enum HTTPEvent {
    /// A whole answer has come; to a request for a stream only if its status is not 200.
    case answered(RequestID, HTTPResponse)
    /// A stream has answered 200 and its chunks follow.
    case opened(RequestID, server: String?)
    case chunk(RequestID, [UInt8])
    /// No answer, or a stream that has ended or never began; nothing more comes of this request.
    case failed(RequestID, SourceFailure)
}

extension HTTPEvent {
    /// The request it comes of.
    var id: RequestID {
        switch self {
        case .answered(let id, _), .opened(let id, _), .chunk(let id, _), .failed(let id, _): id
        }
    }
}

/// Events in the order in which they came, shared by a client and its transfers on the network thread.
final class HTTPEventQueue {
    private var events: [HTTPEvent] = []

    var isEmpty: Bool { events.isEmpty }
    var count: Int { events.count }

    func append(_ event: HTTPEvent) { events.append(event) }

    func drop(_ id: RequestID) { events.removeAll { $0.id == id } }

    func drain() -> [HTTPEvent] {
        defer { events = [] }
        return events
    }
}
