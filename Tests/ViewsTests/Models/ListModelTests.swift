// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Lists") struct ListModelTests {
    private static let rows = (0..<20).map { Subject.node("\($0)") }

    @Test("the first row is selected until a key selects another one")
    func start() {
        var list = ListModel()
        #expect(list.selected == nil && list.position(in: Self.rows) == 0)
        #expect(list.position(in: []) == -1)
        _ = list.handle(.move(.down), in: Self.rows, page: 5)
        #expect(list.selected == .node("1"))
    }

    @Test(
        "each movement goes where it says, and stops at the ends",
        arguments: [
            (Move.up, 9, 0), (.down, 11, 19), (.pageUp, 5, 0), (.pageDown, 15, 19), (.first, 0, 0), (.last, 19, 19),
        ])
    func moves(move: Move, once: Int, often: Int) {
        var list = ListModel()
        list.select(10, in: Self.rows)
        _ = list.handle(.move(move), in: Self.rows, page: 5)
        #expect(list.position(in: Self.rows) == once)
        for _ in 0..<30 { _ = list.handle(.move(move), in: Self.rows, page: 5) }
        #expect(list.position(in: Self.rows) == often)
    }

    @Test("the selection follows its row, and stays in its place when the row disappears")
    func follows() {
        var list = ListModel()
        list.select(3, in: Self.rows)
        #expect(list.position(in: Self.rows.reversed()) == 16)
        #expect(list.position(in: Array(Self.rows.dropFirst(4))) == 3)
        #expect(list.position(in: [.node("x")]) == 0)
    }

    @Test("opening asks for the selected row, and selects it; without rows for nothing")
    func open() {
        var list = ListModel()
        #expect(list.handle(.open, in: Self.rows, page: 5) == [.open(.node("0"))])
        #expect(list.selected == .node("0"))
        #expect(list.handle(.open, in: [], page: 5).isEmpty)
    }

    @Test("sorting goes through the columns and begins again, and can be turned around or asked for")
    func sort() {
        var list = ListModel()
        for column in [1, 2, 0] {
            #expect(list.handle(.next, columns: 3).isEmpty)
            #expect(list.sortColumn == column)
        }
        #expect(list.handle(.invert, columns: 3).isEmpty && list.isInverted)
        #expect(list.handle(.pick, columns: 3) == [.ask(.sortColumn)])
    }

    @Test("the window keeps the selected row in sight, whatever the size")
    func window() {
        for total in [0, 1, 5, 30] {
            for height in [0, 1, 4, 40] {
                for position in [-1, 0, total / 2, total - 1] {
                    let window = ListWindow(total: total, position: position, height: height)
                    #expect(window.range.count <= height && window.above + window.count + window.below == total)
                    #expect(!(0..<total).contains(position) || height == 0 || window.range.contains(position))
                }
            }
        }
    }
}
