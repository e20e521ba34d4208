// SPDX-License-Identifier: Apache-2.0
/// An edge of the service graph: traffic of one protocol from one node to another.
package struct TrafficEdge: Hashable, Sendable {
    /// The index of its source in ``ServiceGraph/nodes``.
    package var source: Int
    /// The index of its target in ``ServiceGraph/nodes``.
    package var target: Int
    /// How the traffic travels.
    package var `protocol`: TrafficProtocol
    /// How much it is.
    package var rates = EdgeRates()
    /// In percent of what the source sends by this protocol; 0 for TCP.
    package var percentOfSource = 0.0
    /// The responses by code, sorted.
    package var responses: [Response] = []
    /// How long requests took; `nil` if that was not asked.
    package var responseTime: ResponseTime?
    /// Bytes of responses per second; `nil` if that was not asked.
    package var throughput: Double?
    /// The encrypted part of the traffic in percent; `nil` if that was not asked.
    package var mtls: Double?
    /// How well requests are answered.
    package var health = Health(level: .unknown)
    /// The difference between the reports of both ends.
    package var gap: ReporterGap?
    /// Set where one of its ends is a waypoint.
    package var waypoint: WaypointWay?
    /// Likely causes of failing requests, most specific first.
    package var signs: [TrafficSign] = []
    /// The identities that the ends proved; `nil` if that was not asked.
    package var principals: EdgePrincipals?
    /// Sentences about the edge, such as that remoting goes through the sidecar.
    package var notes: [String] = []

    /// An edge without traffic.
    ///
    /// - Parameters:
    ///   - source: the index of its source in ``ServiceGraph/nodes``.
    ///   - target: the index of its target.
    ///   - protocol: how the traffic travels.
    package init(source: Int, target: Int, protocol: TrafficProtocol) {
        self.source = source
        self.target = target
        self.protocol = `protocol`
    }

    /// The responses with one code.
    package struct Response: Hashable, Sendable {
        /// `200`, a status of gRPC, or `-` for none.
        package var code: String
        /// Responses per second.
        package var rate: Double
        /// The responses by Envoy's flags, `-` for none; sorted.
        package var flags: [Share]
        /// The responses by the host of the request; sorted.
        package var hosts: [Share]

        /// - Parameters:
        ///   - code: `200`, a status of gRPC, or `-` for none.
        ///   - rate: responses per second.
        ///   - flags: by Envoy's flags, sorted.
        ///   - hosts: by the host of the request, sorted.
        package init(code: String, rate: Double, flags: [Share], hosts: [Share]) {
            self.code = code
            self.rate = rate
            self.flags = flags
            self.hosts = hosts
        }
    }

    /// A named part of a rate.
    package struct Share: Hashable, Sendable {
        /// What the part is of: flags, a host, a principal.
        package var name: String
        /// Per second.
        package var rate: Double

        /// - Parameters:
        ///   - name: what the part is of.
        ///   - rate: per second.
        package init(name: String, rate: Double) {
            self.name = name
            self.rate = rate
        }
    }
}

/// The identities that the ends of an edge's traffic proved by their certificates; none where it was not encrypted.
package struct EdgePrincipals: Hashable, Sendable {
    /// Of the callers: `spiffe://cluster.local/ns/shop/sa/web`, the one with most traffic first.
    package var source: [TrafficEdge.Share] = []
    /// Of the servers, the one with most traffic first.
    package var destination: [TrafficEdge.Share] = []

    /// No identities.
    package init() {}
}

/// How an edge stands to a waypoint, the proxy of a namespace in an ambient mesh: traffic goes there and on from there. What comes back to
/// its sender is no edge of its own (Kiali, `graph/telemetry/istio/appender/ambient.go`).
package struct WaypointWay: Hashable, Sendable {
    /// Which end of the edge is the waypoint.
    package enum Direction: String, Hashable, Sendable, CaseIterable {
        /// Its target.
        case to
        /// Its source.
        case from
        /// Its target, and traffic comes back.
        case both
    }

    /// Which end of the edge is the waypoint.
    package var direction: Direction
    /// What comes back, per second.
    package var returned: Double?

    /// - Parameters:
    ///   - direction: which end of the edge is the waypoint.
    ///   - returned: what comes back, per second.
    package init(direction: Direction, returned: Double? = nil) {
        self.direction = direction
        self.returned = returned
    }
}

/// How long requests took, in seconds.
package struct ResponseTime: Hashable, Sendable {
    /// The mean.
    package var average: Double?
    /// The median.
    package var p50: Double?
    /// The 95th percentile.
    package var p95: Double?
    /// The 99th percentile.
    package var p99: Double?
    /// The percentiles beyond the last bound of the histogram. Their value is that bound: the truth is longer.
    package var clipped: Set<EdgeValue> = []

    /// - Parameters:
    ///   - average: the mean, in seconds.
    ///   - p50: the median, in seconds.
    ///   - p95: the 95th percentile, in seconds.
    ///   - p99: the 99th percentile, in seconds.
    ///   - clipped: the percentiles of which the truth is longer.
    package init(
        average: Double? = nil, p50: Double? = nil, p95: Double? = nil, p99: Double? = nil, clipped: Set<EdgeValue> = []
    ) {
        self.average = average
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
        self.clipped = clipped
    }

    /// The one that an edge is labelled with, in seconds: the 95th percentile if it was asked for.
    package var shown: Double? { p95 ?? p99 ?? p50 ?? average }
}

/// What the source reports against what the destination reports: lost requests, retries, timeouts of the client, or a proxy that is missing.
package struct ReporterGap: Hashable, Sendable {
    /// The source's report, per second.
    package var source: Double
    /// The destination's report, per second.
    package var destination: Double

    /// - Parameters:
    ///   - source: the source's report, per second.
    ///   - destination: the destination's report, per second.
    package init(source: Double, destination: Double) {
        self.source = source
        self.destination = destination
    }

    /// What the destination did not report, in percent of the source's report; negative when it reported more.
    package var percent: Double { source > 0 ? (source - destination) / source * 100 : 0 }
}
