// SPDX-License-Identifier: Apache-2.0
/// How often what was shown agreed with what was true.
struct TruthScore: Codable {
    struct Agreement: Codable {
        var right = 0
        var wrong = 0
        var uncovered = 0

        var total: Int { right + wrong + uncovered }
        /// Of what was told, how much was right; 1 if nothing was.
        var rightShare: Double { right + wrong == 0 ? 1 : Double(right) / Double(right + wrong) }
        /// Of all there was to tell, how much was told.
        var coveredShare: Double { total == 0 ? 1 : Double(right + wrong) / Double(total) }

        static func += (left: inout Agreement, right: Agreement) {
            left.right += right.right
            left.wrong += right.wrong
            left.uncovered += right.uncovered
        }
    }

    /// One time that it did not agree, with what is needed to find out why.
    struct Disagreement: Codable {
        var run: String
        /// Since the recording began.
        var second: Double
        var fact: String
        var pair: String
        var truth: String
        var shown: String
        var evidence: String

        var text: String {
            let second = Double(Int(second * 10)) / 10
            return "\(run) \(second) s: \(fact) \(pair) is \(truth), shown \(shown) (\(evidence))"
        }
    }

    static let states = ["idle", "active", "gated", "quarantined"]

    /// By the true state, then by the shown one, of the ordered pairs of members.
    var associations: [String: [String: Int]] = [:]
    /// The same of departed incarnations that the observer still knows.
    var departed: [String: [String: Int]] = [:]
    var members = Agreement()
    var reachability = Agreement()
    var phiAvailability = Agreement()
    var phiValue = Agreement()
    var disagreements: [Disagreement] = []
    /// Facts within two seconds of a change, or about another incarnation than the one in question.
    var leftOut = 0

    var pairs: Agreement { Self.agreement(associations) }
    var departedPairs: Agreement { Self.agreement(departed) }

    private static func agreement(_ matrix: [String: [String: Int]]) -> Agreement {
        var result = Agreement()
        for (truth, row) in matrix {
            for (shown, count) in row {
                switch shown {
                case "unknown": result.uncovered += count
                case truth: result.right += count
                default: result.wrong += count
                }
            }
        }
        return result
    }

    static func += (left: inout TruthScore, right: TruthScore) {
        left.associations.merge(right.associations) { $0.merging($1, uniquingKeysWith: +) }
        left.departed.merge(right.departed) { $0.merging($1, uniquingKeysWith: +) }
        left.members += right.members
        left.reachability += right.reachability
        left.phiAvailability += right.phiAvailability
        left.phiValue += right.phiValue
        left.disagreements += right.disagreements
        left.leftOut += right.leftOut
    }
}
