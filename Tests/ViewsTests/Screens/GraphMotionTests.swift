// SPDX-License-Identifier: Apache-2.0
import Layout
import Model
import Testing

@testable import Views

@Suite("Marks that travel along edges") struct GraphMotionTests {
    private static func session(_ keys: String = "3a", glyphs: GlyphSet = .unicode) -> Session {
        var session = Session(TrafficScene.three.scene("motion"), size: Size(columns: 132, rows: 40), glyphs: glyphs)
        session.type(keys)
        return session
    }

    private static func marks(_ session: Session, after milliseconds: Int64) -> [GraphMotion.Mark] {
        session.app.screens.graph.motion?.marks(at: Scene.now + .milliseconds(milliseconds)) ?? []
    }

    @Test("nothing moves, and no frame is scheduled, until the reader switches it on, and while it is not visible")
    func off() {
        var session = Self.session("3")
        #expect(session.app.framePause == nil && session.app.screens.graph.motion == nil && !session.app.wantsFocus)
        session.type("a")
        #expect(session.app.framePause == .milliseconds(100) && session.app.wantsFocus)
        session.press(.focusOut)
        #expect(session.app.framePause == nil)
        session.press(.focusIn)
        #expect(session.app.framePause != nil)
        session.type("2")
        #expect(session.app.framePause == nil)
        session.type("3 ")
        #expect(session.app.framePause == nil, "frozen")
        session.type(" a")
        #expect(session.app.framePause == nil && session.app.screens.graph.motion == nil)
    }

    @Test("marks stay on the lines: never on a node, a label or an arrow")
    func onLines() {
        let session = Self.session()
        guard let scene = session.app.screens.graph.scene else { return #expect(Bool(false)) }
        var cells: Set<CellPoint> = []
        for route in scene.layout.routes { route.forEachCell { cells.insert($0) } }
        let labels = scene.layout.routes.compactMap(\.label)
        for moment in stride(from: Int64(0), to: 5_000, by: 100) {
            for mark in Self.marks(session, after: moment) {
                #expect(cells.contains(mark.cell) && !labels.contains { $0.contains(mark.cell) })
                #expect(!scene.layout.nodes.contains { $0.contains(mark.cell) })
                #expect(!scene.layout.routes.contains { $0.points.last == mark.cell })
            }
        }
    }

    @Test("marks move towards the target, and errors are among them as often as they are answered")
    func travels() {
        let track = GraphMotion.Track(
            cells: (0..<40).map { CellPoint(x: $0, y: 0) }, speed: 10, spacing: 4, errors: 0.25, isBytes: false,
            phase: 0)
        let motion = GraphMotion(tracks: [track])
        let start = Timestamp(microseconds: 1_700_000_000_000_000)
        let first = Set(motion.marks(at: start).map(\.cell.x))
        let next = Set(motion.marks(at: start + .milliseconds(100)).map(\.cell.x))
        #expect(first.count == 10)
        #expect(
            next.subtracting([0, 1, 2, 3]) == Set(first.map { $0 + 1 }.filter { $0 < 40 }).subtracting([0, 1, 2, 3]))
        var (errors, all) = (0, 0)
        for second in 0..<100 {
            let marks = motion.marks(at: start + .seconds(4 * second))
            all += marks.count
            errors += marks.count { $0.kind == .error }
        }
        #expect(abs(Double(errors) / Double(all) - 0.25) < 0.02)
    }

    @Test("more traffic has more marks, and slower answers go slower")
    func numbers() {
        var scene = TrafficScene()
        let (a, b, c, d) = (scene.app("a"), scene.app("b"), scene.app("c"), scene.app("d"))
        scene.link(a, b, 40, p95: 0.01)
        scene.link(a, c, 2, p95: 9)
        scene.link(a, d, 4_000, protocol: .tcp)
        var session = Session(scene.scene("numbers"), size: Size(columns: 132, rows: 40))
        session.type("3a")
        let tracks = session.app.screens.graph.motion?.tracks ?? []
        #expect(tracks.count == 3)
        guard let busy = tracks.first(where: { !$0.isBytes && $0.speed > 15 }),
            let slow = tracks.first(where: { $0.speed < 5 })
        else { return #expect(Bool(false)) }
        #expect(busy.spacing / busy.speed < slow.spacing / slow.speed)
        #expect(tracks.allSatisfy { $0.speed >= 1 && $0.speed <= 20 && $0.spacing >= 3 })
    }

    @Test("signs tell requests from errors without colour, and only cells of lines change from frame to frame")
    func frames() {
        for glyphs in [GlyphSet.unicode, .ascii] {
            var session = Self.session(glyphs: glyphs)
            let still = Self.session("3", glyphs: glyphs).app.frame()
            var seen: Set<String> = []
            var changed = 0
            for step in 0..<40 {
                _ = session.app.handle(.clock(Scene.now + .milliseconds(100 * Int64(step % 9))))
                let frame = session.app.frame()
                for y in 4..<30 {
                    for x in 0..<132 where frame[x, y]?.glyph != still[x, y]?.glyph {
                        seen.insert(String(frame[x, y]?.glyph.base ?? " "))
                        changed += 1
                    }
                }
            }
            #expect(changed > 0)
            #expect(seen.isSubset(of: [glyphs.request, glyphs.failure, glyphs.bytes]), "\(seen)")
        }
    }
}
