// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("One order over all observers")
struct EventLogTests {
    private func event(
        _ observer: String, _ seconds: Double, _ text: String = "", toldAt: Double? = nil,
        _ causality: Causality? = nil
    ) -> MeshEvent {
        MeshEvent(
            at: second(seconds), cluster: "Shop", observer: address(observer), subject: nil, subjectUid: nil,
            change: .other, origin: .log, text: text, clock: .node(address(observer)),
            receivedAt: second(toldAt ?? seconds), causality: causality)
    }

    private func texts(_ log: EventLog) -> [String] { log.newest(.max).map(\.text) }

    private static let quarantine = Causality.Link.quarantine(by: address("a"), of: address("b"), uid: 7)

    @Test("events stand by their times, whoever told them first")
    func byTime() {
        let log = EventLog([event("a", 3, "3"), event("b", 1, "1"), event("c", 2, "2"), event("a", 4, "4")])
        #expect(texts(log) == ["1", "2", "3", "4"])
    }

    @Test("of one observer and one stamp, what came first stands first")
    func sameStamp() {
        let log = EventLog((0..<600).map { event("a", 1, "\($0)") })
        #expect(texts(log) == (0..<600).map(String.init))
    }

    @Test("an effect that is stamped before its cause follows it, with what its observer told afterwards")
    func causality() {
        var log = EventLog([
            event("b", 1.0, "b hears of it", .effect(Self.quarantine)), event("b", 1.1, "b ends"),
            event("c", 1.15, "c"), event("a", 1.2, "a quarantines b", .cause(Self.quarantine)),
            event("b", 1.3, "b later"),
        ])
        log.settle()
        #expect(texts(log) == ["c", "a quarantines b", "b hears of it", "b ends", "b later"])
        #expect(log.chunks.flatMap(\.entries).filter(\.isMoved).map(\.event.text) == ["b hears of it", "b ends"])
    }

    @Test("an effect that stands after a cause is not moved behind the next one")
    func secondCause() {
        var log = EventLog([
            event("a", 1.0, "cause", .cause(Self.quarantine)), event("b", 1.5, "effect", .effect(Self.quarantine)),
            event("a", 2.0, "again", .cause(Self.quarantine)),
        ])
        log.settle()
        #expect(texts(log) == ["cause", "effect", "again"])
    }

    @Test("a chain of causes holds as a whole")
    func chain() {
        let downing = Causality.Link.downing(of: address("b"))
        let chained = Causality.Link.start(of: address("b"))
        var log = EventLog([
            event("c", 1.0, "3", .effect(chained)), event("b", 1.5, "2a", .effect(downing)),
            event("b", 1.6, "2b", .cause(chained)), event("a", 2.0, "1", .cause(downing)),
        ])
        log.settle()
        #expect(texts(log) == ["1", "2a", "2b", "3"])
    }

    @Test("a cause from long after is not the cause")
    func unrelated() {
        var log = EventLog([
            event("b", 1, "effect", .effect(Self.quarantine)), event("a", 100, "cause", .cause(Self.quarantine)),
        ])
        log.settle()
        #expect(texts(log) == ["effect", "cause"])
    }

    @Test("what is told late is put in its place and marked; what happened before the start is history and not late")
    func late() {
        var log = EventLog()
        log.insert(event("a", 10), liveSince: second(5))
        let inTime = log.insert(event("b", 8.5, toldAt: 10), liveSince: second(5))
        let late = log.insert(event("b", 6, "late", toldAt: 11), liveSince: second(5))
        let history = log.insert(event("b", 1, "history", toldAt: 11), liveSince: second(5))
        #expect(!inTime && late && !history)
        #expect(texts(log).prefix(2) == ["history", "late"])
        #expect(log.chunks.flatMap(\.entries).filter(\.isLate).map(\.event.text) == ["late"])
    }

