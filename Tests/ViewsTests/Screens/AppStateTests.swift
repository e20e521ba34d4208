// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct AppStateTests {
    @Test("q quits, Q leaves the last frame behind, r polls now, ctrl-l repaints")
    func effects() {
        var session = Session(.healthy)
        session.press(.character("r"), .control("l"), .character("Q"), .character("q"))
        #expect(session.effects == [.pollNow, .repaint, .quit(leavingFrame: true), .quit(leavingFrame: false)])
    }

    @Test("the selection follows its member when the order changes")
    func selectionFollows() {
        var session = Session(.healthy)
        session.press(.character("2"), .down, .down)
        #expect(session.selectedLine?.contains("10.0.0.9") == true)
        session.press(.character("i"))
        #expect(session.selectedLine?.contains("10.0.0.9") == true)
        _ = session.app.handle(.data(Scene.oneUnreachable.snapshot ?? Builder().snapshot(), newEvents: 0))
        #expect(session.selectedLine?.contains("10.0.0.9") == true)
    }

    @Test("a selected member that is gone leaves the selection where it was")
    func selectionStays() {
        var session = Session(.healthy)
        session.press(.character("2"), .character("G"))
        _ = session.app.handle(.data(Builder(lasts: [7, 8]).snapshot(), newEvents: 0))
        #expect(session.selectedLine?.contains("10.0.0.8") == true)
    }

    @Test("esc goes back one page at a time and never leaves")
    func back() {
        var session = Session(.oneUnreachable)
        session.press(.character("2"), .enter, .character("?"))
        #expect(session.text.contains("Keys on Members"))
        session.press(.escape)
        #expect(session.text.contains("akka://Shop@10.0.0.9:25520"))
        session.press(.escape, .escape, .escape)
        #expect(session.text.contains("as seen by"))
        #expect(session.effects.isEmpty)
    }

    @Test("Enter on a reason in the overview opens the member it is about")
    func overviewOpens() {
        var session = Session(.oneUnreachable)
        session.press(.enter)
        #expect(session.text.contains("akka://Shop@10.0.0.9:25520"))
    }

    @Test("the display stays while frozen, says since when, and counts what it misses")
    func freezing() {
        var session = Session(.healthy)
        session.press(.character(" "))
        _ = session.app.handle(.clock(Scene.now + .seconds(30)))
        _ = session.app.handle(.data(Scene.oneUnreachable.snapshot ?? Builder().snapshot(), newEvents: 12))
        #expect(session.text.contains("FROZEN since 14:03:22 +12"))
        #expect(session.text.contains("all 6 members Up"))
        session.press(.character(" "))
        #expect(session.text.contains("DEGRADED"))
        #expect(!session.text.contains("FROZEN"))
    }

    @Test("a search highlights, Enter and n go from match to match, esc ends it")
    func searching() {
        var session = Session(.healthy)
        session.press(.character("2"), .character("/"))
        session.type("DB")
        #expect(session.roles(named: "").contains("qq"))
        session.press(.enter)
        #expect(session.selectedLine?.contains("10.0.0.10") == true)
        session.press(.character("n"))
        #expect(session.selectedLine?.contains("10.0.0.11") == true)
        session.press(.character("n"))
        #expect(session.selectedLine?.contains("10.0.0.10") == true)
        session.press(.character("N"))
        #expect(session.selectedLine?.contains("10.0.0.11") == true)
        session.press(.escape)
        #expect(!session.roles(named: "").contains("q"))
    }

    @Test("keys typed into a search are text, not commands")
    func typing() {
        var session = Session(.healthy)
        session.press(.character("/"))
        session.type("q r")
        #expect(session.effects.isEmpty)
        #expect(session.text.contains("/q r_"))
        session.press(.escape)
        #expect(!session.text.contains("/q r_"))
    }

    @Test("s goes through the columns, S picks one, i turns the order around")
    func sorting() {
        var session = Session(.oneUnreachable)
        session.press(.character("2"), .character("s"))
        #expect(session.text.contains("MEMBER▲"))
        session.press(.character("i"))
        #expect(session.text.contains("MEMBER▼"))
        session.press(.character("S"))
        #expect(session.text.contains("Sort by 1 health"))
        session.type("3")
        #expect(session.text.contains("STATUS▼"))
    }

    @Test("each screen keeps its own selection")
    func separateLists() {
        var session = Session(.healthy)
        session.press(.character("2"), .down, .character("7"), .character("G"), .character("2"))
        #expect(session.selectedLine?.contains("10.0.0.8") == true)
    }

    @Test(
        "one screen opens another, esc leads back to where it was opened from, and the way back does not grow for ever")
    func places() {
        var session = Session(.healthy)
        let pair = PairID(cluster: "Shop", observer: Scene.node(7), subject: Scene.node(8))
        session.press(.character("5"))
        session.app.carryOut([.showCell(pair)])
        session.app.open(.pair(pair))
        #expect(session.text.contains("Timeline → Matrix → 10.0.0.7 → 10.0.0.8"))
        session.press(.escape)
        #expect(session.app.navigator.page == .screen(.matrix))
        session.press(.escape)
        #expect(session.app.navigator.page == .screen(.timeline))
        session.press(.escape)
        #expect(session.app.navigator.page == .screen(.timeline))
        for _ in 0..<1000 {
            session.app.open(.pair(pair))
            session.app.open(.member(cluster: "Shop", Scene.node(7)))
        }
        #expect(session.app.navigator.pages.count < 100)
        #expect(session.app.navigator.pages.first == .screen(.timeline))
    }

    @Test("the last line and the help list only keys that work")
    func liveKeys() {
        let overview = Session(.healthy)
        #expect(!overview.text.contains("esc back"))
        #expect(!overview.text.contains("s sort"))
        let help = Session(.healthy, size: Size(columns: 80, rows: 60)).pressing([.character("?")])
        #expect(!help.text.contains("Sort by the next column"))
        #expect(help.text.contains("Quit"))
    }

    @Test("every key of the map is dispatched to its action where it is live")
    func dispatch() {
        let common: Set<KeyContext> = [.list, .openable, .sortable, .nested, .found]
        let contexts = ScreenID.allCases.map { common.union([.on($0)]) } + [[.text, .nested]]
        for set in contexts {
            for binding in KeyMap.live(in: set) {
                for key in binding.keys { #expect(KeyMap.action(of: key, in: set) == binding.action, "\(key)") }
            }
        }
    }
}

extension Session {
    /// The text of the row in reverse video.
    var selectedLine: String? {
        let frame = app.frame()
        let row = (0..<frame.size.rows).first { frame[1, $0]?.style.selected == true }
        return row.map { frame.lines[$0] }
    }
}
