// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("The index of the timeline") struct TimelineIndexTests {
    private static func events(_ count: Int, _ generator: inout Generator) -> [MeshEvent] {
        (0..<count).map { _ in
            let (observer, subject) = (
                Int.random(in: 7...12, using: &generator), Int.random(in: 7...12, using: &generator)
            )
            let ago = Double.random(in: 0...600, using: &generator)
            return Bool.random(using: &generator)
                ? TimelineScene.reach(ago, observer, subject)
                : TimelineScene.member(ago, observer, subject, from: nil, to: "Up")
        }
    }

    private static func filter(_ generator: inout Generator) -> TimelineFilter {
        var filter = TimelineFilter()
        if Bool.random(using: &generator) { filter.kind = [.member, .reachability].randomElement(using: &generator) }
        if Bool.random(using: &generator) {
            filter.text = ["unreach", "9:", "AS UP", "nothing"].randomElement(using: &generator)
        }
        if Int.random(in: 0..<3, using: &generator) == 0 { filter.least = .warning }
        return filter
    }

    @Test("after any growth and any filter it finds what a plain search finds, in the log's order")
    func likePlainSearch() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(seed: seed)
        var (log, index, filter) = (EventLog(), TimelineIndex(), TimelineFilter())
        for _ in 0..<60 {
            for event in Self.events(Int.random(in: 0...200, using: &generator), &generator) { log.insert(event) }
            if Bool.random(using: &generator) { filter = Self.filter(&generator) }
            let question = TimelineQuestion(filter)
            index.update(log, question)
            let expected = log.chunks.flatMap(\.entries).filter { question.accepts($0.event) }
            #expect(index.count == expected.count, "seed \(seed)")
            #expect((0..<index.count).compactMap { index.entry($0)?.number } == expected.map(\.number), "seed \(seed)")
            guard let some = expected.randomElement(using: &generator) else { continue }
            let rank = expected.firstIndex(of: some)
            #expect(index.rank(of: some.number, near: some.place) == rank, "seed \(seed)")
            var seen = 0
            index.forEach(from: Scene.ago(300), to: Scene.ago(100)) { _ in seen += 1 }
            #expect(
                seen == expected.count { $0.place >= Scene.ago(300) && $0.place <= Scene.ago(100) }, "seed \(seed)")
        }
    }

    @Test("an event that was dropped leaves its neighbour selected")
    func dropped() {
        var log = EventLog([TimelineScene.reach(500, 7, 8), TimelineScene.reach(499, 7, 9)])
        var index = TimelineIndex()
        index.update(log, TimelineQuestion())
        let first = log.first
        for number in 0..<11_000 { log.insert(TimelineScene.reach(400 - Double(number) * 0.03, 8, 9)) }
        index.update(log, TimelineQuestion())
        #expect(index.rank(of: first?.number ?? -1, near: first?.place ?? Scene.now) == 0)
        #expect(index.passingLanes.map { index.lanes[$0].observer } == [Scene.address(8)])
    }

    @Test("the search for bytes finds in any case, at the ends, and nothing in less than the needle")
    func textSearch() {
        #expect(TextSearch.contains(Array("gated".utf8), in: "has GATED"))
        #expect(TextSearch.contains(Array("has".utf8), in: "Has gated"))
        #expect(!TextSearch.contains(Array("gatedx".utf8), in: "has gated"))
        #expect(!TextSearch.contains(Array("gated".utf8), in: "gat"))
        #expect(TextSearch.contains(Array("aab".utf8), in: "aaab"))
    }

    @Test("any keys at any size on any log leave well-formed frames")
    func randomKeys() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(seed: seed)
        let keys: [Key] =
            [
                .up, .down, .pageUp, .pageDown, .home, .end, .enter, .escape, .backspace, .character("5"),
                .character("2"),
            ] + "fotgv{}+-0x4:/ 1jkG".unicodeScalars.map { Key.character($0) }
        let scenes = TimelineScene.all.filter { $0.name != "burst" }
        for _ in 0..<60 {
            let size = Size(
                columns: .random(in: 0...220, using: &generator), rows: .random(in: 0...60, using: &generator))
            var session = Session(
                TimelineScene.incident, size: size, glyphs: Bool.random(using: &generator) ? .ascii : .unicode)
            session.type("5")
            for step in 0..<60 {
                session.press(keys.randomElement(using: &generator) ?? .up)
                if step % 20 == 19, let snapshot = scenes.randomElement(using: &generator)?.snapshot {
                    _ = session.app.handle(.data(snapshot, newEvents: 1))
                }
                guard step % 4 == 0 else { continue }
                let frame = session.app.frame()
                #expect(frame.size == size, "seed \(seed)")
                #expect(FrameTests.isWellFormed(frame), "seed \(seed)")
            }
        }
    }
}
