// SPDX-License-Identifier: Apache-2.0
import Model

/// What a journal that begins in the middle of a run needs before its first observation: the options, the sources, and the last that each of
/// them said in full.
struct Preamble {
    private struct Key: Hashable {
        let source: SourceID?
        let kind: String
    }

    /// Maximum number of changes of one collection of Kubernetes that are kept behind its last list.
    private static let maximumChanges = 500

    private var kept: [Key: [(number: Int, observation: Observation)]] = [:]
    private var number = 0

    /// Notes an observation.
    mutating func note(_ observation: Observation) {
        number += 1
        guard let source = observation.source else {
            if case .started = observation.payload {
                kept = [:]
                keep(observation, "started")
            }
            return
        }
        switch observation.payload {
        case .sourceAdded: keep(observation, "added")
        case .sourceRemoved: kept = kept.filter { $0.key.source != source }
        case .membership: keep(observation, "membership")
        case .readiness: keep(observation, "ready")
        case .liveness: keep(observation, "alive")
        case .startup: keep(observation, "startup")
        case .streamOpened: keep(observation, "stream")
        case .bridge: keep(observation, "bridge")
        case .telemetry: keep(observation, "telemetry")
        case .metrics: keep(observation, "metrics")
        case .probed: keep(observation, "probe")
        case .contactPoint: keep(observation, "contact")
        case .failed: keep(observation, "failed")
        case .kubernetes(let report): keep(report, observation, source)
        case .started, .tick, .refresh, .ended, .acknowledged, .membershipUnchanged, .streamEvent, .streamReplayed,
            .streamHeartbeat, .lifecycle, .logProgress, .metricsUnchanged:
            break
        }
    }

    private mutating func keep(_ observation: Observation, _ kind: String) {
        kept[Key(source: observation.source, kind: kind)] = [(number, observation)]
    }

    private mutating func keep(_ report: KubernetesReport, _ observation: Observation, _ source: SourceID) {
        let key = Key(source: source, kind: report.resource.rawValue)
        switch report.change {
        case .listed: kept[key] = [(number, observation)]
        case .changed, .removed:
            if kept[key, default: []].count < Self.maximumChanges {
                kept[key, default: []].append((number, observation))
            }
        case .unchanged: break
        }
    }

    /// All of it, in the order in which it was observed; the options first.
    var observations: [Observation] {
        kept.values.flatMap { $0 }.sorted { $0.number < $1.number }.map(\.observation)
    }
}
