// SPDX-License-Identifier: Apache-2.0
/// A likely cause of failing requests: from Envoy's response flags, from codes that mean one thing only, and from what proxies count about
/// their upstream hosts.
package struct TrafficSign: Hashable, Sendable {
    /// The causes, most specific first.
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

    /// The cause.
    package var kind: Kind
    /// Requests per second that it concerns; `nil` if it does not follow from requests.
    package var rate: Double?
    /// The same in percent of the edge's requests.
    package var percent: Double?
    /// What it follows from: flags, codes, or a clause.
    package var evidence: [String]

    /// - Parameters:
    ///   - kind: the cause.
    ///   - rate: requests per second that it concerns.
    ///   - percent: the same in percent of the edge's requests.
    ///   - evidence: what it follows from.
    package init(kind: Kind, rate: Double? = nil, percent: Double? = nil, evidence: [String]) {
        self.kind = kind
        self.rate = rate
        self.percent = percent
        self.evidence = evidence
    }

    /// In a sentence without full stop: `circuit breaker open: 12 % of 3.1/s (UO)`.
    package var text: String {
        guard let rate, let percent, percent > 0 else { return "\(kind.words): \(evidence.joined(separator: "; "))" }
        let all = rate / percent * 100
        return
            "\(kind.words): \(percent.significant()) % of \(all.significant())/s (\(evidence.joined(separator: ", ")))"
    }
}

extension TrafficSign.Kind {
    /// The cause behind one of Envoy's flags (its access log's `%RESPONSE_FLAGS%`), or of a node proxy's (ztunnel's `ResponseFlags`).
    package init?(flag: Substring) {
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

    /// The cause behind a code alone. Istio's RBAC filter sets no flag: its refusals are plain 403s (gRPC: 7), as a service's own are.
    package init?(code: String, _ transport: TrafficProtocol) {
        switch (transport, code) {
        case (.http, "401"), (.http, "403"), (.grpc, "7"), (.grpc, "16"), (.grpc, "401"), (.grpc, "403"):
            self = .accessDenied
        case (.http, "429"): self = .rateLimited
        default: return nil
        }
    }
}
