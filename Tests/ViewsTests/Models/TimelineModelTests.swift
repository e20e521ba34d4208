// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("The model of the timeline") struct TimelineModelTests {
    private static func context(_ scene: Scene = TimelineScene.incident, page: Page = .screen(.timeline))
        -> ScreenContext
    {
        scene.context(page: page)
    }

    private static func model(_ scene: Scene = TimelineScene.incident) -> TimelineModel {
        var model = TimelineModel()
        model.update(scene.snapshot?.events ?? EventLog())
        return model
    }

    @Test("the newest event is followed until another is selected, and again at the first position")
    func following() {
        var model = Self.model()
        #expect(model.isFollowing && model.position == 0)
        model.move(by: 2)
        #expect(!model.isFollowing && model.position == 2)
        let selected = model.selected
        model.update(EventLog(TimelineScene.incidentEvents + [TimelineScene.reach(1, 7, 10)]))
        #expect(model.selected?.event == selected?.event && model.position == 3)
        model.move(by: -1_000_000)
        #expect(model.isFollowing && model.position == 0)
    }

    @Test("without events nothing is selected, and keys do nothing")
    func empty() {
        var model = TimelineModel()
        model.move(by: 1)
        #expect(model.position == -1 && model.selected == nil && model.isFollowing)
        #expect(model.handle(.open, in: Self.context()).isEmpty)
        #expect(model.handle(.goTo, in: Self.context(page: .screen(.timeline))).isEmpty)
        #expect(model.handle(.nextOfPair, in: Self.context()).isEmpty)
    }

    @Test("severities go around, an observer is shown alone and all again, a kind is asked for")
    func filters() {
        var model = Self.model()
        let all = model.index.count
        for least in [MeshEvent.Severity.warning, .failure, .notice] {
            _ = model.handle(.nextSeverity, in: Self.context())
            #expect(model.filter.least == least)
        }
        _ = model.handle(.toggleObserver, in: Self.context())
        #expect(model.filter.observer?.observer == Scene.address(9) && model.index.count < all)
        _ = model.handle(.toggleObserver, in: Self.context())
        #expect(model.filter.isEmpty && model.index.count == all)
        #expect(model.handle(.pickKind, in: Self.context()) == [.ask(.eventKind)])
    }

    @Test("a choice of kinds or severities filters, everything undoes both")
    func choices() {
        var model = Self.model()
        let all = model.index.count
        model.choose(.kind(.reachability))
        model.choose(.least(.warning))
        #expect(model.filter.kind == .reachability && model.filter.least == .warning && model.index.count < all)
        model.choose(.everything)
        #expect(model.filter.isEmpty && model.index.count == all)
        model.search("gated")
        #expect(model.index.count < all && model.filter.text == "gated")
    }

    @Test("opened for something and closed, it is as before, selection and all")
    func opened() {
        var model = Self.model()
        model.move(by: 3)
        let (selection, all) = (model.selection, model.index.count)
        model.open(for: .member(cluster: "Shop", Scene.address(12)))
        #expect(model.isFollowing && model.index.count < all)
        model.open(for: .member(cluster: "Shop", Scene.address(8)))
        model.close()
        #expect(model.focus == .member(cluster: "Shop", Scene.address(12)))
        model.close()
        #expect(model.focus == nil && model.selection == selection && model.index.count == all)
        model.close()
        #expect(model.selection == selection)
    }

    @Test("it can be opened 32 times before the first state is forgotten, and shown as a whole at any time")
    func bound() {
        var model = Self.model()
        model.move(by: 3)
        let selection = model.selection
        for _ in 0..<40 { model.open(for: .cluster("Shop")) }
        for _ in 0..<32 { model.close() }
        #expect(model.focus == nil && model.selection == selection)
        model.open(for: .cluster("Shop"))
        model.showAll()
        model.close()
        #expect(model.focus == nil && model.isFollowing)
    }

    @Test("an event shown from elsewhere is selected among all others")
    func openedAtEvent() {
        var model = Self.model()
        model.choose(.kind(.leader))
        model.open(at: TimelineScene.incidentEvents[3])
        #expect(model.selected?.event == TimelineScene.incidentEvents[3] && model.filter.isEmpty)
    }

    @Test("the axis is zoomed from what is shown, to its ends, and back to what fits")
    func zoom() {
        var model = Self.model()
        let automatic = model.axis(now: Scene.now, columns: 60).zoom
        for _ in 0..<30 { _ = model.handle(.zoomIn, in: Self.context()) }
        #expect(model.zoom == 0)
        for _ in 0..<30 { _ = model.handle(.zoomOut, in: Self.context()) }
        #expect(model.zoom == TimeAxis.spans.count - 1)
        _ = model.handle(.zoomReset, in: Self.context())
        #expect(model.zoom == nil && model.axis(now: Scene.now, columns: 60).zoom == automatic)
    }

    @Test("an event of a pair leads to its cell, one of a member to its page, also from the event's own page")
    func goTo() {
        var model = Self.model()
        let cell = Request.showCell(PairID(cluster: "Shop", observer: Scene.node(7), subject: Scene.node(9)))
        model.move(by: 1)
        #expect(model.handle(.goTo, in: Self.context()) == [cell])
        guard let entry = model.selected else { return #expect(Bool(false)) }
        model.move(by: -5)
        #expect(model.handle(.goTo, in: Self.context(page: .subject(.event(entry)))) == [cell])
        model.move(by: 1_000_000)
        #expect(model.handle(.goTo, in: Self.context()) == [.open(.member(cluster: "Shop", Scene.node(12)))])
    }

    @Test("on the page of an event its neighbour of the same pair replaces it")
    func neighbours() {
        var model = Self.model(
            TimelineScene.scene(
                "pair", [TimelineScene.reach(9, 7, 8), TimelineScene.reach(5, 7, 8, isReachable: true)]))
        guard let newest = model.selected, let oldest = model.entry(at: 1) else { return #expect(Bool(false)) }
        let page = Self.context(page: .subject(.event(newest)))
        #expect(model.handle(.previousOfPair, in: page) == [.replacePage(.event(oldest))])
        #expect(model.selected == oldest)
        #expect(model.handle(.nextOfPair, in: Self.context()).isEmpty)
        #expect(model.selected == newest && !model.isFollowing, "the newest is selected without being followed")
    }
}
