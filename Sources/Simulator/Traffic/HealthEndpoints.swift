// SPDX-License-Identifier: Apache-2.0
/// The health endpoints of the simulated services, `/NAMESPACE/WORKLOAD/healthz` and `/readyz`, in the words of MicroProfile Health.
struct HealthEndpoints: Sendable {
    /// Those that the demo asks: the shop's entrance, and what it lives of.
    static let shown = ["shop/frontend-v1", "shop/checkout-v1", "payments/payment-v1"]

    private let traffic: MeshTraffic
    /// The workloads by name, with those that they call.
    private let callees: [String: [SimulatedWorkload]]

    init(_ shop: SimulatedShop, _ traffic: MeshTraffic) {
        self.traffic = traffic
        var callees = Dictionary(
            shop.workloads.map { (Self.path($0), [SimulatedWorkload]()) }, uniquingKeysWith: { first, _ in first })
        for flow in shop.flows {
            guard let source = flow.source, let target = flow.destination else { continue }
            callees[Self.path(source), default: []].append(target)
        }
        self.callees = callees
    }

    private static func path(_ workload: SimulatedWorkload) -> String { "\(workload.namespace)/\(workload.name)" }

    /// Answers a request; `nil` for a path that is none of a service's health.
    func answer(path: String, _ moment: MeshMoment) -> SimulatedReply? {
        guard let slash = path.lastIndex(of: "/"), path.hasPrefix("/") else { return nil }
        let name = String(path[..<slash].dropFirst())
        guard let called = callees[name] else { return nil }
        switch path[slash...] {
        case "/healthz": return Self.reply([])
        case "/readyz": return Self.reply(unwell(called, moment))
        default: return nil
        }
    }

    /// Which of the callees are members that do not serve now.
    private func unwell(_ called: [SimulatedWorkload], _ moment: MeshMoment) -> [String] {
        let out = called.filter { traffic.isOut($0, at: moment.now - moment.start, moment.outages) }
        return Set(out.map(\.app)).sorted()
    }

    private static func reply(_ unwell: [String]) -> SimulatedReply {
        let word = unwell.isEmpty ? "UP" : "DOWN"
        let checks = unwell.map { #"{"name":"\#($0)","status":"DOWN"}"# }.joined(separator: ",")
        return SimulatedReply(
            unwell.isEmpty ? 200 : 503, json: Array(#"{"status":"\#(word)","checks":[\#(checks)]}"#.utf8))
    }
}
