// SPDX-License-Identifier: Apache-2.0
import Collectors
import Glibc
import Model

/// How fast the lines of logs are searched for what they tell of the cluster: bytes to events, one core, by layout. With one relevant line in a
/// hundred 5,000,000 lines of text a second are wanted and 500,000 of JSON; `meshtop-benchmarks log` ends with 1 if a layout misses that.
enum LogBenchmark {
    private static let lines = 200_000
    private static let runs = 7

    /// How a line is written around its message.
    private enum Layout: String, CaseIterable {
        case logback
        case akka = "akka's own stdout"
        case rightAligned = "right-aligned level"
        case mdcBehind = "MDC behind the message"
        case compose = "docker compose"
        case cri = "CRI"
        case logstash
        case dockerJSON = "docker's JSON around text"
        case nested = "docker's JSON around JSON"

        var isJSON: Bool { self == .logstash || self == .dockerJSON || self == .nested }
        /// Lines per second with one relevant line in a hundred.
        var wanted: Int { isJSON ? 500_000 : 5_000_000 }
    }

    /// Measures every layout.
    ///
    /// - Returns: Whether each is as fast as it should be where one line in a hundred is relevant.
    @discardableResult
    static func run() -> Bool {
        var isFast = true
        for layout in Layout.allCases {
            let rate = report("\(layout.rawValue), 1 % relevant", log(layout, every: 100))
            if rate < layout.wanted {
                print("  slower than the \(layout.wanted) lines/s that are wanted")
                isFast = false
            }
        }
        for (name, every) in [("10 % relevant", 10), ("every line relevant", 1)] {
            _ = report("logback, \(name)", log(.logback, every: every))
        }
        return isFast
    }

    private static func report(_ name: String, _ log: [UInt8]) -> Int {
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        var events = 0
        for _ in 0..<runs { best = min(best, clock.measure { events = count(log) }) }
        let seconds = Double(best.components.attoseconds) / 1e18 + Double(best.components.seconds)
        let rate = Int(Double(lines) / seconds)
        let megabytes = Int(Double(log.count) / seconds / 1e6)
        print("log, \(name): \(rate) lines/s, \(megabytes) MB/s, \(events) events of \(lines) lines")
        return rate
    }

    private static func count(_ log: [UInt8]) -> Int {
        var events = 0
        LogScanner.scan(log, at: Timestamp(microseconds: 0)) { _ in events += 1 }
        return events
    }

    /// What an application writes, and now and then the cluster.
    private static let ordinary = [
        "INFO  com.example.shop.CartController akka://Shop/user/carts - Added item 4711 to cart 0c1d6b1e-7a51-4b7a of customer 1234567",
        "DEBUG com.example.shop.PaymentClient akka://Shop@10.0.0.7:25520/user/payment/$a - GET https://payments.internal/v1/authorisations/88123 took 23 ms",
        "INFO  akka.http.scaladsl.Http akka://Shop/system/http - Request GET /api/carts/77?expand=items from 10.1.2.3 answered 200 in 4 ms",
        "WARN  com.example.shop.Stock akka://Shop/user/stock - Item 889 is running low: [12] left, warehouse [Berlin], next delivery 2026-11-25",
        "INFO  akka.cluster.sharding.ShardRegion akka://Shop/system/sharding/Cart - Cart: Shard [17] located at [akka://Shop@10.0.0.8:25520/system/sharding/Cart]",
    ]
    private static let relevant = [
        "WARN  akka.stream.Materializer akka.stream.Log(akka://Shop/system/Materializers/StreamSupervisor-1) - [outbound connection to [akka://Shop@10.0.0.9:25520], control stream] Upstream failed, cause: StreamTcpException: The connection closed with error: Connection reset",
        "WARN  akka.cluster.Cluster Cluster(akka://Shop) - Cluster Node [akka://Shop@10.0.0.7:25520] - Marking node as UNREACHABLE [Member(akka://Shop@10.0.0.9:25520, Up, 1.0.0)].",
        "WARN  akka.remote.ReliableDeliverySupervisor akka.tcp://Shop@10.0.0.7:2552/system/x - Association with remote system [akka.tcp://Shop@10.0.0.9:2552] has failed, address is now gated for [5000] ms. Reason: [Disassociated]",
        "INFO  akka.cluster.Cluster Cluster(akka://Shop) - Cluster Node [akka://Shop@10.0.0.7:25520] - Leader is moving node [akka://Shop@10.0.0.9:25520] to [Up]",
    ]

    private static func log(_ layout: Layout, every: Int) -> [UInt8] {
        var log: [UInt8] = []
        for number in 0..<lines {
            let line =
                number % every == 0 ? relevant[number / every % relevant.count] : ordinary[number % ordinary.count]
            let clock = "05:\(digits(number / 60_000 % 60)):\(digits(number / 1000 % 60))"
            log += wrapped(line, layout, clock).utf8
            log.append(10)
        }
        return log
    }

    private static func wrapped(_ line: String, _ layout: Layout, _ clock: String) -> String {
        let plain = "2026-11-21 \(clock),116 \(line)"
        switch layout {
        case .logback: return plain
        case .akka: return "[INFO] [11/21/2026 \(clock).116] [Shop-akka.actor.default-dispatcher-5] [\(line)"
        case .rightAligned: return " \(line.prefix(5)) 2026-11-21 \(clock),116 \(line.dropFirst(5))"
        case .mdcBehind:
            return plain
                + " MDC: {akkaAddress=akka://Shop@10.0.0.7:25520, sourceThread=Shop-akka.actor.internal-dispatcher-2, "
                + "akkaSource=akka://Shop/user/carts, sourceActorSystem=Shop, akkaTimestamp=\(clock).116UTC}"
        case .compose: return "shop-1  | " + plain
        case .cri: return "2026-11-21T\(clock).116123456Z stdout F " + plain
        case .logstash: return json(line, clock)
        case .dockerJSON: return #"{"log":"\#(plain)\n","stream":"stdout","time":"2026-11-21T\#(clock).116123456Z"}"#
        case .nested:
            let inner = json(line, clock).split(separator: "\"", omittingEmptySubsequences: false).joined(
                separator: "\\\"")
            return #"{"log":"\#(inner)\n","stream":"stdout","time":"2026-11-21T\#(clock).116123456Z"}"#
        }
    }

    private static func json(_ line: String, _ clock: String) -> String {
        let message = line.drop { $0 != "-" }.dropFirst(2)
        return #"{"@timestamp":"2026-11-21T\#(clock).116Z","@version":"1","message":"\#(message)","#
            + #""logger_name":"com.example.shop.CartController","thread_name":"Shop-akka.actor.default-dispatcher-4","#
            + #""level":"INFO","level_value":20000,"akkaSource":"akka://Shop/user/carts","sourceActorSystem":"Shop"}"#
    }

    private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
