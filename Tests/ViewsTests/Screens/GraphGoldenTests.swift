// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct GraphGoldenTests {
    static let sizes = [(80, 24), (132, 40), (200, 50)].map { Size(columns: $0, rows: $1) }
    static let scenes: [(Scene, [(String, String)])] = [
        (
            TrafficScene.three.scene("three"),
            [
                ("first", "3"), ("worst", "3n"), ("an edge", "3nn"), ("names", "3-"), ("versions apart", "3bn"),
                ("labels", "3l2"), ("found", "3/http > 100 or name = payment\r"),
            ]
        ),
        (
            TrafficScene.tiers(30, namespaces: ["billing", "shop"]).scene("thirty"),
            [("first", "3"), ("worst", "3n"), ("unhealthy edges", "3e"), ("focus", "3nf"), ("dots", "3--")]
        ),
        (
            TrafficScene.tiers(200, namespaces: (1...10).map { "team-\($0)" }).scene("two-hundred"),
            [("first", "3"), ("worst", "3n"), ("unfolded", "3nc"), ("all unfolded", "3C")]
        ),
    ]

    private static func keys(_ text: String) -> [Key] {
        text.unicodeScalars.map { $0 == "\r" ? .enter : .character($0) }
    }

    @Test(
        "the graph looks as recorded: 3, 30 and 200 services, at three sizes, with both sets of signs", arguments: 0..<3
    )
    func pictures(index: Int) {
        let (scene, ways) = Self.scenes[index]
        for size in Self.sizes {
            for glyphs in [GlyphSet.unicode, .ascii] {
                let frames = ways.map { way, keys in
                    Session(scene, size: size, glyphs: glyphs).pressing(Self.keys(keys)).picture(named: way)
                }
                let kind = glyphs.asciiOnly ? "ascii" : "unicode"
                Golden.check(frames.joined(), "Graph/\(scene.name)-\(size.columns)x\(size.rows)-\(kind)")
            }
        }
    }

    @Test("every cell of the graph has the meaning recorded")
    func roles() {
        let frames = [("first", "3"), ("an edge", "3nn")].map { way, keys in
            Session(Self.scenes[0].0).pressing(Self.keys(keys)).roles(named: way)
        }
        Golden.check(frames.joined(), "Graph/three-80x24-roles")
    }
}
