// SPDX-License-Identifier: Apache-2.0
import Model

/// When what was true of one node's opinions changed: facts are compared only where they had been still for a while.
struct TruthChanges {
    /// On both sides of a change nothing is compared: the recorder and meshtop do not look at the same instant.
    static let margin = Duration.seconds(2)
    /// A node that was not heard of for longer may have changed in any way meanwhile.
    private static let gap = Duration.milliseconds(2500)

    /// By fact: the times between which it changed.
    private var intervals: [String: [ClosedRange<Timestamp>]] = [:]
    /// When everything of the node may have changed.
    private var whole: [ClosedRange<Timestamp>] = []

    /// - Parameters:
    ///   - samples: What the node told.
    ///   - start: When the recording began.
    ///   - end: When it ended.
    ///   - kills: When the kit killed which node's process.
    init(
        _ samples: [TruthSample], from start: Timestamp, to end: Timestamp, kills: [(address: String, at: Timestamp)]
    ) {
        guard let first = samples.first, let last = samples.last else { return }
        // What came after the last sample nobody knows: the recording ends where the cluster is stopped.
        whole.append(last.at...max(last.at, end))
        // A node that began, or began anew, during the recording.
        if first.at - start > Self.gap { whole.append(start...first.at) }
        for (before, after) in zip(samples, samples.dropFirst()) where before.at <= after.at {
            let isOther = before.uid != after.uid || before.isMember != after.isMember
            if after.at - before.at > Self.gap || isOther { whole.append(before.at...after.at) }
            note("member", before.memberFacts, after.memberFacts, before.at...after.at)
            note("reachability", before.reachabilityFacts, after.reachabilityFacts, before.at...after.at)
            note("availability", before.availabilityFacts, after.availabilityFacts, before.at...after.at)
            note("association", before.associationFacts, after.associationFacts, before.at...after.at)
        }
        noteContradictions(samples)
        for kill in kills { note(kill, samples) }
        for transition in samples.flatMap({ $0.transitions ?? [] }) {
            let at = Timestamp(milliseconds: transition.atMs)
            intervals["association \(transition.peer)", default: []].append(at...at)
        }
    }

    /// Truth reads which connections of Artery are established from the kernel's table, seldom where the machine has many, and takes a pair
    /// without one for gated. Where heartbeats were answered meanwhile, which takes a connection, it was outdated, and is not compared.
    private mutating func noteContradictions(_ samples: [TruthSample]) {
        let peers = Set(samples.flatMap { ($0.associations ?? []).filter(\.isBackingOff).map(\.peer) })
        for peer in peers {
            var stretch: [TruthSample] = []
            for sample in samples {
                let isGated = (sample.associations ?? []).contains { $0.peer == peer && $0.isBackingOff }
                if isGated { stretch.append(sample) }
                guard !isGated || sample.atMs == samples.last?.atMs else { continue }
                if let first = stretch.first, let last = stretch.last, Self.wasAnswered(peer, in: stretch) {
                    intervals["association \(peer)", default: []].append(first.at...last.at)
                }
                stretch = []
            }
        }
    }

    /// For the same reason truth may have a connection to a killed process for seconds, which ends with the process.
    private mutating func note(_ kill: (address: String, at: Timestamp), _ samples: [TruthSample]) {
        guard let before = samples.last(where: { $0.at <= kill.at })?.associationFacts[kill.address],
            before.hasPrefix("active"), let last = samples.last, last.at > kill.at
        else { return }
        let after = samples.first { $0.at > kill.at && $0.associationFacts[kill.address] != before } ?? last
        intervals["association \(kill.address)", default: []].append(kill.at...after.at)
    }

    /// Whether a heartbeat was answered between two samples; the first that a detector has may be made up by the observer.
    private static func wasAnswered(_ peer: String, in samples: [TruthSample]) -> Bool {
        zip(samples, samples.dropFirst()).contains { before, after in
            guard before.detectors?.contains(where: { $0.peer == peer }) == true,
                let detector = after.detectors?.first(where: { $0.peer == peer })
            else { return false }
            return after.at - .microseconds(Int64(detector.sinceMs * 1000)) > before.at
        }
    }

    private mutating func note(
        _ kind: String, _ before: [String: String], _ after: [String: String], _ time: ClosedRange<Timestamp>
    ) {
        for key in Set(before.keys).union(after.keys) where before[key] != after[key] {
            intervals["\(kind) \(key)", default: []].append(time)
        }
    }

    /// Whether a fact had not changed for a while and would not for a while.
    func isStill(_ kinds: [String], _ peer: String, at now: Timestamp) -> Bool {
        let all = whole + kinds.flatMap { intervals["\($0) \(peer)"] ?? [] }
        return all.allSatisfy { now < $0.lowerBound - Self.margin || now > $0.upperBound + Self.margin }
    }
}
