// SPDX-License-Identifier: Apache-2.0
internal import Model

/// Membership, leadership, failure detection and downing: akka.md §8, M, F and S. Both forks print the same words.
extension LogCatalogue {
    static let membershipRows: [LogPattern] = [
        LogPattern("M01", "Starting up, Akka version ["),
        LogPattern("M01", "Starting up, Pekko version ["),
        LogPattern("M03", "Node [{peer}] is JOINING itself (with roles [") { _ in .memberStatus(.joining) },
        LogPattern("M04", "Node [{peer}] is JOINING, roles [", payload: .roles) { _ in .memberStatus(.joining) },
        LogPattern("M05", "Leader is moving node [{peer}] to [{status}]") { .memberStatus($0.status) },
        LogPattern("M07", "Leader is removing confirmed Exiting node [{peer}]") { _ in .memberRemoved },
        LogPattern("M06", "Leader is removing exiting node [{peer}]") { _ in .memberRemoved },
        LogPattern("M06", "Leader is removing unreachable node [{peer}]") { _ in .memberRemoved },
        LogPattern("M08", "Leader is removing {status} node [{peer}] in DC [") { _ in .memberRemoved },
        LogPattern("M09", "Marking unreachable node [{peer}] as [Down]") { _ in .memberStatus(.down) },
        LogPattern("M09", "Marking node [{peer}] as [Down]") { _ in .memberStatus(.down) },
        LogPattern("M10", "Marked address [{peer}] as [Leaving]") { _ in .memberStatus(.leaving) },
        LogPattern("M11", "Preparing for shutdown [{peer}] as [PreparingForShutdown]") { _ in
            .memberStatus(.preparingForShutdown)
        },
        LogPattern("M12", "is the new leader", clusterOnly: true) { _ in .leads(true) },
        LogPattern("M13", "is no longer the leader", clusterOnly: true) { _ in .leads(false) },
        LogPattern("M13", "is no longer leader", clusterOnly: true) { _ in .leads(false) },
        LogPattern("M14", "Leader can currently not perform its duties", payload: .leader) { _ in .convergence(false) },
        LogPattern("M15", "Leader can perform its duties again") { _ in .convergence(true) },
        LogPattern("M16", "Existing member [{members}] is joining again"),
        LogPattern("M17", "New incarnation of existing member [{members}] is trying to join"),
        LogPattern("M18", "Marking node as TERMINATED [{peer}], due to quarantine") { _ in .terminated },
        LogPattern("M19", "Welcome from [{peer}]", clusterOnly: true) { _ in .welcomed },
        LogPattern("M21", "Received InitJoin message from ["),
        LogPattern("M22", "Sending InitJoinAck message from node [{own}] to ["),
        LogPattern("M22", "Sending InitJoinNack message from node [{own}] to ["),
        LogPattern("M23", "Couldn't join seed nodes after [{count}] att"),
        LogPattern("M24", "Couldn't join other seed nodes, will join myself"),
        LogPattern("M25", "Couldn't join seed nodes because of incompatible cluster configuration"),
        LogPattern("M26", "Found incompatible settings when [{peer}] tried to join"),
        LogPattern("M27", "Joining of seed-nodes [{text}] was unsuccessful after configured"),
        LogPattern("M28", "Trying to join member with wrong "),
        LogPattern("M28", "Member with wrong "),
        LogPattern("M29", "Trying to join [{text}] to [{status}] member, ignoring"),
        LogPattern("M32", "Received gossip where this member has been downed, from [{peer}]") { _ in .selfDowned },
        LogPattern("M33", "Node has been marked as DOWN. Shutting down myself") { _ in .selfDowned },
        // Until Akka 2.4.6.
        LogPattern("M33", "Shutting down myself", clusterOnly: true) { _ in .selfDowned },
        LogPattern("M34", "Exiting, starting coordinated shutdown") { _ in .exiting },
        LogPattern("M34", "Exiting (leader), starting coordinated shutdown") { _ in .exiting },
        LogPattern("M35", "Exiting completed", clusterOnly: true),
        LogPattern("M35", "Exiting confirmed [{peer}]"),
        LogPattern("M36", "Shutting down...", clusterOnly: true),
        LogPattern("M36", "Successfully shut down", clusterOnly: true) { _ in .leftCluster },
        LogPattern("M37", "Ignoring received gossip "),
        LogPattern("M38", "No downing-provider-class configured, manual cluster downing required") { _ in .noDowning },
        LogPattern("M39", "No seed-nodes configured, manual cluster join required"),
        LogPattern("M39", "No seed nodes found in configuration, relying on Cluster Bootstrap for joining"),
        LogPattern("M40", "Leader is auto-downing unreachable node [{peer}]"),
        LogPattern("M41", "Cross DC heartbeat becoming ACTIVE on this node (for DC: "),
        LogPattern("M42", "Ignoring down of unknown node [{peer}]"),
    ]

