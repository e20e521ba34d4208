// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Support

@testable import Collectors

/// A server on a free loopback port that answers as a test says, also in ways that no HTTP library would: one thread per connection,
/// blocking sockets. It records who came and what was asked.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let headers: [String: String]
    }

    enum Answer: Sendable {
        /// A complete answer; the connection stays open.
        case reply(status: Int = 200, type: String = "application/json", headers: [String] = [], body: [UInt8])
        /// These bytes as they are, then the connection is closed.
        case raw([UInt8])
        /// The head of an endless answer, then each chunk when `release` was called once more (the first at once).
        case stream(type: String = "text/event-stream", chunks: [String])
        /// A head that announces much, then a byte every so many milliseconds.
        case drip(milliseconds: UInt32)
        case hang
        case reset
        case close
    }

    struct Record: Sendable {
        var requests: [Request] = []
        var connections = 0
        var running: [String: Int] = [:]
        /// The most requests that were being answered at one time, per path.
        var mostRunning: [String: Int] = [:]
        var mostRunningInAll = 0
    }

    let port: Int
    let host: String
    private let listener: Int32
    private let records = Locked(Record())
    private let answer: @Sendable (Request) -> Answer

    init(host: String = "127.0.0.1", port: Int = 0, _ answer: @escaping @Sendable (Request) -> Answer) throws {
        self.answer = answer
        self.host = host
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 512) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.init(rawValue: errno) ?? .EADDRINUSE) }
        self.port = Int(in_port_t(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in acceptAll() }
    }

    var record: Record { records.withLock { $0 } }

    /// Refuses further connections.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            records.withLock { $0.connections += 1 }
            Thread.detachNewThread { [self] in serve(connection) }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var buffer: [UInt8] = []
        while let request = readRequest(connection, &buffer) {
            records.withLock { $0.begin(request) }
            let goesOn = perform(answer(request), on: connection) { self.records.withLock { $0.end(request) } }
            guard goesOn else { break }
        }
        close(connection)
    }

    private func readRequest(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let range = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return Self.request(head)
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let got = read(connection, &chunk, chunk.count)
            guard got > 0 else { return nil }
            buffer += chunk[..<got]
        }
    }

    private static func request(_ head: String) -> Request {
        let lines = head.split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].drop { $0 == " " }.description : ""
        }
        return Request(method: String(words[0]), path: String(words[1]), headers: headers)
    }

    /// Answers; true if the connection can take another request.
    private func perform(_ answer: Answer, on connection: Int32, done: () -> Void) -> Bool {
        defer { done() }
        switch answer {
        case .reply(let status, let type, let headers, let body):
            let lines = ["HTTP/1.1 \(status) X", "Content-Type: \(type)", "Content-Length: \(body.count)"] + headers
            return send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, to: connection)
        case .raw(let bytes):
            _ = send(bytes, to: connection)
            return false
        case .stream(let type, let chunks):
            guard send(Array("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n\r\n".utf8), to: connection) else {
                return false
            }
            for chunk in chunks {
                guard send(Array(chunk.utf8), to: connection) else { return false }
                usleep(20_000)
            }
            return waitForClose(connection)
        case .drip(let milliseconds):
            guard send(Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".utf8), to: connection) else {
                return false
            }
            while send([32], to: connection) { usleep(milliseconds * 1000) }
            return false
        case .hang: return waitForClose(connection)
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
            return false
        case .close: return false
        }
    }

    private func waitForClose(_ connection: Int32) -> Bool {
        var byte: UInt8 = 0
        while read(connection, &byte, 1) > 0 {}
        return false
    }

    private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let more = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard more > 0 else { return false }
            sent += more
        }
        return true
    }
}

extension LoopbackServer.Record {
    fileprivate mutating func begin(_ request: LoopbackServer.Request) {
        requests.append(request)
        running[request.path, default: 0] += 1
        mostRunning[request.path] = max(mostRunning[request.path] ?? 0, running[request.path] ?? 0)
        mostRunningInAll = max(mostRunningInAll, running.values.reduce(0, +))
    }

    fileprivate mutating func end(_ request: LoopbackServer.Request) { running[request.path, default: 1] -= 1 }
}
