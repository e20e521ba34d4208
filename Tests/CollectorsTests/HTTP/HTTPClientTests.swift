// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Collectors

extension HTTPClient {
    /// Starts a request under a name that no other one has.
    fileprivate func start(_ request: HTTPRequest) -> RequestID {
        let id = RequestID(owner: CollectorID(number: 0), number: .random(in: .min ... .max))
        start(request, id: id)
        return id
    }
}

@Suite("HTTP client, against servers on loopback")
struct HTTPClientTests {
    private func client() throws -> HTTPClient {
        try Self.client(WakeUp())
    }

    private static func client(_ wakeUp: WakeUp?) throws -> HTTPClient {
        let wakeUp = try #require(wakeUp)
        return try #require(HTTPClient(connections: 8, wakeUp: wakeUp))
    }

    private func endpoint(_ server: LoopbackServer, userInfo: String? = nil) -> Endpoint {
        Endpoint(host: "127.0.0.1", port: server.port, userInfo: userInfo)
    }

    private func whole(_ endpoint: Endpoint, path: String = "/x", timeout: Duration = .seconds(5), limit: Int = 1 << 20)
        -> HTTPRequest
    { HTTPRequest(endpoint, path: path, mode: .whole(timeout: timeout, maximum: limit)) }

    /// Runs the client until `enough` says so, at most ten seconds.
    private func run(_ client: HTTPClient, until enough: ([HTTPEvent]) -> Bool) throws -> [HTTPEvent] {
        let end = ContinuousClock.now + .seconds(10)
        var events: [HTTPEvent] = []
        while !enough(events) {
            try #require(ContinuousClock.now < end, "no answer within ten seconds")
            client.wait(timeout: .milliseconds(100))
            events += client.drainEvents()
        }
        return events
    }

    private func fetch(_ client: HTTPClient, _ request: HTTPRequest) throws -> (HTTPResponse?, SourceFailure?) {
        let id = client.start(request)
        let events = try run(client) { $0.contains { $0.id == id } }
        for event in events {
            if case .answered(_, let response) = event { return (response, nil) }
            if case .failed(_, let failure) = event { return (nil, failure) }
        }
        return (nil, nil)
    }

    private func failure(
        of answer: LoopbackServer.Answer, timeout: Duration = .seconds(5), limit: Int = 1000
    ) throws -> SourceFailure {
        let server = try LoopbackServer { _ in answer }
        defer { server.stop() }
        return try #require(try fetch(try client(), whole(endpoint(server), timeout: timeout, limit: limit)).1)
    }

    @Test("an answer comes with status, body, server and latency")
    func answer() throws {
        let server = try LoopbackServer { _ in .reply(headers: ["Server: akka-http/10.2.10"], body: Array("hello".utf8))
        }
        defer { server.stop() }
        let response = try #require(try fetch(try client(), whole(endpoint(server), path: "/cluster/members")).0)
        #expect(response.status == 200)
        #expect(String(decoding: response.body.bytes, as: UTF8.self) == "hello")
        #expect(response.server == "akka-http/10.2.10")
        #expect(response.latency > .zero && response.latency < .seconds(5))
        #expect(server.record.requests.map(\.path) == ["/cluster/members"])
    }

    @Test("every method is GET, and one connection serves request after request")
    func keepAlive() throws {
        let server = try LoopbackServer { _ in .reply(body: Array("{}".utf8)) }
        defer { server.stop() }
        let client = try client()
        for path in ["/cluster/members", "/ready", "/alive", "/cluster/members"] {
            #expect(try fetch(client, whole(endpoint(server), path: path)).0?.status == 200)
        }
        #expect(server.record.requests.map(\.method) == ["GET", "GET", "GET", "GET"])
        #expect(server.record.connections == 1)
    }

    @Test("requests that start together run together")
    func together() throws {
        let server = try LoopbackServer { request in .reply(body: Array(request.path.utf8)) }
        defer { server.stop() }
        let client = try client()
        let ids = (0..<20).map { client.start(whole(endpoint(server), path: "/\($0)")) }
        let events = try run(client) { $0.count == ids.count }
        var bodies: [RequestID: String] = [:]
        for case .answered(let id, let response) in events {
            bodies[id] = String(decoding: response.body.bytes, as: UTF8.self)
        }
        #expect(ids.map { bodies[$0] } == (0..<20).map { "/\($0)" })
    }

