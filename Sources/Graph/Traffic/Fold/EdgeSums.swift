// SPDX-License-Identifier: Apache-2.0
import Model

/// What is summed of an edge besides its traffic, so that edges can be put together: what percentages, averages and percentiles are computed
/// from, never these themselves.
struct EdgeSums {
    /// What each side reports, whether or not it is drawn.
    var reportedBySource = 0.0
    var reportedByDestination = 0.0
    var hasWaypointReports = false
    var encrypted = Reported()
    var policed = Reported()
    var duration = Reported()
    var requests = Reported()
    var bytes = 0.0
    var hasBytes = false
    var buckets = Buckets()
    var sourceBuckets = Buckets()
    /// By the identities that both ends proved.
    var principals: [PrincipalPair: Reported] = [:]

    /// A sum by the end that reports it. The destination's counts where there is one: both would count twice.
    struct Reported {
        var byDestination = 0.0
        var bySource = 0.0

        mutating func add(_ value: Double, isDestination: Bool) {
            if isDestination { byDestination += value } else { bySource += value }
        }

        mutating func add(_ other: Reported) {
            byDestination += other.byDestination
            bySource += other.bySource
        }
    }

    /// Counts up to bounds, in the order of the table of bounds; empty where nothing was asked.
    struct Buckets {
        var counts: [Double] = []

        mutating func add(_ value: Double, at place: Int) {
            if counts.count <= place { counts += Array(repeating: 0, count: place + 1 - counts.count) }
            counts[place] += value
        }

        mutating func add(_ other: Buckets) {
            for (place, value) in other.counts.enumerated() where value > 0 { add(value, at: place) }
        }
    }

    mutating func add(_ other: EdgeSums) {
        reportedBySource += other.reportedBySource
        reportedByDestination += other.reportedByDestination
        hasWaypointReports = hasWaypointReports || other.hasWaypointReports
        encrypted.add(other.encrypted)
        policed.add(other.policed)
        duration.add(other.duration)
        requests.add(other.requests)
        bytes += other.bytes
        hasBytes = hasBytes || other.hasBytes
        buckets.add(other.buckets)
        sourceBuckets.add(other.sourceBuckets)
        for (pair, rate) in other.principals { principals[pair, default: Reported()].add(rate) }
    }

    /// Adds a row of one of the metrics besides the traffic.
    mutating func add(_ value: Double, of metric: TelemetryMetric, place: Int, isDestination: Bool) {
        switch metric {
        case .durationSum: duration.add(value, isDestination: isDestination)
        case .durationCount: requests.add(value, isDestination: isDestination)
        case .durationBuckets where isDestination: buckets.add(value, at: place)
        case .durationBuckets: sourceBuckets.add(value, at: place)
        case .responseBytes where isDestination:
            bytes += value
            hasBytes = true
        default: break
        }
    }

    /// The share that was encrypted in both directions, in percent.
    var mtls: Double? {
        if policed.byDestination > 0 { return encrypted.byDestination / policed.byDestination * 100 }
        return policed.bySource > 0 ? encrypted.bySource / policed.bySource * 100 : nil
    }

    /// In seconds; Istio counts milliseconds.
    var average: Double? {
        if requests.byDestination > 0 { return duration.byDestination / requests.byDestination / 1000 }
        return requests.bySource > 0 ? duration.bySource / requests.bySource / 1000 : nil
    }
}

/// The bounds of a histogram's buckets, and percentiles over them.
struct BucketBounds {
    /// In milliseconds, ascending; the last may be infinite.
    let bounds: [Double]
    /// Places by the value of the label `le`.
    let places: [LabelValue: Int]

    init(_ values: Set<LabelValue>, texts: TelemetryTexts) {
        var found: [(bound: Double, value: LabelValue)] = []
        for value in values {
            guard let bound = Double(texts[value]), bound > 0 else { continue }
            found.append((bound, value))
        }
        found.sort { ($0.bound, $0.value) < ($1.bound, $1.value) }
        var bounds: [Double] = []
        var places: [LabelValue: Int] = [:]
        for (bound, value) in found {
            if bounds.last != bound { bounds.append(bound) }
            places[value] = bounds.count - 1
        }
        self.bounds = bounds
        self.places = places
    }

    init(of telemetry: Telemetry) {
        var values: Set<LabelValue> = []
        let metric = TelemetryMetric.durationBuckets
        if let vector = telemetry.vector(metric), let rows = TrafficRows(vector, texts: telemetry.texts),
            let column = metric.columns.firstIndex(of: .bucket)
        {
            for row in 0..<rows.count { values.insert(rows.value(column, of: row)) }
        }
        self.init(values, texts: telemetry.texts)
    }

    /// The percentile by Prometheus' rule (`histogram_quantile`): linear within a bucket, and the last finite bound for what lies beyond it.
    ///
    /// - Parameters:
    ///   - share: 0.95 for the 95th percentile.
    ///   - buckets: Cumulative counts.
    /// - Returns: Seconds, and whether the truth is longer; `nil` without requests or without a bound.
    func percentile(_ share: Double, of buckets: EdgeSums.Buckets) -> (seconds: Double, isClipped: Bool)? {
        // Rates of buckets are taken one by one, so that a later one may be a little smaller; the sum of all before it counts.
        var counts: [Double] = []
        for count in buckets.counts { counts.append(max(count, counts.last ?? 0)) }
        guard let total = counts.last, total > 0, let last = bounds.last(where: \.isFinite) else { return nil }
        let rank = share * total
        guard let place = counts.firstIndex(where: { $0 >= rank }), place < bounds.count else { return nil }
        guard bounds[place].isFinite else { return (last / 1000, true) }
        let (low, under) = place == 0 ? (0, 0) : (bounds[place - 1], counts[place - 1])
        let inside = counts[place] - under
        let part = inside > 0 ? (rank - under) / inside : 1
        return ((low + (bounds[place] - low) * part) / 1000, false)
    }
}
