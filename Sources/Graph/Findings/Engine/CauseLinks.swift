// SPDX-License-Identifier: Apache-2.0
import Model

/// Which finding accounts for which.
enum CauseLinks {
    /// How long a finding that is over still accounts for what it left behind.
    private static let afterlife = Duration.seconds(90)

    /// Links effects to causes. A cause always has the lower rank, so that there are no circles.
    static func link(_ records: inout [FindingRecord]) {
        let causes = records.indices.filter { records[$0].candidate.reach != nil }.sorted {
            (records[$0].candidate.key, records[$0].id) < (records[$1].candidate.key, records[$1].id)
        }
        for place in records.indices where records[place].isOpen {
            let known = records[place].explainedBy
            let found = causes.first { explains(records[$0], records[place]) }
            // What once was explained stays so while its cause is remembered: links do not come and go.
            if let found {
                records[place].explainedBy = records[found].id
            } else if let known, !records.contains(where: { $0.id == known }) {
                records[place].explainedBy = nil
            }
        }
        var effects: [String: [String]] = [:]
        for record in records { if let cause = record.explainedBy { effects[cause, default: []].append(record.id) } }
        for place in records.indices { records[place].explains = effects[records[place].id] ?? [] }
    }

    private static func explains(_ cause: FindingRecord, _ effect: FindingRecord) -> Bool {
        guard cause.id != effect.id, let reach = cause.candidate.reach,
            cause.candidate.key.rule < effect.candidate.key.rule
                || cause.candidate.key.rule == .nodePaused && effect.candidate.key.rule == .nodeStarved,
            reach.rules.contains(effect.candidate.key.rule),
            cause.isOpen || effect.lastHeld - cause.lastHeld < afterlife
        else { return false }
        guard let subjects = reach.subjects else { return cause.candidate.key.cluster == effect.candidate.key.cluster }
        if effect.candidate.subjects.contains(where: { subjects.contains($0) }) { return true }
        // What is about the cluster as a whole names those that suffer, not what they suffer from.
        return cause.candidate.key.cluster == effect.candidate.key.cluster && effect.candidate.key.subject.isEmpty
            && aboutTheCluster.contains(effect.candidate.key.rule) && cause.isOpen
    }

    private static let aboutTheCluster: Set<FindingRule> = [
        .viewsDisagree, .leaderCannotAct, .sbrDecision, .downedEverything, .shardCoordinatorStuck, .shardHandoffSlow,
    ]
}
