// SPDX-License-Identifier: Apache-2.0
import CMicroHTTPD
import Glibc
import Support

/// The HTTP side: one thread of libmicrohttpd for all connections of all members.
///
/// Unchecked: `daemon` is written before other threads know this object and after they are done, and libmicrohttpd's functions on it are
/// thread-safe.
final class HTTPServer: @unchecked Sendable {
    private let state: Locked<MeshState>
    private let stack: SimulatedStack
    private var daemon: OpaquePointer?

    init(_ state: Locked<MeshState>) {
        self.state = state
        stack = state.withLock { $0.cluster.configuration.stack }
    }

    /// - Parameter connections: How many there may be at once.
    /// - Throws: `noServer` if libmicrohttpd does not start.
    func start(connections: Int) throws(SimulatedMeshError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        daemon = meshtop_mhd_start(requestArrived, connectionChanged, context, 8192, UInt32(clamping: connections))
        if daemon == nil { throw .noServer }
    }

    /// Takes over a connection that was accepted.
    func add(_ socket: Int32) {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // The local address says which member this is for; libmicrohttpd only keeps what it is given.
                getsockname(socket, $0, &length)
                return MHD_add_connection(daemon, socket, $0, length)
            }
        }
    }

    /// Ends every connection; nothing calls back afterwards.
    func stop() {
        state.withLock { $0.endAll() }
        if let daemon { MHD_stop_daemon(daemon) }
        daemon = nil
    }

    /// A process is gone: the kernel closes its sockets.
    func end(_ slot: Int) {
        state.withLock { state in
            for socket in state.sockets[slot] ?? [] { shutdown(socket, Int32(SHUT_RDWR)) }
            state.end(slot)
        }
    }

    // MARK: Called by libmicrohttpd

    fileprivate func answer(_ request: SimulatedRequest, at slot: Int, _ connection: OpaquePointer) -> MHD_Result {
        if slot == SimulatedCluster.metricsPlace { return answerMetrics(request, connection) }
        var stream: Int?
        let answer = state.withLock { state -> SimulatedAnswer in
            if state.isStopping { return .noProcess }
            let answer = state.cluster.answer(request, at: slot)
            switch answer {
            case .silence: state.hold(connection, at: slot)
            case .stream(let types, let replay):
                stream = state.openStream(slot, types: types, replay: replay, on: connection)
            case .reply, .noProcess: break
            }
            return answer
        }
        switch answer {
        case .reply(let reply): return send(reply, on: connection)
        case .stream: return stream.map { send(stream: $0, on: connection) } ?? .NO
        case .silence: return .YES
        case .noProcess: return .NO
        }
    }

    private func answerMetrics(_ request: SimulatedRequest, _ connection: OpaquePointer) -> MHD_Result {
        let (metrics, moment) = state.withLock { ($0.metrics, $0.cluster.moment) }
        return send(metrics.answer(path: request.path, arguments: request.arguments, moment), on: connection)
    }

    fileprivate func received(_ bytes: UnsafeRawBufferPointer, on connection: OpaquePointer) {
        state.withLock { $0.receive(bytes, on: connection) }
    }

    fileprivate func takeForm(_ connection: OpaquePointer) -> [UInt8] { state.withLock { $0.takeForm(connection) } }

    private func send(_ reply: SimulatedReply, on connection: OpaquePointer) -> MHD_Result {
        let response = reply.body.withUnsafeBytes { meshtop_mhd_response($0.baseAddress, $0.count) }
        guard let response else { return .NO }
        defer { MHD_destroy_response(response) }
        if let allow = reply.allow { MHD_add_response_header(response, "Allow", allow) }
        MHD_add_response_header(response, "Server", stack.server)
        MHD_add_response_header(response, "Content-Type", reply.contentType)
        return MHD_queue_response(connection, UInt32(reply.status), response)
    }

    private func send(stream: Int, on connection: OpaquePointer) -> MHD_Result {
        let context = Unmanaged.passRetained(StreamContext(stream: stream, state: state)).toOpaque()
        guard let response = meshtop_mhd_stream(2048, streamWantsBytes, context, streamIsDone) else {
            streamIsDone(context)
            return .NO
        }
        defer { MHD_destroy_response(response) }
        MHD_add_response_header(response, "Server", stack.server)
        MHD_add_response_header(response, "Content-Type", "text/event-stream")
        return MHD_queue_response(connection, 200, response)
    }

    fileprivate func opened(_ socket: Int32, at slot: Int) {
        state.withLock { _ = $0.sockets[slot, default: []].insert(socket) }
    }

    fileprivate func closed(_ socket: Int32, at slot: Int) {
        state.withLock { _ = $0.sockets[slot]?.remove(socket) }
    }
}

