import Model

/// What a node answers and what it is answered, by protocol: its health is made of it.
struct NodeLoad {
    var httpIn = EdgeRates()
    var httpOut = EdgeRates()
    var grpcIn = EdgeRates()
    var grpcOut = EdgeRates()
    var tcp = 0.0
    /// Envoy's flags of the errors, of what comes in and of what goes out.
    var flagsIn: [LabelValue] = []
    var flagsOut: [LabelValue] = []

    mutating func add(_ edge: GraphDraft.Edge, isIn: Bool, _ texts: TelemetryTexts) {
        switch TrafficProtocol(edge.transport, texts) {
        case .http where isIn: httpIn.add(edge.rates)
        case .http: httpOut.add(edge.rates)
        case .grpc where isIn: grpcIn.add(edge.rates)
        case .grpc: grpcOut.add(edge.rates)
        case .tcp: tcp += edge.rates.total
        case .other: break
        }
        for flags in edge.errorFlags(texts) {
            if isIn, !flagsIn.contains(flags) { flagsIn.append(flags) }
            if !isIn, !flagsOut.contains(flags) { flagsOut.append(flags) }
        }
    }
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

    /// The health of a node: of what it answers, and of what it is answered.
    static func health(of load: NodeLoad, _ texts: TelemetryTexts) -> Health {
        let (flagsIn, flagsOut) = (load.flagsIn.prefix(4).map { texts[$0] }, load.flagsOut.prefix(4).map { texts[$0] })
        let parts: [(EdgeRates, TrafficProtocol, String)] = [
            (load.httpIn, .http, " inbound"), (load.grpcIn, .grpc, " inbound"), (load.httpOut, .http, " outbound"),
            (load.grpcOut, .grpc, " outbound"),
        ]
        guard load.tcp > 0 || parts.contains(where: { $0.0.total > 0 }) else { return Health(level: .unknown) }
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

extension GraphDraft.Edge {
    /// Envoy's flags of the answers that count as errors, the most frequent first.
    func errorFlags(_ texts: TelemetryTexts) -> [LabelValue] {
        guard rates.errors > 0 else { return [] }
        var found: [(flags: LabelValue, rate: Double)] = []
        for cell in cells where !cell.flags.is(.none) && !cell.flags.is(.empty) {
            var one = EdgeRates()
            one.add(cell.rate, code: cell.code, transport: transport, texts)
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
