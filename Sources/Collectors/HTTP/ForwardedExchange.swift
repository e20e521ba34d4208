// SPDX-License-Identifier: Apache-2.0
internal import Model

/// One request through a port-forward of the Kubernetes API server: a WebSocket of the protocol `v4.channel.k8s.io`, whose channel 0 carries the
/// bytes of a connection to the pod's port and channel 1 what went wrong (kubernetes.md §7). A machine without a socket.
struct ForwardedExchange {
    static let protocolName = "v4.channel.k8s.io"
    /// Maximum number of bytes of what an API server says when it refuses.
    static let maximumRefusal = 64 << 10

    /// What comes of bytes.
    enum Output: Equatable {
        case send([UInt8])
        case opened(server: String?)
        case chunk([UInt8])
        case answered(status: Int, body: [UInt8], server: String?, contentType: String?)
        case failed(SourceFailure.Code, String)
    }

    private enum State {
        /// The API server has been asked for a WebSocket. → `forwarded` (it agrees), `refused`
        case upgrading(HTTPAnswerParser)
        /// It does not agree, and says why. → `ended`
        case refused(HTTPAnswerParser, status: Int, body: [UInt8])
        /// The pod is asked. → `ended`
        case forwarded(WebSocketFrames, HTTPAnswerParser)
        case ended
    }

    private let mode: HTTPRequest.Mode
    private let question: [UInt8]
    private var state = State.upgrading(HTTPAnswerParser())
    /// The channels whose first message, which names the port, has come.
    private var begun: Set<UInt8> = []
    private var status = 0
    private var body: [UInt8] = []
    private var isOpen = false
    private var error: [UInt8] = []

    /// - Parameters:
    ///   - path: what the pod is asked for.
    ///   - accept: the header `Accept`.
    ///   - port: the pod's port.
    ///   - mode: how the answer is wanted.
    init(path: String, accept: String, port: Int, mode: HTTPRequest.Mode) {
        self.mode = mode
        question = Array(
            "GET \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\nAccept: \(accept)\r\nConnection: close\r\n\r\n".utf8)
    }

