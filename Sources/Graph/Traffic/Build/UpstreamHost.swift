// SPDX-License-Identifier: Apache-2.0
/// The host of one of Envoy's upstream clusters in Istio's form: `outbound|9080|v1|reviews.shop.svc.cluster.local`.
struct UpstreamHost: Hashable {
    var name: String
    var service: String?
    var namespace: String?
    /// The subset of a DestinationRule.
    var subset: String?

    /// - Returns: `nil` for a cluster that leads to no other workload.
    init?(cluster: String) {
        let parts = cluster.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "outbound" else { return nil }
        // Newer proxies end the name with a semicolon.
        let host = parts[3].last == ";" ? parts[3].dropLast() : parts[3]
        guard !host.isEmpty else { return nil }
        name = String(host)
        subset = parts[2].isEmpty ? nil : String(parts[2])
        let labels = host.split(separator: ".")
        if labels.count >= 3, labels[2] == "svc" { (service, namespace) = (String(labels[0]), String(labels[1])) }
    }

    static func withoutPort(_ host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), colon != host.startIndex,
            host[host.index(after: colon)...].utf8.allSatisfy({ (48...57).contains($0) })
        else { return host }
        return String(host[..<colon])
    }

    /// `reviews.shop`, with the subset if there is one.
    var text: String {
        let short = service.flatMap { service in namespace.map { "\(service).\($0)" } } ?? name
        return subset.map { "\(short) (\($0))" } ?? short
    }
}
