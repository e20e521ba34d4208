// SPDX-License-Identifier: Apache-2.0
import Collectors
import Glibc
import Model

/// How fast the lines of logs are searched for what they tell of the cluster: bytes to events, one core. The target is 500,000 lines a
/// second with one relevant line in a hundred.
enum LogBenchmark {
    private static let lines = 200_000

    static func run() {
        for (name, every) in [("1 % relevant", 100), ("10 % relevant", 10), ("every line relevant", 1)] {
            report("text, \(name)", text(every: every))
        }
        report("JSON, 1 % relevant", json(every: 100))
    }

    private static func report(_ name: String, _ log: [UInt8]) {
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        var events = 0
        for _ in 0..<5 { best = min(best, clock.measure { events = count(log) }) }
        let seconds = Double(best.components.attoseconds) / 1e18 + Double(best.components.seconds)
        let rate = Int(Double(lines) / seconds)
        let megabytes = Int(Double(log.count) / seconds / 1e6)
        print("log, \(name): \(rate) lines/s, \(megabytes) MB/s, \(events) events of \(lines) lines")
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

    private static func text(every: Int) -> [UInt8] {
        var log: [UInt8] = []
        for number in 0..<lines {
            let line =
                number % every == 0 ? relevant[number / every % relevant.count] : ordinary[number % ordinary.count]
            log += Array(
                "2026-11-21 05:\(digits(number / 60_000 % 60)):\(digits(number / 1000 % 60)),116 \(line)\n".utf8)
        }
        return log
    }

    private static func json(every: Int) -> [UInt8] {
        var log: [UInt8] = []
        for number in 0..<lines {
            let line =
                number % every == 0 ? relevant[number / every % relevant.count] : ordinary[number % ordinary.count]
            let message = line.utf8.drop { $0 != UInt8(ascii: "-") }.dropFirst(2)
            log += Array(
                #"{"@timestamp":"2026-11-21T05:10:\#(digits(number / 1000 % 60)).116Z","@version":"1","message":""#.utf8
            )
            log += message
            log += Array(
                #"","logger_name":"com.example.shop.CartController","thread_name":"Shop-akka.actor.default-dispatcher-4","level":"INFO","level_value":20000,"akkaSource":"akka://Shop/user/carts","sourceActorSystem":"Shop"}"#
                    .utf8)
            log.append(10)
        }
        return log
    }

    private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
