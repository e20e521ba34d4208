// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Simulator

@Suite("A simulated mesh over real HTTP", .timeLimit(.minutes(1)))
struct SimulatedMeshTests {
    @Test("answers on one port at the address of every member, and keeps the connection")
    func members() throws {
        let mesh = SimulatedMesh(members: 5)
        defer { mesh.stop() }
        let urls = try mesh.start().management
        #expect(urls.count == 5 && Set(urls.map { $0.split(separator: ":").last }).count == 1)
        for url in urls {
            let client = try Client(url)
            for _ in 0..<3 {
                let answer = try client.get("/cluster/members")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nServer: akka-http/10.2.10\r\n"))
                #expect(answer.contains("\r\nContent-Type: application/json\r\n"))
                #expect(answer.contains("\"selfNode\":\"akka://Shop@\(client.host):25520\""))
            }
            #expect(try client.get("/ready").hasSuffix("\r\n\r\nOK"))
            #expect(try client.get("/alive").hasSuffix("\r\n\r\nOK"))
        }
    }

    @Test("refuses other methods as the real one does, and knows no other routes")
    func errors() throws {
        let mesh = SimulatedMesh(stack: .pekkoArtery)
        defer { mesh.stop() }
        let client = try Client(try #require(try mesh.start().management.first))
        let refused = try client.send("POST /ready HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b")
        #expect(refused.hasPrefix("HTTP/1.1 405 ") && refused.contains("\r\nAllow: GET\r\n"))
        #expect(refused.contains("\r\nServer: pekko-http/1.3.0\r\n"))
        let missing = try client.get("/nope")
        #expect(missing.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(missing.hasSuffix("The requested resource could not be found."))
    }

    @Test("has a metrics server beside the members, which takes queries in the URL and as a form")
    func metrics() throws {
        let mesh = SimulatedMesh()
        defer { mesh.stop() }
        let client = try Client(try mesh.start().prometheus)
        #expect(try client.get("/-/ready").hasPrefix("HTTP/1.1 200 OK\r\n"))
        let query = "sum%28rate%28istio_requests_total%5B1m%5D%29%29"
        let got = try client.get("/api/v1/query?query=\(query)")
        #expect(got.contains("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{}"))
        let now = time(nil) + 1
        let form = "time=\(now)&query=\(query)&timeout=10s"
        let posted = try client.send(
            "POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)")
        #expect(posted.contains("\"value\":[\(now),"))
        #expect(try client.get("/cluster/members").hasPrefix("HTTP/1.1 404 "))
    }

    @Test("streams what a node knows, then what happens, filtered by type")
    func stream() throws {
        let mesh = SimulatedMesh()
        defer { mesh.stop() }
        let client = try Client(try #require(try mesh.start().management.first))
        try client.write("GET /cluster/domain-events?type=MemberEvent HTTP/1.1\r\nHost: x\r\n\r\n")
        let replay = try client.read { $0.count("event:MemberUp\n\n") == 3 }
        #expect(replay.contains("\r\nContent-Type: text/event-stream\r\n") && !replay.contains("LeaderChanged"))
        mesh.inject(.leave([2]))
        let left = try client.read { $0.contains("event:MemberRemoved\n\n") }
        #expect(left.contains("event:MemberLeft\n\n") && left.contains("\"previousStatus\":\"Exiting\""))
    }

    @Test("refuses connections where a process was killed, and ends those that it had")
    func killed() throws {
        let mesh = SimulatedMesh()
        defer { mesh.stop() }
        let urls = try mesh.start().management
        let client = try Client(urls[2])
        _ = try client.get("/alive")
        mesh.inject(.kill([2]))
        #expect(try client.read { _ in false }.isEmpty, "the connection ends")
        #expect(throws: Client.Failure.refused) { try Client(urls[2]) }
        #expect(try Client(urls[0]).get("/alive").hasSuffix("OK"))
    }

    @Test("says nothing while a process is stopped, and answers when it goes on")
    func stopped() throws {
        let mesh = SimulatedMesh()
        defer { mesh.stop() }
        let urls = try mesh.start().management
        let known = try Client(urls[1])
        _ = try known.get("/alive")
        mesh.inject(.pause([1]))
        let new = try Client(urls[1])
        for client in [known, new] {
            try client.write("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(throws: Client.Failure.silent) { try client.read(within: 300) { !$0.isEmpty } }
        }
        mesh.inject(.resume([1]))
        for client in [known, new] { #expect(try client.read { $0.hasSuffix("OK") }.hasPrefix("HTTP/1.1 200")) }
    }

    @Test("stops while streams are open and requests are held")
    func stopping() throws {
        let mesh = SimulatedMesh()
        let urls = try mesh.start().management
        let stream = try Client(urls[0])
        try stream.write("GET /cluster/domain-events HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try stream.read { $0.contains("LeaderChanged") }
        let held = try Client(urls[1])
        _ = try held.get("/alive")
        mesh.inject(.pause([1]))
        try held.write("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(throws: Client.Failure.silent) { try held.read(within: 200) { !$0.isEmpty } }
        mesh.stop()
        #expect(throws: Client.Failure.refused) { try Client(urls[0]) }
    }

    @Test("takes the port it is given, and says so if it cannot")
    func port() throws {
        let mesh = SimulatedMesh()
        defer { mesh.stop() }
        let port = try #require(try mesh.start().management.first?.split(separator: ":").last.flatMap { UInt16($0) })
        let second = SimulatedMesh(port: port)
        #expect {
            try second.start()
        } throws: {
            "\($0)".contains("127.1.1.1:\(port)") && "\($0)".contains("--port")
        }
        mesh.stop()
        #expect(try second.start().management.first == "http://127.1.1.1:\(port)")
        second.stop()
    }

    @Test("has 3 to 1000 members", arguments: [0, 2, 1001])
    func bounds(count: Int) {
        #expect(throws: SimulatedMeshError.self) { try SimulatedMesh(members: count).start() }
    }
}

/// A connection to a member, with the bytes as they come.
final class Client {
    enum Failure: Error, Equatable {
        case refused
        case silent
        case badURL
    }

    let host: String
    private let socket: Int32

    init(_ url: String) throws {
        let place = url.dropFirst("http://".count).split(separator: ":")
        guard place.count == 2, let port = UInt16(place[1]) else { throw Failure.badURL }
        host = String(place[0])
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure.refused }
    }

    deinit { close(socket) }

    func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Reads until the text is as wanted, or the other end closes.
    func read(within milliseconds: Int32 = 8000, until isDone: (String) -> Bool) throws -> String {
        var (text, buffer) = ("", [UInt8](repeating: 0, count: 65536))
        while !isDone(text) {
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, milliseconds) > 0 else { throw Failure.silent }
            let count = recv(socket, &buffer, buffer.count, 0)
            if count <= 0 { break }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    /// One request, and its answer to the length it names.
    func send(_ request: String) throws -> String {
        try write(request)
        return try read { text in
            guard let end = text.range("\r\n\r\n"), let length = text.number(after: "Content-Length: ") else {
                return false
            }
            return text.utf8.count >= end + length
        }
    }

    func get(_ path: String) throws -> String { try send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n") }
}

extension String {
    /// How many bytes come before the end of the first occurrence.
    fileprivate func range(_ part: String) -> Int? {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard bytes.count >= wanted.count else { return nil }
        return (0...(bytes.count - wanted.count)).first { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
            .map { $0 + wanted.count }
    }

    fileprivate func number(after name: String) -> Int? {
        range(name).flatMap {
            Int(String(decoding: utf8.dropFirst($0).prefix { (48...57).contains($0) }, as: UTF8.self))
        }
    }

    fileprivate func count(_ part: String) -> Int {
        var (rest, count) = (Substring(self), 0)
        while let end = String(rest).range(part) {
            rest = Substring(String(decoding: rest.utf8.dropFirst(end), as: UTF8.self))
            count += 1
        }
        return count
    }
}
