// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

/// Port-forward through an API server, as recorded with a real one in the kit (`captures/portforward-websocket.txt`).
@Suite("Port-forward through an API server")
struct ForwardedExchangeTests {
    private static let agreed = Array(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n"
            .utf8)
    /// The first messages of both channels name the port, 8558, low byte first.
    private static let ports = frame([0, 0x6E, 0x21]) + frame([1, 0x6E, 0x21])

    private static func frame(_ payload: [UInt8], head: UInt8 = 0x82) -> [UInt8] {
        payload.count < 126
            ? [head, UInt8(payload.count)] + payload
            : [head, 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
    }

    private static func data(_ text: String) -> [UInt8] { frame([0] + Array(text.utf8)) }

    private func exchange(_ mode: HTTPRequest.Mode = .whole(timeout: .seconds(1), maximum: 1000)) -> ForwardedExchange {
        ForwardedExchange(path: "/ready", accept: "*/*", port: 8558, mode: mode)
    }

    /// All outputs but what is sent, with the bytes given one by one or at once.
    private func outputs(
        _ bytes: [UInt8], oneByOne: Bool = false, mode: HTTPRequest.Mode = .whole(timeout: .seconds(1), maximum: 1000),
        closes: Bool = false
    ) -> [ForwardedExchange.Output] {
        var exchange = exchange(mode)
        var outputs: [ForwardedExchange.Output] = []
        if oneByOne {
            for byte in bytes { outputs += exchange.receive([byte], mask: 1) }
        } else {
            outputs = exchange.receive(bytes, mask: 1)
        }
        if closes { outputs += exchange.close() }
        return outputs.filter { if case .send = $0 { false } else { true } }
    }

    @Test("the API server is asked for a WebSocket, and then the pod for the path", arguments: [false, true])
    func answered(oneByOne: Bool) {
        let upgrade = String(
            decoding: ForwardedExchange.upgrade(
                path: "/api/v1/namespaces/shop/pods/a/portforward?ports=8558", host: "api:6443",
                headers: [("Authorization", "Bearer t")], key: "a2V5"), as: UTF8.self)
        #expect(
            upgrade.hasPrefix(
                "GET /api/v1/namespaces/shop/pods/a/portforward?ports=8558 HTTP/1.1\r\nHost: api:6443\r\n"))
        #expect(
            upgrade.contains("\r\nAuthorization: Bearer t\r\n\r\n")
                && upgrade.contains("Sec-WebSocket-Protocol: v4.channel.k8s.io"))
        let answer =
            "HTTP/1.1 200 OK\r\nServer: akka-http/10.2\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK"
        let expected = ForwardedExchange.Output.answered(
            status: 200, body: Array("OK".utf8), server: "akka-http/10.2", contentType: "text/plain")
        #expect(outputs(Self.agreed + Self.ports + Self.data(answer), oneByOne: oneByOne) == [expected])
    }

    @Test("the question is sent once, in a masked message to channel 0")
    func question() throws {
        var exchange = exchange()
        guard case .send(let frame)? = exchange.receive(Self.agreed, mask: 0x01020304).first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(frame[0] == 0x82 && frame[1] & 0x80 != 0)
        let payload = frame.dropFirst(6).enumerated().map { $1 ^ [1, 2, 3, 4][$0 & 3] }
        #expect(payload.first == 0)
        #expect(
            String(decoding: payload.dropFirst(), as: UTF8.self).hasPrefix(
                "GET /ready HTTP/1.1\r\nHost: localhost:8558\r\n"))
    }

    @Test("chunks, an answer that ends with the connection, and one in many messages", arguments: [false, true])
    func bodies(oneByOne: Bool) {
        let chunked =
            Self.data("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
            + Self.data("3;x\r\ncde\r\n0\r\n\r\n")
        let whole = ForwardedExchange.Output.answered(
            status: 200, body: Array("abcde".utf8), server: nil, contentType: nil)
        #expect(outputs(Self.agreed + Self.ports + chunked, oneByOne: oneByOne) == [whole])
        let open = Self.data("HTTP/1.1 200 OK\r\n\r\nabc") + Self.data("de")
        #expect(outputs(Self.agreed + Self.ports + open, oneByOne: oneByOne, closes: true) == [whole])
        let short = Self.data("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        #expect(
            outputs(Self.agreed + Self.ports + short, oneByOne: oneByOne, closes: true)
                == [.failed(.closed, "the API server ended the port-forward")])
    }

    @Test("a stream is opened and goes on in chunks; its end is a failure")
    func stream() {
        let bytes =
            Self.agreed + Self.ports + Self.data("HTTP/1.1 200 OK\r\nServer: s\r\n\r\n") + Self.data("data: x\n\n")
        #expect(
            outputs(bytes, mode: .stream(timeout: .seconds(1)), closes: true) == [
                .opened(server: "s"), .chunk(Array("data: x\n\n".utf8)),
                .failed(.closed, "the API server ended the port-forward"),
            ])
    }

    @Test("what the API server refuses is its answer, with its words")
    func refused() {
        let body = #"{"kind":"Status","status":"Failure","code":403}"#
        let answer =
            "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        #expect(
            outputs(Array(answer.utf8)) == [
                .answered(status: 403, body: Array(body.utf8), server: nil, contentType: "application/json")
            ])
    }

    @Test("what goes wrong at the pod's port comes in channel 1")
    func error() {
        let bytes = Self.agreed + Self.ports + Self.frame([1] + Array("connection refused\u{1B}".utf8))
        guard case .failed(.refused, let text)? = outputs(bytes).first else {
            Issue.record("no failure")
            return
        }
        #expect(text.hasPrefix("the pod's port cannot be reached: connection refused") && !text.contains("\u{1B}"))
    }

    @Test(
        "what is no WebSocket, no HTTP or too much is a failure",
        arguments: [
            (Array("garbage\r\n\r\n".utf8), SourceFailure.Code.format),
            (Self.agreed + [0x82, 0x80, 0, 0, 0, 0], .format), (Self.agreed + [0xF2, 0], .format),
            (Self.agreed + [0x83, 0], .format), (Self.agreed + [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0], .format),
            (Self.agreed + Self.ports + Self.data("SSH-2.0-x\r\n\r\n"), .format),
            (
                Self.agreed + Self.ports + Self.data("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
                .format
            ),
            (Self.agreed + Self.frame([], head: 0x88), .closed),
        ] as [([UInt8], SourceFailure.Code)])
    func malformed(bytes: [UInt8], code: SourceFailure.Code) {
        guard case .failed(let found, _)? = outputs(bytes).first else {
            Issue.record("no failure: \(outputs(bytes))")
            return
        }
        #expect(found == code)
    }

    @Test("a body of the maximum is taken, one byte more is not; headers have their bound too")
    func bounds() {
        func answer(_ count: Int) -> [UInt8] {
            Self.agreed + Self.ports
                + Self.data(
                    "HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n" + String(repeating: "x", count: count))
        }
        let mode = HTTPRequest.Mode.whole(timeout: .seconds(1), maximum: 50)
        if case .answered? = outputs(answer(50), mode: mode).first {} else { Issue.record("50 bytes were refused") }
        #expect(outputs(answer(51), mode: mode).first == .failed(.tooLarge, "the answer has more than 50 bytes"))
        var parser = HTTPAnswerParser()
        let head = [UInt8](repeating: 65, count: HTTPAnswerParser.maximumHead)
        #expect((try? parser.receive(head)) == [])
        #expect(throws: HTTPAnswerParser.Malformed.self) { try parser.receive([65]) }
        var frames = WebSocketFrames()
        #expect(throws: Never.self) { try frames.receive([0x82, 127] + [0, 0, 0, 0, 0, 0x40, 0, 0]) }
        var larger = WebSocketFrames()
        #expect(throws: WebSocketFrames.Malformed.self) {
            try larger.receive([0x82, 127] + [0, 0, 0, 0, 0, 0x40, 0, 1])
        }
    }

    @Test("fragments are one message, and a ping is answered with its own words")
    func fragments() throws {
        var frames = WebSocketFrames()
        #expect(
            try frames.receive([0x02, 1, 65, 0x00, 1, 66, 0x89, 1, 67, 0x80, 1, 68]) == [
                .ping([67]), .data([65, 66, 68]),
            ])
        #expect(WebSocketFrames.frame([1, 2], opcode: 10, mask: 0) == [0x8A, 0x82, 0, 0, 0, 0, 1, 2])
        #expect(WebSocketFrames.frame([UInt8](repeating: 0, count: 126), mask: 0)[1...3] == [0xFE, 0, 126])
        #expect(WebSocketFrames.frame([UInt8](repeating: 0, count: 65_536), mask: 0)[1] == 0xFF)
    }
}
