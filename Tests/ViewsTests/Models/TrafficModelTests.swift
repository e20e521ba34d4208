// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("The model of the traffic's tables") struct TrafficModelTests {
    private static var context: ScreenContext { MeshTraffic.shop.context(page: .screen(.traffic)) }

    @Test("edges and nodes take turns, each from the first row")
    func rows() {
        var model = TrafficModel()
        _ = model.handle(.move(.down), in: Self.context)
        #expect(model.list.selected != nil)
        _ = model.handle(.toggleRows, in: Self.context)
        #expect(model.kind == .nodes && model.list.selected == nil)
        #expect(model.subjects(in: Self.context).count == Self.context.snapshot.graph?.graph.nodes.count)
        _ = model.handle(.toggleRows, in: Self.context)
        #expect(model.kind == .edges)
    }

    @Test("what needs the application is asked for")
    func requests() {
        var model = TrafficModel()
        let type = Self.context.snapshot.graph?.graph.type.next ?? .app
        #expect(model.handle(.find, in: Self.context) == [.ask(.filter)])
        #expect(model.handle(.hide, in: Self.context) == [.ask(.expression(.hide))])
        #expect(model.handle(.nextType, in: Self.context) == [.showType(type)])
        guard let first = model.subjects(in: Self.context).first else { return #expect(Bool(false)) }
        #expect(model.handle(.open, in: Self.context) == [.open(first)])
    }

    @Test("the next row in trouble is selected, and after the last the first")
    func trouble() {
        var model = TrafficModel()
        let rows = model.subjects(in: Self.context)
        var selected: [Int] = []
        for _ in 0..<4 {
            _ = model.handle(.nextTrouble, in: Self.context)
            selected.append(model.list.position(in: rows))
        }
        #expect(selected.first == 0 && selected.contains(1))
        let graph = Self.context.snapshot.graph?.graph
        let troubled = graph?.edges.count { $0.health.level.isTrouble } ?? 0
        #expect(Set(selected).count == min(4, troubled))
    }

    @Test("without traffic nothing is listed, and keys do nothing")
    func nothing() {
        let context = Scene.healthy.context(page: .screen(.traffic))
        var model = TrafficModel()
        for action in [TrafficAction.nextTrouble, .nextType] { #expect(model.handle(action, in: context).isEmpty) }
        #expect(model.subjects(in: context).isEmpty && model.handle(.open, in: context).isEmpty)
    }
}
