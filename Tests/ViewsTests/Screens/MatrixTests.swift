// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite struct MatrixTests {
    private static func table(_ scene: RemotingScene) -> PairTable {
        Picture(scene.snapshot()).clusters[0].pairs
    }

    private static func sign(_ scene: RemotingScene, _ observer: Int, _ subject: Int, _ mode: MatrixMode) -> PairSign {
        let table = table(scene)
        guard let left = table.index(of: scene.node(observer)), let right = table.index(of: scene.node(subject)) else {
            return .none
        }
        return table.sign(left, right, mode).sign
    }

    @Test("a cell is the worst of association, phi and reachability")
    func worst() {
        var scene = RemotingScene(6)
        scene.set(0, 1, AssociationStatus(.gated), phi: RemotingScene.phi(silence: 4))
        scene.lose(2, by: [0])
        #expect(Self.sign(scene, 0, 1, .association) == .gated)
        #expect(Self.sign(scene, 0, 1, .phi) == .imminent)
        #expect(Self.sign(scene, 0, 1, .worst) == .gated)
        #expect(Self.sign(scene, 0, 2, .worst) == .unreachable)
        #expect(Self.sign(scene, 1, 2, .reach) == .reachable)
        #expect(Self.sign(scene, 2, 0, .worst) == .active)
    }

    @Test("what is inferred, unknown or not monitored is not shown like what is measured")
    func knowledge() {
        var scene = RemotingScene(60, .views)
        scene.silence(1, for: 100)
        let table = Self.table(scene)
        let first = table.index(of: scene.node(0)) ?? 0
        #expect(table.entries(of: first).allSatisfy { $0.signs.association == .inferred })
        #expect(table.entries(of: first).count == 9)
        let silent = table.index(of: scene.node(1)) ?? 0
        #expect(table.entries(of: silent).allSatisfy { $0.signs.association == .unknown })
        #expect(table.defaultSign(of: first, .association) == .none)
        #expect(Self.sign(RemotingScene(3), 0, 1, .association) == .active)
    }

    @Test("who still measures heartbeats of a subject has only heard that it is terminated")
    func terminatedByHearsay() {
        var scene = RemotingScene(4)
        scene.set(0, 2, AssociationStatus(.quarantined))
        var snapshot = scene.snapshot()
        for (number, view) in snapshot.clusters[0].views.enumerated() where view.observer != scene.node(2).address {
            snapshot.clusters[0].views[number].unreachable = [
                UnreachableSubject(
                    subject: scene.node(2).address, subjectUid: scene.node(2).uid, status: .terminated, observers: [],
                    since: Scene.ago(3))
            ]
        }
        let table = Picture(snapshot).clusters[0].pairs
        let places = (0..<3).map { table.index(of: scene.node($0)) ?? 0 }
        #expect(table.sign(places[0], places[2], .reach).sign == .terminated)
        #expect(table.sign(places[1], places[2], .reach).sign == .reachable)
    }

    @Test("a lost fact is no state any more")
    func lost() {
        var scene = RemotingScene(3)
        scene.set(0, 1, AssociationStatus(.quarantined), freshness: .lost)
        #expect(Self.sign(scene, 0, 1, .association) == .unknown)
    }

    @Test("heat is the part of the time to the threshold that has gone, not the number")
    func heat() {
        let signs = [0.4, 2.5, 3.6, 4.4, 5, 9].map { PairSign(RemotingScene.phi(silence: $0)) }
        #expect(signs == [.calm, .late, .imminent, .imminent, .passed, .passed])
    }

    @Test("pairs are asymmetric when one side only is in trouble, and undecided when the other is not known")
    func asymmetry() {
        var scene = RemotingScene(4)
        scene.set(0, 1, AssociationStatus(.quarantined))
        scene.set(2, 3, AssociationStatus(.gated))
        scene.set(3, 2, AssociationStatus(.gated, isBackingOff: true))
        scene.set(1, 2, AssociationStatus(.gated))
        scene.set(2, 1, AssociationStatus(.unknown))
        let totals = Self.table(scene).totals(.association)
        #expect(totals.asymmetric == 1)
        #expect(totals.undecided == 1)
    }

    @Test("rows and columns sum up all of their cells, whatever the matrix", arguments: MatrixMode.allCases)
    func sums(mode: MatrixMode) {
        for scene in [RemotingScene.trouble(12), .trouble(60), .trouble(12, .views), RemotingScene(3, .views)] {
            let table = Self.table(scene)
            let totals = table.totals(mode)
            for place in 0..<table.count {
                let others = (0..<table.count).filter { $0 != place }
                #expect(totals.rows[place] == others.map { table.sign(place, $0, mode).sign }.max())
                #expect(totals.columns[place] == others.map { table.sign($0, place, mode).sign }.max())
            }
        }
    }

    @Test("groups count every pair once", arguments: [MatrixGrouping.role, .dataCenter, .trouble])
    func groups(grouping: MatrixGrouping) {
        for scene in [RemotingScene.trouble(12), .trouble(60), RemotingScene(1), RemotingScene(60, .views)] {
            var state = MatrixSettings()
            state.grouping = grouping
            let grid = MatrixGrid(Picture(scene.snapshot()).clusters[0], state, rows: 12)
            let cells = grid.lines.indices.flatMap { row in grid.lines.indices.map { grid.cell(row, $0) } }
            #expect(cells.reduce(0) { $0 + ($1?.total ?? 0) } == scene.count * (scene.count - 1))
            #expect(Set(grid.lines.flatMap(\.members)).count == scene.count)
        }
    }

    @Test("above 200 members a pair without a row is plainly active, if none is unknown")
    func large() {
        #expect(Self.sign(RemotingScene(230), 0, 1, .worst) == .active)
        var scene = RemotingScene(230)
        scene.set(5, 6, AssociationStatus(.quarantined))
        #expect(Self.sign(scene, 5, 6, .worst) == .quarantined)
        #expect(Self.table(scene).totals(.worst).rows.max() == .quarantined)
    }

    @Test("above 200 members a pair without a row is inferred where the ring has it monitored, if some are unknown")
    func largeUnknown() {
        var scene = RemotingScene(230, .views)
        scene.silence(1, for: 100)
        let table = Self.table(scene)
        let first = table.index(of: scene.node(0)) ?? 0
        #expect(table.entries(of: first).map(\.signs.association) == Array(repeating: .inferred, count: 9))
        let silent = table.index(of: scene.node(1)) ?? 0
        #expect(table.entries(of: silent).map(\.signs.association) == Array(repeating: .unknown, count: 9))
        #expect(table.defaultSign(of: first, .association) == .none)
    }

    @Test("what the other side said before it fell silent makes no pair asymmetric")
    func silentSide() {
        var scene = RemotingScene(3)
        scene.lose(2, by: [0, 1])
        #expect(Self.table(scene).totals(.worst).asymmetric == 2)
        scene.silence(2, for: 14)
        let totals = Self.table(scene).totals(.worst)
        #expect((totals.asymmetric, totals.undecided) == (0, 2))
        let grid = MatrixGrid(Picture(scene.snapshot()).clusters[0], MatrixSettings(), rows: 12)
        #expect(grid.cell(0, 2)?.isAsymmetric == false)
    }

    @Test("the cursor starts on the worst cell, be it the first, and on that of every grouping")
    func start() {
        var scene = RemotingScene(6)
        scene.set(3, 2, AssociationStatus(.gated))
        scene.set(0, 1, AssociationStatus(.quarantined))
        var session = Session(scene.scene("x")).pressing([.character("4")])
        #expect(session.text.contains("10.0.0.7 → 10.0.0.8  Q quarantined"))
        session.press(.character("n"))
        #expect(session.text.contains("10.0.0.10 → 10.0.0.9  G gated"))
        session.press(.character("g"))
        #expect(session.text.contains("1 of 4 pairs quarantined"))
    }

    @Test("names are ordered as people count")
    func order() {
        let names = ["10.0.0.10", "10.0.0.9", "b-2", "b-10", "b-1", "a"].map { Scene.address("akka://S@\($0):1") }
        #expect(
            NaturalOrder.sorted(names).map { names[$0].host } == ["10.0.0.9", "10.0.0.10", "a", "b-1", "b-2", "b-10"])
    }

    @Test("the cursor starts at trouble, goes both ways, and follows its pair when the order changes")
    func cursor() {
        var session = Session(RemotingScene.trouble(12).scene("x"))
        session.press(.character("4"))
        #expect(session.text.contains("10.0.0.7 → 10.0.0.9  Q quarantined"))
        session.press(.character("n"))
        #expect(session.text.contains("10.0.0.7 → 10.0.0.14"))
        session.press(.down, .left)
        #expect(session.text.contains("10.0.0.8 → 10.0.0.13"))
        session.press(.character("o"), .character("o"))
        #expect(session.text.contains("10.0.0.8 → 10.0.0.13"))
        session.press(.enter)
        #expect(session.app.navigator.pages.count == 2)
        session.press(.escape)
        #expect(session.text.contains("10.0.0.8 → 10.0.0.13"))
    }

    @Test("another screen puts the cursor on a cell, whatever the matrix showed before")
    func pointing() {
        let scene = RemotingScene.trouble(60)
        var session = Session(scene.scene("x"))
        session.press(.character("4"), .character("g"), .character("5"))
        session.app.carryOut([.showCell(PairID(cluster: "Shop", observer: scene.node(50), subject: scene.node(41)))])
        #expect(session.text.contains("10.0.0.57 → 10.0.0.48"))
        #expect(session.selectedLine?.contains("10.0.0.57") == true)
    }

    @Test("a member that leaves takes the cursor nowhere strange")
    func leaving() {
        var session = Session(RemotingScene(12).scene("x"))
        session.press(.character("4"), .end, .character(">"), .character(">"))
        _ = session.app.handle(.data(RemotingScene(3).snapshot(), newEvents: 0))
        session.press(.enter)
        _ = session.app.handle(.data(RemotingScene(0).snapshot(), newEvents: 0))
        #expect(!session.text.isEmpty)
    }
}
