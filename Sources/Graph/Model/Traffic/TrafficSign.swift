/// What answers betray about their cause, beyond their codes: Envoy's response flags, codes that mean one thing only, and what proxies count
/// about their upstream hosts.
package struct TrafficSign: Hashable, Sendable {
    /// The most telling first.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case circuitOpen = "circuit-open"
        case outlierEjected = "outlier-ejected"
        case noHealthyHost = "no-healthy-host"
        case accessDenied = "access-denied"
        case connectionFailed = "connection-failed"
        case connectionLost = "connection-lost"
        case timedOut = "timeout"
        case retriesUsedUp = "retries-exhausted"
        case rateLimited = "rate-limited"
        case overloaded = "overloaded"
        case noRoute = "no-route"
        case faultInjected = "fault-injected"
        case clientGone = "client-gone"

        /// What it is called in a sentence.
        package var words: String {
            switch self {
            case .circuitOpen: "circuit breaker open"
            case .outlierEjected: "hosts thrown out as outliers"
            case .noHealthyHost: "no healthy host"
            case .accessDenied: "access denied"
            case .connectionFailed: "connections fail"
            case .connectionLost: "connections are lost"
            case .timedOut: "no answer in time"
            case .retriesUsedUp: "retries used up"
            case .rateLimited: "rate limited"
            case .overloaded: "proxy overloaded"
            case .noRoute: "no route"
            case .faultInjected: "faults are injected"
            case .clientGone: "clients hang up"
            }
        }
    }

    package var kind: Kind
    /// Requests per second that are so; `nil` for what no request told.
    package var rate: Double?
    /// The same in percent of the edge's requests.
    package var percent: Double?
    /// What tells it: flags, codes, or a clause.
    package var evidence: [String]

    /// In a sentence without full stop: `circuit breaker open: 12 % of 3.1/s (UO)`.
    package var text: String {
        guard let rate, let percent, percent > 0 else { return "\(kind.words): \(evidence.joined(separator: "; "))" }
        let all = rate / percent * 100
        return
            "\(kind.words): \(percent.significant()) % of \(all.significant())/s (\(evidence.joined(separator: ", ")))"
    }
}

extension TrafficSign.Kind {
    /// Of one of Envoy's flags (its access log's `%RESPONSE_FLAGS%`), or of a node proxy's (ztunnel's `ResponseFlags`).
    init?(flag: Substring) {
        switch flag {
        case "UO": self = .circuitOpen
        case "UH", "LH": self = .noHealthyHost
        case "UAEX", "DENY": self = .accessDenied
        case "UF", "CONNECT", "TLS_FAILURE", "H2_HANDSHAKE_FAILURE", "DF": self = .connectionFailed
        case "UC", "UR", "LR", "UPE": self = .connectionLost
        case "UT", "SI", "DT", "UMSDR": self = .timedOut
        case "URX": self = .retriesUsedUp
        case "RL": self = .rateLimited
        case "OM", "DO": self = .overloaded
        case "NR", "NC": self = .noRoute
        case "FI", "DI": self = .faultInjected
        case "DC", "DR", "DPE": self = .clientGone
        default: return nil
        }
    }

    /// Of a code alone. Istio's RBAC filter sets no flag: its refusals are plain 403s (gRPC: 7), as a service's own are.
    init?(code: String, _ transport: TrafficProtocol) {
        switch (transport, code) {
        case (.http, "401"), (.http, "403"), (.grpc, "7"), (.grpc, "16"), (.grpc, "401"), (.grpc, "403"):
            self = .accessDenied
        case (.http, "429"): self = .rateLimited
        default: return nil
        }
    }
}

/// Finds the signs of edges. What a pair of code and flags means is read once.
struct SignReader {
    private var known: [SIMD4<UInt32>: [(kind: TrafficSign.Kind, evidence: String)]] = [:]
    /// Pairs without a meaning, as almost all are: a few, so that looking for one costs less than a dictionary.
    private var plain: [SIMD4<UInt32>] = []
    private let texts: TelemetryTexts

    init(_ texts: TelemetryTexts) { self.texts = texts }

    mutating func signs(of edge: GraphDraft.Edge) -> [TrafficSign] {
        var found: [TrafficSign.Kind: TrafficSign] = [:]
        for cell in edge.cells where edge.rates.total > 0 && !isPlain(cell, edge.transport) {
            for (kind, evidence) in meaning(of: cell, edge.transport) {
                var sign = found[kind] ?? TrafficSign(kind: kind, rate: 0, percent: 0, evidence: [])
                let rate = (sign.rate ?? 0) + cell.rate
                (sign.rate, sign.percent) = (rate, rate / edge.rates.total * 100)
                if !sign.evidence.contains(evidence) { sign.evidence.append(evidence) }
                found[kind] = sign
            }
        }
        guard !found.isEmpty else { return [] }
        return TrafficSign.Kind.allCases.compactMap { found[$0] }.map { sign in
            var sign = sign
            sign.evidence.sort()
            return sign
        }
    }

    private func isPlain(_ cell: GraphDraft.Cell, _ transport: LabelValue) -> Bool {
        let key = SIMD4(cell.code, cell.flags, transport, 0)
        return plain.contains { $0 == key }
    }

    private mutating func meaning(
        of cell: GraphDraft.Cell, _ transport: LabelValue
    ) -> [(kind: TrafficSign.Kind, evidence: String)] {
        let key = SIMD4(cell.code, cell.flags, transport, 0)
        if let found = known[key] { return found }
        var found: [(kind: TrafficSign.Kind, evidence: String)] = []
        if cell.flags > TelemetryWord.unknown.rawValue, !cell.flags.is(.none) {
            for flag in texts[cell.flags].split(separator: ",") {
                guard let kind = TrafficSign.Kind(flag: flag) else { continue }
                if !found.contains(where: { $0.kind == kind }) { found.append((kind, String(flag))) }
            }
        }
        let code = texts[cell.code]
        if found.isEmpty, let kind = TrafficSign.Kind(code: code, TrafficProtocol(transport, texts)) {
            found.append((kind, code))
        }
        known[key] = found
        if found.isEmpty, plain.count < 16 { plain.append(key) }
        return found
    }
}
