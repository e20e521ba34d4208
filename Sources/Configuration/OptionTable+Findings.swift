// SPDX-License-Identifier: Apache-2.0
import Collectors

/// How many members a cluster should have.
package struct MemberExpectation: Hashable, Sendable {
    /// The name of the cluster; empty for the only one.
    package var cluster: String
    /// How many should be Up.
    package var count: Int
}

extension OptionSyntax where Value == MemberExpectation {
    /// `[CLUSTER=]N`.
    static var expectation: Self {
        OptionSyntax(example: "[6]") { text throws(OptionError) in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let number = parts.last ?? ""
            guard let count = Int(number), (1...100_000).contains(count), parts.count == 1 || !parts[0].isEmpty else {
                throw OptionError("'\(text)' is no number of members: write N or CLUSTER=N, N from 1 to 100000")
            }
            return MemberExpectation(cluster: parts.count == 2 ? parts[0] : "", count: count)
        }
    }
}

/// The options about findings.
extension OptionKey<[MemberExpectation]> {
    /// How many members should be Up.
    package static var expectMembers: Self {
        OptionKey(
            repeated: "expect-members", .expectation, Command.live.union([.demo, .config]), .command, "[CLUSTER=]N",
            "How many members should be Up (default: as many as were Up together for a minute); repeatable.")
    }
}

extension OptionKey<String?> {
    /// What must hold for `check`.
    package static var expression: Self {
        OptionKey(
            "expr", .text(example: "EXPR"), [.check, .config], .command, "EXPR",
            "What must hold, such as 'members(status=Up) >= 3 and no finding(severity>=degraded)': exit 0 if it does, 2 if "
                + "not, 3 if that is not known.")
    }

    /// What `check` keeps between runs.
    package static var stateFile: Self {
        OptionKey(
            "state", .path, [.check, .config], .command, "FILE",
            "Keep here what was seen, so that the next run counts grace periods from the beginning of the trouble.")
    }
}

extension OptionTable {
    static let findingRows: [OptionRow] = [
        OptionKey.expectMembers.row, OptionKey.expression.row, OptionKey.stateFile.row,
    ]
}

extension Settings {
    /// How many members are expected, by cluster; under the empty name for the only one.
    package var expectedMembers: [String: Int] {
        Dictionary(self[.expectMembers].map { ($0.cluster, $0.count) }) { _, last in last }
    }
}
