// SPDX-License-Identifier: Apache-2.0
import Model

/// A rule about one cluster: a pure function of the picture and of the facts behind it.
protocol ClusterRule: SendableMetatype {
    static func candidates(in scene: Scene) -> [Candidate]
}

/// A rule about sources, or about nodes that are in no cluster.
protocol MeshRule: SendableMetatype {
    static func candidates(in scene: MeshScene) -> [Candidate]
}

/// All clusters at one moment, and the nodes that are in none.
struct MeshScene {
    let input: FindingInput
    let ledger: FactLedger
    let memory: FindingMemory
    let clusters: [Scene]
    /// The nodes that want to come in, by address.
    let joiners: [Joiner]

    var now: Timestamp { input.now }
}

enum Rules {
    static let ofClusters: [any ClusterRule.Type] = [
        NodePausedRule.self, NodeStarvedRule.self, NodeDownRule.self, NetworkPartitionRule.self,
        AsymmetricReachabilityRule.self, QuarantineRule.self, QuarantinedByPeerRule.self, ReachabilityFlappingRule.self,
        TwoClustersRule.self, SplitBrainRule.self, DownedEverythingRule.self, JoiningStuckRule.self,
        LeavingStuckRule.self, LeaderCannotActRule.self, UnreachableNotRemovedRule.self, SBRDecisionRule.self,
        LeaseLostRule.self, GateFlappingRule.self, AsymmetricGatingRule.self, HandshakeTimeoutRule.self,
        StaleDNSRule.self, ViewsDisagreeRule.self, RingUnmonitoredRule.self, PhiRule.self,
        ShardCoordinatorStuckRule.self, ShardHandoffSlowRule.self, NodeLeavingRule.self, NodeRestartedRule.self,
        RollingRestartRule.self, NodeRemovedRule.self, MembersMissingRule.self, PeerUnknownRule.self,
        ClockSkewRule.self,
    ]

    static let ofTheMesh: [any MeshRule.Type] =
        [
            IncompatibleConfigurationRule.self, ProtocolMismatchRule.self, TLSHandshakeRule.self,
            AddressMismatchRule.self, WrongBindRule.self, BootstrapBlockedRule.self, OversizedPayloadRule.self,
            ServiceFailingRule.self, ServiceDegradedRule.self, ReporterGapRule.self, DuplicateScrapeRule.self,
            SourceFailingRule.self,
        ] + ofConfiguration + ofPods + ofPolicies

    /// What the mesh is told to do.
    private static let ofConfiguration: [any MeshRule.Type] = [
        IstioConfigurationRule.self, SidecarBypassRule.self, StrictBlocksRemotingRule.self,
    ]

    /// What happens to pods and to workloads.
    private static let ofPods: [any MeshRule.Type] = [
        NodeNotReadyRule.self, PodOOMRule.self, PodEvictedRule.self, PodUnschedulableRule.self, PodCrashLoopRule.self,
        ProbeFailingRule.self, UngracefulStopRule.self, RollingUpdateStuckRule.self, RollingUpdateTooWideRule.self,
        VersionMixRule.self, DeletionCostRule.self, LeaseHeldRule.self, RightsMissingRule.self,
    ]

    /// What traffic does beside what it is told to do.
    private static let ofPolicies: [any MeshRule.Type] = [
        CanaryRule.self, AccessDeniedRule.self, CircuitOpenRule.self, RetryAmplificationRule.self,
        MutualTLSMixedRule.self, MutualTLSOffPolicyRule.self, RemotingThroughSidecarRule.self,
    ]
}

extension [Address] {
    var texts: [String] { map(\.text) }
    /// Some by name and the number of the others.
    var named: String { enumeration }
}

extension Duration {
    /// `4.2 s`, `2 min`, for sentences.
    var spoken: String {
        let tenths = max(0, wholeMicroseconds / 100_000)
        if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
        let seconds = tenths / 10
        return seconds < 120 ? "\(seconds) s" : seconds < 7200 ? "\(seconds / 60) min" : "\(seconds / 3600) h"
    }
}

extension Int {
    /// `1 member`, `2 members`.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
