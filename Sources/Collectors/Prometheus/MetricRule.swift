// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Which metrics describe what of a cluster, and which of their labels name the observer and the peer. Data, because exporters and the rules of
/// scrape configurations name things as they please (akka.md §9).
package struct MetricRule: Hashable, Sendable {
    /// What a metric describes.
    package enum Role: String, Hashable, Sendable, CaseIterable {
        /// Phi of the observer's failure detector for the peer.
        case phi
        /// The phi from which the peer counts as unreachable; of one peer, or of all of the observer's.
        case threshold
        /// Kamon's code of a monitored member's status.
        case status
        /// 0 for reachable, 1 for unreachable (Kamon).
        case reachability
        /// How many members of one kind there are; the name says of which.
        case count
        /// A series that shows only which exporter is there: of Kamon, of the JMX exporter, of OpenTelemetry's agent.
        case kamon, jmx, otel
        /// What the JMX exporter says of a cluster: whether the node is available, and whether it is alone.
        case available

        /// Those that a user's rule may have.
        static let given: [Role] = [.phi, .threshold, .status, .reachability, .count]

        /// Whether the age of its samples counts.
        var isAged: Bool {
            switch self {
            case .phi, .status, .reachability: true
            case .threshold, .count, .kamon, .jmx, .otel, .available: false
            }
        }

        /// What it is called in notes.
        var name: String {
            switch self {
            case .phi: "phi"
            case .threshold: "phi thresholds"
            case .status: "member status"
            case .reachability: "member reachability"
            case .count: "member counts"
            case .kamon: MetricReport.kamon
            case .jmx: MetricReport.jmx
            case .otel: MetricReport.openTelemetry
            case .available: MetricReport.jmxCluster
            }
        }
    }

    /// Maximum number of bytes of a pattern, and of a label's name.
    static let maximumPattern = 300
    static let maximumLabel = 128

    /// What the metric describes.
    package var role: Role
    /// A regular expression of Prometheus (RE2), which the whole name of a metric must match.
    package var pattern: String
    /// The label that names the observer, an address or a host; `nil`: one of the usual labels, else the scraped host.
    package var observerLabel: String?
    /// The label that names the peer, an address; `nil`: one of the usual labels, else whichever label's value is an address.
    package var peerLabel: String?

    /// - Parameters:
    ///   - role: what the metric describes.
    ///   - pattern: a regular expression that its whole name must match.
    ///   - observerLabel: the label that names the observer.
    ///   - peerLabel: the label that names the peer.
    package init(_ role: Role, _ pattern: String, observerLabel: String? = nil, peerLabel: String? = nil) {
        self.role = role
        self.pattern = pattern
        self.observerLabel = observerLabel
        self.peerLabel = peerLabel
    }

    /// Names that are known: Kamon's with its cluster metrics switched on, Lightbend Telemetry's, and the plain ones of small exporters.
    package static let standard: [MetricRule] = [
        MetricRule(.phi, "(akka|pekko)_cluster_phi|.*phi_accrual_value"),
        MetricRule(.threshold, "(akka|pekko)_cluster_phi_threshold|.*phi_accrual_threshold_value"),
        MetricRule(.status, "(akka|pekko)_cluster_members_status"),
        MetricRule(.reachability, "(akka|pekko)_cluster_members_reachability"),
        MetricRule(.count, "(akka|pekko)_cluster_members_[a-z_]+_count"),
        MetricRule(.kamon, "(akka|pekko)_system_processed_messages_total"),
        MetricRule(.jmx, "jmx_scrape_duration_seconds"),
        MetricRule(.otel, "jvm_cpu_recent_utilization_ratio"),
        MetricRule(.available, "(akka|pekko)_cluster_(available|singleton)"),
    ]

    /// The rules in force: those given, and the standard ones of the roles that none was given for.
    ///
    /// - Parameter given: the user's rules.
    /// - Returns: at least one rule for each role.
    package static func complete(_ given: [MetricRule]) -> [MetricRule] {
        given + standard.filter { rule in !given.contains { $0.role == rule.role } }
    }

    /// Reads `ROLE=PATTERN [observer=LABEL] [peer=LABEL]`.
    ///
    /// - Parameter text: as typed.
    /// - Throws: ``OptionError`` about the first word that does not fit.
    package init(parsing text: String) throws(OptionError) {
        let words = text.split(separator: " ").map { Self.pair($0) }
        guard let first = words.first, let role = Role(rawValue: first.name), Role.given.contains(role),
            !first.value.isEmpty
        else {
            let roles = Role.given.map(\.rawValue).joined(separator: ", ")
            throw OptionError("a rule begins with ROLE=NAME, where ROLE is one of \(roles)")
        }
        guard first.value.utf8.count <= Self.maximumPattern, Self.isVisible(first.value) else {
            throw OptionError("the metric's name must be visible ASCII, at most \(Self.maximumPattern) characters")
        }
        self.init(role, first.value)
        for word in words.dropFirst() {
            guard Self.isLabel(word.value) else { throw OptionError("'\(word.value)' is no name of a label") }
            switch word.name {
            case "observer": observerLabel = word.value
            case "peer": peerLabel = word.value
            default: throw OptionError("'\(word.name)' is neither observer=LABEL nor peer=LABEL")
            }
        }
    }

    private static func pair(_ word: Substring) -> (name: String, value: String) {
        guard let equals = word.firstIndex(of: "=") else { return (String(word), "") }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private static func isVisible(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    private static func isLabel(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first), text.utf8.count <= maximumLabel else {
            return false
        }
        return text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
        }
    }
}
