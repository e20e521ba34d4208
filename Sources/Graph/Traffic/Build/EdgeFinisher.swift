// SPDX-License-Identifier: Apache-2.0
import Model

/// Computes percentages, averages and percentiles from an edge's sums.
struct EdgeFinisher {
    private let texts: TelemetryTexts
    private let options: GraphOptions
    private let bounds: BucketBounds
    private var signs: SignReader

    init(texts: TelemetryTexts, options: GraphOptions, bounds: BucketBounds) {
        self.texts = texts
        self.options = options
        self.bounds = bounds
        signs = SignReader(texts)
    }

    mutating func edge(_ draft: TrafficDraft.Edge, source: Int, target: Int) -> TrafficEdge {
        var edge = TrafficEdge(source: source, target: target, protocol: TrafficProtocol(draft.transport, texts))
        edge.rates = draft.rates
        edge.responses = responses(draft)
        edge.health = TrafficHealth.health(
            of: draft.rates, edge.protocol, flags: draft.errorFlags(texts).map { texts[$0] })
        edge.gap = gap(draft.sums)
        edge.waypoint = draft.waypoint
        edge.signs = signs.signs(of: draft)
        edge.responseTime = responseTime(draft.sums)
        if options.edgeValues.contains(.throughput), draft.sums.hasBytes { edge.throughput = draft.sums.bytes }
        if options.edgeValues.contains(.mtls) {
            edge.mtls = draft.sums.mtls
            edge.principals = principals(draft.sums)
        }
        return edge
    }

    private func principals(_ sums: EdgeSums) -> EdgePrincipals {
        let isReportedByDestination = sums.principals.values.contains { $0.byDestination > 0 }
        var principals = EdgePrincipals()
        for (pair, rate) in sums.principals {
            let rate = isReportedByDestination ? rate.byDestination : rate.bySource
            guard rate > 0 else { continue }
            if pair.source.isKnown { Self.add(rate, texts[pair.source], to: &principals.source) }
            if pair.destination.isKnown { Self.add(rate, texts[pair.destination], to: &principals.destination) }
        }
        principals.source.sort { ($1.rate, $0.name) < ($0.rate, $1.name) }
        principals.destination.sort { ($1.rate, $0.name) < ($0.rate, $1.name) }
        return principals
    }

    private func gap(_ sums: EdgeSums) -> ReporterGap? {
        guard sums.reportedBySource > 0, !sums.hasWaypointReports else { return nil }
        return ReporterGap(source: sums.reportedBySource, destination: sums.reportedByDestination)
    }

    private func responses(_ draft: TrafficDraft.Edge) -> [TrafficEdge.Response] {
        var found: [TrafficEdge.Response] = []
        // Numbers are compared, not texts.
        var codes: [LabelValue] = []
        for cell in draft.cells {
            let code = cell.code.is(.empty) ? .none : cell.code
            let place = codes.firstIndex(of: code) ?? codes.count
            if place == codes.count {
                codes.append(code)
                found.append(TrafficEdge.Response(code: texts[code], rate: 0, flags: [], hosts: []))
            }
            found[place].rate += cell.rate
            if !cell.flags.is(.empty) { Self.add(cell.rate, texts[cell.flags], to: &found[place].flags) }
            if !cell.host.is(.empty) { Self.add(cell.rate, texts[cell.host], to: &found[place].hosts) }
        }
        for place in found.indices {
            if found[place].flags.count > 1 { found[place].flags.sort { $0.name < $1.name } }
            if found[place].hosts.count > 1 { found[place].hosts.sort { $0.name < $1.name } }
        }
        if found.count > 1 { found.sort { $0.code < $1.code } }
        return found
    }

    private static func add(_ rate: Double, _ name: String, to shares: inout [TrafficEdge.Share]) {
        if let known = shares.firstIndex(where: { $0.name == name }) {
            shares[known].rate += rate
        } else {
            shares.append(TrafficEdge.Share(name: name, rate: rate))
        }
    }

    private func responseTime(_ sums: EdgeSums) -> ResponseTime? {
        var time = ResponseTime()
        if options.edgeValues.contains(.average) { time.average = sums.average }
        let buckets = sums.buckets.counts.isEmpty ? sums.sourceBuckets : sums.buckets
        if !buckets.counts.isEmpty {
            let asked: [(EdgeValue, Double, WritableKeyPath<ResponseTime, Double?>)] = [
                (.p50, 0.5, \.p50), (.p95, 0.95, \.p95), (.p99, 0.99, \.p99),
            ]
            for (value, share, field) in asked where options.edgeValues.contains(value) {
                guard let percentile = bounds.percentile(share, of: buckets) else { continue }
                time[keyPath: field] = percentile.seconds
                if percentile.isClipped { time.clipped.insert(value) }
            }
        }
        return time == ResponseTime() ? nil : time
    }
}
