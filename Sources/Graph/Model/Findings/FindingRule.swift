// SPDX-License-Identifier: Apache-2.0
/// What a finding says is wrong; the words of the contract, "Finding rules".
///
/// The order of the cases is the order of causes: of two findings about the same nodes the earlier one may explain the later one, never the
/// other way round.
package enum FindingRule: String, Hashable, Sendable, CaseIterable, Comparable {
    // MARK: What the mesh is told to do

    case sidecarBypass = "sidecar-bypass"
    case strictBlocksRemoting = "strict-blocks-remoting"
    case istioConfiguration = "istio-config"

    // MARK: What keeps a node from joining

    case incompatibleConfiguration = "incompatible-configuration"
    case protocolMismatch = "protocol-mismatch"
    case tlsHandshake = "tls-handshake"
    case addressMismatch = "address-mismatch"
    case wrongBind = "wrong-bind"
    case staleDNS = "stale-dns"

    // MARK: What happens to pods

    case nodeNotReady = "node-not-ready"
    case podOOM = "pod-oom"
    case podEvicted = "pod-evicted"
    case podUnschedulable = "pod-unschedulable"
    case podCrashLoop = "pod-crash-loop"
    case probeFailing = "probe-failing"
    case ungracefulStop = "ungraceful-stop"
    case rollingUpdateStuck = "rolling-update-stuck"
    case rollingUpdateTooWide = "rolling-update-too-wide"

    // MARK: What happens to one node

    case nodePaused = "node-paused"
    case nodeStarved = "node-starved"
    case nodeDown = "node-down"

    // MARK: What happens between nodes

    case networkPartition = "network-partition"
    case quarantineStorm = "quarantine-storm"
    case quarantinedPair = "quarantined-pair"
    case asymmetricReachability = "asymmetric-reachability"
    case reachabilityFlapping = "reachability-flapping"
    case oversizedPayload = "oversized-payload"
    case leaseLost = "lease-lost"

    // MARK: What follows for the cluster

    case twoClusters = "two-clusters"
    case splitBrain = "split-brain"
    case downedEverything = "downed-everything"
    case bootstrapBlocked = "bootstrap-blocked"
    case handshakeTimeout = "handshake-timeout"
    case unreachableNotRemoved = "unreachable-not-removed"
    case leaderCannotAct = "leader-cannot-act"
    case joiningStuck = "joining-stuck"
    case leavingStuck = "leaving-stuck"
    case shardCoordinatorStuck = "shard-coordinator-stuck"
    case shardHandoffSlow = "shard-handoff-slow"
    case sbrDecision = "sbr-decision"
    case quarantinedByPeer = "quarantined-by-peer"
    case asymmetricGating = "asymmetric-gating"
    case gateFlapping = "gate-flapping"
    case viewsDisagree = "views-disagree"
    case ringUnmonitored = "ring-unmonitored"
    case phiRising = "phi-rising"

    // MARK: Traffic

    case serviceFailing = "service-failing"
    case serviceDegraded = "service-degraded"
    case retryAmplification = "retry-amplification"
    case circuitOpen = "circuit-open"
    case accessDenied = "access-denied"
    case reporterGap = "reporter-gap"
    case canaryOffShare = "canary-off-share"
    case mtlsMixed = "mtls-mixed"
    case mtlsOffPolicy = "mtls-off-policy"
    case remotingThroughSidecar = "remoting-through-sidecar"

    // MARK: What is left when others are over, and what meshtop knows of itself

    case membersMissing = "members-missing"
    case clockSkew = "clock-skew"
    case duplicateScrape = "duplicate-scrape"
    case sourceFailing = "source-failing"

    // MARK: Information only

    case nodeRestarted = "node-restarted"
    case nodeLeaving = "node-leaving"
    case rollingRestart = "rolling-restart"
    case nodeRemoved = "node-removed"
    case phiRose = "phi-rose"
    case peerUnknown = "peer-unknown"
    case versionMix = "version-mix"
    case deletionCostOrder = "deletion-cost-order"
    case leaseHeld = "lease-held"
    case rbacMissing = "rbac-missing"

    /// The place in the order of causes, 0 first.
    package var rank: Int { Self.ranks[self] ?? Self.allCases.count }

    private static let ranks = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    /// The likelier cause comes first.
    package static func < (left: FindingRule, right: FindingRule) -> Bool { left.rank < right.rank }
}
