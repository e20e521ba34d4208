// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct ScreenGoldenTests {
    static let sizes = [(80, 24), (40, 10), (132, 40), (200, 50)].map { Size(columns: $0, rows: $1) }

    @Test(
        "every screen looks as recorded, in every scene, at every size, with both sets of signs", arguments: Scene.all)
    func screens(scene: Scene) {
        for size in Self.sizes {
            for glyphs in [GlyphSet.unicode, .ascii] {
                let frames = Session.pages.map { name, keys in
                    Session(scene, size: size, glyphs: glyphs).pressing(keys).picture(named: name)
                }
                let kind = glyphs.asciiOnly ? "ascii" : "unicode"
                Golden.check(frames.joined(), "\(scene.name)/\(size.columns)x\(size.rows)-\(kind)")
            }
        }
    }

    @Test("every cell has the meaning recorded", arguments: Scene.all)
    func roles(scene: Scene) {
        let size = Size(columns: 80, rows: 24)
        let frames = Session.pages.map { name, keys in
            Session(scene, size: size).pressing(keys).roles(named: name)
        }
        Golden.check(frames.joined(), "\(scene.name)/80x24-roles")
    }
}
