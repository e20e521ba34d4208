// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Edges where all would be a tangle")
struct EdgeGatheringTests {
    /// Everybody calls everybody; one call fails.
    private static let tangle: TrafficScene = {
        var scene = TrafficScene()
        let names = (0..<20).map { scene.app("s\($0 < 10 ? "0" : "")\($0)") }
        for (from, source) in names.enumerated() {
            for (to, target) in names.enumerated() where from != to {
                scene.link(source, target, Double(from * 20 + to), errors: from == 3 && to == 4 ? 50 : 0)
            }
        }
        return scene
    }()

    private static func session(_ keys: String) -> Session {
        var session = Session(tangle.scene("graph"))
        session.type(keys)
        return session
    }

    private static func drawn(_ keys: String) -> DrawnGraph? { session(keys).app.screens.graph.scene?.drawn }

    @Test("the strongest of each node are drawn, and every other is counted at both of its ends")
    func strongest() throws {
        let drawn = try #require(Self.drawn("3"))
        #expect(drawn.edges.count + drawn.gathered.count == 20 * 19)
        #expect(drawn.edges.count < 20 * 5)
        for item in drawn.items.indices {
            let out = drawn.edges.filter { $0.from == item }
            #expect(out.count >= 3)
            #expect(drawn.edges.contains { $0.to == item })
            let gathered = drawn.gathered.count { $0.from == item || $0.to == item }
            #expect(drawn.items[item].gatheredEdges == gathered)
        }
        let last = try #require(drawn.items.indices.last)
        #expect(drawn.edges.contains { $0.from == last && $0.to == last - 1 })
        #expect(!drawn.edges.contains { $0.from == 10 && $0.to == 5 })
    }

    @Test("what fails is drawn, however little it is")
    func failing() throws {
        let drawn = try #require(Self.drawn("3"))
        #expect(drawn.edges.contains { $0.from == 3 && $0.to == 4 && $0.level == .failure })
    }

    @Test("a key draws all of them, and the next one those that are not well")
    func modes() throws {
        #expect(Self.drawn("3e")?.gathered.count == 0)
        #expect(Self.drawn("3e")?.edges.count == 20 * 19)
        #expect(Self.session("3ee").app.screens.graph.settings.edges == .unhealthy)
    }

    @Test("the number stands at the node and above the picture, with the keys that draw more")
    func words() {
        var session = Session(Self.tangle.scene("graph"), size: Size(columns: 132, rows: 40))
        session.type("3-")
        session.press(.right)
        let text = session.text
        #expect(text.contains("of 380 edges"))
        #expect(text.contains("not drawn: f draws what is around here, e draws all"))
    }

    @Test("around a node that is in focus all its edges are found")
    func focus() throws {
        var session = Self.session("3")
        session.press(.right)
        session.type("f")
        #expect(session.app.screens.graph.scene?.drawn.items.count == 20)
    }
}
