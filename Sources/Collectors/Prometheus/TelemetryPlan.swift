// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What is asked when: what the graph is made of at each refresh, what changes rarely or is rarely there more seldom.
struct TelemetryPlan {
    /// What pods belong to changes rarely.
    static let podInterval = Duration.seconds(60)
    /// Where there are none, they may only not have been scraped yet: then they are asked for again after this time, and ever more rarely.
    static let podSearchInterval = Duration.seconds(5)
    /// Metrics that most meshes do not have are looked for as often; what was there is asked at each refresh.
    static let searchInterval = Duration.seconds(30)
    /// A server's configuration changes rarely.
    static let factInterval = Duration.seconds(600)
    /// A window as long as this holds samples enough, however rarely a server scrapes.
    private static let plentifulWindow = Duration.seconds(600)
    /// No server keeps samples for less.
    private static let leastRetention = Duration.seconds(3600)

    private var podsAskedAt: Timestamp?
    private var podPatience = Self.podSearchInterval
    private var searchDueAt: Timestamp?
    private var factsDueAt: Timestamp?
    private var scrapesDueAt: Timestamp?

    /// What is asked of the server besides queries.
    ///
    /// - Parameters:
    ///   - window: over which time rates are taken.
    ///   - isPast: whether a moment of the past is asked for.
    ///   - now: the present.
    /// - Returns: what bears on that window or moment, if it is due.
    mutating func facts(window: Duration, isPast: Bool, at now: Timestamp) -> [ServerFact] {
        guard factsDueAt.map({ $0 <= now }) ?? true else { return [] }
        factsDueAt = now + Self.factInterval
        let looksFar = isPast || window > Self.leastRetention
        return (window < Self.plentifulWindow ? [.scrapeInterval] : []) + (looksFar ? [.retention] : [])
    }

    /// Whether to ask which jobs scrape which proxies: that changes as rarely as what pods belong to.
    mutating func areScrapesDue(at now: Timestamp) -> Bool {
        guard scrapesDueAt.map({ $0 <= now }) ?? true else { return false }
        scrapesDueAt = now + Self.podInterval
        return true
    }

    /// Which of the queries that the graph can do without are due.
    ///
    /// - Parameters:
    ///   - queries: all of them.
    ///   - now: the present.
    ///   - isThere: whether a metric had rows when it was asked last.
    /// - Returns: those that are, in the same order.
    mutating func due(
        _ queries: [TelemetryQuery], at now: Timestamp, isThere: (TelemetryMetric) -> Bool
    ) -> [TelemetryQuery] {
        let arePodsDue = arePodsDue(at: now, areThere: isThere(.podInfo))
        let isSearchDue = searchDueAt.map { $0 <= now } ?? true
        if isSearchDue { searchDueAt = now + Self.searchInterval }
        return queries.filter { query in
            switch query.metric {
            case .podInfo, .podOwner, .replicaSetOwner, .waypoints: arePodsDue
            case .ejections, .openBreakers, .denials: isSearchDue
            case .extensionRequests, .extensionSent, .extensionReceived: isSearchDue || isThere(query.metric)
            default: true
            }
        }
    }

    private mutating func arePodsDue(at now: Timestamp, areThere: Bool) -> Bool {
        if let asked = podsAskedAt {
            // A clock that was set back must not be waited for.
            guard now < asked || now - asked >= (areThere ? Self.podInterval : podPatience) else { return false }
            podPatience = min(podPatience * 2, Self.podInterval)
        }
        podsAskedAt = now
        return true
    }
}