/// What the callbacks of a stream need; retained by its response.
private final class StreamContext: Sendable {
    let stream: Int
    let state: Locked<MeshState>

    init(stream: Int, state: Locked<MeshState>) {
        self.stream = stream
        self.state = state
    }
}

private func server(_ context: UnsafeMutableRawPointer?) -> HTTPServer? {
    context.map { Unmanaged<HTTPServer>.fromOpaque($0).takeUnretainedValue() }
}

/// The place a connection is for, kept with it as its number plus one, because zero is no pointer.
private func slot(of connection: OpaquePointer) -> Int {
    Int(bitPattern: meshtop_mhd_socket_context(connection)) - 1
}

private func connectionChanged(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ change: MHD_ConnectionNotificationCode
) {
    guard let server = server(context), let connection, let socketContext else { return }
    let socket = meshtop_mhd_socket(connection)
    if change == .CONNECTION_NOTIFY_STARTED {
        let place = SimulatedCluster.slot(host: meshtop_mhd_client_host(connection))
        socketContext.pointee = UnsafeMutableRawPointer(bitPattern: place + 1)
        server.opened(socket, at: place)
    } else {
        _ = server.takeForm(connection)
        server.closed(socket, at: Int(bitPattern: socketContext.pointee) - 1)
    }
}

/// Called first when the headers are in, then for each part of a body, then once more. Answering in the first call would end the
/// connection, so the first only marks the request as known.
private func requestArrived(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ body: UnsafePointer<CChar>?,
    _ bodySize: UnsafeMutablePointer<Int>?, _ known: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let server = server(context), let connection, let url, let method, let bodySize, let known else { return .NO }
    if known.pointee == nil {
        known.pointee = context
        return .YES
    }
    if bodySize.pointee > 0 {
        if slot(of: connection) == SimulatedCluster.metricsPlace, let body {
            server.received(UnsafeRawBufferPointer(start: body, count: bodySize.pointee), on: connection)
        }
        bodySize.pointee = 0
        return .YES
    }
    var request = SimulatedRequest(method: String(cString: method), path: String(cString: url))
    request.accept = MHD_lookup_connection_value(connection, .HEADER_KIND, "Accept").map { String(cString: $0) }
    withUnsafeMutablePointer(to: &request.arguments) {
        _ = MHD_get_connection_values(connection, .GET_ARGUMENT_KIND, argumentFound, $0)
    }
    request.types = request.arguments.filter { $0.name == "type" }.map(\.value)
    request.arguments += Form.arguments(server.takeForm(connection))
    return server.answer(request, at: slot(of: connection), connection)
}

private func argumentFound(
    _ arguments: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ key: UnsafePointer<CChar>?,
    _ value: UnsafePointer<CChar>?
) -> MHD_Result {
    guard let arguments, let key, let value else { return .YES }
    arguments.assumingMemoryBound(to: [(name: String, value: String)].self).pointee
        .append((String(cString: key), String(cString: value)))
    return .YES
}

private func streamWantsBytes(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
    guard let context, let buffer else { return meshtop_mhd_end_of_stream() }
    let stream = Unmanaged<StreamContext>.fromOpaque(context).takeUnretainedValue()
    return stream.state.withLock { $0.read(stream.stream, into: buffer, capacity: capacity) }
}

private func streamIsDone(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let stream = Unmanaged<StreamContext>.fromOpaque(context).takeRetainedValue()
    stream.state.withLock { $0.closeStream(stream.stream) }
}