    /// What an API server is asked first.
    ///
    /// - Parameters:
    ///   - path: of the pod's port-forward.
    ///   - host: of the server, as the header `Host` has it.
    ///   - headers: who asks.
    ///   - key: 16 random bytes in base 64.
    /// - Returns: the bytes to send.
    static func upgrade(path: String, host: String, headers: [(name: String, value: String)], key: String) -> [UInt8] {
        let lines =
            ["GET \(path) HTTP/1.1", "Host: \(host)", "Connection: Upgrade", "Upgrade: websocket"]
            + ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Protocol: \(protocolName)"]
            + headers.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Whether a stream has been opened: then it may be silent for as long as it likes.
    var hasBegun: Bool { isOpen }

    /// Whether anything more can come of it.
    var isOver: Bool { if case .ended = state { true } else { false } }

    /// Takes what has come from the API server.
    ///
    /// - Parameters:
    ///   - bytes: the next bytes.
    ///   - mask: random bits, for what is sent in return.
    /// - Returns: what comes of them, in order.
    mutating func receive(_ bytes: [UInt8], mask: UInt32) -> [Output] {
        do {
            switch state {
            case .upgrading(var parser): return try upgrade(&parser, bytes, mask)
            case .refused(var parser, let status, let body):
                return try refuse(&parser, try parser.receive(bytes), status, body)
            case .forwarded(var frames, var parser):
                let messages = try frames.receive(bytes)
                return try take(messages, frames, &parser, mask)
            case .ended: return []
            }
        } catch let error as WebSocketFrames.Malformed {
            return fail(.format, "the API server sends no WebSocket: \(error.text)")
        } catch {
            return fail(.format, "the answer through the port-forward is none: \(error)")
        }
    }

    /// The connection has ended.
    mutating func close() -> [Output] {
        switch state {
        case .ended: return []
        case .forwarded(_, let parser) where parser.endsWithConnection && status > 0 && !isOpen: return finish(parser)
        case .refused(let parser, let status, let body):
            state = .ended
            return [.answered(status: status, body: body, server: nil, contentType: parser.headers["content-type"])]
        case .upgrading, .forwarded: return fail(.closed, "the API server ended the port-forward")
        }
    }

    // MARK: -

    private mutating func upgrade(_ parser: inout HTTPAnswerParser, _ bytes: [UInt8], _ mask: UInt32) throws -> [Output]
    {
        let outputs = try parser.receive(bytes)
        guard case .head(let status)? = outputs.first else {
            state = .upgrading(parser)
            return []
        }
        guard status == 101 else {
            state = .refused(parser, status: status, body: [])
            return try refuse(&parser, Array(outputs.dropFirst()), status, [])
        }
        let rest = parser.takeRest()
        state = .forwarded(WebSocketFrames(), HTTPAnswerParser())
        let question = Output.send(WebSocketFrames.frame([0] + question, mask: mask))
        return [question] + (rest.isEmpty ? [] : receive(rest, mask: mask &+ 1))
    }

    private mutating func refuse(
        _ parser: inout HTTPAnswerParser, _ outputs: [HTTPAnswerParser.Output], _ status: Int, _ body: [UInt8]
    ) throws -> [Output] {
        var body = body
        for case .body(let bytes) in outputs { body = Array((body + bytes).prefix(Self.maximumRefusal)) }
        state = .refused(parser, status: status, body: body)
        return outputs.contains(.end) ? close() : []
    }

    private mutating func take(
        _ messages: [WebSocketFrames.Message], _ frames: WebSocketFrames, _ parser: inout HTTPAnswerParser,
        _ mask: UInt32
    ) throws -> [Output] {
        var outputs: [Output] = []
        state = .forwarded(frames, parser)
        for message in messages where !isOver {
            switch message {
            case .ping(let payload): outputs.append(.send(WebSocketFrames.frame(payload, opcode: 10, mask: mask &+ 7)))
            case .closed: outputs += close()
            case .data(let bytes):
                guard let channel = bytes.first else { continue }
                // The first message of each channel says which port it is for.
                let isFirst = begun.insert(channel).inserted
                let content = Array(bytes.dropFirst(isFirst ? 3 : 1))
                if channel == 1 {
                    if !content.isEmpty { outputs += fail(.refused, Self.error(content)) }
                } else if channel == 0, !content.isEmpty {
                    let read = try parser.receive(content)
                    state = .forwarded(frames, parser)
                    outputs += answer(read, parser)
                }
            }
        }
        return outputs
    }

    private static func error(_ bytes: [UInt8]) -> String {
        "the pod's port cannot be reached: " + bytes.withUnsafeBytes { SafeText.line(of: $0, maximum: 300) }
    }

    private mutating func answer(_ read: [HTTPAnswerParser.Output], _ parser: HTTPAnswerParser) -> [Output] {
        var outputs: [Output] = []
        for output in read where !isOver {
            switch output {
            case .head(let status):
                self.status = status
                isOpen = mode.isEndless && status == 200
                if isOpen { outputs.append(.opened(server: parser.headers["server"])) }
            case .body(let bytes) where isOpen: outputs.append(.chunk(bytes))
            case .body(let bytes): outputs += keep(bytes, parser)
            case .end: outputs += isOpen ? fail(.closed, "the stream has ended") : finish(parser)
            }
        }
        return outputs
    }

    private mutating func keep(_ bytes: [UInt8], _ parser: HTTPAnswerParser) -> [Output] {
        body += bytes
        switch mode {
        case .whole(_, let maximum) where body.count > maximum:
            return fail(.tooLarge, "the answer has more than \(maximum) bytes")
        case .beginning(_, let maximum) where body.count >= maximum:
            body = Array(body.prefix(maximum))
            return finish(parser)
        case .whole, .beginning: return []
        case .stream, .lines:
            body = Array(body.prefix(Self.maximumRefusal))
            return []
        }
    }

    private mutating func finish(_ parser: HTTPAnswerParser) -> [Output] {
        state = .ended
        return [
            .answered(
                status: status, body: body, server: parser.headers["server"],
                contentType: parser.headers["content-type"])
        ]
    }

    private mutating func fail(_ code: SourceFailure.Code, _ text: String) -> [Output] {
        state = .ended
        return [.failed(code, text)]
    }
}
