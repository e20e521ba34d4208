// SPDX-License-Identifier: Apache-2.0
internal import Model

/// KIA0201: several DestinationRules for the same host and subset (destinationrules/multi_match_checker.go). A rule without subsets meets all of them.
enum RuleCollisionChecks {
    private struct Entry {
        let rule: Int
        let sight: Sight
        let subsets: Set<String>
    }

    static func check(_ scene: IstioScene, _ sink: inout CheckSink) {
        var hosts: [String: [Entry]] = [:]
        for (index, rule) in scene.destinationRules.enumerated() where !rule.isMutualDefault {
            let sight = scene.sight(scene.reach(rule), [rule.host], of: rule.head.namespace)
            guard !sight.isNobody else { continue }
            let host = scene.host(rule.host, in: rule.head.namespace).text
            hosts[host, default: []].append(Entry(rule: index, sight: sight, subsets: Set(rule.subsets.map(\.name))))
        }
        for entries in hosts.values where entries.count > 1 { compare(entries, scene, &sink) }
        let wildcards = hosts.keys.filter { $0.hasPrefix("*") }.sorted()
        for wildcard in wildcards {
            for (host, entries) in hosts where host != wildcard && overlaps(host, wildcard) {
                compare(entries, hosts[wildcard] ?? [], scene, &sink)
            }
        }
    }

    /// Among those of one host.
    private static func compare(_ entries: [Entry], _ scene: IstioScene, _ sink: inout CheckSink) {
        let all = CommonSight(entries.map(\.sight))
        let whole = entries.filter(\.subsets.isEmpty)
        let wholes = CommonSight(whole.map(\.sight))
        var bySubset: [String: [Sight]] = [:]
        for entry in entries { for subset in entry.subsets { bySubset[subset, default: []].append(entry.sight) } }
        let common = bySubset.filter { $0.value.count > 1 }.mapValues { CommonSight($0) }
        for entry in entries {
            let isMet =
                entry.subsets.isEmpty
                ? all.isShared(entry.sight)
                : wholes.meets(entry.sight) || entry.subsets.contains { common[$0]?.isShared(entry.sight) ?? false }
            if isMet { say(entry, scene, &sink) }
        }
    }

    /// Between those of a host and those of a wildcard that it lies within.
    private static func compare(_ some: [Entry], _ others: [Entry], _ scene: IstioScene, _ sink: inout CheckSink) {
        for (mine, theirs) in [(some, others), (others, some)] {
            for entry in mine {
                let fitting = theirs.filter {
                    $0.subsets.isEmpty || entry.subsets.isEmpty || !$0.subsets.isDisjoint(with: entry.subsets)
                }
                if CommonSight(fitting.map(\.sight)).meets(entry.sight) { say(entry, scene, &sink) }
            }
        }
    }

    private static func say(_ entry: Entry, _ scene: IstioScene, _ sink: inout CheckSink) {
        let rule = scene.destinationRules[entry.rule]
        sink.say(
            "KIA0201", .warning, rule.head, "spec/host",
            "another destination rule is for the same subset of \(rule.host), or for all of them: only one of them applies"
        )
    }
}
