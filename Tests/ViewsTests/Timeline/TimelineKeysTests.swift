// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Keys of the timeline") struct TimelineKeysTests {
    private func session(_ scene: Scene = TimelineScene.incident, _ keys: String = "5") -> Session {
        var session = Session(scene)
        session.type(keys)
        return session
    }

    private func data(_ session: inout Session, _ events: [MeshEvent]) {
        guard let snapshot = TimelineScene.scene("more", events).snapshot else { return }
        _ = session.app.handle(.data(snapshot, newEvents: 1))
    }

    @Test("the newest event is followed until the reader scrolls back, and again from home on")
    func following() {
        var session = session()
        #expect(session.selectedLine?.contains("was told that 10.0.0.7") == true)
        data(&session, TimelineScene.incidentEvents + [TimelineScene.reach(1, 7, 10)])
        #expect(session.selectedLine?.contains("10.0.0.10 unreachable") == true)
        session.press(.down)
        data(&session, TimelineScene.incidentEvents + [TimelineScene.reach(1, 7, 10), TimelineScene.reach(0.5, 7, 11)])
        #expect(session.selectedLine?.contains("was told that 10.0.0.7") == true)
        #expect(session.text.contains("2 newer"))
        session.press(.home)
        #expect(session.selectedLine?.contains("10.0.0.11 unreachable") == true)
        #expect(!session.text.contains("newer"))
    }

    @Test("what is hidden is counted, and esc shows it again")
    func filters() {
        var session = session()
        session.type("f2")
        #expect(session.text.contains("4 of 11 events, 7 hidden: reachability"))
        session.type("o")
        #expect(session.text.contains("reported by 10.0.0.11"))
        session.press(.escape)
        #expect(session.text.contains(" 11 events"))
    }

    @Test("text is looked for in the line an event came from too, in any case, while it is typed")
    func text() {
        var session = session()
        session.type("/IRRECOV")
        #expect(session.text.contains("1 of 11 events, 10 hidden: with \"IRRECOV\""))
        session.press(.backspace, .escape)
        #expect(session.text.contains(" 11 events"))
    }

    @Test("a selected event keeps its place while a filter changes, or gives it to its neighbour")
    func selectionUnderFilter() {
        var session = session(TimelineScene.incident, "5jj")
        #expect(session.selectedLine?.contains("waits before downing") == true)
        session.type("v")
        #expect(session.selectedLine?.contains("waits before downing") == true)
        session.type("f2")
        #expect(session.selectedLine?.contains("unreachable") == true)
        session.press(.escape)
        #expect(session.selectedLine?.contains("waits before downing") == true)
    }

    @Test("} goes to the next event of the same pair, { to the one before")
    func pairs() {
        var events = TimelineScene.incidentEvents
        events.append(TimelineScene.reach(1, 8, 9, isReachable: true))
        var session = session(TimelineScene.scene("pairs", events))
        session.type("{")
        #expect(session.selectedLine?.contains("10.0.0.8   10.0.0.9 unreachable") == true)
        session.type("{")
        #expect(session.selectedLine?.contains("has gated 10.0.0.9") == true)
        session.type("}}")
        #expect(session.selectedLine?.contains("10.0.0.9 reachable") == true)
    }

    @Test("Enter tells all of an event, } there shows the next one, and esc comes back to where it was")
    func page() {
        var session = session(TimelineScene.incident, "5jjj")
        session.press(.enter)
        #expect(session.text.contains("Timeline → Event"))
        #expect(session.text.contains("Found by"))
        session.press(.escape)
        #expect(session.selectedLine?.contains("10.0.0.9 unreachable, says") == true)
    }

    @Test("g goes to the cell of a pair or to a member, and esc comes back")
    func goTo() {
        var session = session(TimelineScene.incident, "5j")
        session.type("g")
        #expect(session.text.contains("Timeline → Matrix"))
        #expect(session.app.screens.matrix.column == .member(cluster: "Shop", Scene.node(9)))
        session.press(.escape)
        #expect(session.selectedLine?.contains("has quarantined 10.0.0.9") == true)
        session.press(.end)
        session.type("g")
        #expect(session.text.contains("akka://Shop@10.0.0.12:25520"))
        session.press(.escape)
        #expect(session.selectedLine?.contains("10.0.0.12 Joining") == true)
    }

    @Test("t leads from a member, a pair and a reason to their events, and esc back")
    func toTimeline() {
        var session = session(TimelineScene.incident, "2jj")
        session.type("t")
        #expect(session.text.contains("hidden: about or by 10.0.0.9"))
        session.press(.escape)
        #expect(session.text.contains("SEEN BY"))
        session.press(.enter)
        session.type("t")
        #expect(session.text.contains("hidden: about or by 10.0.0.9"))
        session.press(.escape)
        #expect(session.text.contains("akka://Shop@10.0.0.9:25520"))
        session.app.open(.pair(PairID(cluster: "Shop", observer: Scene.node(7), subject: Scene.node(9))))
        session.type("t")
        #expect(session.text.contains("3 of 11 events, 8 hidden: between 10.0.0.7 and 10.0.0.9"))
        session.type("5")
        #expect(session.text.contains(" 11 events"))
    }

    @Test("opening one event shows it among all others, whatever was filtered")
    func openEvent() {
        var session = session(TimelineScene.incident, "5fx1")
        session.app.carryOut([.showEvent(TimelineScene.incidentEvents[3])])
        #expect(session.selectedLine?.contains("has gated 10.0.0.9") == true)
    }

    @Test("the axis gets shorter and longer, and stands still within a column")
    func zoom() {
        var session = session()
        #expect(session.text.contains("\n 1m "))
        session.type("+")
        #expect(session.text.contains("\n 30s "))
        session.type("---")
        #expect(session.text.contains("\n 5m "))
        session.type("0")
        #expect(session.text.contains("\n 1m "))
        let before = session.text.split(separator: "\n")[3]
        _ = session.app.handle(.clock(Scene.now + .milliseconds(1)))
        #expect(session.text.split(separator: "\n")[3] == before)
    }

    @Test("a frozen display keeps its events")
    func frozen() {
        var session = session()
        session.type(" ")
        data(&session, TimelineScene.incidentEvents + [TimelineScene.reach(1, 7, 10)])
        #expect(session.text.contains(" 11 events"))
        session.type(" ")
        #expect(session.text.contains(" 12 events"))
    }
}
