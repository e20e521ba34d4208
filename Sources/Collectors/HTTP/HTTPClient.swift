// SPDX-License-Identifier: Apache-2.0
internal import CCurl
internal import Glibc
internal import Model

/// HTTP over libcurl's multi interface. Confined to one thread, which drives it with `wait` and `drainEvents`; only the wake-up that was
/// passed in may be used from elsewhere.
///
/// Connections are kept open for the next request to the same server. Redirects are not followed: a management port has no reason for
/// one, and it could lead anywhere.
final class HTTPClient {
    /// Maximum number of idle handles, and of bodies, that are kept; what a burst needed beyond them is given back.
    private static let maximumIdle = 32
    /// Maximum size of a body that is kept for the next answer.
    private static let maximumKeptBody = 1 << 20
    /// Maximum number of seconds that a server may ask to be left alone.
    static let maximumRetryAfter: Int64 = 300

    private let multi: UnsafeMutableRawPointer
    private var spareBodies: [PaddedBytes] = []
    private var keptConnections = 0
    private let wakeUp: WakeUp
    private let agent: String
    /// What requests are made with; those of an id that is not here are not made. A failure says why there is none.
    private var accesses: [AccessID: Result<HTTPAccess, SourceFailure>] = [:]
    private var running: [RequestID: HTTPTransfer] = [:]
    private var idle: [HTTPTransfer] = []
    /// Requests that an API server forwards to pods.
    private var tunnels: [RequestID: ForwardTunnel] = [:]
    private let events = HTTPEventQueue()

