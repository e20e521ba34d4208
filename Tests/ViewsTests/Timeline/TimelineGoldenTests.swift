// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct TimelineGoldenTests {
    private static let sizes = [(80, 24), (132, 40), (200, 50), (40, 12)].map { Size(columns: $0, rows: $1) }
    /// What is done to the incident, and the keys for it.
    private static let ways: [(String, String)] = [
        ("scrolled back", "jjjj"), ("the page of an event", "j\n"), ("associations", "f4"),
        ("being asked for a kind", "f"), ("failures", "fx"), ("of one observer", "jo"), ("with text", "/GATED\n"),
        ("nothing passes", "f5"), ("zoomed", "++"), ("help", "?"),
    ]

    private static func keys(_ text: String) -> [Key] {
        text.unicodeScalars.map { $0 == "\n" ? .enter : .character($0) }
    }

    @Test("the timeline looks as recorded, in every scene and size", arguments: TimelineScene.all)
    func scenes(scene: Scene) {
        for glyphs in [GlyphSet.unicode, .ascii] {
            let frames = Self.sizes.map { size in
                Session(scene, size: size, glyphs: glyphs).pressing(Self.keys("5"))
                    .picture(named: "\(size.columns)x\(size.rows)")
            }
            Golden.check(frames.joined(), "Timeline/\(scene.name)-\(glyphs.asciiOnly ? "ascii" : "unicode")")
        }
    }

    @Test("filters, pages and positions look as recorded")
    func ways() {
        for glyphs in [GlyphSet.unicode, .ascii] {
            let frames = Self.ways.map { way, keys in
                Session(TimelineScene.incident, glyphs: glyphs).pressing(Self.keys("5" + keys)).picture(named: way)
            }
            Golden.check(frames.joined(), "Timeline/ways-80x24-\(glyphs.asciiOnly ? "ascii" : "unicode")")
        }
    }

    @Test("every cell has the meaning recorded")
    func roles() {
        let frames = [("incident", "5"), ("filtered", "5fx"), ("page", "5\n")].map { name, keys in
            Session(TimelineScene.incident).pressing(Self.keys(keys)).roles(named: name)
        }
        Golden.check(frames.joined(), "Timeline/roles-80x24")
    }

    @Test("the page of an event tells of clocks, lateness and evidence")
    func pages() {
        let frames = [("skewed", "5\n"), ("moved", "5\n"), ("late", "5/keeps trying\n\n"), ("older", "5G\n")].map {
            name, keys in
            Session(TimelineScene.named(name)).pressing(Self.keys(keys)).picture(named: name)
        }
        Golden.check(frames.joined(), "Timeline/pages-80x24-unicode")
    }
}
