// SPDX-License-Identifier: Apache-2.0
import Model

/// Which rows count, for which namespaces, and in which order: the queries that Kiali sends for each namespace (`istio.go`,
/// `buildNamespaceTrafficMap`), answered from rows that are there already.
///
/// A class, because a fold asks it for every row and would copy a value each time.
final class TrafficScope {
    /// The queries in the order in which Kiali sends them. What an earlier one returned does not count again in a later one.
    enum Pass: UInt8, Comparable {
        /// Requests from elsewhere that never reached a workload.
        case unreached
        /// In an ambient mesh, what a gateway sends: no proxy at the destination reports it.
        case fromGateway
        case arrived
        case left

        static func < (left: Pass, right: Pass) -> Bool { left.rawValue < right.rawValue }
    }

    /// The chosen namespaces by their numbers, in the order of their names; all that occur if none was chosen.
    let namespaces: [LabelValue]
    /// The place of each label's value in ``namespaces``, by its number; -1 for what is no chosen namespace.
    private let places: [Int]
    /// The same for values that have no text, as a damaged recording may have them.
    private let placesWithoutText: [LabelValue: Int]
    private let byName: [String: Int]
    private let ambientNamespaces: Set<LabelValue>
    private let rates: TrafficRates
    private let texts: TelemetryTexts
    private let countsWaypoints: Bool

    init(_ vectors: [TrafficRows], texts: TelemetryTexts, options: GraphOptions) {
        let found = Self.namespaces(vectors)
        let chosen = Set(options.namespaces)
        namespaces = found.all.filter { chosen.isEmpty || chosen.contains(texts[$0]) }
            .sorted { texts[$0] < texts[$1] }
        ambientNamespaces = found.ambient
        rates = options.rates
        self.texts = texts
        countsWaypoints = options.rates.ambient == .total || options.rates.ambient == .waypoint
        var places = [Int](repeating: -1, count: texts.count)
        var withoutText: [LabelValue: Int] = [:]
        var byName: [String: Int] = [:]
        for (place, namespace) in namespaces.enumerated() {
            if namespace.number < places.count {
                places[Int(namespace.number)] = place
            } else {
                withoutText[namespace] = place
            }
            byName[texts[namespace]] = place
        }
        (self.places, placesWithoutText, self.byName) = (places, withoutText, byName)
    }

    /// Whether there is a part of the mesh without sidecars.
    var isAmbient: Bool { !ambientNamespaces.isEmpty }

    /// The place of a namespace in ``namespaces``.
    @inline(__always)
    func place(of namespace: LabelValue) -> Int? {
        guard namespace.number < places.count else { return placesWithoutText[namespace] }
        let place = places[Int(namespace.number)]
        return place < 0 ? nil : place
    }

    /// The namespaces that a row names.
    private struct RowNamespaces: Equatable {
        let source: LabelValue
        let service: LabelValue
        let destination: LabelValue
        let isAmbient: Bool
    }

    private static func namespaces(_ vectors: [TrafficRows]) -> (all: Set<LabelValue>, ambient: Set<LabelValue>) {
        var all: Set<LabelValue> = []
        var ambient: Set<LabelValue> = []
        // Most rows repeat the namespaces of the row before.
        var last: RowNamespaces?
        for rows in vectors {
            let app = rows.metric.columns.firstIndex(of: .app)
            for row in 0..<rows.count {
                let isAmbient =
                    rows.value(.reporter, of: row).is(.waypoint)
                    || app.map { rows.value($0, of: row).is(.ztunnel) } == true
                let next = RowNamespaces(
                    source: rows.value(.sourceNamespace, of: row), service: rows.value(.serviceNamespace, of: row),
                    destination: rows.value(.destinationNamespace, of: row), isAmbient: isAmbient)
                guard next != last else { continue }
                last = next
                for namespace in [next.source, next.service, next.destination] where namespace.isKnown {
                    all.insert(namespace)
                }
                if isAmbient, next.destination.isKnown { ambient.insert(next.destination) }
            }
        }
        return (all, ambient)
    }

    // MARK: - Rows

    /// Whether the options want this kind of traffic at all.
    func wants(_ sample: TrafficSample, _ metric: TelemetryMetric) -> Bool {
        switch metric {
        case .tcpReceived, .tcpSent, .tcpOpened, .tcpClosed:
            !sample.app.is(.ztunnel) || rates.ambient == .total || rates.ambient == .ztunnel
        case .requestMessages, .responseMessages: true
        default:
            (!sample.transport.is(.http) || rates.http == .requests)
                && (!sample.transport.is(.grpc) || rates.grpc == .requests)
        }
    }

    func isReportedBySource(_ sample: TrafficSample) -> Bool {
        sample.reporter.is(.source) || (countsWaypoints && sample.reporter.is(.waypoint))
    }

    func isReportedByDestination(_ sample: TrafficSample) -> Bool {
        sample.reporter.is(.destination) || (countsWaypoints && sample.reporter.is(.waypoint))
    }

    /// Calls back for each namespace, and each of its queries, in which Kiali would get a row.
    func visit(_ sample: TrafficSample, isTCP: Bool, _ body: (_ namespace: Int, _ pass: Pass) -> Void) {
        let (isSource, isDestination) = (isReportedBySource(sample), isReportedByDestination(sample))
        let from = sample.source.namespace
        if isSource, !sample.reachedNamespace.isKnown, !sample.reachedWorkload.isKnown {
            visitHost(sample.host) { place in
                if namespaces[place] != from { body(place, .unreached) }
            }
        }
        if let place = place(of: sample.reachedNamespace) {
            if !isTCP, sample.reporter.is(.source), from != sample.reachedNamespace,
                ambientNamespaces.contains(sample.reachedNamespace)
            {
                body(place, .fromGateway)
            }
            if isDestination { body(place, .arrived) }
        }
        if isSource, let place = place(of: from) { body(place, .left) }
    }

    /// The namespaces that stand inside of a host name: neither at its beginning nor at its end.
    private func visitHost(_ host: LabelValue, _ body: (Int) -> Void) {
        let parts = texts[host].utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count > 2 else { return }
        for (index, part) in parts.enumerated().dropFirst().dropLast() {
            let hasText = index > 1 || !parts[0].isEmpty
            if hasText, let place = byName[String(Substring(part))] { body(place) }
        }
    }
}
