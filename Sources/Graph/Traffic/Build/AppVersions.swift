package import Model

package
    extension VersionShare
{
    /// How requests are shared among versions.
    ///
    /// - Parameter rates: What each is asked; what is not asked does not count.
    /// - Returns: Sorted by version; none if there are fewer than two.
    static func shares(_ rates: [(version: String, rates: EdgeRates)]) -> [VersionShare] {
        let asked = rates.filter { $0.rates.total > 0 }
        guard asked.count > 1 else { return [] }
        let all = asked.reduce(0) { $0 + $1.rates.total }
        return asked.sorted { $0.version < $1.version }.map {
            VersionShare(
                version: $0.version, rate: $0.rates.total, percent: $0.rates.total / all * 100,
                percentErrors: $0.rates.percentErrors)
        }
    }
}

extension ServiceGraph {
    private struct App: Hashable {
        var cluster: String?
        var namespace: String?
        var name: String
    }

    /// Where versions are nodes of their own, each knows the shares of all versions of its app.
    mutating func addVersionsOfApps() {
        var places: [App: [Int]] = [:]
        for (place, node) in nodes.enumerated() where node.kind == .app && node.version != nil {
            guard let name = node.app else { continue }
            places[App(cluster: node.cluster, namespace: node.namespace, name: name), default: []].append(place)
        }
        for found in places.values where found.count > 1 {
            // Two workloads may serve one version.
            var rates: [String: EdgeRates] = [:]
            for place in found {
                rates[nodes[place].version ?? "", default: EdgeRates()].add(nodes[place].rates.incoming)
            }
            let shares = VersionShare.shares(rates.map { ($0.key, $0.value) })
            for place in found { nodes[place].versions = shares }
        }
    }
}

extension NodeRates {
    /// Requests that come in, of HTTP and gRPC.
    fileprivate var incoming: EdgeRates {
        var rates = EdgeRates()
        rates.total = httpIn + grpcIn
        (rates.clientErrors, rates.serverErrors, rates.grpcErrors) = (httpIn4xx, httpIn5xx, grpcInErr)
        rates.noResponse = httpInNoResponse + grpcInNoResponse
        return rates
    }
}
