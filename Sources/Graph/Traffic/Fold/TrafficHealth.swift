// SPDX-License-Identifier: Apache-2.0
import Model

/// The requests to a node and from it, by protocol: its health follows from these.
struct NodeLoad {
    var incoming = ByProtocol(repeating: EdgeRates())
    var outgoing = ByProtocol(repeating: EdgeRates())
    /// Envoy's flags of the errors among what comes in, and among what goes out.
    var flagsIn: [LabelValue] = []
    var flagsOut: [LabelValue] = []

    mutating func add(_ edge: TrafficDraft.Edge, isIn: Bool, _ texts: TelemetryTexts) {
        let transport = TrafficProtocol(edge.transport, texts)
        if isIn {
            incoming.update(transport) { $0.add(edge.rates) }
        } else {
            outgoing.update(transport) { $0.add(edge.rates) }
        }
        for flags in edge.errorFlags(texts) {
            if isIn, !flagsIn.contains(flags) { flagsIn.append(flags) }
            if !isIn, !flagsOut.contains(flags) { flagsOut.append(flags) }
        }
    }

    /// Whether bytes of TCP come in or go out.
    var hasBytes: Bool { incoming.tcp.total + outgoing.tcp.total > 0 }
}

/// The health of traffic by Kiali's default tolerances (`config/config.go`, `AddHealthDefault`; `business/health_calculator.go`): the share of
/// errors among the requests of one protocol and one direction.
enum TrafficHealth {
    private struct Tolerance {
        var name: String
        var degraded: Double
        var failure: Double
        var errors: (EdgeRates) -> Double
    }

    private static func tolerances(_ transport: TrafficProtocol) -> [Tolerance] {
        let noResponse = Tolerance(name: "no response", degraded: 0, failure: 10) { $0.noResponse }
        return switch transport {
        case .http:
            [
                Tolerance(name: "5xx", degraded: 0, failure: 10) { $0.serverErrors },
                Tolerance(name: "4xx", degraded: 10, failure: 20) { $0.clientErrors }, noResponse,
            ]
        case .grpc: [Tolerance(name: "gRPC errors", degraded: 0, failure: 10) { $0.grpcErrors }, noResponse]
        case .tcp, .other: []
        }
    }

    private typealias Finding = (level: Health.Level, reason: String)

    /// The health of an edge; `flags` are Envoy's of its errors.
    static func health(of rates: EdgeRates, _ transport: TrafficProtocol, flags: [String]) -> Health {
        guard rates.total > 0 else { return Health(level: .unknown) }
        return health(findings(rates, transport, "", flags))
    }

    /// The health of a node: of its responses, which are those that its own rates have, and of the responses that it gets.
    static func health(of load: NodeLoad, _ rates: NodeRates, _ texts: TelemetryTexts) -> Health {
        let (flagsIn, flagsOut) = (load.flagsIn.prefix(4).map { texts[$0] }, load.flagsOut.prefix(4).map { texts[$0] })
        let isUnreached = load.flagsIn.contains { texts.saysNotReached($0) }
        func incoming(_ transport: TrafficProtocol, _ callers: EdgeRates) -> EdgeRates {
            let own = rates.requestsIn(transport)
            // What never reached the node it cannot count; its callers do.
            return own.failures == 0 && isUnreached ? callers : own
        }
        let parts: [(EdgeRates, TrafficProtocol, String)] = [
            (incoming(.http, load.incoming.http), .http, " inbound"),
            (incoming(.grpc, load.incoming.grpc), .grpc, " inbound"),
            (load.outgoing.http, .http, " outbound"), (load.outgoing.grpc, .grpc, " outbound"),
        ]
        guard load.hasBytes || parts.contains(where: { $0.0.total > 0 }) else { return Health(level: .unknown) }
        return health(parts.flatMap { findings($0.0, $0.1, $0.2, $0.2 == " inbound" ? flagsIn : flagsOut) })
    }

    private static func health(_ findings: [Finding]) -> Health {
        let sorted = findings.enumerated().sorted { ($1.element.level, $0.offset) < ($0.element.level, $1.offset) }
        return Health(level: sorted.first?.element.level ?? .healthy, reasons: sorted.map(\.element.reason))
    }

    private static func findings(
        _ rates: EdgeRates, _ transport: TrafficProtocol, _ direction: String, _ flags: [String]
    ) -> [Finding] {
        guard rates.total > 0 else { return [] }
        return tolerances(transport).compactMap { tolerance in
            let percent = tolerance.errors(rates) / rates.total * 100
            guard percent > 0, percent >= tolerance.degraded else { return nil }
            let shown = flags.isEmpty ? "" : ", " + flags.joined(separator: " ")
            let reason =
                "\(tolerance.name) \(percent.significant()) % of \(rates.total.significant())/s\(direction)\(shown)"
            return (percent >= tolerance.failure ? .failure : .degraded, reason)
        }
    }
}

extension TrafficDraft.Edge {
    /// Envoy's flags of the responses that count as errors, the most frequent first.
    func errorFlags(_ texts: TelemetryTexts) -> [LabelValue] {
        guard rates.errors > 0 else { return [] }
        var found: [(flags: LabelValue, rate: Double)] = []
        for cell in cells where !cell.flags.is(.none) && !cell.flags.is(.empty) {
            var one = EdgeRates()
            one.add(cell.rate, code: cell.code, flags: cell.flags, transport: transport, texts)
            guard one.errors > 0 else { continue }
            if let known = found.firstIndex(where: { $0.flags == cell.flags }) {
                found[known].rate += cell.rate
            } else {
                found.append((cell.flags, cell.rate))
            }
        }
        if found.count > 1 {
            found.sort { $0.rate == $1.rate ? texts[$0.flags] < texts[$1.flags] : $1.rate < $0.rate }
        }
        return found.prefix(4).map(\.flags)
    }
}
