// SPDX-License-Identifier: Apache-2.0
import Testing

extension TruthScore {
    /// What the suite asks for, outside two seconds of a change: of all with the bridge, of what is told without it.
    private static let rightWithBridge = 0.999
    private static let rightWithoutBridge = 0.99
    private static let coveredWithoutBridge = 0.97

    /// Fails the test when the picture was wrong, or silent, too often.
    func expectTargets(_ mode: TruthMode, _ name: String) {
        let parts = [
            ("association states", pairs), ("members", members), ("reachability", reachability),
            ("phi by availability", phiAvailability), ("phi by value", phiValue),
        ]
        #expect(pairs.total > 0 && members.total > 0, "\(name): nothing was compared")
        #expect(departedPairs.rightShare >= Self.rightOfDeparted, "\(name): departed: \(departedPairs) \(list)")
        for (what, agreement) in parts {
            if mode == .bridge {
                let share = agreement.total == 0 ? 1 : Double(agreement.right) / Double(agreement.total)
                #expect(share >= Self.rightWithBridge, "\(name): \(what): \(agreement) \(list)")
            } else if !what.hasPrefix("phi") {
                #expect(agreement.rightShare >= Self.rightWithoutBridge, "\(name): \(what): \(agreement) \(list)")
                #expect(agreement.coveredShare >= Self.coveredWithoutBridge, "\(name): \(what): \(agreement) \(list)")
            }
        }
    }

    /// Of what logs alone claim.
    private static let rightAlone = 0.95
    /// Of the departed incarnations that are shown.
    private static let rightOfDeparted = 0.95

    /// Started in mid-incident or after it, what is claimed must be as right; what the past would say is not known then.
    func expectLateTargets(_ mode: TruthMode, _ name: String) {
        #expect(pairs.total > 0 && members.total > 0, "\(name): nothing was compared")
        guard mode != .management else { return }
        #expect(pairs.rightShare >= Self.rightWithoutBridge, "\(name): association states: \(pairs) \(list)")
        #expect(departedPairs.rightShare >= Self.rightOfDeparted, "\(name): departed: \(departedPairs) \(list)")
    }

    /// Logs at INFO say little; what they are taken to say must be so.
    func expectTargetsOfLogs(_ name: String) {
        #expect(pairs.total > 0, "\(name): nothing was compared")
        #expect(pairs.rightShare >= Self.rightAlone, "\(name): association states: \(pairs) \(list)")
    }

    func printDisagreements() {
        for disagreement in disagreements { print("    \(disagreement.text)") }
    }

    private var list: String { "\n" + disagreements.prefix(20).map(\.text).joined(separator: "\n") }

    /// One line for the log of a test.
    func summary(of name: String) -> String {
        func text(_ what: String, _ agreement: Agreement) -> String {
            "\(what) \(agreement.right)/\(agreement.total)"
                + (agreement.uncovered == 0 ? "" : " (\(agreement.uncovered) not covered)")
        }
        let parts = [
            text("pairs", pairs), text("departed", departedPairs), text("members", members),
            text("reachability", reachability), text("phi", phiAvailability), text("phi value", phiValue),
        ]
        return "\(name): \(parts.joined(separator: ", ")); \(leftOut) near a change"
    }
}
