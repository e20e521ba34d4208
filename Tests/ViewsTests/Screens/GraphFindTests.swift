// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Finding on the graph") struct GraphFindTests {
    private static func session(_ keys: String = "3", glyphs: GlyphSet = .unicode) -> Session {
        var session = Session(TrafficScene.three.scene("find"), glyphs: glyphs)
        session.type(keys)
        return session
    }

    private static func selected(_ session: Session) -> String? {
        guard let scene = session.app.screens.graph.scene else { return nil }
        switch scene.selection(session.list(of: .graph).selected) {
        case .nothing: return nil
        case .item(let item): return scene.title(item)
        case .edge(let edge): return scene.title(scene.drawn.edges[edge], .unicode)
        }
    }

    @Test("what is found is gone through with n and N, with its place and count, and escape ends it")
    func stepping() {
        var session = Self.session("3/!healthy")
        session.press(.enter)
        let order = ["cart v1", "payment v1", "cart v1 → payment v1"]
        #expect(Self.selected(session) == order[0])
        #expect(session.text.contains("find !healthy 1 of 3"))
        for wanted in [order[1], order[2], order[0]] {
            session.type("n")
            #expect(Self.selected(session) == wanted)
        }
        session.type("N")
        #expect(Self.selected(session) == order[2])
        #expect(session.text.contains("3 of 3") && session.text.contains("n next match"))
        session.press(.escape)
        #expect(!session.text.contains("find !healthy") && session.app.navigator.page == .screen(.graph))
        session.type("n")
        #expect(Self.selected(session) == "cart v1" || Self.selected(session) == "payment v1")
    }

    @Test("what is found is seen without colour, in ASCII and at each zoom", arguments: ["3", "3-", "3--"])
    func marks(keys: String) {
        for glyphs in [GlyphSet.unicode, .ascii] {
            let plain = Self.session(keys, glyphs: glyphs)
            var finding = plain
            finding.type("/http > 100 or name = payment")
            finding.press(.enter, .escape)
            finding.app.screens.graph.list = ListModel()
            var both = plain
            both.type("/name = payment")
            both.press(.enter)
            both.type("N")
            #expect(both.text != plain.text)
        }
    }

    @Test("a line and a frame that are found are double, and # in ASCII")
    func doubleLines() {
        var session = Self.session("3/http > 100 and from.name = web or name = gateway")
        session.press(.enter)
        session.app.screens.graph.list = ListModel()
        #expect(session.text.contains("═"))
        #expect(session.text.contains("╔") || session.text.contains("{"))
        var ascii = Self.session("3/http > 100 and from.name = web", glyphs: .ascii)
        ascii.press(.enter)
        ascii.app.screens.graph.list = ListModel()
        #expect(ascii.text.contains("##"))
    }

    @Test("plain words are looked for in names, versions, namespaces and members")
    func words() {
        for (words, wanted) in [
            ("cart", "cart v1"), ("10.0.0.9", "cart v1"), ("web v2", "web"), ("ingress", "gateway"),
        ] {
            var session = Self.session("3/\(words)")
            session.press(.enter)
            #expect(Self.selected(session) == wanted, "\(words)")
        }
    }

    @Test("what is found shows while it is typed; escape brings back what was")
    func preview() {
        var session = Self.session("3/name = web")
        session.press(.enter)
        session.type("/")
        session.press(.control("u"))
        session.type("name = pay")
        #expect(session.text.contains("nothing found"))
        session.type("ment")
        #expect(session.app.screens.graph.scene?.found.order.count == 1)
        session.press(.escape)
        #expect(session.text.contains("find name = web"))
    }

    @Test("Tab completes words, signs and names that are there, then goes from one to the next")
    func completion() {
        func typed(_ session: Session) -> String? {
            if case .expression(let prompt) = session.app.prompt { prompt.text } else { nil }
        }
        var session = Self.session("3/namesp")
        session.press(.tab)
        #expect(typed(session) == "namespace ")
        session.press(.tab)
        #expect(typed(session) == "namespace =")
        session.press(.tab)
        #expect(typed(session) == "namespace !=")
        session.press(.backTab)
        session.type(" sh")
        session.press(.tab)
        #expect(typed(session) == "namespace = shop ")
        session.press(.tab)
        session.press(.tab)
        #expect(typed(session) == "namespace = shop or")
        session.press(.control("w"))
        #expect(typed(session) == "namespace = shop ")
        session.press(.control("u"))
        session.type("rt > ")
        session.press(.tab)
        #expect(typed(session) == "rt > " && session.text.contains("milliseconds"))
    }

    @Test("the arrow up offers what was applied last, then Kiali's expressions")
    func offers() {
        var session = Self.session("3/ns = shop")
        session.press(.enter)
        session.type("/")
        session.press(.control("u"))
        #expect(session.text.contains("up: ns = shop  rt > 1000  !healthy"))
        session.press(.up, .up, .up)
        guard case .expression(let prompt) = session.app.prompt else { return #expect(Bool(false)) }
        #expect(prompt.text == "!healthy")
    }

    @Test("a mistake is named with its place and marked from there on")
    func mistakes() {
        var session = Self.session("3/healthy and foo = 3")
        #expect(session.text.contains("character 13: 'foo' is no word of the language"))
        let frame = session.app.frame()
        let marked = (0..<80).filter { frame[$0, 23]?.style.role == .failure }
        #expect(marked.count == 7 && marked.first == 6 + 12)
        session.press(.enter)
        #expect(session.app.prompt != nil)
    }

    @Test("what is hidden leaves the picture and is counted; escape brings it back")
    func hiding() {
        var session = Self.session("3!healthy")
        let before = session.app.screens.graph.scene?.drawn.items.count ?? 0
        session.press(.enter)
        #expect((session.app.screens.graph.scene?.drawn.items.count ?? 0) < before)
        #expect(session.text.contains("hides healthy ("))
        session.press(.escape)
        #expect(session.app.screens.graph.scene?.drawn.items.count == before)
    }

    @Test("an expression about times that were not queried says so")
    func unknownTimes() {
        var session = Session(TrafficScene.tiers(3, namespaces: ["a"]).scene("times"))
        session.type("3/rt > 10")
        session.press(.enter)
        #expect(session.text.contains("No match yet: the metrics that this expression needs have not arrived."))
    }

    @Test("the menu of the traffic chooses with a digit, types with anything else, and 0 ends it")
    func menu() {
        var session = Session(MeshTraffic.shop)
        session.type("6f")
        let all = session.rows(of: .traffic).count
        #expect(session.text.contains("1 ") && session.text.contains("0 all"))
        let offer = session.app.promptContext.offers(.only)[0]
        session.type("1")
        #expect(session.text.contains("only \(offer)"))
        session.type("f0")
        #expect(session.rows(of: .traffic).count == all)
        session.type("fns = pay")
        session.press(.enter)
        #expect(session.rows(of: .traffic).count == 3)
        session.press(.escape)
        #expect(session.rows(of: .traffic).count == all)
    }
}
