// SPDX-License-Identifier: Apache-2.0
package import Model

/// What lines said of one topic, from one node about one other.
package struct LineFact: Hashable, Sendable {
    /// Maximum number of times that are kept of one fact.
    static let maximumTimes = 16

    /// The first line of the present run of them.
    package var first: Sighting
    /// The newest line.
    package var last: Sighting
    /// How many there were since the first.
    package var count: Int
    /// When the newest ones came, oldest first.
    package var times: [Timestamp]
    /// The newest line as it was read.
    package var line: LifecycleEvent
    /// Who it is from.
    package var observer: Address?
    /// Who it is about.
    package var peer: Address?
}

/// The lines that bear on findings, by topic: first, newest and number, not the lines themselves.
package struct LineLedger: Sendable {
    /// Maximum number of different facts; the one that is oldest makes room.
    package static let maximumFacts = 2_048
    /// A fact that is older is of another story.
    static let retention = Duration.seconds(600)

    private struct Key: Hashable {
        var topic: LineTopic
        var observer: Address?
        var peer: Address?
    }

    private var facts: [Key: LineFact] = [:]
    /// Keys by topic: most topics have none, and rules ask by topic.
    private var keys: [LineTopic: [Key]] = [:]
    private var heard: [Address: Sighting] = [:]
    /// The logs that were read to their end once: what they say from then on is said now.
    private var followed: Set<SourceID> = []

    /// All facts of a topic, by observer, then peer.
    package func all(_ topic: LineTopic) -> [LineFact] {
        (keys[topic] ?? []).compactMap { facts[$0] }.sorted {
            ($0.observer?.text ?? "", $0.peer?.text ?? "", $0.first.observation)
                < ($1.observer?.text ?? "", $1.peer?.text ?? "", $1.first.observation)
        }
    }

    /// What one node said of another.
    package func fact(_ topic: LineTopic, _ observer: Address?, _ peer: Address?) -> LineFact? {
        facts[Key(topic: topic, observer: observer, peer: peer)]
    }

    /// When a node's log last said anything that is known.
    package func lastHeard(_ observer: Address) -> Sighting? { heard[observer] }

    /// A log was read to its end.
    mutating func follow(_ source: SourceID) { followed.insert(source) }

    mutating func forget(_ source: SourceID) { followed.remove(source) }

    mutating func record(
        _ line: LifecycleEvent, by observer: Address?, in entry: Entry, isHistory: Bool = false
    ) {
        // A file that is still being read to its end is history; what comes later is said as it happens, by whatever clock.
        let isHistory = isHistory || entry.source.kind == .log && !followed.contains(entry.source)
        let at = isHistory ? min(line.at, entry.now) : entry.now
        let sighting = entry.sighting(observer, line.evidence.text, at: at, stamp: line.at)
        if let observer, heard.count < Self.maximumFacts || heard[observer] != nil { heard[observer] = sighting }
        for topic in LineTopic.all(of: line) {
            record(Key(topic: topic, observer: observer, peer: line.peer), line, sighting)
        }
    }

    private mutating func record(_ key: Key, _ line: LifecycleEvent, _ sighting: Sighting) {
        if var known = facts[key], sighting.at - known.last.at < Self.retention {
            known.last = sighting
            known.count += 1
            known.line = line
            known.times = (known.times + [sighting.at]).suffix(LineFact.maximumTimes)
            facts[key] = known
            return
        }
        if facts[key] == nil {
            if facts.count >= Self.maximumFacts { dropOldest() }
            keys[key.topic, default: []].append(key)
        }
        facts[key] = LineFact(
            first: sighting, last: sighting, count: 1, times: [sighting.at], line: line, observer: key.observer,
            peer: key.peer)
    }

    private mutating func dropOldest() {
        let oldest = facts.min {
            ($0.value.last.at, $0.value.last.observation) < ($1.value.last.at, $1.value.last.observation)
        }
        guard let key = oldest?.key else { return }
        facts[key] = nil
        keys[key.topic]?.removeAll { $0 == key }
    }

    /// What a node said before it started again is of another process; what others said of it stays.
    mutating func restart(_ observer: Address) {
        for topic in [LineTopic.exiting, .downedSelf, .shutdown, .joinFailed, .configurationRefused, .welcomed] {
            let gone = (keys[topic] ?? []).filter { $0.observer == observer }
            for key in gone { facts[key] = nil }
            if !gone.isEmpty { keys[topic]?.removeAll { $0.observer == observer } }
        }
    }
}
