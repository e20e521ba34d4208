// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Synchronization

/// A real Prometheus on loopback with a data folder of its own.
final class PrometheusServer: Sendable {
    /// Why none can be started, or `nil` if one can.
    static var reasonToSkip: String? {
        ["prometheus", "promtool"].allSatisfy { find($0) != nil } ? nil : "skipped: no prometheus and promtool here"
    }

    let url: String
    private let folder: URL
    private let program: String
    private let arguments: [String]
    private let process = Mutex<RunningCommand?>(nil)

    /// Starts a server and waits until it answers queries.
    ///
    /// - Parameters:
    ///   - targets: what it scrapes every second, `HOST:PORT`.
    ///   - history: samples of the past in the OpenMetrics text format.
    ///   - web: its web configuration: users, certificates; in YAML.
    ///   - interval: the time between scrapes.
    ///   - retention: how long samples are kept.
    /// - Throws: if it does not start.
    init(
        targets: [String] = [], history: String? = nil, web: String? = nil, interval: String = "1s",
        retention: String = "10y"
    ) throws {
        guard let program = Self.find("prometheus") else { throw ClusterKit.Failure(text: "no prometheus") }
        let name = "meshtop-prometheus-\(UUID().uuidString)"
        folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let list = targets.map { "'\($0)'" }.joined(separator: ",")
        try """
        global: {scrape_interval: \(interval), scrape_timeout: 1s}
        scrape_configs:
          - job_name: test
            static_configs: [{targets: [\(list)]}]
        """.write(to: folder.appending(path: "prometheus.yml"), atomically: true, encoding: .utf8)
        if let history { try Self.backfill(history, folder) }
        let port = try Self.freePort()
        let isSecure = web?.contains("tls_server_config") ?? false
        url = "\(isSecure ? "https" : "http")://127.0.0.1:\(port)"
        self.program = program
        var arguments =
            [
                "--config.file=\(folder.path)/prometheus.yml", "--storage.tsdb.path=\(folder.path)/data",
                "--storage.tsdb.retention.time=\(retention)", "--web.listen-address=127.0.0.1:\(port)",
            ]
        if let web {
            let file = folder.appending(path: "web.yml")
            try web.write(to: file, atomically: true, encoding: .utf8)
            arguments.append("--web.config.file=\(file.path)")
        }
        self.arguments = arguments
        try start()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts it, also again after `stop`: at the same address, with what it knew.
    func start() throws {
        let process = try RunningCommand(program, arguments)
        self.process.withLock { $0 = process }
        let isReady = Deadline.poll(seconds: 60) {
            process.errorText.contains("Server is ready to receive web requests")
        }
        guard isReady else {
            throw ClusterKit.Failure(text: "prometheus does not answer: \(process.errorText.suffix(500))")
        }
    }

    /// Ends it, and waits until it is gone.
    func stop() {
        process.withLock { process in
            process?.terminate()
            process?.waitForExit()
            process = nil
        }
    }

    private static func backfill(_ history: String, _ folder: URL) throws {
        let file = folder.appending(path: "history.txt")
        try history.write(to: file, atomically: true, encoding: .utf8)
        let result = try Command.run(
            find("promtool") ?? "promtool",
            ["tsdb", "create-blocks-from", "openmetrics", file.path, "\(folder.path)/data"])
        guard result.status == 0 else { throw ClusterKit.Failure(text: "promtool: \(result.errors)") }
    }

    private static func find(_ program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func freePort() throws -> Int {
        let listener = try LoopbackListener()
        defer { listener.close() }
        return listener.port
    }
}

/// A socket that listens on a free port of 127.0.0.1.
struct LoopbackListener {
    let descriptor: Int32
    let port: Int

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw ClusterKit.Failure(text: "no free port") }
        port = Int(in_port_t(bigEndian: address.sin_port))
    }

    func close() { _ = Glibc.close(descriptor) }
}

/// Serves a text as `/metrics`, whatever is asked.
final class MetricsExporter: Sendable {
    let port: Int
    private let listener: Int32

    /// - Parameter text: the exposition.
    /// - Throws: if no port is free.
    convenience init(_ text: String) throws { try self.init { text } }

    /// - Parameter text: makes the exposition anew for each request, on a thread of the exporter.
    /// - Throws: if no port is free.
    init(_ text: @escaping @Sendable () -> String) throws {
        let listener = try LoopbackListener()
        port = listener.port
        self.listener = listener.descriptor
        let descriptor = listener.descriptor
        Thread.detachNewThread { Self.serve(descriptor, text) }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func head(_ count: Int) -> String {
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: \(count)\r\n\r\n"
    }

    private static func serve(_ listener: Int32, _ text: @Sendable () -> String) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            var request = [UInt8](repeating: 0, count: 4096)
            _ = read(connection, &request, request.count)
            let body = text()
            let answer = Array((head(body.utf8.count) + body).utf8)
            var sent = 0
            while sent < answer.count {
                let more = answer[sent...].withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { break }
                sent += more
            }
            close(connection)
        }
        close(listener)
    }
}
