// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Going from screen to screen") struct GoingTests {
    private static func app(_ scene: Scene = TimelineScene.incident) -> AppState { Session(scene).app }

    @Test("Tab goes through all screens and begins again, shift-Tab the other way")
    func tabs() {
        var app = Self.app()
        // Without Kubernetes its screen is left out.
        for id in ScreenID.allCases.dropFirst().filter({ $0 != .kubernetes && $0 != .istio }) + [.overview] {
            // On the graph Tab goes through edges; without traffic there are none.
            _ = app.handle(.key(.tab))
            #expect(app.navigator.page == .screen(id))
        }
        _ = app.handle(.key(.backTab))
        #expect(app.navigator.page == .screen(.sources))
    }

    @Test("a subject opens its page, a cluster the list of its members, what stands for several nothing")
    func subjects() {
        let node = Scene.node(7)
        let pages: [Subject] = [
            .member(cluster: "Shop", node), .pair(PairID(cluster: "Shop", observer: node, subject: Scene.node(8))),
            .source(SourceID(.management, "http://10.0.0.7:8558")), .node("a"), .edge("a|b"),
        ]
        for subject in pages {
            var app = Self.app()
            app.open(subject)
            #expect(app.navigator.pages == [.screen(.overview), .subject(subject)])
        }
        var app = Self.app()
        app.open(.group(cluster: "Shop", "web"))
        #expect(app.navigator.page == .screen(.overview))
        app.open(.cluster("Shop"))
        #expect(app.navigator.pages == [.screen(.members)])
    }

    @Test("back ends the filter of the timeline first, then leads to where it was opened from, as that was")
    func timeline() {
        var app = Self.app()
        app.open(.member(cluster: "Shop", Scene.node(9)))
        app.showEvents()
        #expect(app.navigator.page == .screen(.timeline))
        #expect(app.screens.timeline.focus == .member(cluster: "Shop", Scene.address(9)))
        app.screens.timeline.search("gated")
        app.goBack()
        #expect(app.screens.timeline.filter.isEmpty && app.navigator.page == .screen(.timeline))
        app.goBack()
        #expect(app.navigator.page == .subject(.member(cluster: "Shop", Scene.node(9))))
        #expect(app.screens.timeline.focus == nil)
        app.goBack()
        app.goBack()
        #expect(app.navigator.pages == [.screen(.overview)])
    }

    @Test("back ends what is found on the graph, then what is hidden, then the search")
    func traffic() {
        var app = Session(MeshTraffic.shop).pressing([.character("6")]).app
        app.search = "a"
        app.expressions.find = .expression(.known("name = web"))
        app.expressions.hide = .expression(.known("name = cart"))
        app.remakePictures()
        app.goBack()
        #expect(app.expressions.find == .nothing && app.expressions.hide != .nothing)
        app.goBack()
        #expect(app.expressions.hide == .nothing && app.search == "a")
        app.goBack()
        #expect(app.search == nil && app.navigator.page == .screen(.traffic))
    }

    @Test("nothing opens the events of what has none")
    func noEvents() {
        for keys in ["7", "6", "3"] {
            var app = Session(MeshTraffic.shop).pressing(keys.unicodeScalars.map { .character($0) }).app
            let page = app.navigator.page
            app.showEvents()
            #expect(app.navigator.page == page)
        }
    }

    @Test("another type of graph is shown on the graph and in the tables alike")
    func types() {
        var app = Session(MeshTraffic.shop).pressing([.character("6")]).app
        app.carryOut([.showType(.service)])
        #expect(app.display.picture?.snapshot.graph?.graph.type == .service)
        app.show(.graph)
        app.refreshGraph()
        #expect(app.screens.graph.scene?.graph.type == .service)
    }

    @Test("the ranking is made again when it is chosen")
    func ranks() {
        var app = Session(MeshTraffic.shop).pressing([.character("3")]).app
        let before = app.display.picture
        _ = app.handle(.key(.character("#")))
        #expect(app.display.picture !== before && app.context?.traffic.rank == GraphRank.allCases.first)
    }
}
