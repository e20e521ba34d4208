// SPDX-License-Identifier: Apache-2.0
import Model

/// How far a simulation is.
struct MeshMoment: Sendable {
    /// When it started, in seconds since 1970.
    var start: Double
    /// The present, likewise.
    var now: Double
    var outages = Outages()
}

/// What passes in the simulated mesh, and what goes wrong with it when members of the cluster do not serve.
struct MeshTraffic: Sendable {
    /// All counters counted for so long before the simulation started.
    private static let past = 86_400.0

    let reports: TrafficReports
    var flows: [TrafficFlow] { reports.flows }
    private let waves: TrafficWaves
    /// The members' places, by workload.
    private let places: [SimulatedWorkload: Set<Int>]

    /// - Parameters:
    ///   - shop: the workloads and their calls.
    ///   - seed: Equal seeds give equal traffic.
    ///   - isBackend: Of each place of the cluster, whether the role is that of the second of the shop's workloads for members.
    init(_ shop: SimulatedShop, seed: UInt64, members isBackend: [Bool]) {
        waves = TrafficWaves(seed: seed)
        reports = TrafficReports(flows: shop.flows, members: Set(shop.members))
        var places: [SimulatedWorkload: Set<Int>] = [:]
        for (slot, isBackend) in isBackend.enumerated() {
            places[shop.members[isBackend ? 1 : 0], default: []].insert(slot)
        }
        self.places = places
    }

    /// Whether members that serve a workload fail at a moment, in seconds since the start of the simulation.
    func isOut(_ workload: SimulatedWorkload, at second: Double, _ outages: Outages) -> Bool {
        places[workload].map { outages.isOut($0, at: second) } ?? false
    }

    /// What has happened until a moment.
    ///
    /// - Parameters:
    ///   - second: Since the start of the simulation.
    ///   - outages: Of the members.
    /// - Returns: What happened of a flow, by its number.
    func amounts(until second: Double, _ outages: Outages) -> (Int) -> TrafficAmount {
        var (troubles, behind) = ([SimulatedWorkload: TrafficAmount](), 0.0)
        for (workload, slots) in places {
            let trouble = TrafficAmount(
                calls: 0, gone: outages.seconds(.gone, of: slots, until: second),
                silent: outages.seconds(.silent, of: slots, until: second),
                apart: outages.seconds(.apart, of: slots, until: second))
            troubles[workload] = trouble
            behind += (trouble.gone + trouble.silent + trouble.apart) / Double(places.count)
        }
        return { [flows, waves, troubles, behind] number in
            let flow = flows[number]
            var amount = flow.destination.flatMap { troubles[$0] } ?? TrafficAmount(calls: 0)
            amount.calls = Self.past + waves.passed(number, until: second)
            amount.behind = flow.echoes ? behind : 0
            return amount
        }
    }
}

/// Counters as an exporter shows them to a Prometheus (exposition format 0.0.4), without types, so that one of a histogram's series can stand alone.
struct ExpositionText {
    private(set) var bytes: [UInt8] = []

    /// Writes all series of a metric that have ever counted.
    mutating func append(_ metric: TelemetryMetric, _ traffic: MeshTraffic, _ ever: (Int) -> TrafficAmount) {
        for report in traffic.reports.all(of: metric) {
            let flow = traffic.flows[report.flow]
            let count = ever(report.flow).amount(report.ending, of: flow) * flow.rate
            guard count > 0 else { continue }
            var labels = traffic.reports.labels(report)
            if metric == .durationBuckets { labels.append(("le", TrafficCounters.bounds[report.bucket].text)) }
            let weight = TrafficCounters.weight(metric, flow, report.ending, bucket: report.bucket)
            append(metric.rawValue, labels, count * weight)
        }
    }

    mutating func append(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
        bytes.append(name)
        bytes.append("{")
        for (place, label) in labels.enumerated() {
            bytes.append(place > 0 ? "," : "")
            bytes.append(label.name)
            bytes.append("=\"")
            bytes.append(label.value)
            bytes.append("\"")
        }
        bytes.append("} \(value)\n")
    }
}
