// SPDX-License-Identifier: Apache-2.0
/// The rates of an edge, per second; bytes for TCP.
package struct EdgeRates: Hashable, Sendable {
    /// All requests, or bytes of TCP.
    package var total = 0.0
    /// Requests without a response: the client gave up, or no server answered.
    package var noResponse = 0.0
    /// Responses with a code of the class 3xx.
    package var redirects = 0.0
    /// Responses with a code of the class 4xx.
    package var clientErrors = 0.0
    /// Responses with a code of the class 5xx.
    package var serverErrors = 0.0
    /// Responses of gRPC with any status but OK.
    package var grpcErrors = 0.0

    /// No traffic.
    package init() {}

    /// All that Kiali counts as an error: no response, 4xx, 5xx, and for gRPC any status but OK.
    package var errors: Double { noResponse + clientErrors + serverErrors + grpcErrors }

    /// The errors in percent of all requests.
    package var percentErrors: Double { total > 0 ? errors / total * 100 : 0 }

    /// The failures of servers, without what clients ask wrongly.
    package var failures: Double { serverErrors + grpcErrors + noResponse }

    /// Adds the rates of other traffic.
    package mutating func add(_ other: EdgeRates) {
        total += other.total
        noResponse += other.noResponse
        redirects += other.redirects
        clientErrors += other.clientErrors
        serverErrors += other.serverErrors
        grpcErrors += other.grpcErrors
    }
}

/// The rates of a node, per second; bytes for TCP. The names of the single rates are Kiali's (`graph/protocol.go`).
package struct NodeRates: Hashable, Sendable {
    private var incoming = ByProtocol(repeating: EdgeRates())
    private var outgoing = ByProtocol(repeating: 0.0)

    /// No traffic.
    package init() {}

    /// Whether nothing comes in or goes out.
    package var isIdle: Bool { grpcIn + grpcOut + httpIn + httpOut + tcpIn + tcpOut <= 0 }

    /// Adds what comes in.
    package mutating func addIn(_ rates: EdgeRates, _ transport: TrafficProtocol) {
        incoming.update(transport) { $0.add(rates) }
    }

    /// Adds what goes out.
    package mutating func addOut(_ total: Double, _ transport: TrafficProtocol) {
        outgoing.update(transport) { $0 += total }
    }

    /// Forgets what goes out.
    package mutating func resetOut() { outgoing = ByProtocol(repeating: 0) }

    /// What comes in by a protocol.
    package func requestsIn(_ transport: TrafficProtocol) -> EdgeRates { incoming[transport] ?? EdgeRates() }

    /// The rate of what goes out by a protocol.
    package func out(_ transport: TrafficProtocol) -> Double { outgoing[transport] ?? 0 }

    /// The requests that come in, of HTTP and gRPC together.
    package var requestRatesIn: EdgeRates {
        var rates = incoming.http
        rates.add(incoming.grpc)
        return rates
    }

    /// Requests of gRPC that come in.
    package var grpcIn: Double { incoming.grpc.total }
    /// Of these, those that failed.
    package var grpcInErr: Double { incoming.grpc.grpcErrors }
    /// Of these, those without a response.
    package var grpcInNoResponse: Double { incoming.grpc.noResponse }
    /// Requests of gRPC that go out.
    package var grpcOut: Double { outgoing.grpc }
    /// Requests of HTTP that come in.
    package var httpIn: Double { incoming.http.total }
    /// Of these, those answered with 3xx.
    package var httpIn3xx: Double { incoming.http.redirects }
    /// Of these, those answered with 4xx.
    package var httpIn4xx: Double { incoming.http.clientErrors }
    /// Of these, those answered with 5xx.
    package var httpIn5xx: Double { incoming.http.serverErrors }
    /// Of these, those without a response.
    package var httpInNoResponse: Double { incoming.http.noResponse }
    /// Requests of HTTP that go out.
    package var httpOut: Double { outgoing.http }
    /// Bytes of TCP that come in.
    package var tcpIn: Double { incoming.tcp.total }
    /// Bytes of TCP that go out.
    package var tcpOut: Double { outgoing.tcp }
}

/// The part of a version in the requests to an app or a service.
package struct VersionShare: Hashable, Sendable {
    /// The version, as its workloads are labelled.
    package let version: String
    /// Requests per second.
    package let rate: Double
    /// In percent of the requests to all versions.
    package let percent: Double
    /// Errors in percent of the version's requests.
    package let percentErrors: Double

    /// How requests are shared among versions.
    ///
    /// - Parameter rates: the requests to each; a version without requests does not count.
    /// - Returns: sorted by version; none if there are fewer than two.
    package static func shares(_ rates: [(version: String, rates: EdgeRates)]) -> [VersionShare] {
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

/// The traffic of all services together.
package struct TrafficTotals: Hashable, Sendable {
    /// Requests per second; through a service that stands between two workloads each counts once.
    package var requests = 0.0
    /// The failures of servers among them: 5xx, errors of gRPC, no response.
    package var failures = 0.0
    /// Bytes of TCP per second.
    package var bytes = 0.0

    /// No traffic.
    package init() {}
}
