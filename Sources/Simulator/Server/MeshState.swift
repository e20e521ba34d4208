// SPDX-License-Identifier: Apache-2.0
import CMicroHTTPD

/// Everything that the two threads of a simulated mesh share.
struct MeshState {
    var cluster: SimulatedCluster
    let metrics: SimulatedPrometheus
    /// Forms that are being received, by connection.
    private var forms: [OpaquePointer: [UInt8]] = [:]
    var streams: [Int: EventStream] = [:]
    private var streamCount = 0
    /// Requests to stopped processes: suspended until these continue or end.
    private var held: [Int: [OpaquePointer]] = [:]
    /// The sockets that are open at each place.
    var sockets: [Int: Set<Int32>] = [:]
    private(set) var isStopping = false

    init(_ cluster: SimulatedCluster) {
        self.cluster = cluster
        let members = cluster.world.incarnations.map { incarnation in
            (host: SimulatedCluster.host(slot: incarnation.slot), isBackend: incarnation.roleNames.contains("backend"))
        }
        metrics = SimulatedPrometheus(cluster.configuration, members: members)
    }

    // MARK: Forms

    /// Takes a piece of a form; a query is never as long as a megabyte.
    mutating func receive(_ bytes: UnsafeRawBufferPointer, on connection: OpaquePointer) {
        guard forms[connection, default: []].count + bytes.count < 1 << 20 else { return }
        forms[connection, default: []].append(contentsOf: bytes)
    }

    /// The form that was received on a connection, which is forgotten with that.
    mutating func takeForm(_ connection: OpaquePointer) -> [UInt8] { forms.removeValue(forKey: connection) ?? [] }

    // MARK: Requests

    /// Keeps a request for later: the process is stopped.
    mutating func hold(_ connection: OpaquePointer, at slot: Int) {
        held[slot, default: []].append(connection)
        MHD_suspend_connection(connection)
    }

    /// Gives the requests that were held another try.
    mutating func release(_ slot: Int) {
        for connection in held.removeValue(forKey: slot) ?? [] { MHD_resume_connection(connection) }
    }

    // MARK: Streams

    mutating func openStream(_ slot: Int, types: [String]?, replay: [StreamEvent], on connection: OpaquePointer) -> Int
    {
        streamCount += 1
        streams[streamCount] = EventStream(
            slot: slot, types: types, connection: connection, pending: replay.flatMap(\.bytes), lastSent: cluster.now)
        return streamCount
    }

    mutating func closeStream(_ id: Int) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        if !streams.values.contains(where: { $0.slot == stream.slot }) { cluster.unfollow(stream.slot) }
    }

    /// Moves what waits into a connection's buffer, or suspends the connection until there is something.
    mutating func read(_ id: Int, into buffer: UnsafeMutablePointer<CChar>, capacity: Int) -> Int {
        guard let count = streams[id]?.take(into: buffer, capacity: capacity), !isStopping else {
            return meshtop_mhd_end_of_stream()
        }
        if count > 0 { return count }
        guard streams[id]?.hasEnded == false else { return meshtop_mhd_end_of_stream() }
        streams[id]?.suspend()
        return 0
    }

    private mutating func send(_ bytes: [UInt8], on id: Int) {
        if bytes.isEmpty { return }
        streams[id]?.append(bytes, at: cluster.now)
        streams[id]?.wake()
    }

    /// What keeps idle streams of running processes alive.
    mutating func sendHeartbeats() {
        for (id, stream) in streams where cluster.now - stream.lastSent >= Step.seconds(10) {
            if cluster.nodes.running(stream.slot) != nil { send(StreamEvent.heartbeat, on: id) }
        }
    }

    mutating func publish(_ events: [StreamEvent], at slot: Int) {
        for (id, stream) in streams where stream.slot == slot {
            send(events.filter { $0.passes(stream.types) }.flatMap(\.bytes), on: id)
        }
    }

    // MARK: Ends

    /// The process is gone: its streams and held requests end.
    mutating func end(_ slot: Int) {
        for (id, stream) in streams where stream.slot == slot { streams[id]?.end() }
        release(slot)
    }

    /// Lets everything go, so that the server can be stopped.
    mutating func endAll() {
        isStopping = true
        for id in streams.keys { streams[id]?.end() }
        for slot in held.keys { release(slot) }
    }
}

/// One open event stream.
struct EventStream {
    /// What waits to be sent is bounded: a client that does not read is cut off, as by Akka.
    private static let capacity = 1 << 20

    let slot: Int
    /// The types asked for; `nil`: all.
    let types: [String]?
    private let connection: OpaquePointer
    private var pending: [UInt8]
    /// libmicrohttpd waits for us to resume the connection.
    private var isSuspended = false
    private(set) var hasEnded = false
    /// The step in which something was last sent; an idle stream gets a heartbeat after ten seconds.
    private(set) var lastSent: Int

    init(slot: Int, types: [String]?, connection: OpaquePointer, pending: [UInt8], lastSent: Int) {
        self.slot = slot
        self.types = types
        self.connection = connection
        self.pending = pending
        self.lastSent = lastSent
    }

    mutating func append(_ bytes: [UInt8], at now: Int) {
        pending += bytes
        lastSent = now
        if pending.count > Self.capacity { hasEnded = true }
    }

    mutating func take(into buffer: UnsafeMutablePointer<CChar>, capacity: Int) -> Int {
        let count = min(capacity, pending.count)
        for index in 0..<count { buffer[index] = CChar(bitPattern: pending[index]) }
        pending.removeFirst(count)
        return count
    }

    mutating func suspend() {
        isSuspended = true
        MHD_suspend_connection(connection)
    }

    mutating func wake() {
        if isSuspended { MHD_resume_connection(connection) }
        isSuspended = false
    }

    mutating func end() {
        hasEnded = true
        wake()
    }
}
