// SPDX-License-Identifier: Apache-2.0
import Model

/// Istio's configuration is wrong: each check of an object that is more than information, the worst first.
enum IstioConfigurationRule: MeshRule {
    /// Maximum number of checks that are findings of their own; the others are counted in the last.
    static let maximum = 20

    static func candidates(in scene: MeshScene) -> [Candidate] {
        let checks = (scene.input.istio?.checks ?? []).filter { $0.severity != .info }
        let sorted = checks.filter { $0.severity == .error } + checks.filter { $0.severity == .warning }
        var found = sorted.prefix(maximum).compactMap { candidate($0, scene) }
        let more = sorted.count - maximum
        if more > 0, let last = found.indices.last {
            found[last].title += "; and \(more) more"
        }
        return found
    }

    /// A warning of files is what a pipeline may want to stop at (`--fail-on notReady`); one of a running mesh is only worth knowing.
    private static func severity(_ check: IstioCheck) -> Finding.Severity {
        if check.severity == .error { return .degraded }
        return check.place == nil ? .info : .notReady
    }

    private static func candidate(_ check: IstioCheck, _ scene: MeshScene) -> Candidate? {
        guard let evidence = scene.ledger.objects.evidence(check.object, "\(check.code) \(check.text)") else {
            return nil
        }
        let place =
            check.path.isEmpty || check.path == "workload" ? check.object.text : "\(check.path) of \(check.object.text)"
        var found = Candidate(
            .istioConfiguration, in: "", about: "\(check.object.text) \(check.code) \(check.path)",
            severity: severity(check), isConfirmed: true, title: check.sentence,
            subjects: [check.object.text], since: evidence.at, evidence: [evidence], next: "change \(place)")
        found.code = check.code
        found.patience = .zero
        let name = check.object.name
        found.commands = [
            "kubectl get \(check.object.kind.lowercased()) -n \(name.namespace) \(name.name) -o yaml"
        ]
        return found
    }
}
