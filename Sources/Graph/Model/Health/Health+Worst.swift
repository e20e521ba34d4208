// SPDX-License-Identifier: Apache-2.0
extension Health {
    /// How many reasons a cluster repeats from its members.
    package static let maximumReasons = 20

    /// The worst of several, with the reasons of all that are worse than healthy, the worst first.
    ///
    /// - Parameters:
    ///   - parts: Each part's health, and the words that name the part.
    ///   - maximumReasons: The rest is counted.
    /// - Returns: A health without `since`; healthy parts lift unknown ones.
    package static func worst(of parts: [(name: String, health: Health)], maximumReasons: Int = maximumReasons)
        -> Health
    {
        let level = parts.map(\.health.level).max() ?? .unknown
        guard level > .healthy else { return Health(level: level) }
        let bad = parts.filter { $0.health.level > .healthy }.enumerated()
            .sorted { ($1.element.health.level, $0.offset) < ($0.element.health.level, $1.offset) }
        let reasons = bad.flatMap { part in
            part.element.health.reasons.map { part.element.name.isEmpty ? $0 : "\(part.element.name) \($0)" }
        }
        guard reasons.count > maximumReasons else { return Health(level: level, reasons: reasons) }
        let more = "and \(reasons.count - maximumReasons) more"
        return Health(level: level, reasons: reasons.prefix(maximumReasons) + [more])
    }

    /// Keeps `since` as long as the level stays.
    package mutating func become(_ next: Health, at now: Timestamp) {
        let since = next.level == level ? self.since ?? now : now
        self = Health(level: next.level, reasons: next.reasons, since: since)
    }
}
