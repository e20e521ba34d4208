// SPDX-License-Identifier: Apache-2.0
internal import CCurl
internal import Model

/// One easy handle of the pool with the request it serves. libcurl's callbacks get it as their context, so it stays alive in the client
/// for as long as the handle does.
final class HTTPTransfer {
    /// Maximum number of bytes of a stream's error page, which is kept for its message.
    static let maximumErrorPage = 64 << 10

    let easy: UnsafeMutableRawPointer
    private(set) var request: HTTPRequest?
    private(set) var id = RequestID(owner: CollectorID(number: 0), number: 0)
    private(set) var body = PaddedBytes()
    /// Why the transfer was broken off on this side.
    private(set) var brokenBy: SourceFailure?
    /// Whether the rest of the body was not wanted.
    private(set) var isCut = false
    /// Whether a stream has answered 200.
    private(set) var isOpen = false
    /// The client's queue: what comes of a stream goes there at once, in order.
    private let events: HTTPEventQueue
    /// Maximum number of bytes of the body.
    private var maximum = 0
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private let options: HTTPTransferOptions
    private var isPosting = false

    init?(events: HTTPEventQueue, agent: String) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.events = events
        options = HTTPTransferOptions(easy)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        configure(agent: agent)
    }

    deinit {
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    // MARK: - Life of a request

    /// Sets the handle up for a request whose answer goes into `body`.
    func begin(_ request: HTTPRequest, id: RequestID, body: PaddedBytes, access: HTTPAccess) {
        self.request = request
        self.id = id
        self.body = body
        brokenBy = nil
        isCut = false
        isOpen = false
        errorText.pointee = 0
        options.set(request, access)
        setForm(request.form)
        setBounds(request.mode)
    }

    /// Forgets the request, so that the handle waits in the pool without a body.
    func end() {
        request = nil
        body = PaddedBytes()
    }

    var isStream: Bool { request?.mode.isEndless ?? false }

    // MARK: - What libcurl knows

    var status: Int {
        var value = 0
        _ = meshtop_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    var latency: Duration {
        var microseconds: curl_off_t = 0
        _ = meshtop_curl_get_offset(easy, CURLINFO_TOTAL_TIME_T, &microseconds)
        return .microseconds(Int64(microseconds))
    }

    var systemError: Int32 {
        var value = 0
        _ = meshtop_curl_get_long(easy, CURLINFO_OS_ERRNO, &value)
        return Int32(truncatingIfNeeded: value)
    }

    /// libcurl's text about what went wrong.
    var detail: String { String(cString: errorText) }

    /// The header `Server`, cleaned.
    var server: String? {
        header("Server").map { SafeText.line(of: $0, maximum: 100) }
    }

    /// The header `Content-Type`, cleaned.
    var contentType: String? {
        header("Content-Type").map { SafeText.line(of: $0, maximum: 100) }
    }

    /// The header `Retry-After`, if it is a number of seconds; the other form, a date, is for caches.
    var retryAfter: Duration? {
        header("Retry-After").flatMap { Int64($0) }.map { .seconds(min(max(0, $0), HTTPClient.maximumRetryAfter)) }
    }

    private func header(_ name: String) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, name, 0, CURLH_HEADER_ORIGIN, -1, &found) == CURLHE_OK,
            let value = found?.pointee.value
        else { return nil }
        return String(cString: value)
    }

    // MARK: - Callbacks

    /// Takes bytes of the body; false breaks the transfer off.
    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let request else { return false }
        if isOpen {
            events.append(.chunk(id, Array(bytes)))
            return true
        }
        if body.count == 0 { reserveForBody() }
        if request.mode.isEndless {
            body.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(max(0, Self.maximumErrorPage - body.count))))
            return true
        }
        if case .beginning = request.mode {
            body.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(maximum - body.count)))
            isCut = body.count == maximum
            return !isCut
        }
        guard body.count + bytes.count <= maximum else {
            brokenBy = HTTPFailures.tooLarge(maximum: maximum, request: request)
            return false
        }
        body.append(bytes)
        return true
    }

    /// Takes a header line: the empty one behind a stream's headers opens it.
    fileprivate func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let request, request.mode.isEndless, line.equals("\r\n") || line.equals("\n") else { return true }
        guard status == 200 else { return true }
        let type = header("Content-Type") ?? "nothing"
        if case .lines = request.mode { return open() }
        guard type.lowercased().hasPrefix("text/event-stream") else {
            let shown = SafeText.line(of: type, maximum: 60)
            brokenBy = HTTPFailures.format("expected text/event-stream, found \(shown)", request: request)
            return false
        }
        return open()
    }

    private func open() -> Bool {
        isOpen = true
        // From here on the stream may be silent for long; the collector watches its heartbeats instead.
        _ = meshtop_curl_set_long(easy, CURLOPT_TIMEOUT_MS, 0)
        events.append(.opened(id, server: server))
        return true
    }

    // MARK: - Options

    private func configure(agent: String) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = meshtop_curl_set_long(easy, CURLOPT_HTTPGET, 1)
        _ = meshtop_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        _ = meshtop_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        _ = meshtop_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        // A name server that does not answer must not hold up the others when its request is given up: libcurl would wait for its thread.
        _ = meshtop_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        _ = meshtop_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = meshtop_curl_set_string(easy, CURLOPT_USERAGENT, agent)
        _ = meshtop_curl_set_pointer(easy, CURLOPT_PRIVATE, context)
        _ = meshtop_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = meshtop_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = meshtop_curl_set_write(easy, CURLOPT_WRITEFUNCTION, receiveBody)
        _ = meshtop_curl_set_write(easy, CURLOPT_HEADERFUNCTION, receiveHeaderLine)
        _ = meshtop_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    private func setForm(_ form: String?) {
        guard let form else {
            if isPosting { _ = meshtop_curl_set_long(easy, CURLOPT_HTTPGET, 1) }
            isPosting = false
            return
        }
        isPosting = true
        _ = meshtop_curl_set_long(easy, CURLOPT_POSTFIELDSIZE, form.utf8.count)
        // libcurl keeps a copy, so the text need not outlive the call.
        _ = meshtop_curl_set_string(easy, CURLOPT_COPYPOSTFIELDS, form)
    }

    private func setBounds(_ mode: HTTPRequest.Mode) {
        let timeout: Duration
        switch mode {
        case .whole(let time, let bytes), .beginning(let time, let bytes): (timeout, maximum) = (time, bytes)
        case .stream(let time), .lines(let time): (timeout, maximum) = (time, Self.maximumErrorPage)
        }
        let milliseconds = Int(clamping: max(1, timeout.wholeMicroseconds / 1000))
        _ = meshtop_curl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds)
        _ = meshtop_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
    }

    /// The announced length is known when the first bytes come: then the body is allocated once, with simdjson's padding.
    private func reserveForBody() {
        var length: curl_off_t = 0
        _ = meshtop_curl_get_offset(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
        if length > 0, Int(length) <= maximum { body.reserve(Int(length)) }
    }
}

// libcurl calls these on the network thread. They are functions of this file, not closures, because a closure could be inferred to
// belong to the main actor and would then trap there.

private func receiveBody(bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?)
    -> Int
{
    guard let context else { return 0 }
    let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func receiveHeaderLine(
    bytes: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
