// SPDX-License-Identifier: Apache-2.0
import Collectors
import Fold
import Glibc
import Model
import Support
import Traffic

/// The service graph against a live Prometheus, and its parts on a recorded answer: `meshtop-benchmarks graph URL [WINDOW [TIME]]` and
/// `meshtop-benchmarks telemetry FILE`. `Benchmarks/graph.py` calls both.
enum GraphRun {
    /// Asks once, for a moment in seconds since 1970 or the present, and prints when the graph was there.
    static func graph(_ url: String, window: Int, at seconds: Double?) {
        guard let address = try? ManagementAddress(url), let mailbox = Mailbox() else { return print("no address") }
        let before = peak()
        let options = CollectorOptions(
            [
                .prometheus(
                    PrometheusOptions(
                        endpoint: Endpoint(host: address.host, port: address.port ?? 9090), window: .seconds(window),
                        at: seconds.map { Timestamp(milliseconds: Int64($0 * 1000)) }))
            ], isOneShot: true)
        let start = SystemClock.now
        guard let thread = CollectorThread(options: options, mailbox: mailbox), thread.start() else { return }
        defer { thread.stop() }
        var mesh = Mesh()
        _ = mesh.apply(Observation(at: start, source: nil, .started(SessionOptions())))
        while (SystemClock.now - start) < .seconds(60) {
            var descriptor = pollfd(fd: mailbox.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            if mailbox.beginSleep() { poll(&descriptor, 1, 1000) }
            for observation in mailbox.drain().observations {
                if case .failed(let failure, _) = observation.payload { return print(failure.message) }
                _ = mesh.apply(observation)
                guard case .telemetry = observation.payload else { continue }
                let answered = SystemClock.now
                _ = mesh.apply(Observation(at: answered, source: nil, .tick))
                guard let graph = mesh.snapshot().graph?.graph else { continue }
                let end = SystemClock.now
                print(
                    "{\"ms\":\((end - start).inSeconds * 1000),\"fold\":\((end - answered).inSeconds * 1000),"
                        + "\"nodes\":\(graph.nodes.count),\"edges\":\(graph.edges.count),\"mb\":\(peak() - before)}")
                return
            }
        }
    }

    private static func peak() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }

    /// Decodes an answer again and again: the first time everything is new, afterwards labels are known. Then the graph of it.
    static func telemetry(_ file: String) {
        guard let bytes = read(file) else { return print("cannot read \(file)") }
        let body = PaddedBytes(bytes)
        let measure = Measure()
        measure("answer of \(bytes.count / 1000) kB to rows, labels new", runs: 20) {
            try? TelemetryDecoder().decode(body, of: .requests)
        }
        let decoder = TelemetryDecoder()
        measure("answer of \(bytes.count / 1000) kB to rows, labels known", runs: 20) {
            try? decoder.decode(body, of: .requests)
        }
        guard let vector = try? decoder.decode(body, of: .requests) else { return print("no answer") }
        let now = SystemClock.now
        let telemetry = Telemetry(
            at: now, window: .seconds(60), interval: .seconds(5), texts: decoder.currentTexts, vectors: [vector])
        measure("graph of \(vector.count) rows", runs: 20) {
            ServiceGraph.build(telemetry, options: GraphOptions(), observedAt: now)
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return bytes
    }
}
