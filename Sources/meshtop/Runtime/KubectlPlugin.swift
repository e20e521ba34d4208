// SPDX-License-Identifier: Apache-2.0

/// `kubectl meshtop`: kubectl runs a program named `kubectl-meshtop` with its own arguments, and then pods are what is meant.
enum KubectlPlugin {
    /// The name under which kubectl finds it.
    static let name = "kubectl-meshtop"

    /// The environment of a run: under the plug-in's name `--kubernetes` is the default.
    ///
    /// - Parameters:
    ///   - environment: the variables of the process.
    ///   - program: the path that the program was started by.
    /// - Returns: the variables that count.
    static func environment(_ environment: [String: String], program: String) -> [String: String] {
        guard program.split(separator: "/").last.map({ $0 == name }) ?? false else { return environment }
        return environment.merging(["MESHTOP_KUBERNETES": "true"]) { given, _ in given }
    }
}
