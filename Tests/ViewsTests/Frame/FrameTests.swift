// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct FrameTests {
    @Test("text lands where it was put and is clipped at the right edge")
    func clipping() {
        var frame = Frame(size: Size(columns: 6, rows: 2))
        let end = frame.put("members", x: 2, y: 1)
        #expect(frame.lines == ["", "  memb"])
        #expect(end == 6)
    }

    @Test("a wide glyph takes two cells, and half of one is never left")
    func wideGlyphs() {
        var frame = Frame(size: Size(columns: 6, rows: 1))
        frame.put("a日本b", x: 0, y: 0)
        #expect(frame.lines == ["a日本b"])
        #expect(frame[2, 0]?.glyph == .tail)
        frame.put("x", x: 2, y: 0)
        #expect(frame.lines == ["a x本b"])
        frame.put("y", x: 3, y: 0)
        #expect(frame.lines == ["a xy b"])
    }

    @Test("a wide glyph that would cross the edge becomes a space")
    func wideAtEdge() {
        var frame = Frame(size: Size(columns: 3, rows: 1))
        frame.put("ab日", x: 0, y: 0)
        #expect(frame.lines == ["ab"])
        #expect(frame[2, 0]?.glyph == .blank)
    }

    @Test("a wide glyph cut by the left edge of its area leaves a space")
    func wideAtLeftEdge() {
        var frame = Frame(size: Size(columns: 4, rows: 1))
        frame.put("....", x: 0, y: 0)
        frame.put("日b", x: 0, y: 0, clip: Area(x: 1, y: 0, width: 3, height: 1))
        #expect(frame.lines == [". b."])
    }

    @Test("combining marks stay with their base")
    func marks() {
        var frame = Frame(size: Size(columns: 3, rows: 1))
        frame.put("e\u{301}x\u{302}\u{303}\u{304}y", x: 0, y: 0)
        #expect(frame.lines == ["e\u{301}x\u{302}\u{303}y"])
        #expect("e\u{301}x".cellWidth == 2)
    }

    @Test(
        "nothing that could harm a terminal gets through",
        arguments: [
            ("\u{1B}[31mred", "[31mred"), ("a\u{7}\u{8}\u{7F}b", "ab"), ("a\u{9B}31mb", "a31mb"), ("a\tb\nc", "a b c"),
            ("x\u{202E}y\u{2066}z", "x\u{FFFD}y\u{FFFD}z"), ("a\u{200B}\u{FEFF}b", "ab"), ("\u{301}a", "a"),
            ("a\u{E000}b", "a\u{FFFD}b"), ("👍🏽\u{FE0F}!", "👍!"),
        ])
    func hostile(text: String, shown: String) {
        var frame = Frame(size: Size(columns: 12, rows: 1))
        frame.put(text, x: 0, y: 0)
        #expect(frame.lines == [shown])
    }

    @Test("in ASCII every other glyph is a question mark of the same width")
    func ascii() {
        var frame = Frame(size: Size(columns: 12, rows: 1), asciiOnly: true)
        frame.put("é日e\u{301}→", x: 0, y: 0)
        #expect(frame.lines == ["???e?"])
    }

    @Test("equal frames have no difference, a changed cell is one run of one cell")
    func smallDiffs() {
        var first = Frame(size: Size(columns: 10, rows: 3))
        first.put("age 12s", x: 0, y: 1)
        var second = first
        #expect(second.diff(from: first).isEmpty)
        second.put("3", x: 5, y: 1)
        #expect(second.diff(from: first).map { [$0.x, $0.y, $0.cells.count] } == [[5, 1, 1]])
    }

    @Test("a narrow glyph over a wide one repaints its tail")
    func narrowOverWide() {
        var first = Frame(size: Size(columns: 4, rows: 1))
        first.put("日", x: 1, y: 0)
        var second = Frame(size: first.size)
        second.put("x", x: 1, y: 0)
        #expect(second.diff(from: first).map { [$0.x, $0.cells.count] } == [[1, 2]])
    }

    @Test("applying the difference of two random frames to the first gives the second")
    func diffProperty() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(seed: seed)
        for _ in 0..<2000 {
            let size = Size(
                columns: .random(in: 0...30, using: &generator), rows: .random(in: 0...6, using: &generator))
            let first = Self.randomFrame(size, &generator)
            let second = Self.randomFrame(size, &generator)
            var screen = first
            screen.apply(second.diff(from: first))
            #expect(screen == second, "seed \(seed)")
            screen.apply(first.diff(from: nil))
            #expect(screen == first, "seed \(seed)")
            #expect(Self.isWellFormed(second), "seed \(seed)")
        }
    }

    static func randomFrame(_ size: Size, _ generator: inout Generator) -> Frame {
        let words = ["a", "日", "xy", "e\u{301}", "本語", " ", "👍", "●!", "\u{1B}"]
        var frame = Frame(size: size)
        for _ in 0..<12 {
            let text = (0..<4).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
            let role = Role.allCases.randomElement(using: &generator) ?? .plain
            frame.put(
                text, x: .random(in: -3...32, using: &generator), y: .random(in: -1...6, using: &generator),
                style: Style(role))
        }
        return frame
    }

    static func isWellFormed(_ frame: Frame) -> Bool {
        (0..<frame.size.rows).allSatisfy { y in
            (0..<frame.size.columns).allSatisfy { x in
                let before = frame[x - 1, y]?.glyph.width
                return (frame[x, y]?.glyph.width == 0) == (before == 2)
            }
        }
    }
}
