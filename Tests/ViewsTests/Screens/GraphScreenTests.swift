// SPDX-License-Identifier: Apache-2.0
import Layout
import Model
import TestSupport
import Testing

@testable import Views

@Suite struct GraphScreenTests {
    private static let thirty = TrafficScene.tiers(30, namespaces: ["billing", "shop"])

    private static func session(_ scene: TrafficScene, _ keys: String = "3") -> Session {
        var session = Session(scene.scene("graph"))
        session.type(keys)
        return session
    }

    private static func selection(_ session: Session) -> GraphSelection {
        session.app.screens.graph.scene?.selection(session.list(of: .graph).selected) ?? .nothing
    }

    // MARK: - When layouts are made

    @Test("new numbers in an unchanged graph make no new layout, and move nothing")
    func sameShape() {
        var session = Self.session(Self.thirty)
        let before = session.app.screens.graph.scene
        var scene = Self.thirty.scene("graph")
        scene.snapshot?.graph?.change { $0.edges[3].rates.total += 0.25 }
        if let snapshot = scene.snapshot { _ = session.app.handle(.data(snapshot, newEvents: 0)) }
        let after = session.app.screens.graph.scene
        #expect(after !== before)
        #expect(after?.layouts == before?.layouts)
        #expect(after?.layout == before?.layout)
    }

    @Test("keys and clocks between two snapshots do not even look at the graph again")
    func unchanged() {
        var session = Self.session(Self.thirty)
        let before = session.app.screens.graph.scene
        session.press(.down, .right, .tab, .character("H"))
        _ = session.app.handle(.clock(Scene.now + .seconds(3)))
        #expect(session.app.screens.graph.scene === before)
    }

    @Test("hiding edges moves nothing, and hides them from the keys too")
    func edgeModes() {
        var session = Self.session(Self.thirty)
        let before = session.app.screens.graph.scene
        session.type("e")
        #expect(session.app.screens.graph.scene?.layout == before?.layout)
        session.type("e")
        session.press(.right, .tab, .tab)
        guard case .item = Self.selection(session) else {
            Issue.record("without edges Tab has nothing to go to")
            return
        }
    }

    @Test("a node that comes leaves the others in their columns and in their order")
    func stays() {
        var session = Self.session(Self.thirty, "3-")
        guard let before = session.app.screens.graph.scene else { return }
        var more = Self.thirty
        let new = more.app("audit", in: "shop")
        more.link(before.graph.nodes[3].id, new, 3)
        if let snapshot = more.scene("more").snapshot { _ = session.app.handle(.data(snapshot, newEvents: 0)) }
        guard let after = session.app.screens.graph.scene else { return }
        #expect(after.drawn.items.count == before.drawn.items.count + 1)
        #expect(after.layout.continuity == .kept)
        for (a, first) in before.drawn.items.enumerated() {
            for (b, second) in before.drawn.items.enumerated()
            where before.layout.nodes[a].x == before.layout.nodes[b].x {
                guard let laterA = after.drawn.item(first.id), let laterB = after.drawn.item(second.id) else {
                    continue
                }
                let (old, new) = (before.layout.nodes, after.layout.nodes)
                #expect((old[a].y < old[b].y) == (new[laterA].y < new[laterB].y))
            }
        }
    }

    // MARK: - Keys

    @Test("Tab goes once through all edges of a node, shift-Tab back")
    func tab() {
        var session = Self.session(Self.thirty)
        guard let scene = session.app.screens.graph.scene else { return }
        let hub = scene.drawn.items.indices.max { scene.edges(around: $0).count < scene.edges(around: $1).count } ?? 0
        session.app.screens.graph.list.selected = scene.subject(of: .item(hub))
        let expected = scene.edges(around: hub).map { GraphSelection.edge($0) }
        #expect(expected.count > 3)
        for edge in expected + expected.prefix(1) {
            session.press(.tab)
            #expect(Self.selection(session) == edge)
        }
        session.press(.backTab)
        #expect(Self.selection(session) == expected.last)
    }

    @Test("o and i go along edges out and in, g to the other end")
    func along() {
        var session = Self.session(.three)
        session.press(.right)
        session.type("og")
        guard let scene = session.app.screens.graph.scene, case .item(let web) = Self.selection(session) else {
            Issue.record("nothing selected")
            return
        }
        #expect(scene.title(web) == "web")
        session.type("ig")
        guard case .item(let gateway) = Self.selection(session) else { return }
        #expect(scene.title(gateway) == "gateway")
    }

