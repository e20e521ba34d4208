// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("The model of the matrix") struct MatrixModelTests {
    private static func context(_ scene: RemotingScene) -> ScreenContext {
        scene.scene("matrix").context(page: .screen(.matrix))
    }

    /// Quarantined from 0 to 1, gated from 3 to 2.
    private static let trouble: RemotingScene = {
        var scene = RemotingScene(6)
        scene.set(0, 1, AssociationStatus(.quarantined))
        scene.set(3, 2, AssociationStatus(.gated))
        return scene
    }()

    private static func pair(_ observer: Int, _ subject: Int) -> Subject {
        .pair(PairID(cluster: "Shop", observer: trouble.node(observer), subject: trouble.node(subject)))
    }

    @Test("the cursor begins on the worst pair, and goes on to the next, and around")
    func trouble() {
        let context = Self.context(Self.trouble)
        var model = MatrixModel()
        model.begin(in: context)
        #expect(model.subject(in: context) == Self.pair(0, 1))
        #expect(model.handle(.nextTrouble, in: context).isEmpty)
        #expect(model.subject(in: context) == Self.pair(3, 2))
        _ = model.handle(.nextTrouble, in: context)
        #expect(model.subject(in: context) == Self.pair(0, 1))
    }

    @Test("where nothing is wrong the cursor stays, and where it has been moved it is not moved")
    func calm() {
        let context = Self.context(RemotingScene(6))
        var model = MatrixModel()
        model.begin(in: context)
        #expect(model.column == nil && model.list.selected == nil)
        var moved = MatrixModel()
        moved.point(at: PairID(cluster: "Shop", observer: Self.trouble.node(4), subject: Self.trouble.node(5)))
        moved.begin(in: Self.context(Self.trouble))
        #expect(moved.subject(in: Self.context(Self.trouble)) == Self.pair(4, 5))
    }

    @Test("the cursor moves by one column or by ten, and stops at the edges")
    func columns() {
        let context = Self.context(RemotingScene(30))
        var model = MatrixModel()
        for (action, column) in [
            (MatrixAction.right, 2), (.pageRight, 12), (.pageRight, 22), (.pageRight, 29), (.left, 28), (.pageLeft, 18),
            (.pageLeft, 8), (.pageLeft, 0), (.left, 0),
        ] {
            _ = model.handle(action, in: context)
            #expect(model.grid(in: context).map { model.column(in: $0.lines) } == column, "\(action)")
        }
    }

    @Test("opening asks for the pair, or for the member where it would look at itself")
    func open() {
        let context = Self.context(Self.trouble)
        var model = MatrixModel()
        model.begin(in: context)
        #expect(model.handle(.open, in: context) == [.open(Self.pair(0, 1))])
        _ = model.handle(.left, in: context)
        #expect(model.handle(.open, in: context) == [.open(.member(cluster: "Shop", Self.trouble.node(0)))])
        #expect(model.handle(.open, in: Self.context(RemotingScene(0))).isEmpty)
    }

    @Test("each mode is shown by its own action, groupings and orders go around")
    func settings() {
        let context = Self.context(Self.trouble)
        var model = MatrixModel()
        for mode in MatrixMode.allCases {
            _ = model.handle(.show(mode), in: context)
            #expect(model.settings.mode == mode)
        }
        for grouping in MatrixGrouping.allCases.dropFirst() + [.none] {
            _ = model.handle(.nextGrouping, in: context)
            #expect(model.settings.grouping == grouping)
        }
        for order in MatrixOrder.allCases.dropFirst() + [.automatic] {
            _ = model.handle(.nextOrder, in: context)
            #expect(model.settings.order == order)
        }
    }

    @Test("the next cluster is shown, and after the last the first")
    func clusters() {
        let context = Scene.severalClusters.context(page: .screen(.matrix))
        var model = MatrixModel()
        let shown = (0..<3).map { _ in
            _ = model.handle(.nextCluster, in: context)
            return model.grid(in: context)?.cluster.snapshot.id
        }
        #expect(shown == ["Shop", "Billing", "Shop"])
    }

    @Test("pointing at a pair undoes a grouping in which it has no cell of its own")
    func pointing() {
        let context = Self.context(Self.trouble)
        var model = MatrixModel()
        _ = model.handle(.nextGrouping, in: context)
        model.point(at: PairID(cluster: "Shop", observer: Self.trouble.node(4), subject: Self.trouble.node(2)))
        #expect(model.settings.grouping == .none && model.subject(in: context) == Self.pair(4, 2))
    }
}
