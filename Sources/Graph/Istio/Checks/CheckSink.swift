// SPDX-License-Identifier: Apache-2.0
internal import Model

/// What checks say of objects.
struct CheckSink: Sendable {
    private struct Key: Hashable {
        let code: String
        let object: ObjectReference
        let path: String
    }

    private(set) var checks: [IstioCheck] = []
    private(set) var unjudged: Set<UnjudgedCheck> = []
    private var said: Set<Key> = []

    /// Says what is wrong, once for a place.
    mutating func say(
        _ code: String, _ severity: IstioCheck.Severity, _ head: ObjectHead, _ path: String,
        _ text: @autoclosure () -> String
    ) {
        guard head.allows(code) else { return }
        say(code, severity, head.reference, path, text(), head.place)
    }

    /// The same of an object of which nothing else is known.
    mutating func say(
        _ code: String, _ severity: IstioCheck.Severity, _ object: ObjectReference, _ path: String, _ text: String,
        _ place: String? = nil
    ) {
        guard said.insert(Key(code: code, object: object, path: path)).inserted else { return }
        checks.append(IstioCheck(code: code, severity: severity, object: object, path: path, text: text, place: place))
    }

    /// Says that a check could not be made.
    mutating func skip(_ code: String, _ head: ObjectHead, missing: String) {
        guard head.allows(code) else { return }
        unjudged.insert(UnjudgedCheck(code: code, object: head.reference, missing: missing))
    }
}

/// Checks that are made together: of the same objects, and again when the same objects change.
protocol CheckGroup: SendableMetatype {
    /// The kinds of objects on which they depend.
    static var dependencies: Set<KubernetesResource> { get }
    static func check(_ scene: IstioScene, _ sink: inout CheckSink)
}

extension Set<KubernetesResource> {
    /// What workloads are made of.
    static let workloads: Self = [.pods, .deployments, .statefulSets, .daemonSets, .replicaSets, .workloadGroups]
    /// What says who sees what.
    static let visibility: Self = [.namespaces, .configMaps, .sidecars]
}

/// The results of each group of checks, for as long as nothing that they depend on changes.
struct JudgementCache: Sendable {
    private static let groups: [any CheckGroup.Type] = [
        VirtualServiceChecks.self, DestinationRuleChecks.self, GatewayChecks.self, ServiceEntryChecks.self,
        SidecarChecks.self, PeerAuthenticationChecks.self, AuthorizationChecks.self, AmbientChecks.self,
        WorkloadChecks.self, ServiceChecks.self,
    ]

    private var sinks: [CheckSink] = []

    /// All checks, sorted.
    mutating func checks(
        _ scene: IstioScene, changed: Set<KubernetesResource>
    ) -> (checks: [IstioCheck], unjudged: [UnjudgedCheck]) {
        if sinks.isEmpty { sinks = Self.groups.map { _ in CheckSink() } }
        for (place, group) in Self.groups.enumerated() where !group.dependencies.isDisjoint(with: changed) {
            var sink = CheckSink()
            group.check(scene, &sink)
            sinks[place] = sink
        }
        return (sinks.flatMap(\.checks).sorted(), Set(sinks.flatMap(\.unjudged)).sorted())
    }
}