    /// - Parameters:
    ///   - connections: how many connections are kept open while idle.
    ///   - agent: the header `User-Agent`.
    ///   - wakeUp: ends a `wait` from another thread.
    init?(connections: Int, agent: String = "meshtop", wakeUp: WakeUp) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT_FLAGS)) == CURLE_OK, let multi = curl_multi_init() else {
            return nil
        }
        self.multi = multi
        self.wakeUp = wakeUp
        self.agent = agent
        keepConnections(connections)
    }

    deinit {
        for transfer in running.values { curl_multi_remove_handle(multi, transfer.easy) }
        for tunnel in tunnels.values { curl_multi_remove_handle(multi, tunnel.easy) }
        (running, tunnels) = ([:], [:])
        idle = []
        curl_multi_cleanup(multi)
    }

    /// Sets how many idle connections are kept; libcurl's own default would close those of a large mesh between two ticks.
    func keepConnections(_ count: Int) {
        guard count != keptConnections else { return }
        keptConnections = count
        _ = meshtop_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, count)
    }

    /// Sets what requests of an id are made with from now on, or why they cannot be made; those that run are left alone.
    func setAccess(_ access: Result<HTTPAccess, SourceFailure>, of id: AccessID) { accesses[id] = access }

    /// Starts a request; what becomes of it comes with `drainEvents`.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - id: the name under which its events come, used once.
    func start(_ request: HTTPRequest, id: RequestID) {
        let access: HTTPAccess
        switch self.access(of: request.endpoint) {
        case .success(let known): access = known
        case .failure(let failure):
            events.append(.failed(id, SourceFailure(failure.code, "\(request.shown): \(failure.message)")))
            return
        }
        if request.endpoint.forwardedPort != nil { return forward(request, id: id, access) }
        guard let transfer = idle.popLast() ?? HTTPTransfer(events: events, agent: agent) else {
            events.append(.failed(id, SourceFailure(.other, "\(request.shown): out of memory")))
            return
        }
        transfer.begin(request, id: id, body: spareBodies.popLast() ?? PaddedBytes(), access: access)
        guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            events.append(.failed(id, SourceFailure(.other, "\(request.shown): libcurl refuses the request")))
            return
        }
        running[id] = transfer
    }

    private func forward(_ request: HTTPRequest, id: RequestID, _ access: HTTPAccess) {
        guard let tunnel = ForwardTunnel(request, id: id, access: access),
            curl_multi_add_handle(multi, tunnel.easy) == CURLM_OK
        else {
            events.append(.failed(id, SourceFailure(.other, "\(request.shown): libcurl refuses the request")))
            return
        }
        tunnels[id] = tunnel
    }

    /// What a request to an endpoint is made with. Where the user gave nothing for a kind of source, that is nothing special.
    private func access(of endpoint: Endpoint) -> Result<HTTPAccess, SourceFailure> {
        switch endpoint.access {
        case nil: .success(HTTPAccess())
        case .given(let kind)?: accesses[.given(kind)] ?? .success(HTTPAccess())
        case .kubernetes?: accesses[.kubernetes] ?? .failure(SourceFailure(.auth, "there are no credentials yet"))
        }
    }

    /// Breaks a request off: no further event comes of it, not even one that is waiting.
    func cancel(_ id: RequestID) {
        events.drop(id)
        if let tunnel = tunnels.removeValue(forKey: id) { curl_multi_remove_handle(multi, tunnel.easy) }
        guard let transfer = running.removeValue(forKey: id) else { return }
        curl_multi_remove_handle(multi, transfer.easy)
        shelve(transfer)
    }

    /// Takes back the body of an answer that was read. Large bodies that come and go would tear the heap into pieces: 1,000 members cost
    /// 47 MB without this and 29 MB with it.
    func recycle(_ body: PaddedBytes) {
        guard spareBodies.count < Self.maximumIdle, body.capacity <= Self.maximumKeptBody else { return }
        body.removeAll()
        spareBodies.append(body)
    }

    /// Sleeps until a socket is ready, the wake-up rings or the time is over, then does what can be done without blocking.
    ///
    /// - Parameters:
    ///   - timeout: the longest sleep.
    ///   - descriptors: further descriptors whose input ends the sleep.
    func wait(timeout: Duration, descriptors: [Int32] = []) {
        // Rounded up: a sleep that ends before its time would be followed by a second one.
        let milliseconds = Int32(clamping: (max(0, timeout.wholeMicroseconds) + 999) / 1000)
        var wakers = ([wakeUp.descriptor] + descriptors).map {
            curl_waitfd(fd: $0, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        }
        wakers += tunnels.values.compactMap(\.waited)
        // A tunnel's time is looked at here, for libcurl does not know of it.
        let longest = tunnels.isEmpty ? milliseconds : min(milliseconds, 250)
        curl_multi_poll(multi, &wakers, UInt32(wakers.count), events.isEmpty ? longest : 0, nil)
        wakeUp.drain()
        perform()
    }

    /// Does what can be done without blocking.
    func perform() {
        var active: Int32 = 0
        curl_multi_perform(multi, &active)
        collectFinished()
        for id in tunnels.keys.sorted(by: { ($0.owner.number, $0.number) < ($1.owner.number, $1.number) }) { pump(id) }
    }

    /// Whether a request for a whole answer runs.
    var isBusy: Bool {
        running.values.contains { !$0.isStream } || tunnels.values.contains { !$0.request.mode.isEndless }
    }

    /// Whether something has happened since the last `drainEvents`.
    var hasEvents: Bool { !events.isEmpty }

    /// How much has happened since then.
    var eventCount: Int { events.count }

    /// What has happened since the last call, in order.
    func drainEvents() -> [HTTPEvent] { events.drain() }

    // MARK: -

    private func collectFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = meshtop_curl_message_result(message)
            if let tunnel = tunnels.values.first(where: { $0.easy == easy }) {
                connect(tunnel, code)
                continue
            }
            var context: UnsafeMutableRawPointer?
            _ = meshtop_curl_get_pointer(easy, CURLINFO_PRIVATE, &context)
            guard let context else { continue }
            finish(Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue(), code)
        }
    }

    private func connect(_ tunnel: ForwardTunnel, _ code: CURLcode) {
        guard code != CURLE_OK else { return tunnel.connected() }
        end(
            tunnel,
            .failed(
                tunnel.id,
                HTTPFailures.transfer(
                    code, detail: tunnel.detail, systemError: tunnel.systemError, request: tunnel.request)))
    }

    private func pump(_ id: RequestID) {
        guard let tunnel = tunnels[id] else { return }
        for output in tunnel.pump() {
            switch output {
            case .send: break
            case .opened(let server): events.append(.opened(id, server: server))
            case .chunk(let bytes): events.append(.chunk(id, bytes))
            case .answered(let status, let body, let server, let type):
                let response = HTTPResponse(
                    status: status, body: PaddedBytes(body), server: server, contentType: type, latency: tunnel.latency)
                end(tunnel, .answered(id, response))
            case .failed(let code, let text):
                end(tunnel, .failed(id, SourceFailure(code, "\(tunnel.request.shown): \(text)")))
            }
        }
    }

    private func end(_ tunnel: ForwardTunnel, _ event: HTTPEvent) {
        events.append(event)
        curl_multi_remove_handle(multi, tunnel.easy)
        tunnels[tunnel.id] = nil
    }

    private func finish(_ transfer: HTTPTransfer, _ code: CURLcode) {
        running[transfer.id] = nil
        curl_multi_remove_handle(multi, transfer.easy)
        if let request = transfer.request { events.append(outcome(of: transfer, request, code)) }
        shelve(transfer)
    }

    private func outcome(of transfer: HTTPTransfer, _ request: HTTPRequest, _ code: CURLcode) -> HTTPEvent {
        if let failure = transfer.brokenBy { return .failed(transfer.id, failure) }
        guard code == CURLE_OK || transfer.isCut, !transfer.isOpen else {
            return .failed(transfer.id, failure(of: transfer, request, code))
        }
        return .answered(
            transfer.id,
            HTTPResponse(
                status: transfer.status, body: transfer.body, server: transfer.server,
                contentType: transfer.contentType, retryAfter: transfer.retryAfter, latency: transfer.latency))
    }

    private func failure(of transfer: HTTPTransfer, _ request: HTTPRequest, _ code: CURLcode) -> SourceFailure {
        HTTPFailures.transfer(
            code, detail: transfer.detail, systemError: transfer.systemError, request: request)
    }

    private func shelve(_ transfer: HTTPTransfer) {
        transfer.end()
        if idle.count < Self.maximumIdle { idle.append(transfer) }
    }
}