    @Test("user information becomes basic authentication, and the next request without it sends none")
    func basicAuthentication() throws {
        let server = try LoopbackServer { _ in .reply(status: 401, body: []) }
        defer { server.stop() }
        let client = try client()
        let response = try fetch(client, whole(endpoint(server, userInfo: "op:p%40ss:w")))
        _ = try fetch(client, whole(endpoint(server)))
        #expect(response.0?.status == 401)
        #expect(
            server.record.requests.map { $0.headers["authorization"] } == [
                "Basic \(Data("op:p@ss:w".utf8).base64EncodedString())", nil,
            ])
    }

    @Test("no failure shows user information")
    func secretsStayIn() throws {
        let client = try client()
        let request = whole(Endpoint(host: "127.0.0.1", port: 1, userInfo: "op:hunter2"))
        let failure = try #require(try fetch(client, request).1)
        let status = [UInt8]().withUnsafeBytes { HTTPFailures.status(401, body: $0, request: request) }
        #expect(!failure.message.contains("hunter2"))
        #expect(!status.message.contains("hunter2"))
        #expect(status.code == .auth)
    }

    @Test("a refused connection is named so")
    func refused() throws {
        let server = try LoopbackServer { _ in .hang }
        let endpoint = endpoint(server)
        server.stop()
        let failure = try #require(try fetch(try client(), whole(endpoint)).1)
        #expect(failure.code == .refused)
        #expect(failure.message.hasPrefix("GET http://127.0.0.1:\(server.port)/x: connection refused"))
    }

    @Test("a server that never answers is a timeout, and so is one that drips")
    func timeouts() throws {
        let start = ContinuousClock.now
        #expect(try failure(of: .hang, timeout: .milliseconds(200)).code == .timeout)
        let dripped = try failure(of: .drip(milliseconds: 10), timeout: .milliseconds(200), limit: 1 << 20)
        #expect(dripped.code == .timeout)
        #expect(dripped.message.contains("no answer within 0.2 s"))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("a reset, a silent close and a short answer are told apart")
    func broken() throws {
        #expect(try failure(of: .reset).code == .reset)
        #expect(try failure(of: .close).code == .closed)
        let short = try failure(of: .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"a\"".utf8)))
        #expect(short.code == .closed)
        #expect(short.message.contains("within the answer"))
    }

    @Test("what is no HTTP is a format failure")
    func noHTTP() throws {
        #expect(try failure(of: .raw([0x15, 3, 1, 0, 2, 2, 0x28])).code == .format)
    }

    @Test("a body beyond its limit is dropped, announced or not")
    func tooLarge() throws {
        let body = [UInt8](repeating: 32, count: 1001)
        #expect(try failure(of: .reply(body: body)).code == .tooLarge)
        let unannounced = try failure(of: .raw(Array("HTTP/1.0 200 OK\r\n\r\n".utf8) + body))
        #expect(unannounced.code == .tooLarge)
        #expect(unannounced.message.contains("longer than 1000 bytes"))
    }

    @Test("a body of exactly the limit passes")
    func largestBody() throws {
        let server = try LoopbackServer { _ in .reply(body: [UInt8](repeating: 32, count: 1000)) }
        defer { server.stop() }
        #expect(try fetch(try client(), whole(endpoint(server), limit: 1000)).0?.body.count == 1000)
    }

    @Test("a compressed body is unpacked, and the limit counts what it unpacks to")
    func compressed() throws {
        // "meshtop" a thousand times, compressed by gzip.
        let packed = try #require(Data(base64Encoded: Self.packed))
        let server = try LoopbackServer { _ in .reply(headers: ["Content-Encoding: gzip"], body: Array(packed)) }
        defer { server.stop() }
        let client = try client()
        #expect(try fetch(client, whole(endpoint(server), limit: 7000)).0?.body.count == 7000)
        #expect(try fetch(client, whole(endpoint(server), limit: 6999)).1?.code == .tooLarge)
    }

    private static let packed = "H4sIAAAAAAACA+3FsQkAMAgAsGsFF2lB/8cL/CBZUtE575ckSZIkSZIkSZKkuwXutuG0WBsAAA=="

    @Test("a redirect is an answer like another: nobody follows it")
    func redirect() throws {
        let server = try LoopbackServer { _ in .reply(status: 302, headers: ["Location: /other"], body: []) }
        defer { server.stop() }
        #expect(try fetch(try client(), whole(endpoint(server))).0?.status == 302)
        #expect(server.record.requests.count == 1)
    }

    @Test("a name that nobody knows is a dns failure")
    func unknownName() throws {
        let failure = try #require(try fetch(try client(), whole(Endpoint(host: "nobody.invalid", port: 1))).1)
        #expect(failure.code == .dns)
    }

    @Test("a stream opens, delivers chunks beyond its opening time and ends as closed")
    func stream() throws {
        let chunks = (0..<20).map { "data:\($0)\n\n" }
        let server = try LoopbackServer { _ in .stream(chunks: chunks) }
        defer { server.stop() }
        let client = try client()
        let request = HTTPRequest(
            endpoint(server), path: "/events", accept: "text/event-stream", mode: .stream(timeout: .milliseconds(150)))
        let id = client.start(request)
        // Twenty chunks take 400 ms, more than the time to open.
        let events = try run(client) { events in text(events).hasSuffix("data:19\n\n") }
        guard case .opened(id, nil) = events.first else { Issue.record("not opened first"); return }
        #expect(text(events) == chunks.joined())
        #expect(server.record.requests.map { $0.headers["accept"] } == ["text/event-stream"])
        client.cancel(id)
        client.wait(timeout: .milliseconds(1))
        #expect(client.drainEvents().isEmpty)
    }

    @Test("a stream that the server ends fails as closed")
    func streamEnds() throws {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata:x\n\n".utf8)
        let server = try LoopbackServer { _ in .raw(bytes) }
        defer { server.stop() }
        let client = try client()
        _ = client.start(HTTPRequest(endpoint(server), path: "/events", mode: .stream(timeout: .seconds(5))))
        let events = try run(client) { $0.contains { if case .failed = $0 { true } else { false } } }
        #expect(text(events) == "data:x\n\n")
        guard case .failed(_, let failure) = events.last else { Issue.record("did not fail last"); return }
        #expect(failure.code == .closed)
    }

    @Test("an error page instead of a stream is an answer, another type a failure")
    func noStream() throws {
        let pages: [LoopbackServer.Answer] = [
            .reply(status: 404, type: "text/html", body: Array("<html><h1>Not here</h1>".utf8)),
            .reply(status: 200, type: "text/html", body: Array("<html>".utf8)),
        ]
        let outcomes = try pages.map { page in
            let server = try LoopbackServer { _ in page }
            defer { server.stop() }
            let request = HTTPRequest(endpoint(server), path: "/e", mode: .stream(timeout: .seconds(5)))
            return try fetch(try client(), request)
        }
        #expect(outcomes[0].0?.status == 404)
        #expect(outcomes[0].0.map { ErrorPage.text(of: $0.body.bytes, maximum: 20) } == "Not here")
        #expect(outcomes[1].1?.code == .format)
        #expect(outcomes[1].1?.message.contains("expected text/event-stream, found text/html") == true)
    }

    @Test("the wake-up ends a wait from another thread")
    func wakeUp() throws {
        let wakeUp = try #require(WakeUp())
        let client = try Self.client(wakeUp)
        let start = ContinuousClock.now
        Thread.detachNewThread { wakeUp.wake() }
        client.wait(timeout: .seconds(20))
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("a cancelled request is never heard of again")
    func cancel() throws {
        let server = try LoopbackServer { _ in .hang }
        defer { server.stop() }
        let client = try client()
        let id = client.start(whole(endpoint(server), timeout: .milliseconds(50)))
        client.wait(timeout: .milliseconds(10))
        client.cancel(id)
        client.wait(timeout: .milliseconds(100))
        #expect(client.drainEvents().isEmpty)
    }

    private func text(_ events: [HTTPEvent]) -> String {
        events.reduce(into: "") { if case .chunk(_, let bytes) = $1 { $0 += String(decoding: bytes, as: UTF8.self) } }
    }
}
