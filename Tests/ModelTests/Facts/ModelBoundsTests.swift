// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model

/// Everything that comes from outside is bounded: each bound, at the bound and one beyond it.
@Suite("Bounds of the model")
struct ModelBoundsTests {
    @Test("evidence is cut at a whole character")
    func evidence() {
        let limit = LifecycleEvent.Evidence.maximumLength
        #expect(LifecycleEvent.Evidence(String(repeating: "a", count: limit)).text.utf8.count == limit)
        #expect(LifecycleEvent.Evidence(String(repeating: "a", count: limit + 1)).text.utf8.count == limit)
        let cut = LifecycleEvent.Evidence(String(repeating: "a", count: limit - 1) + "é")
        #expect(cut.text == String(repeating: "a", count: limit - 1))
    }

    @Test("the quarantines of an address are bounded: the oldest goes")
    func quarantines() {
        var quarantines = Quarantines()
        for uid in 0...Int64(Quarantines.maximum) {
            quarantines.insert(uid, isHarmless: false, at: second(Double(uid)))
        }
        #expect(quarantines.entries.count == Quarantines.maximum)
        #expect(quarantines[0] == nil)
        #expect(quarantines[1] != nil)
        #expect(quarantines[Int64(Quarantines.maximum)] != nil)
    }

    @Test("a cluster repeats so many reasons of its members and counts the others")
    func reasons() {
        func worst(_ count: Int) -> Health {
            Health.worst(
                of: (0..<count).map { (name: "m\($0)", health: Health(level: .degraded, reasons: ["bad"])) })
        }
        #expect(worst(Health.maximumReasons).reasons.count == Health.maximumReasons)
        #expect(worst(Health.maximumReasons).reasons.last == "m\(Health.maximumReasons - 1) bad")
        #expect(worst(Health.maximumReasons + 1).reasons.count == Health.maximumReasons + 1)
        #expect(worst(Health.maximumReasons + 1).reasons.last == "and 1 more")
    }

    @Test("hearsay names four finders and counts all")
    func hearsay() {
        let finders = (0..<5).map { address("m\($0)") }
        #expect(MeshEvent.Hearsay(Array(finders.prefix(4))).first.count == 4)
        #expect(MeshEvent.Hearsay(finders).first.count == 4)
        #expect(MeshEvent.Hearsay(finders).count == 5)
    }

    @Test("fifty members are polled per tick, the rest in rotation")
    func polls() {
        let limit = PollBudget.membersPerTick
        #expect(PollBudget.period(members: 0, interval: .seconds(2)) == .seconds(2))
        #expect(PollBudget.period(members: limit, interval: .seconds(2)) == .seconds(2))
        #expect(PollBudget.period(members: limit + 1, interval: .seconds(2)) == .seconds(4))
        // A journal may name any interval.
        #expect(PollBudget.period(members: 1, interval: .seconds(Int64.max)) == .seconds(1_000_000_000))
    }

    @Test("an effect follows its cause if the clocks differ by no more than half a minute")
    func causes() {
        func order(_ apart: Double) -> [String] {
            let link = Causality.Link.downing(of: address("b"))
            func event(_ text: String, _ at: Double, _ observer: String, _ causality: Causality) -> MeshEvent {
                MeshEvent(
                    at: second(at), cluster: "Shop", observer: address(observer), subject: nil, subjectUid: nil,
                    change: .other, origin: .log, text: text, clock: .node(address(observer)), causality: causality)
            }
            var log = EventLog()
            log.insert(event("effect", 0, "b", .effect(link)))
            log.insert(event("cause", apart, "a", .cause(link)))
            log.settle()
            return log.newest(2).map(\.text)
        }
        #expect(order(30) == ["cause", "effect"])
        #expect(order(30.001) == ["effect", "cause"])
    }

    @Test("the log of events drops its oldest piece beyond its capacity and counts what it dropped")
    func events() {
        var log = EventLog()
        for number in 0..<EventLog.capacity { log.insert(event(number)) }
        #expect(log.count == EventLog.capacity)
        #expect(log.dropped == 0)
        log.insert(event(EventLog.capacity))
        #expect(log.count <= EventLog.capacity)
        #expect(log.dropped == EventLog.capacity + 1 - log.count)
        #expect(log.last?.event.text == "\(EventLog.capacity)")
    }

    private func event(_ number: Int) -> MeshEvent {
        MeshEvent(
            at: second(Double(number)), cluster: "Shop", observer: address("a"), subject: nil, subjectUid: nil,
            change: .other, origin: .log, text: "\(number)")
    }

    @Test("the impossible is counted where it does not stop")
    func impossible() {
        // A debug build stops at it, so only the way on is tried here.
        #expect(Optional(1).expected("there is a value") == 1)
        var values = ["a": 1]
        let result: Int? = values.changeExisting("a", "there is a value") { value in
            value += 1
            return value
        }
        #expect(result == 2)
        #expect(values["a"] == 2)
    }

    @Test("phi is available strictly below its threshold, as in Akka: infinity against infinity is not")
    func threshold() {
        var settings = PhiAccrualFailureDetector.Settings.cluster
        settings.threshold = .infinity
        var detector = PhiAccrualFailureDetector(settings)
        detector.heartbeat(at: 0)
        detector.heartbeat(at: 1000)
        #expect(detector.phi(at: 100_000_000) == .infinity)
        #expect(!detector.isAvailable(at: 100_000_000))
        #expect(detector.isAvailable(at: 1500))
    }
}
