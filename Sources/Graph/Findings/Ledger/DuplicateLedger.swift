// SPDX-License-Identifier: Apache-2.0
import Model

/// Series that a metrics server has twice: the same detector of the same observer, from two targets.
package struct DuplicateLedger: Sendable {
    /// What is twice, of one server.
    struct Duplicate: Hashable, Sendable {
        /// How many series are more than there should be.
        var count: Int
        /// One of them, in words.
        var example: String
        /// The answer that first had them, and the newest.
        var first: Sighting
        var last: Sighting
    }

    private struct Pair: Hashable {
        var observer: MetricReport.Observer
        var peer: Address
    }

    private var found: [SourceID: Duplicate] = [:]

    /// By source.
    var all: [(SourceID, Duplicate)] { found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    mutating func forget(_ source: SourceID) { found[source] = nil }

    mutating func record(_ report: MetricReport, in entry: Entry) {
        var seen: Set<Pair> = []
        var (count, example) = (0, "")
        for detector in report.detectors
        where !seen.insert(Pair(observer: detector.observer, peer: detector.peer)).inserted {
            count += 1
            if example.isEmpty { example = "phi of \(detector.peer.hostPort) at \(Self.name(detector.observer))" }
        }
        guard count > 0 else { return found[entry.source] = nil }
        let sighting = entry.sighting(nil, "\(entry.source.target): \(example) comes twice")
        found[entry.source] = Duplicate(
            count: count, example: example, first: found[entry.source]?.first ?? sighting, last: sighting)
    }

    private static func name(_ observer: MetricReport.Observer) -> String {
        switch observer {
        case .address(let address): address.hostPort
        case .host(let host): host
        }
    }
}
