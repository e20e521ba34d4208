// SPDX-License-Identifier: Apache-2.0
import Model

/// The versions of a service do not get the shares that a route gives them.
///
/// The test is binomial: beyond two points and three standard deviations, from a hundred requests on. Where other routes of the same object lead to
/// the service too, or the weights have changed within the window, shares say nothing.
enum CanaryRule: MeshRule {
    /// How many requests of the window are enough.
    static let minimumRequests = 100.0
    /// Points below which a difference is none.
    static let tolerance = 2.0

    static func candidates(in scene: MeshScene) -> [Candidate] {
        guard let traffic = MeshTrafficScene(scene) else { return [] }
        return (scene.input.istio?.splits ?? []).filter(\.isAlone).compactMap { candidate($0, traffic) }
    }

    /// Whether an observed share is not the wanted one.
    ///
    /// - Parameters:
    ///   - observed: in percent.
    ///   - wanted: in percent.
    ///   - requests: how many requests were seen.
    /// - Returns: false with too few requests.
    static func isOff(observed: Double, wanted: Double, requests: Double) -> Bool {
        guard requests >= minimumRequests else { return false }
        let weight = min(max(wanted / 100, 0), 1)
        let deviation = 300 * (weight * (1 - weight) / requests).squareRoot()
        return (observed - wanted).magnitude > max(tolerance, deviation)
    }

    private static func candidate(_ split: TrafficSplit, _ traffic: MeshTrafficScene) -> Candidate? {
        let window = traffic.graph.window
        if let changed = traffic.mesh.ledger.objects.changedAt(split.object), traffic.graph.at - changed < window {
            return nil
        }
        let rates = rates(split.service, traffic.graph)
        let total = rates.values.reduce(0, +)
        let requests = total * Double(window.wholeMicroseconds) / 1e6
        guard total > 0 else { return nil }
        let off = split.shares.filter { share in
            guard let version = share.version else { return false }
            return isOff(observed: (rates[version] ?? 0) / total * 100, wanted: share.percent, requests: requests)
        }
        guard let worst = off.max(by: { difference($0, rates, total) < difference($1, rates, total) }),
            let version = worst.version
        else { return nil }
        let observed = (rates[version] ?? 0) / total * 100
        let shown = split.shares.map { share in
            let seen = share.version.map { ((rates[$0] ?? 0) / total * 100).percentText } ?? "?"
            return "\(share.subset) \(share.percent.percentText) wanted, \(seen) seen"
        }.joined(separator: "; ")
        let proof =
            traffic.evidence(split.object, "\(split.path) gives \(worst.subset) \(worst.percent.percentText)")
            + [traffic.evidence("\(shown), of \(Int(requests)) requests to \(split.service.name)")]
        return traffic.candidate(
            .canaryOffShare, about: split.object.text, severity: .degraded,
            "\(split.service.text) \(version): \(worst.percent.percentText) wanted, \(observed.percentText) of \(Int(requests)) requests seen",
            cause: "\(shown) (\(split.object.text) \(split.path))", proof, next: next(observed, split))
    }

    private static func difference(_ share: TrafficSplit.Share, _ rates: [String: Double], _ total: Double) -> Double {
        ((rates[share.version ?? ""] ?? 0) / total * 100 - share.percent).magnitude
    }

    private static func next(_ observed: Double, _ split: TrafficSplit) -> String {
        if observed == 0 { return "see whether the subset's labels match pods that are ready" }
        return
            "see whether callers have a sidecar (without one pods share by their number), whether connections are few and long, and whether pods are ejected as outliers"
    }

    /// Requests per second to each version.
    private static func rates(_ service: ObjectName, _ graph: ServiceGraph) -> [String: Double] {
        let mine = graph.nodes.filter {
            $0.namespace == service.namespace && ($0.service == service.name || $0.app == service.name)
        }
        if let node = mine.first(where: { !$0.versions.isEmpty && $0.kind == .service }) {
            return Dictionary(node.versions.map { ($0.version, $0.rate) }) { $0 + $1 }
        }
        return mine.filter { $0.kind != .service }.reduce(into: [:]) { rates, node in
            guard let version = node.version, !version.isEmpty, version != "unknown" else { return }
            rates[version, default: 0] += node.rates.requestRatesIn.total
        }
    }
}
