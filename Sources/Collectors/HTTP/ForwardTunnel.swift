// SPDX-License-Identifier: Apache-2.0
internal import CCurl
internal import Model

/// A connection to an API server over which one request is forwarded to a pod's port. libcurl makes the connection, with TLS and who we are, and
/// leaves what is said on it to us (`CURLOPT_CONNECT_ONLY`). Confined to the client's thread; its handle stays in the client's multi handle as
/// long as it lives.
final class ForwardTunnel {
    let easy: UnsafeMutableRawPointer
    let id: RequestID
    let request: HTTPRequest
    private let options: HTTPTransferOptions
    private let access: HTTPAccess
    private let path: String
    private var exchange: ForwardedExchange
    private var pending: [UInt8] = []
    private var isConnected = false
    private var random = SystemRandomNumberGenerator()
    private let startedAt: ContinuousClock.Instant
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// - Parameters:
    ///   - request: what the pod is asked; its endpoint names the port-forward.
    ///   - id: the name under which its events come.
    ///   - access: who we are to the API server.
    init?(_ request: HTTPRequest, id: RequestID, access: HTTPAccess) {
        guard let port = request.endpoint.forwardedPort, let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.id = id
        self.request = request
        self.access = access
        path = "\(request.endpoint.path)?ports=\(port)"
        exchange = ForwardedExchange(path: request.path, accept: request.accept, port: port, mode: request.mode)
        startedAt = .now
        options = HTTPTransferOptions(easy)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        var server = request
        server.path = ""
        server.isSeparate = true
        options.set(server, access)
        _ = meshtop_curl_set_long(easy, CURLOPT_CONNECT_ONLY, 1)
        _ = meshtop_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        _ = meshtop_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(timeout.wholeMicroseconds / 1000)))
        _ = meshtop_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    deinit {
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    /// How long an answer may take, or the beginning of a stream.
    private var timeout: Duration {
        switch request.mode {
        case .whole(let timeout, _), .beginning(let timeout, _), .stream(let timeout), .lines(let timeout): timeout
        }
    }

    /// libcurl's text about what went wrong.
    var detail: String { String(cString: errorText) }

    var systemError: Int32 {
        var value = 0
        _ = meshtop_curl_get_long(easy, CURLINFO_OS_ERRNO, &value)
        return Int32(truncatingIfNeeded: value)
    }

    /// What is waited for at its socket; `nil` before it is connected, when libcurl waits itself.
    var waited: curl_waitfd? {
        guard isConnected else { return nil }
        var socket = curl_socket_t(-1)
        guard meshtop_curl_get_socket(easy, &socket) == CURLE_OK, socket >= 0 else { return nil }
        let output = pending.isEmpty ? 0 : CURL_WAIT_POLLOUT
        return curl_waitfd(fd: socket, events: Int16(CURL_WAIT_POLLIN | output), revents: 0)
    }

    /// The connection stands: the API server is asked for the port-forward.
    func connected() {
        isConnected = true
        let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        let isSecure = request.endpoint.scheme == "https"
        pending = ForwardedExchange.upgrade(
            path: path, host: "\(Endpoint.bracketed(request.endpoint.host)):\(request.endpoint.port)",
            // A token over plain HTTP would be everyone's.
            headers: isSecure ? access.headers.map { ($0.name, $0.value.text) } : [], key: Self.base64(bytes))
    }

    /// Sends and receives what can be without blocking.
    ///
    /// - Returns: what came of it.
    func pump() -> [ForwardedExchange.Output] {
        guard isConnected else { return expired }
        var outputs: [ForwardedExchange.Output] = []
        guard flush() else { return exchange.close() }
        receiving: while !exchange.isOver {
            switch receive() {
            case .nothing: break receiving
            case .closed:
                outputs += exchange.close()
                break receiving
            case .bytes(let bytes):
                for output in exchange.receive(bytes, mask: UInt32.random(in: .min ... .max, using: &random)) {
                    if case .send(let bytes) = output { pending += bytes } else { outputs.append(output) }
                }
                guard flush() else { return outputs + exchange.close() }
            }
        }
        return outputs.isEmpty && !exchange.isOver ? expired : outputs
    }

    private var expired: [ForwardedExchange.Output] {
        guard !exchange.hasBegun, ContinuousClock.now - startedAt > timeout else { return [] }
        return [.failed(.timeout, "no answer through the port-forward in time")]
    }

    private enum Received {
        case bytes([UInt8])
        case nothing
        case closed
    }

    private func receive() -> Received {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        var count = 0
        let code = bytes.withUnsafeMutableBytes { curl_easy_recv(easy, $0.baseAddress, $0.count, &count) }
        if code == CURLE_AGAIN { return .nothing }
        return code == CURLE_OK && count > 0 ? .bytes(Array(bytes.prefix(count))) : .closed
    }

    /// - Returns: whether the connection still stands.
    private func flush() -> Bool {
        while !pending.isEmpty {
            var count = 0
            let code = pending.withUnsafeBytes { curl_easy_send(easy, $0.baseAddress, $0.count, &count) }
            if code == CURLE_AGAIN { return true }
            guard code == CURLE_OK, count > 0 else { return false }
            pending.removeFirst(count)
        }
        return true
    }

    /// The time since the request began.
    var latency: Duration { ContinuousClock.now - startedAt }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let value = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            for place in 0..<4 {
                text.append(place <= part.count ? digits[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