    @Test("n goes through everything unhealthy, the worst first, and begins again")
    func troubles() {
        var session = Self.session(Self.thirty)
        let expected = session.app.screens.graph.scene?.troubles ?? []
        #expect(expected.count >= 4)
        for trouble in expected + expected.prefix(1) {
            session.type("n")
            #expect(Self.selection(session) == trouble)
        }
    }

    @Test("arrows reach every node, and what is selected is always in sight")
    func arrows() {
        var session = Self.session(Self.thirty, "3+")
        guard let scene = session.app.screens.graph.scene else { return }
        var reached: Set<Int> = [scene.reading[0]]
        var queue = [scene.reading[0]]
        while let item = queue.popLast() {
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                guard let next = scene.nearest(to: item, dx: dx, dy: dy) else { continue }
                if reached.insert(next).inserted { queue.append(next) }
            }
        }
        #expect(reached.count == 30)
        var generator = Generator(seed: 7)
        for _ in 0..<100 {
            session.press([Key.up, .down, .left, .right].randomElement(using: &generator) ?? .up)
            guard case .item(let item) = Self.selection(session) else { continue }
            let rect = scene.layout.nodes[item]
            let origin = session.app.screens.graph.origin
            let view = CellRect(x: origin.x, y: origin.y, width: scene.room.columns, height: scene.room.rows)
            #expect(view.overlaps(rect), "\(rect) in \(view)")
        }
    }

    @Test("folding a namespace makes one thing of it, with its edges; Enter unfolds it")
    func folding() {
        var session = Self.session(Self.thirty)
        session.press(.right)
        session.type("c")
        guard let scene = session.app.screens.graph.scene, case .item(let item) = Self.selection(session) else {
            return
        }
        #expect(scene.drawn.items.count == 16)
        #expect(scene.drawn.items[item].kind == .box)
        #expect(scene.drawn.items[item].nodes.count == 15)
        let inner = scene.drawn.items[item].innerEdges
        let outer = scene.drawn.edges.reduce(0) { $0 + $1.edges.count }
        #expect(inner + outer == scene.graph.edges.count)
        session.press(.enter)
        #expect(session.app.screens.graph.scene?.drawn.items.count == 30)
    }

    @Test(
        "every edge of the service graph is drawn, or counted in what it is inside of",
        arguments: ["3", "3C", "3b", "3bb"])
    func complete(keys: String) {
        for count in [1, 2, 30, 90, 400] {
            let scene = TrafficScene.tiers(count, namespaces: ["a", "b", "c"])
            guard let drawn = Self.session(scene, keys).app.screens.graph.scene?.drawn else { continue }
            let joined = (drawn.edges + drawn.gathered).reduce(0) { $0 + $1.edges.count }
            let edges = joined + drawn.items.reduce(0) { $0 + $1.innerEdges }
            #expect(edges == scene.graph.edges.count)
            #expect(drawn.items.reduce(0) { $0 + $1.nodes.count } == scene.graph.nodes.count)
            #expect(drawn.items.count <= DrawnGraphBuilder.maximumItems)
        }
    }

    @Test("focus draws the surroundings of a node only, hop by hop, and then all again")
    func focus() {
        var session = Self.session(.three)
        session.press(.right)
        var counts: [Int] = []
        for _ in 0..<4 {
            session.type("f")
            counts.append(session.app.screens.graph.scene?.drawn.items.count ?? 0)
        }
        #expect(counts == [2, 3, 4, 4])
        #expect(session.app.screens.graph.settings.focus == nil)
    }

    @Test("a search selects nodes by name, namespace or member")
    func search() {
        var session = Self.session(.three)
        session.type("/10.0.0.9")
        session.press(.enter)
        guard let scene = session.app.screens.graph.scene, case .item(let item) = Self.selection(session) else {
            Issue.record("nothing found")
            return
        }
        #expect(scene.title(item) == "cart v1")
    }

    // MARK: - Words

    @Test("a graph without nodes says why it is empty")
    func empty() {
        let session = Self.session(TrafficScene())
        #expect(session.text.contains("reports no traffic"))
        #expect(Session(.healthy).pressing([.character("3")]).text.contains("No Prometheus was given"))
    }

    @Test("nothing but the selection is in reverse video, in one row")
    func reverse() {
        for keys in ["3", "3n", "3nn", "3nnn", "3-n", "3+n"] {
            for scene in [TrafficScene.three, Self.thirty] {
                let frame = Self.session(scene, keys).app.frame()
                let rows = (0..<24).filter { y in (0..<80).contains { frame[$0, y]?.style.selected == true } }
                #expect(rows.count <= 1, "\(keys)")
            }
        }
    }

    @Test("the text of a snapshot's graph needs no terminal and names every node")
    func text() {
        guard let snapshot = TrafficScene.three.scene("three").snapshot else { return }
        for glyphs in [GlyphSet.unicode, .ascii] {
            let text = GraphText.lines(snapshot, width: 120, glyphs: glyphs).joined(separator: "\n")
            for name in ["gateway", "web v1", "web v2", "cart v1", "payment", "12% UF"] { #expect(text.contains(name)) }
            if glyphs.asciiOnly { #expect(text.utf8.allSatisfy { $0 < 0x7F }) }
        }
        #expect(GraphText.lines(Builder().snapshot(), width: 80, glyphs: .ascii).isEmpty)
    }

    @Test(
        "no numbers, names or levels break a label",
        arguments: [0, 1e-9, 0.04, 0.05, 9.96, 1e12, 1e300, .infinity, .nan, -1])
    func numbers(value: Double) {
        for text in [
            GraphWords.requests(value), GraphWords.bytes(value), GraphWords.percent(value),
            Format.latency(seconds: value),
        ] {
            #expect(!text.isEmpty && text.utf8.count < 16, "\(text)")
        }
    }

    // MARK: - Anything

    @Test("any keys at any size trap nowhere, and every frame is well-formed")
    func anything() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(seed: seed)
        let scenes = [
            TrafficScene.three, Self.thirty, TrafficScene(), TrafficScene.tiers(70, namespaces: ["a", "b", "c"]),
            Self.odd,
        ].map { $0.scene("any") }
        let keys = KeyMap.bindings.filter { $0.context == .on(.graph) || $0.context == .nested }.flatMap(\.keys)
        for _ in 0..<12 {
            let glyphs: GlyphSet = Bool.random(using: &generator) ? .unicode : .ascii
            var session = Session(.connecting, size: Self.size(&generator), glyphs: glyphs)
            session.type("3")
            for _ in 0..<60 {
                switch Int.random(in: 0..<12, using: &generator) {
                case 0: _ = session.app.handle(.resize(Self.size(&generator)))
                case 1:
                    let snapshot = scenes.randomElement(using: &generator)?.snapshot
                    if let snapshot { _ = session.app.handle(.data(snapshot, newEvents: 0)) }
                case 2: session.press(.enter)
                case 3: session.type("3")
                default: session.press(keys.randomElement(using: &generator) ?? .tab)
                }
                let frame = session.app.frame()
                #expect(frame.size == session.app.size && FrameTests.isWellFormed(frame), "seed \(seed)")
            }
        }
    }

    private static func size(_ generator: inout Generator) -> Size {
        Size(columns: .random(in: 0...220, using: &generator), rows: .random(in: 0...70, using: &generator))
    }

    /// Loops, cycles, parallel edges, names that no screen likes, numbers that are none.
    private static let odd: TrafficScene = {
        var scene = TrafficScene()
        let names = [
            "", "日本語サービス", "a\u{202E}b", "\u{1B}[31m", String(repeating: "x", count: 300), "e\u{301}", "|", "🏳️‍🌈",
        ]
        let ids = names.enumerated().map { scene.app($1, "v\($0)", in: $0 % 2 == 0 ? $1 : "n", cluster: "c\($0 % 3)") }
        for (index, id) in ids.enumerated() {
            scene.link(id, id, .infinity)
            scene.link(id, ids[(index + 1) % ids.count], -5, protocol: .tcp)
            scene.link(ids[(index + 3) % ids.count], id, .nan, errors: 3, protocol: .grpc, p95: .infinity, mtls: .nan)
        }
        for _ in 0..<1000 { scene.link(ids[0], ids[1], 1) }
        return scene
    }()
}
