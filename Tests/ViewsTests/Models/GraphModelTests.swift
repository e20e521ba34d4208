// SPDX-License-Identifier: Apache-2.0
import Layout
import Model
import Testing

@testable import Views

@Suite("The model of the graph") struct GraphModelTests {
    private static var context: ScreenContext { TrafficScene.three.scene("three").context(page: .screen(.graph)) }

    private static func model() -> GraphModel {
        var model = GraphModel()
        model.refresh(in: context)
        return model
    }

    private static func title(_ model: GraphModel) -> String? {
        guard case .item(let item) = model.selection else { return nil }
        return model.scene?.title(item)
    }

    @Test("before it is drawn, keys do nothing")
    func undrawn() {
        var model = GraphModel()
        #expect(model.handle(.right, in: Self.context).isEmpty && model.handle(.open, in: Self.context).isEmpty)
        #expect(model.toggleLabel(2) == nil && model.settings.labels == [.rate])
        model.refresh(in: Scene.healthy.context(page: .screen(.graph)))
        #expect(model.scene == nil, "there is no traffic")
    }

    @Test("the first arrow selects the first node, the next ones go from node to node")
    func arrows() {
        var model = Self.model()
        _ = model.handle(.left, in: Self.context)
        #expect(Self.title(model) == "gateway")
        _ = model.handle(.right, in: Self.context)
        #expect(Self.title(model) == "web")
        _ = model.handle(.left, in: Self.context)
        #expect(Self.title(model) == "gateway")
    }

    @Test("an edge leads to its ends, and to the other one with otherEnd")
    func edges() {
        var model = Self.model()
        _ = model.handle(.right, in: Self.context)
        _ = model.handle(.nextOutgoing, in: Self.context)
        guard case .edge = model.selection else { return #expect(Bool(false)) }
        _ = model.handle(.otherEnd, in: Self.context)
        #expect(Self.title(model) == "web")
        _ = model.handle(.nextIncoming, in: Self.context)
        _ = model.handle(.otherEnd, in: Self.context)
        #expect(Self.title(model) == "gateway")
    }

    @Test("what needs the application is asked for")
    func requests() {
        var model = Self.model()
        #expect(model.handle(.find, in: Self.context) == [.ask(.expression(.find))])
        #expect(model.handle(.hide, in: Self.context) == [.ask(.expression(.hide))])
        #expect(model.handle(.labels, in: Self.context) == [.ask(.labels(refusal: nil))])
        let type = model.scene?.graph.type.next ?? .app
        #expect(model.handle(.nextType, in: Self.context) == [.showType(type)])
        #expect(model.settings.type == nil, "the application shows it, for the tables too")
        #expect(model.handle(.nextRank, in: Self.context) == [.remakePictures])
        #expect(model.settings.rank == GraphRank.allCases.first)
    }

    @Test("nodes and edges open their pages, of several edges the worst, and a folded box unfolds")
    func open() {
        var model = Self.model()
        _ = model.handle(.right, in: Self.context)
        #expect(model.handle(.open, in: Self.context) == [.open(.node("app_Kubernetes_istio-ingress_gateway_"))])
        _ = model.handle(.nextOutgoing, in: Self.context)
        guard case .open(.edge(let id))? = model.handle(.open, in: Self.context).first else {
            return #expect(Bool(false))
        }
        #expect(id.hasPrefix("app_Kubernetes_istio-ingress_gateway_|"))
        _ = model.handle(.otherEnd, in: Self.context)
        model.refresh(in: Self.context)
        let items = model.scene?.drawn.items.count ?? 0
        #expect(model.handle(.open, in: Self.context).isEmpty, "web has two versions and is folded")
        model.refresh(in: Self.context)
        #expect((model.scene?.drawn.items.count ?? 0) == items + 1)
    }

    @Test("values are written and left out by their numbers, and one that is not known is refused")
    func labels() {
        var model = Self.model()
        #expect(model.toggleLabel(2) == nil && model.settings.labels == [.rate, .p95])
        #expect(model.toggleLabel(1) == nil && model.settings.labels == [.p95])
        #expect(model.toggleLabel(0) == nil && model.settings.labels.isEmpty)
        #expect(model.toggleLabel(9) == nil && model.settings.labels.isEmpty)
        var plain = GraphModel()
        plain.refresh(in: TrafficScene.tiers(3, namespaces: ["a"]).scene("plain").context(page: .screen(.graph)))
        #expect(plain.toggleLabel(8)?.contains("mTLS") == true && plain.settings.labels == [.rate])
    }

    @Test("the ways to rank end with none, focus with all, zooms at the ends")
    func rounds() {
        var model = Self.model()
        for rank in GraphRank.allCases.map(Optional.some) + [nil] {
            _ = model.handle(.nextRank, in: Self.context)
            #expect(model.settings.rank == rank)
        }
        _ = model.handle(.right, in: Self.context)
        for hops in [1, 2, 3] {
            _ = model.handle(.focus, in: Self.context)
            #expect(model.settings.focus != nil && model.settings.hops == hops)
        }
        _ = model.handle(.focus, in: Self.context)
        #expect(model.settings.focus == nil)
        for (action, zoom) in [(GraphAction.zoomOut, GraphZoom.dot), (.zoomIn, .full)] {
            for _ in 0..<4 {
                _ = model.handle(action, in: Self.context)
                model.refresh(in: Self.context)
            }
            #expect(model.settings.zoom == zoom)
        }
        _ = model.handle(.fitZoom, in: Self.context)
        #expect(model.settings.zoom == nil)
    }

    @Test("the view never leaves the drawing")
    func panning() {
        let context = TrafficScene.tiers(60, namespaces: ["a"]).scene("big").context(page: .screen(.graph))
        var model = GraphModel()
        model.refresh(in: context)
        guard let scene = model.scene else { return #expect(Bool(false)) }
        let (right, bottom) = (
            max(0, scene.layout.columns - scene.room.columns), max(0, scene.layout.rows - scene.room.rows)
        )
        #expect(right + bottom > 0)
        for _ in 0..<60 { for action in [GraphAction.panRight, .panDown] { _ = model.handle(action, in: context) } }
        #expect(model.origin.x == right && model.origin.y == bottom)
        for _ in 0..<60 { for action in [GraphAction.panLeft, .panUp] { _ = model.handle(action, in: context) } }
        #expect(model.origin.x == 0 && model.origin.y == 0)
    }

    @Test("what an expression finds is gone through in both directions")
    func found() {
        var choices = TrafficChoices()
        choices.find = .expression(.known("name = web or name = cart"))
        var display = Display(clock: Scene.now)
        guard let snapshot = TrafficScene.three.scene("found").snapshot else { return #expect(Bool(false)) }
        display.receive(snapshot, newEvents: 0, choices)
        guard let picture = display.picture else { return #expect(Bool(false)) }
        let context = ScreenContext(
            picture: picture, now: Scene.now, zone: .zero, glyphs: .unicode, size: Size(columns: 80, rows: 24),
            page: .screen(.graph), traffic: choices.options(GraphOptions()))
        var model = GraphModel()
        model.refresh(in: context)
        let order = model.scene?.found.order ?? []
        #expect(order.count >= 2)
        model.selectFirstFound()
        #expect(model.selection == order.first)
        model.selectNextFound(forward: true)
        #expect(model.selection == order[1])
        model.selectFirstFound()
        #expect(model.selection == order[1], "one of what was found stays selected")
        model.selectNextFound(forward: false)
        model.selectNextFound(forward: false)
        #expect(model.selection == order.last)
    }
}
