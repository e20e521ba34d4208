// SPDX-License-Identifier: Apache-2.0
// Which module sockaddr_in belongs to depends on which one read its header first: both are named.
import CMicroHTTPD
import Glibc

/// The listening sockets of the mesh: one per member, all on the same port of different loopback addresses.
///
/// One socket on all addresses would do for a thousand members too, but a member whose process is gone could then not refuse
/// connections as the real one does: the kernel would answer for the socket that is left. These reach nothing but loopback.
struct Listeners: Sendable {
    /// How many connections may wait to be accepted: those of a stopped process pile up there.
    private static let backlog: Int32 = 128

    let port: UInt16
    /// By place; -1 where no socket listens.
    private(set) var sockets: [Int32]
    /// That of the metrics server.
    let metrics: Int32

    /// Listens for every member.
    ///
    /// - Parameters:
    ///   - count: How many members.
    ///   - wanted: The port; 0 takes one that is free for all of them.
    /// - Throws: `noPort` if an address cannot be listened on.
    init(count: Int, port wanted: UInt16) throws(SimulatedMeshError) {
        var attempts = wanted == 0 ? 32 : 1
        while true {
            do {
                self = try Listeners(trying: count, port: wanted)
                return
            } catch {
                attempts -= 1
                if attempts == 0 { throw error }
            }
        }
    }

    private init(trying count: Int, port wanted: UInt16) throws(SimulatedMeshError) {
        var (port, opened) = (wanted, [Int32]())
        for slot in Array(0..<count) + [SimulatedCluster.metricsPlace] {
            do {
                let socket = try Self.listen(slot: slot, port: port)
                if port == 0 { port = Self.port(of: socket) }
                opened.append(socket)
            } catch {
                for socket in opened { close(socket) }
                throw error
            }
        }
        metrics = opened.removeLast()
        (self.port, sockets) = (port, opened)
    }

    /// Refuses from now on.
    mutating func shut(_ slot: Int) {
        if sockets[slot] >= 0 { close(sockets[slot]) }
        sockets[slot] = -1
    }

    /// Listens again; keeps refusing if another process has taken the port meanwhile.
    mutating func open(_ slot: Int) {
        guard sockets[slot] < 0, let socket = try? Self.listen(slot: slot, port: port) else { return }
        sockets[slot] = socket
    }

    mutating func shutAll() {
        for slot in sockets.indices { shut(slot) }
        close(metrics)
    }

    /// The next connection that waits, or -1.
    func accept(_ slot: Int) -> Int32 {
        let socket = slot == SimulatedCluster.metricsPlace ? metrics : sockets[slot]
        guard socket >= 0 else { return -1 }
        let connection = Glibc.accept(socket, nil, nil)
        if connection >= 0 {
            _ = fcntl(connection, F_SETFL, O_NONBLOCK)
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        }
        return connection
    }

    private static func listen(slot: Int, port: UInt16) throws(SimulatedMeshError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0, bindAndListen(descriptor, slot: slot, port: port) else {
            let reason = errno
            if descriptor >= 0 { close(descriptor) }
            throw .noPort(host: SimulatedCluster.host(slot: slot), port: port, errno: reason)
        }
        return descriptor
    }

    private static func bindAndListen(_ descriptor: Int32, slot: Int, port: UInt16) -> Bool {
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = loopback(slot: slot, port: port)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return bound == 0 && Glibc.listen(descriptor, backlog) == 0
    }

    private static func loopback(slot: Int, port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, SimulatedCluster.host(slot: slot), &address.sin_addr)
        return address
    }

    private static func port(of socket: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
