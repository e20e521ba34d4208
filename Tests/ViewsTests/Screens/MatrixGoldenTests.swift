// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct MatrixGoldenTests {
    private static let sizes = [Size(columns: 80, rows: 24), Size(columns: 200, rows: 50)]
    private static let ways: [(String, String)] = [
        ("worst", "4"), ("association", "4a"), ("phi", "4p"), ("reach", "4r"), ("by role", "4g"),
        ("by data centre", "4gg"),
        ("those well as one", "4ggg"), ("worst first", "4oo"),
    ]

    private static func keys(_ text: String) -> [Key] {
        text.unicodeScalars.map { $0 == "\n" ? .enter : .character($0) }
    }

    @Test(
        "the matrix looks as recorded at 3, 12, 60 and 200 members, well and in trouble", arguments: [3, 12, 60, 200])
    func matrices(count: Int) {
        for (name, remoting) in [
            ("well", RemotingScene(count)), ("trouble", .trouble(count)), ("views-only", RemotingScene(count, .views)),
        ] {
            let scene = remoting.scene(name)
            for size in Self.sizes {
                for glyphs in [GlyphSet.unicode, .ascii] {
                    // All ways at the sizes at which most is seen; the first one everywhere.
                    let isFull = name == "trouble" && (count == 12 || (count == 60 && size.columns == 80))
                    let frames = (isFull ? Self.ways : Array(Self.ways.prefix(1))).map { way, keys in
                        Session(scene, size: size, glyphs: glyphs).pressing(Self.keys(keys)).picture(named: way)
                    }
                    let kind = glyphs.asciiOnly ? "ascii" : "unicode"
                    Golden.check(frames.joined(), "Matrix/\(name)-\(count)-\(size.columns)x\(size.rows)-\(kind)")
                }
            }
        }
    }

    @Test("every cell of the matrix has the meaning recorded")
    func roles() {
        let scene = RemotingScene.trouble(12).scene("trouble")
        let frames = [("worst", "4"), ("phi", "4p")].map { way, keys in
            Session(scene).pressing(Self.keys(keys)).roles(named: way)
        }
        Golden.check(frames.joined(), "Matrix/trouble-12-80x24-roles")
    }

    @Test("the page of a pair looks as recorded, whatever is known of it")
    func pairs() {
        for glyphs in [GlyphSet.unicode, .ascii] {
            for size in Self.sizes {
                let frames = Self.pairScenes.map { name, scene, observer, subject in
                    var session = Session(scene.scene(name), size: size, glyphs: glyphs)
                    session.app.open(
                        .pair(
                            PairID(cluster: "Shop", observer: scene.node(observer), subject: scene.node(subject))))
                    return session.picture(named: name)
                }
                let kind = glyphs.asciiOnly ? "ascii" : "unicode"
                Golden.check(frames.joined(), "Matrix/pairs-\(size.columns)x\(size.rows)-\(kind)")
            }
        }
    }

    private static let pairScenes: [(String, RemotingScene, Int, Int)] = {
        let trouble = RemotingScene.trouble(12)
        let views = RemotingScene(12, .views)
        var silent = RemotingScene(3, .views)
        silent.silence(1, for: 14)
        var assumed = RemotingScene(3)
        assumed.set(
            0, 1, AssociationStatus(.active, since: Scene.ago(90)), origin: .bridge,
            phi: RemotingScene.phi(silence: 2.9, assumed: true))
        return [
            ("active, measured", trouble, 8, 0), ("gated", trouble, 1, 2), ("quarantined", trouble, 0, 2),
            ("harmless", trouble, 3, 5), ("artery back-off", trouble, 5, 3), ("idle", trouble, 6, 1),
            ("heartbeats late", trouble, 6, 4), ("active and unreachable", trouble, 0, 7),
            ("not heard", trouble, 7, 0), ("inferred", views, 0, 2), ("unknown", silent, 1, 0),
            ("not looked at", RemotingScene(60, .views), 0, 1), ("assumed settings", assumed, 0, 1),
            ("only counted", RemotingScene(230), 0, 1),
        ]
    }()

    @Test("overview, members and their pages tell of associations and phi")
    func around() {
        let ways = [("Overview", ""), ("Members", "2"), ("Member", "2\n"), ("Help", "4?")]
        for (name, remoting) in [("well", RemotingScene(6)), ("trouble", .trouble(12))] {
            for size in Self.sizes {
                let frames = ways.map { way, keys in
                    Session(remoting.scene(name), size: size).pressing(Self.keys(keys)).picture(named: way)
                }
                Golden.check(frames.joined(), "Matrix/around-\(name)-\(size.columns)x\(size.rows)-unicode")
            }
        }
    }

    @Test("no member, one member and several clusters have a matrix too")
    func few() {
        var several = RemotingScene.trouble(3).snapshot()
        several.clusters += RemotingScene(2, system: "Stock").snapshot().clusters
        let scenes = [
            ("none", RemotingScene(0).snapshot(), "4"), ("one", RemotingScene(1).snapshot(), "4"),
            ("one, opened", RemotingScene(1).snapshot(), "4\n"), ("several", several, "4"),
            ("several, the second", several, "4c"),
        ]
        let frames = scenes.map { name, snapshot, keys in
            Session(Scene(name: name, snapshot: snapshot)).pressing(Self.keys(keys)).picture(named: name)
        }
        Golden.check(frames.joined(), "Matrix/few-80x24-unicode")
    }
}
