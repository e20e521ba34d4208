// SPDX-License-Identifier: Apache-2.0
/// Envoy's response flags in words (its documentation of access logs, `%RESPONSE_FLAGS%`).
enum ResponseFlag {
    private static let words: [String: String] = [
        "UH": "no healthy host", "UF": "upstream connection failure", "UO": "circuit breaker open",
        "NR": "no route", "URX": "retries used up", "NC": "no such cluster", "DT": "took longer than allowed",
        "DC": "client hung up", "LH": "local health check failed", "UT": "upstream timeout",
        "LR": "reset by this proxy",
        "UR": "reset by upstream", "UC": "upstream hung up", "DI": "delay injected", "FI": "fault injected",
        "RL": "rate limited", "UAEX": "refused by external authorization", "RLSE": "rate limit service failed",
        "IH": "bad header", "SI": "idle too long", "DPE": "client broke the protocol",
        "UPE": "upstream broke the protocol",
        "UMSDR": "upstream stream too long", "OM": "proxy overloaded", "DF": "name not resolved",
        "DR": "reset by client", "RFCF": "answered from cache", "NFCF": "filter not configured", "DO": "load dropped",
    ]

    /// A flag with what it means: `UF upstream connection failure`; of several, `UF,URX`, each.
    static func text(_ flags: String) -> String {
        let parts = flags.split(separator: ",").map(String.init)
        return parts.map { flag in words[flag].map { "\(flag) \($0)" } ?? flag }.joined(separator: ", ")
    }

    /// What a flag means; `nil` if that is not known.
    static func meaning(_ flag: String) -> String? { words[flag] }
}
