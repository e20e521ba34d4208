// SPDX-License-Identifier: Apache-2.0
/// What resolvers will do if nothing changes until then: `clusters[].downing.forecast`.
package struct DowningForecast: Hashable, Sendable {
    /// How it is known; the words of the documents.
    package enum Certainty: String, Hashable, Sendable {
        /// A resolver has said what it decided.
        case reported
        /// From the strategy that a resolver reported.
        case computed
        /// The strategy is not known: keep-majority stands in, and the others are listed.
        case assumed
    }

    /// Whom one strategy would down.
    package struct Option: Hashable, Sendable {
        /// The strategy as it is configured: `keep-oldest`.
        package var name: String
        /// Sorted.
        package var down: [Address]

        /// Every property as given.
        package init(_ name: String, down: [Address]) {
            self.name = name
            self.down = down
        }
    }

    /// How it is known.
    package var certainty: Certainty
    /// The decision in the resolver's words, `DownUnreachable`; `none` where nothing is downed.
    package var decision: String
    /// Who is downed, sorted.
    package var down: [Address]
    /// Who lives and is not downed, sorted.
    package var survive: [Address]
    /// When; `nil` where nothing says so.
    package var at: Timestamp?
    /// The member that decides for those that survive, otherwise for the largest side; `nil` where nobody leads.
    package var by: Address?
    /// What each strategy would do, by name, where the strategy is not known; otherwise `nil`.
    package var strategies: [Option]?

    /// Every property as given.
    package init(
        certainty: Certainty, decision: String, down: [Address], survive: [Address], at: Timestamp?, by: Address?,
        strategies: [Option]? = nil
    ) {
        self.certainty = certainty
        self.decision = decision
        self.down = down
        self.survive = survive
        self.at = at
        self.by = by
        self.strategies = strategies
    }
}

extension DowningForecast {
    /// The forecast in one sentence.
    ///
    /// - Parameters:
    ///   - strategy: The strategy that was reported; `unknown` if none was.
    ///   - now: The time, for the countdown.
    /// - Returns: Who would be downed, when and by whom.
    package func sentence(strategy: String, at now: Timestamp) -> String {
        let who =
            down.isEmpty
            ? "downs nobody"
            : survive.isEmpty
                ? "downs everybody" : "downs \(down.enumeration), \(survive.count) stay\(survive.count == 1 ? "s" : "")"
        if certainty == .reported {
            return "\(by.map { "\($0.hostPort) " } ?? "the resolver ")decided \(decision): it \(who)"
        }
        let when = at.map { moment in
            let rest = (moment - now).wholeMicroseconds / 100_000
            return rest > 0 ? " in \(rest / 10).\(rest % 10) s" : " now"
        }
        let decides = "\(who)\(when ?? "")\(by.map { " (\($0.hostPort) decides)" } ?? "")"
        guard certainty == .assumed else { return "\(strategy) \(decides)" }
        if decision == "unknown" {
            let cases = (strategies ?? []).map { option in
                "\(option.name) downs \(option.down.isEmpty ? "nobody" : option.down.enumeration)"
            }
            return "\(strategy) decides\(when ?? "")\(cases.isEmpty ? "" : ": \(cases.joined(separator: ", "))")"
        }
        let others = (strategies ?? []).filter { $0.name != "keep-majority" && $0.down != down }.prefix(4).map {
            option in
            "\(option.name) \(option.down.isEmpty ? "nobody" : option.down.enumeration)"
        }
        let differing = others.isEmpty ? "" : "; \(others.joined(separator: ", "))"
        return "no resolver has reported its strategy; keep-majority \(decides)\(differing)"
    }
}

extension DowningSnapshot {
    /// The strategy as it is configured, `keep-majority`, where a line has the name of its class, `KeepMajority`.
    package var strategyName: String {
        if strategy == "DownAllNodes" { return "down-all" }
        return strategy.reduce(into: "") { name, letter in
            if letter.isUppercase, !name.isEmpty { name += "-" }
            name += letter.lowercased()
        }
    }

    /// What resolvers will do, in one sentence; `nil` where nothing is pending.
    package func forecastSentence(at now: Timestamp) -> String? {
        forecast?.sentence(strategy: strategyName, at: now)
    }
}
