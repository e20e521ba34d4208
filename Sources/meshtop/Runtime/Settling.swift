// SPDX-License-Identifier: Apache-2.0
import Model

/// Follows which sources have reported their members or replayed their stream, or failed to: the first picture of a run that goes on need not
/// wait for more. One-shot commands wait for health checks too, which the collector itself keeps account of.
struct Settling {
    private var pending: Set<SourceID> = []
    private var isAnySourceKnown = false
    /// Whether any source ever delivered.
    private(set) var hasAnswer = false

    /// Whether every source known by now has answered or failed.
    var isSettled: Bool { isAnySourceKnown && pending.isEmpty }

    /// Takes note of an observation.
    mutating func note(_ observation: Observation) {
        guard let source = observation.source else { return }
        switch observation.payload {
        case .sourceAdded:
            isAnySourceKnown = true
            pending.insert(source)
        case .sourceRemoved, .failed: pending.remove(source)
        case .membership, .membershipUnchanged, .streamReplayed, .bridge, .metrics, .metricsUnchanged, .telemetry,
            .probed, .kubernetes, .contactPoint:
            hasAnswer = true
            pending.remove(source)
        case .logProgress(let progress) where progress.hasReachedEnd:
            hasAnswer = true
            pending.remove(source)
        case .lifecycle, .logProgress, .readiness, .liveness, .startup, .streamOpened, .streamEvent, .streamHeartbeat:
            hasAnswer = true
        case .started, .tick, .refresh, .ended, .acknowledged: break
        }
    }
}
