// SPDX-License-Identifier: Apache-2.0
import Layout
import Testing

@testable import Model
@testable import Views

@Suite("What ended, on the graph") struct GraphGoneTests {
    /// The shop, and then the shop without payment.
    private static func session(_ keys: String, size: Size, glyphs: GlyphSet = .unicode) -> (Session, GraphScene?) {
        var session = Session(TrafficScene.three.scene("before"), size: size, glyphs: glyphs)
        session.type(keys)
        let before = session.app.screens.graph.scene
        var scene = TrafficScene.three.scene("after")
        if let last = scene.snapshot?.graph?.graph, let gone = last.nodes.firstIndex(where: { $0.name == "payment" }) {
            var graph = last
            graph.at = Scene.now
            graph.edges.removeAll { $0.target == gone }
            graph.nodes.remove(at: gone)
            for place in graph.edges.indices {
                if graph.edges[place].source > gone { graph.edges[place].source -= 1 }
                if graph.edges[place].target > gone { graph.edges[place].target -= 1 }
            }
            graph.keepEnded(of: last, at: Scene.now)
            scene.snapshot?.graph = ShownGraph(graph)
        }
        if let snapshot = scene.snapshot { _ = session.app.handle(.data(snapshot, newEvents: 0)) }
        return (session, before)
    }

    @Test(
        "an edge and a node that ended stay where they were, dotted, with what they were",
        arguments: ["3+", "3-", "3--"])
    func stays(keys: String) {
        for glyphs in [GlyphSet.unicode, .ascii] {
            for size in GraphGoldenTests.sizes {
                let (session, before) = Self.session(keys, size: size, glyphs: glyphs)
                guard let before, let after = session.app.screens.graph.scene else { return #expect(Bool(false)) }
                #expect(after.drawn.items.map(\.id) == before.drawn.items.map(\.id))
                #expect(after.layout.nodes == before.layout.nodes)
                #expect(after.layout.routes.map(\.points) == before.layout.routes.map(\.points))
                #expect(after.drawn.edges.count { $0.gone != nil } == 1)
                #expect(session.text.contains("1 ended"))
            }
        }
    }

    @Test("the label of what ended says what it was and until when, as far as there is room")
    func label() {
        let (wide, _) = Self.session("3", size: Size(columns: 200, rows: 50))
        #expect(wide.text.contains("was 34/s"))
        let gone = wide.app.screens.graph.scene?.drawn.edges.firstIndex { $0.gone != nil } ?? 0
        let forms = wide.app.screens.graph.scene?.labels[gone].forms.map(\.text)
        #expect(forms == ["was 34/s until 14:03", "34/s until 14:03", "was 34/s", "ended"])
        let (narrow, _) = Self.session("3", size: Size(columns: 80, rows: 24))
        #expect(narrow.text.contains("was 34/s") || narrow.text.contains("ended"))
    }

    @Test("x leaves it out, and brings it back")
    func toggled() {
        var (session, before) = Self.session("3", size: Size(columns: 132, rows: 40))
        let count = before?.drawn.items.count ?? 0
        session.type("x")
        #expect(session.app.screens.graph.scene?.drawn.items.count == count - 1)
        session.type("x")
        #expect(session.app.screens.graph.scene?.drawn.items.count == count)
    }

    @Test("what ended can be selected, read and opened")
    func selected() {
        var (session, _) = Self.session("3", size: Size(columns: 132, rows: 40))
        guard let scene = session.app.screens.graph.scene,
            let edge = scene.drawn.edges.firstIndex(where: { $0.gone != nil })
        else { return #expect(Bool(false)) }
        session.app.screens.graph.list.selected = scene.subject(of: .edge(edge))
        #expect(session.text.contains("ended: was 34/s until 14:03"))
        session.press(.enter)
        #expect(session.text.contains("none any more") && session.text.contains("payment v1"))
        session.press(.escape)
        session.app.screens.graph.list.selected = scene.subject(of: .item(scene.drawn.edges[edge].to))
        #expect(session.text.contains("ended: last seen 14:03"))
    }

    @Test("several values stand on an edge, and where there is no room the last ones are left out first")
    func labels() {
        var session = Session(TrafficScene.three.scene("labels"), size: Size(columns: 200, rows: 50))
        session.type("3l28")
        #expect(session.text.contains("Labels") && session.text.contains("[p95]") && session.text.contains("[mTLS]"))
        session.press(.enter)
        #expect(session.text.contains("labels rate+p95+mTLS"))
        #expect(session.text.contains("120/s 120ms") && session.text.contains("12% UF 412ms mTLS 100%"))
        session.type("l0")
        session.press(.escape)
        #expect(!session.text.contains("120/s"))
        let graph = TrafficScene.three.graph
        let edge = DrawnGraph.Edge(from: 0, to: 1, edges: [0], isIdle: false)
        let label = EdgeLabel([.rate, .p95], EdgeTotals([graph.edges[0]]), edge, zone: .zero)
        #expect(label.forms.map(\.text).count == 2 && label.forms[0].text.hasPrefix(label.forms[1].text))
    }

    @Test("labels do not overlap, at any width")
    func apart() {
        for count in [3, 12, 30] {
            for size in GraphGoldenTests.sizes {
                var session = Session(TrafficScene.tiers(count, namespaces: ["a", "b"]).scene("apart"), size: size)
                session.type("3l26")
                guard let layout = session.app.screens.graph.scene?.layout else { continue }
                let labels = layout.routes.flatMap { [$0.label, $0.oppositeLabel] }.compactMap { $0 }
                for (place, label) in labels.enumerated() {
                    #expect(!labels.dropFirst(place + 1).contains { $0.overlaps(label) })
                    #expect(!layout.nodes.contains { $0.overlaps(label) })
                }
            }
        }
    }

    @Test("# shows ranks by edges in and out, in, out, and none again")
    func ranks() {
        var session = Session(TrafficScene.three.scene("ranks"), size: Size(columns: 132, rows: 40))
        session.type("3")
        let plain = session.text
        var seen: [String] = []
        for _ in 0..<3 {
            session.type("#")
            #expect(session.text.contains("#1"))
            seen.append(session.text)
        }
        #expect(Set(seen).count == 3 && seen[0].contains("rank by edges in and out"))
        session.type("#")
        #expect(session.text == plain)
        session.type("!rank > 2")
        session.press(.enter)
        #expect((session.app.screens.graph.scene?.drawn.items.count ?? 0) < 4)
    }

    @Test("a small graph is whole on a small screen")
    func whole() {
        for count in 3...8 {
            let session = Session(TrafficScene.tiers(count, namespaces: ["shop"]).scene("whole")).pressing([
                .character("3")
            ])
            guard let scene = session.app.screens.graph.scene else { continue }
            #expect(scene.layout.rows <= scene.room.rows, "\(count)")
            #expect(scene.layout.columns <= scene.room.columns, "\(count)")
        }
    }
}
