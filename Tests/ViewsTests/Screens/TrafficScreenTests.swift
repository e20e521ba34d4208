// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@testable import Views

@Suite("Traffic") struct TrafficScreenTests {
    private static func keys(_ text: String) -> [Key] {
        text.unicodeScalars.map { $0 == "\n" ? .enter : $0 == "\t" ? .down : .character($0) }
    }

    private static let ways: [(String, String)] = [
        ("edges", "6"), ("second", "6\t\t"), ("nodes", "6e"), ("edge", "6\n"), ("node", "6e\n"),
        ("only", "6f!healthy\n"), ("services", "6t"), ("typing", "6fns = shop and "), ("overview", ""),
    ]

    @Test("the traffic looks as recorded, at every size, with both sets of signs", arguments: MeshTraffic.all)
    func screens(scene: Scene) {
        for size in ScreenGoldenTests.sizes {
            for glyphs in [GlyphSet.unicode, .ascii] {
                let isFull = scene.name == "shop"
                let frames = (isFull ? Self.ways : Array(Self.ways.prefix(1))).map { name, keys in
                    Session(scene, size: size, glyphs: glyphs).pressing(Self.keys(keys)).picture(named: name)
                }
                let kind = glyphs.asciiOnly ? "ascii" : "unicode"
                Golden.check(frames.joined(), "Traffic/\(scene.name)-\(size.columns)x\(size.rows)-\(kind)")
            }
        }
    }

    @Test("200 services are a table that scrolls")
    func many() {
        let session = Session(MeshTraffic.many(200)).pressing(Self.keys("6n"))
        Golden.check(session.picture(named: "many"), "Traffic/many-200-80x24-unicode")
    }

    @Test("the selected edge stays selected when the order changes and when edges come and go")
    func selection() {
        var session = Session(MeshTraffic.shop).pressing(Self.keys("6\t\t"))
        guard case .edge(let id)? = session.list(of: .traffic).selected else { return #expect(Bool(false)) }
        session.press(.character("s"), .character("s"), .character("i"))
        #expect(session.list(of: .traffic).selected == .edge(id))
        var snapshot = MeshTraffic.shop.snapshot
        snapshot?.graph?.change { $0.edges.removeFirst() }
        if let snapshot { _ = session.app.handle(.data(snapshot, newEvents: 0)) }
        let rows = session.rows(of: .traffic)
        #expect(rows.contains(.edge(id)) && rows[session.list(of: .traffic).position(in: rows)] == .edge(id))
    }

    @Test("Enter leads from an edge to its nodes, from a node to its members, and esc all the way back")
    func links() {
        var session = Session(MeshTraffic.shop).pressing(Self.keys("6/cart v1 > pay\n"))
        session.press(.escape)
        while session.rows(of: .traffic)[session.list(of: .traffic).index] != Self.payment {
            session.press(.down)
        }
        session.press(.enter)
        #expect(session.app.navigator.page == .subject(Self.payment))
        session.press(.enter)
        #expect(session.app.navigator.page == .subject(.node("vapp_east_shop_cart-v1")))
        session.press(.enter)
        guard case .subject(.member(let cluster, let node)) = session.app.navigator.page else {
            return #expect(Bool(false))
        }
        #expect(cluster == "Shop" && node == Scene.node(7))
        session.press(.escape, .escape, .escape)
        #expect(session.app.navigator.page == .screen(.traffic))
    }

    private static let payment = Subject.edge("vapp_east_shop_cart-v1|vapp_east_pay_payment-v1|http")

    @Test("an expression narrows the list; one that cannot be read is kept and its mistake named")
    func expressions() {
        var session = Session(MeshTraffic.shop).pressing(Self.keys("6"))
        let all = session.rows(of: .traffic).count
        session.type("fns = pay and (")
        session.press(.enter)
        #expect(session.text.contains("character 15: a word is expected here"))
        for _ in 0..<5 { session.press(.backspace) }
        session.press(.backspace, .enter)
        #expect(session.rows(of: .traffic).count == 3)
        session.press(.character("f"), .control("u"), .enter)
        #expect(session.rows(of: .traffic).count == all)
        session.type("!name = payment")
        session.press(.enter)
        #expect(session.rows(of: .traffic).count == all - 2)
    }

    @Test("the type of the graph changes without a new answer, and members stay on their workload")
    func types() {
        var session = Session(MeshTraffic.shop).pressing(Self.keys("6"))
        for wanted in [GraphType.service, .workload, .app, .versionedApp] {
            session.press(.character("t"))
            let graph = session.app.display.picture?.snapshot.graph?.graph
            #expect(graph?.type == wanted)
            let members = graph?.nodes.reduce(0) { $0 + $1.members.count }
            #expect(members == 6, "\(wanted)")
        }
    }

    @Test("no key and no size makes a page of traffic fail", arguments: MeshTraffic.all)
    func random(scene: Scene) {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(seed: seed)
        var session = Session(scene).pressing([.character("6")])
        let keys: [Key] = KeyMap.bindings.flatMap(\.keys) + Self.keys("fns=shop\n!name~a\n6666\t\t\n\n")
        for step in 0..<3_000 {
            if step % 50 == 0 {
                let size = Size(
                    columns: .random(in: 0...220, using: &generator), rows: .random(in: 0...60, using: &generator))
                _ = session.app.handle(.resize(size))
            }
            if step % 97 == 0, let snapshot = MeshTraffic.all.randomElement(using: &generator)?.snapshot {
                _ = session.app.handle(.data(snapshot, newEvents: 0))
            }
            session.press(keys.randomElement(using: &generator) ?? .enter)
            guard step % 5 == 0 else { continue }
            #expect(FrameTests.isWellFormed(session.app.frame()), "seed \(seed)")
        }
    }
}
