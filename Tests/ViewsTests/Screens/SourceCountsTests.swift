// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct SourceCountsTests {
    @Test("what was dropped or rejected is on the screen of sources and on the source's page")
    func counts() {
        var snapshot = Builder().snapshot()
        var rejected = RejectedInputs()
        for _ in 0..<9 { rejected.count(.outdated) }
        rejected.count(.noUid)
        snapshot.sources[0].rejected = rejected
        snapshot.dropped.lines = 12
        snapshot.dropped.events = 1
        var session = Session(Scene(name: "dropped", snapshot: snapshot))
        session.type("7")
        #expect(session.text.contains("1 event dropped; 12 lines dropped"))
        session.press(.enter)
        #expect(
            session.text.contains(
                "Not used     of associations: 9 older than what is known, 1 without a uid"))
    }

    @Test("events that the timeline no longer has are counted there too")
    func older() {
        var session = Session(TimelineScene.burst)
        session.type("7")
        #expect(session.text.contains("the timeline keeps 9952 events, 2048 older ones were dropped"))
    }

    @Test("as long as nothing is dropped, nothing is said of it")
    func nothing() {
        var session = Session(.healthy)
        session.type("7")
        #expect(!session.text.contains("dropped"))
    }
}