    static let detectionRows: [LogPattern] = [
        LogPattern("F01", "Marking node as UNREACHABLE [{members}]", payload: .members) { _ in
            .unreachable(expected: false)
        },
        // Until Akka 2.4.6 the line ended here; then it named the observer's roles.
        LogPattern("F02", "Marking node(s) as UNREACHABLE [{members}]", payload: .members) { _ in
            .unreachable(expected: false)
        },
        LogPattern("F03", "Marking exiting node(s) as UNREACHABLE [{members}]", payload: .members) { _ in
            .unreachable(expected: true)
        },
        LogPattern("F04", "Marking node as REACHABLE [{members}]", payload: .members) { _ in .reachable },
        LogPattern("F05", "Marking node(s) as REACHABLE [{members}]", payload: .members) { _ in .reachable },
        LogPattern(
            "F06",
            "Scheduled sending of heartbeat was delayed. Previous heartbeat was sent [{ms}] ms ago, expected interval is [{count}] ms"
        ) {
            .heartbeatDelayed(actual: $0.milliseconds() ?? .zero, expected: $0.milliseconds(.count) ?? .zero)
        },
        LogPattern("F07", "heartbeat interval is growing too large for address {peer}: {ms} millis") {
            .heartbeatGrowing(interval: $0.milliseconds() ?? .zero)
        },
        LogPattern("F07", "heartbeat interval is growing too large: {ms} millis") {
            .heartbeatGrowing(interval: $0.milliseconds() ?? .zero)
        },
        LogPattern("F08", "Detected unreachable: [{peer}]") { _ in .deathWatchTriggered },

        LogPattern(
            "S01",
            "SBR started. Config: strategy [{text}], stable-after [{reason}], {any}selfUniqueAddress [{own}#{uid}]"
        ) {
            .downing(
                .started(
                    strategy: $0.text(.text, maximum: LogMatch.maximumDecision),
                    stableAfter: DurationWords.duration($0.text(.reason))))
        },
        LogPattern(
            "S02",
            "SBR found unreachable members, waiting for stable-after = {ms} ms before taking downing decision. Now {count} unreachable members found. Downing decision will not be made before {text}."
        ) { .downing(waiting($0, reset: false)) },
        LogPattern(
            "S03",
            "SBR found unreachable members changed during stable-after period. Resetting timer. Now {count} unreachable members found. Downing decision will not be made before {text}."
        ) { .downing(waiting($0, reset: true)) },
        LogPattern("S04", "SBR found all unreachable members healed during stable-after period") { _ in
            .downing(.healed)
        },
        LogPattern("S05", "This node is now the leader responsible for taking SBR decisions") { _ in
            .downing(.responsible(true))
        },
        LogPattern("S05", "This node is not the leader any more and not responsible for taking SBR decisions") { _ in
            .downing(.responsible(false))
        },
        LogPattern(
            "S06", "SBR took decision {text} and is downing [{peer}]{any}] unreachable of [", payload: .decision
        ) {
            .downing(
                .decided($0.text(.text, maximum: LogMatch.maximumDecision), downsSelf: $0.says("] including myself,")))
        },
        LogPattern(
            "S06", "SBR took decision {text} and is downing [{reason}]{any}] unreachable of [", payload: .decision
        ) {
            .downing(
                .decided($0.text(.text, maximum: LogMatch.maximumDecision), downsSelf: $0.says("] including myself,")))
        },
        LogPattern("S06", "SBR double {text} decision, downing all instead", payload: .records) {
            .downing(.decided("\($0.text(.text, maximum: LogMatch.maximumDecision)) twice, downs all", downsSelf: true))
        },
        LogPattern("S07", "SBR is downing [UniqueAddress({peer},{uid})]") { _ in .downing(.downing) },
        LogPattern("S08", "SBR detected instability and will down all nodes") { _ in .downing(.unstable) },
        LogPattern("S09", "SBR acquired lease for decision [{text}]") {
            .downing(.lease("acquired for \($0.text(.text, maximum: LogMatch.maximumDecision))"))
        },
        LogPattern("S09", "SBR has acquired lease for decision [{text}]") {
            .downing(.lease("acquired for \($0.text(.text, maximum: LogMatch.maximumDecision))"))
        },
        LogPattern("S09", "SBR couldn't acquire lease, reverse decision [{text}]") {
            .downing(.lease("denied, reverse \($0.text(.text, maximum: LogMatch.maximumDecision))"))
        },
        LogPattern("S09", "SBR released lease") { _ in .downing(.lease("released")) },
        LogPattern("S10", "Data center [{text}] observed as unreachable") {
            .downing(.dataCenter($0.text(.text, maximum: LogMatch.maximumName), isReachable: false))
        },
        LogPattern("S10", "Data center [{text}] observed as reachable again") {
            .downing(.dataCenter($0.text(.text, maximum: LogMatch.maximumName), isReachable: true))
        },
    ]

    private static func waiting(_ match: LogMatch, reset: Bool) -> LifecycleEvent.DowningLine {
        .waiting(
            unreachable: match.int(.count),
            notBefore: Timestamp(rfc3339: match.text(.text, maximum: LogMatch.maximumName)), reset: reset)
    }
}

/// Reads durations as Scala prints them: `10 seconds`, `20000 milliseconds`, `1 minute`.
enum DurationWords {
    private static let units: [(names: [String], milliseconds: Int64)] = [
        (["ms", "milli", "millis", "millisecond", "milliseconds"], 1),
        (["s", "sec", "secs", "second", "seconds"], 1000),
        (["m", "min", "mins", "minute", "minutes"], 60_000), (["h", "hour", "hours"], 3_600_000),
        (["d", "day", "days"], 86_400_000),
    ]

    /// The duration that a text says, or `nil`.
    static func duration(_ text: String) -> Duration? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let value = Double(parts[0]), value >= 0, value < 1e9 else { return nil }
        return units.first { $0.names.contains(String(parts[1])) }.map {
            .milliseconds(Int64(value * Double($0.milliseconds)))
        }
    }
}