    @Test("corrected clocks put everything of an observer where it belongs")
    func corrections() {
        var log = EventLog([event("a", 1, "1"), event("b", 4, "2"), event("a", 3, "3")])
        #expect(texts(log) == ["1", "3", "2"])
        let former = log.version
        log.correct { $0.event.observer == address("b") ? .seconds(2) : nil }
        #expect(texts(log) == ["1", "2", "3"])
        #expect(log.version != former)
    }

    @Test(
        "any order within the bound gives the same list", arguments: [1, 2, 3, 9_169_803_160_384_900_112] as [UInt64])
    func permutations(seed: UInt64) { checkPermutations(seed) }

    private func checkPermutations(_ seed: UInt64) {
        var generator = SplitMix(seed: seed)
        for _ in 0..<10 {
            let events = randomEvents(&generator)
            let sorted = log(of: events)
            for _ in 0..<3 {
                // Each comes up to the bound later than it happened; of one observer the earlier comes first.
                var delays: [Address: Double] = [:]
                let told = events.map { event -> (Double, MeshEvent) in
                    let observer = event.observer ?? address("a")
                    let seconds = (event.at - second(0)).inSeconds
                    let time = max(delays[observer] ?? 0, seconds + Double.random(in: 0..<2.9, using: &generator))
                    delays[observer] = time
                    return (time, event)
                }
                let shuffled = told.enumerated()
                    .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
                let log = log(of: shuffled)
                #expect(texts(log) == texts(sorted), "seed \(seed)")
                #expect(!log.chunks.flatMap(\.entries).contains { $0.isLate }, "seed \(seed)")
            }
        }
    }

    private func log(of events: [MeshEvent]) -> EventLog {
        var log = EventLog()
        for (index, event) in events.enumerated() {
            log.insert(event, liveSince: second(-1))
            if index % 41 == 0 { log.settle() }
        }
        log.settle()
        return log
    }

    /// Orderly ones are as in real life: nobody tells both ends of a link, which could contradict itself.
    private func randomEvents(_ generator: inout SplitMix, isOrderly: Bool = false) -> [MeshEvent] {
        let names = ["a", "b", "c", "d"]
        let links = [Self.quarantine, .downing(of: address("b")), .start(of: address("c"))]
        var time = 0.0
        return (0..<500).map { number in
            time += Double(Int.random(in: 0..<40, using: &generator)) / 1000
            let causality: Causality? =
                switch Int.random(in: 0..<40, using: &generator) {
                case 0: links.randomElement(using: &generator).map { .cause($0) }
                case 1, 2: links.randomElement(using: &generator).map { .effect($0) }
                default: nil
                }
            var name = names.randomElement(using: &generator) ?? "a"
            if isOrderly, let causality {
                name = causality.isEffect ? "b" : "a"
                return event(name, time, "\(number)", Causality(link: Self.quarantine, isEffect: causality.isEffect))
            }
            return event(name, time, "\(number)", causality)
        }
    }

    @Test("an effect never stands before the cause that follows it, whatever the clocks say")
    func causesFirst() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix(seed: seed)
        for _ in 0..<10 {
            let log = log(of: randomEvents(&generator, isOrderly: true))
            let entries = log.chunks.flatMap(\.entries)
            for (index, entry) in entries.enumerated() {
                guard let causality = entry.event.causality, causality.isEffect else { continue }
                let causes = entries.enumerated().filter {
                    $0.element.event.causality == .cause(causality.link)
                        && ($0.element.time - entry.time) > .seconds(-30)
                        && ($0.element.time - entry.time) < .seconds(29)
                }
                #expect(causes.isEmpty || causes.contains { $0.offset < index }, "seed \(seed)")
            }
        }
    }

    @Test("a burst of events stays within bounds, and a copy shares what did not change")
    func burst() {
        var log = EventLog()
        for number in 0..<200_000 { log.insert(event("a", Double(number) / 1000)) }
        #expect(log.total == 200_000 && log.count <= EventLog.capacity && log.dropped == log.total - log.count)
        let copy = log
        log.insert(event("b", 1000))
        let changed = zip(log.chunks, copy.chunks).count { $0.version != $1.version }
        #expect(changed <= 1)
        #expect(copy.count + 1 >= log.count)
    }
}
