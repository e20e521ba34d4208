// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct ScreenPropertyTests {
    @Test("100,000 random events at random sizes trap nowhere, and every frame is well-formed")
    func randomEvents() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(seed: seed)
        for _ in 0..<100 {
            let glyphs: GlyphSet = Bool.random(using: &generator) ? .unicode : .ascii
            var session = Session(Scene.connecting, size: Self.size(&generator), glyphs: glyphs)
            for step in 0..<1000 {
                _ = session.app.handle(Self.event(&generator))
                guard step % 25 == 0 else { continue }
                let frame = session.app.frame()
                #expect(frame.size == session.app.size, "seed \(seed)")
                #expect(FrameTests.isWellFormed(frame), "seed \(seed)")
            }
        }
    }

    @Test("no size from 1x1 to 300x100 traps, and none is left empty", arguments: Scene.all)
    func sizes(scene: Scene) {
        let columns = [1, 2, 3, 5, 8, 13, 20, 39, 40, 41, 59, 60, 79, 80, 131, 132, 133, 200, 300]
        for width in columns {
            for height in [1, 2, 3, 5, 7, 8, 9, 12, 24, 40, 100] {
                let size = Size(columns: width, rows: height)
                for (_, keys) in Session.pages {
                    let session = Session(scene, size: size).pressing(keys)
                    let lines = session.app.frame().lines
                    #expect(lines.contains { !$0.isEmpty }, "\(width)x\(height)")
                }
            }
        }
    }

    @Test("nothing but the selection is in reverse video, and at most one row is")
    func onlySelection() {
        for scene in Scene.all {
            for (name, keys) in Session.pages {
                let frame = Session(scene).pressing(keys).app.frame()
                let rows = (0..<24).filter { y in (0..<80).contains { frame[$0, y]?.style.selected == true } }
                #expect(rows.count <= 1, "\(scene.name) \(name)")
            }
        }
    }

    private static func size(_ generator: inout Generator) -> Size {
        Size(columns: .random(in: 0...300, using: &generator), rows: .random(in: 0...100, using: &generator))
    }

    private static func event(_ generator: inout Generator) -> AppEvent {
        switch Int.random(in: 0..<40, using: &generator) {
        case 0: return .resize(size(&generator))
        case 1, 2:
            let remoting = Int.random(in: 0..<4, using: &generator)
            if remoting == 0 { return .data(randomCluster(&generator), newEvents: 0) }
            let scene = Scene.all.randomElement(using: &generator)
            return .data(scene?.snapshot ?? Builder().snapshot(), newEvents: .random(in: 0...3, using: &generator))
        case 3: return .clock(Scene.now + .seconds(Int64.random(in: -100...100_000, using: &generator)))
        default: return .key(key(&generator))
        }
    }

    /// Associations in any state, between members of a cluster of any size.
    private static func randomCluster(_ generator: inout Generator) -> MeshSnapshot {
        let count = [0, 1, 2, 3, 7, 12, 30].randomElement(using: &generator) ?? 3
        var scene = RemotingScene(count, Bool.random(using: &generator) ? .bridge : .views)
        guard count > 1 else { return scene.snapshot() }
        for _ in 0..<Int.random(in: 0...2 * count, using: &generator) {
            let observer = Int.random(in: 0..<count, using: &generator)
            let subject = (observer + Int.random(in: 1..<count, using: &generator)) % count
            let state = AssociationState.allCases.randomElement(using: &generator) ?? .unknown
            let until =
                Bool.random(using: &generator) ? Scene.now + .seconds(Int64.random(in: -9...9, using: &generator)) : nil
            scene.set(
                observer, subject,
                AssociationStatus(
                    state, since: until, until: until, isHarmless: Bool.random(using: &generator),
                    isBackingOff: Bool.random(using: &generator)),
                origin: [.log, .sse, .bridge, .metric, .inferred, nil].randomElement(using: &generator) ?? nil,
                phi: RemotingScene.phi(silence: Double.random(in: 0...20, using: &generator)),
                freshness: [.fresh, .late, .stale, .lost].randomElement(using: &generator) ?? .fresh)
        }
        scene.lose(Int.random(in: 0..<count, using: &generator), by: 0..<Int.random(in: 0..<count, using: &generator))
        return scene.snapshot()
    }

    private static func key(_ generator: inout Generator) -> Key {
        let mapped = KeyMap.bindings.flatMap(\.keys)
        if Int.random(in: 0..<10, using: &generator) > 0 { return mapped.randomElement(using: &generator) ?? .enter }
        let value = UInt32.random(in: 0x20...0xFFFF, using: &generator)
        return .character(Unicode.Scalar(value) ?? "x")
    }
}
