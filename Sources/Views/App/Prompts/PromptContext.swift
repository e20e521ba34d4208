// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// What prompts look up while expressions are typed.
struct PromptContext {
    /// What is shown; nil as long as there is nothing.
    let picture: Picture?
    /// What the reader chose before.
    let expressions: TrafficExpressions
    /// What is shown of the traffic, with these choices.
    let traffic: GraphOptions

    /// What the arrow up brings first: what was applied last, then ready-made expressions.
    func offers(_ purpose: ExpressionPurpose) -> [String] {
        let presets = Self.presets(purpose, picture?.snapshot.graph?.graph)
        return expressions.history + presets.filter { !expressions.history.contains($0) }
    }

    /// What can follow a text.
    func completion(of text: String) -> FindCompletion? {
        guard let snapshot = picture?.snapshot else { return nil }
        return snapshot.graph?.completion(of: text, clusters: snapshot.clusters)
    }

    /// Expressions worth having: Kiali's own (`config/config.go`, find and hide options), then some made of what is there.
    private static func presets(_ purpose: ExpressionPurpose, _ graph: ServiceGraph?) -> [String] {
        let namespaces = Set(graph?.nodes.compactMap(\.namespace) ?? []).filter { !$0.isEmpty && $0 != "unknown" }
        let protocols = Set(graph?.edges.map(\.protocol.name) ?? []).sorted()
        let members = graph?.nodes.contains { !$0.members.isEmpty } ?? false
        let times = graph?.edges.contains { $0.responseTime != nil } ?? false
        let general: [String]
        switch purpose {
        case .find, .only:
            // Without times it finds nothing, so it does not come first.
            let found = ["!healthy", "name = unknown", "rank <= 2"]
            general = times ? ["rt > 1000"] + found : found + ["rt > 1000"]
        case .hide: general = ["healthy", "name = unknown", "rank > 2"]
        }
        return general + (members ? ["members > 0"] : []) + namespaces.sorted().prefix(20).map { "ns = \($0)" }
            + (protocols.count > 1 ? protocols.map { "protocol = \($0)" } : [])
    }
}
