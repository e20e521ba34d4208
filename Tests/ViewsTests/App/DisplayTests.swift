// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Live and frozen data") struct DisplayTests {
    private static let later = Scene.now + .seconds(30)

    private static func display(_ scene: Scene = .healthy) -> Display {
        var display = Display(clock: Scene.now)
        display.receive(scene.snapshot ?? Builder().snapshot(), newEvents: 2, TrafficChoices())
        return display
    }

    @Test("nothing is shown before data have come, and the newest then")
    func live() {
        var display = Display(clock: Scene.now)
        #expect(display.picture == nil && display.frozen == nil)
        display.receive(Builder(lasts: [7]).snapshot(), newEvents: 0, TrafficChoices())
        display.receive(Builder(lasts: [7, 8]).snapshot(), newEvents: 0, TrafficChoices())
        #expect(display.picture?.rowCount == 2)
        display.advance(to: Self.later)
        #expect(display.now == Self.later)
    }

    @Test("frozen, the picture and the moment stay, and new events are counted")
    func frozen() {
        var display = Self.display()
        let picture = display.picture
        display.toggleFreeze()
        display.advance(to: Self.later)
        display.receive(Builder(lasts: [7]).snapshot(), newEvents: 3, TrafficChoices())
        display.receive(Builder(lasts: [8]).snapshot(), newEvents: 4, TrafficChoices())
        #expect(display.picture === picture && display.now == Scene.now)
        #expect(display.frozen?.newEvents == 7 && display.frozen?.since == Scene.now)
    }

    @Test("going on shows the newest data at once, and counts from none the next time")
    func resumed() {
        var display = Self.display()
        display.toggleFreeze()
        display.receive(Builder(lasts: [7]).snapshot(), newEvents: 3, TrafficChoices())
        display.advance(to: Self.later)
        display.toggleFreeze()
        #expect(display.picture?.rowCount == 1 && display.frozen == nil && display.now == Self.later)
        display.toggleFreeze()
        #expect(display.frozen?.newEvents == 0)
    }

    @Test("frozen before there are data, nothing is shown until it goes on")
    func frozenEarly() {
        var display = Display(clock: Scene.now)
        display.toggleFreeze()
        display.receive(Builder().snapshot(), newEvents: 0, TrafficChoices())
        #expect(display.picture == nil && display.live != nil)
        display.toggleFreeze()
        #expect(display.picture != nil)
    }

    @Test("choices of the traffic change the live and the frozen picture, and taking them back restores both")
    func choices() {
        var display = Self.display(MeshTraffic.shop)
        display.toggleFreeze()
        display.receive(MeshTraffic.shop.snapshot ?? Builder().snapshot(), newEvents: 0, TrafficChoices())
        let nodes = display.picture?.snapshot.graph?.graph.nodes.count ?? 0
        var choices = TrafficChoices()
        choices.hide = .expression(.known("name = payment"))
        display.remake(choices)
        #expect((display.picture?.snapshot.graph?.graph.nodes.count ?? 0) < nodes)
        #expect((display.live?.snapshot.graph?.graph.nodes.count ?? 0) < nodes)
        #expect(display.picture?.original.graph?.graph.nodes.count == nodes)
        display.remake(TrafficChoices())
        #expect(display.picture?.snapshot.graph?.graph.nodes.count == nodes)
        #expect(display.live?.snapshot.graph?.graph.nodes.count == nodes)
    }

    @Test("what is found narrows the lists but leaves the graph whole")
    func found() {
        var display = Self.display(MeshTraffic.shop)
        let nodes = display.picture?.snapshot.graph?.graph.nodes.count ?? 0
        var choices = TrafficChoices()
        choices.find = .expression(.known("name = payment"))
        display.remake(choices)
        #expect(display.picture?.snapshot.graph?.graph.nodes.count == nodes)
        #expect(display.picture?.traffic?.nodes.count == 1)
    }
}

@Suite("Choices of the traffic") struct TrafficChoicesTests {
    private static let web = FindExpression.known("name = web")
    private static let cart = FindExpression.known("name = cart")

    @Test("without a choice the options hold, with one it does, and none is a choice too")
    func chosen() {
        #expect(ChosenExpression.fromOptions.resolved(Self.web) == Self.web)
        #expect(ChosenExpression.fromOptions.resolved(nil) == nil)
        #expect(ChosenExpression.nothing.resolved(Self.web) == nil)
        #expect(ChosenExpression.expression(Self.cart).resolved(Self.web) == Self.cart)
        #expect(ChosenExpression(nil) == .nothing && ChosenExpression(Self.web) == .expression(Self.web))
    }

    @Test("only what was chosen differs from the options")
    func options() {
        var start = GraphOptions()
        start.find = Self.web
        #expect(TrafficChoices().options(start) == start)
        var choices = TrafficChoices()
        choices.type = .service
        choices.hide = .expression(Self.cart)
        let options = choices.options(start)
        #expect(options.type == .service && options.hide == Self.cart && options.find == Self.web)
        #expect(options.rank == start.rank)
    }

    @Test("20 expressions are remembered, the newest first and each once")
    func history() {
        var expressions = TrafficExpressions()
        for number in 0..<20 { expressions.remember("\(number)") }
        #expect(expressions.history.count == 20 && expressions.history.last == "0")
        expressions.remember("20")
        #expect(expressions.history.count == 20 && expressions.history.first == "20")
        #expect(expressions.history.last == "1")
        expressions.remember("5")
        #expect(expressions.history.first == "5" && expressions.history.count { $0 == "5" } == 1)
    }
}
