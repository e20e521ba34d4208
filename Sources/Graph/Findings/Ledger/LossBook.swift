// SPDX-License-Identifier: Apache-2.0
package import Model

/// Who was first seen to have whom as unreachable, and by which observation; as views, streams and lines say.
package struct LossBook: Sendable {
    package struct Pair: Hashable, Sendable {
        package var observer: Address
        package var subject: Address
    }

    /// By who reports it: the pairs that the newest view has.
    private var views: [Address: [Pair: Sighting]] = [:]
    private var streams: [Address: [Address: Sighting]] = [:]
    private var lines: [Address: [Address: Sighting]] = [:]
    /// What streams said last before they broke off.
    private var lastWords: [Address: [Address: Sighting]] = [:]

    /// The earliest sighting of a loss, the observer's own word first.
    package func sighting(_ observer: Address, _ subject: Address) -> Sighting? {
        let pair = Pair(observer: observer, subject: subject)
        let own = [views[observer]?[pair], lines[observer]?[subject], streams[observer]?[subject]].compactMap { $0 }
        if let first = own.min(by: { $0.observation < $1.observation }) { return first }
        return views.values.compactMap { $0[pair] }.min { $0.observation < $1.observation }
    }

    /// A loss as the observer itself said it last, whatever became of the observer since.
    package func ownSighting(_ observer: Address, _ subject: Address) -> Sighting? {
        let pair = Pair(observer: observer, subject: subject)
        let streamed = streams[observer]?[subject] ?? lastWords[observer]?[subject]
        return [views[observer]?[pair], lines[observer]?[subject], streamed].compactMap { $0 }
            .min { $0.observation < $1.observation }
    }

    mutating func record(_ view: MembershipView, in entry: Entry) {
        guard !view.unreachable.isEmpty else {
            if views[view.observer] != nil { views[view.observer] = nil }
            return
        }
        let known = views[view.observer] ?? [:]
        var next: [Pair: Sighting] = [:]
        for record in view.unreachable {
            for observer in record.observers {
                let pair = Pair(observer: observer, subject: record.subject)
                next[pair] =
                    known[pair]
                    ?? entry.sighting(
                        view.observer,
                        "\(observer.hostPort) has \(record.subject.hostPort) as unreachable, says \(view.observer.hostPort)"
                    )
            }
        }
        views[view.observer] = next
    }

    mutating func record(_ event: DomainEvent, by reporter: Address, in entry: Entry) {
        switch event {
        case .unreachable(let member):
            let text = "\(reporter.hostPort) sees \(member.node.address.hostPort) become unreachable"
            let known = streams[reporter]?[member.node.address]
            streams[reporter, default: [:]][member.node.address] = known ?? entry.sighting(reporter, text)
        case .reachable(let member), .memberRemoved(let member, _):
            streams[reporter]?[member.node.address] = nil
        default: break
        }
    }

    /// A stream begins: what the one before it said last is of another time.
    mutating func resetStream(of reporter: Address) { (streams[reporter], lastWords[reporter]) = (nil, nil) }

    /// A stream broke off, perhaps with its process.
    mutating func endStream(of reporter: Address) {
        if let said = streams[reporter] { lastWords[reporter] = said }
        streams[reporter] = nil
    }

    mutating func record(_ line: LifecycleEvent, by observer: Address, in entry: Entry) {
        guard let peer = line.peer else { return }
        switch line.kind {
        case .unreachable(expected: false), .terminated:
            let known = lines[observer]?[peer]
            lines[observer, default: [:]][peer] =
                known ?? entry.sighting(observer, line.evidence.text, stamp: line.at)
        case .reachable, .memberRemoved: lines[observer]?[peer] = nil
        case .started: lines[observer] = nil
        default: break
        }
    }
}
