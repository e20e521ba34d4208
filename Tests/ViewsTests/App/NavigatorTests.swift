// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("The way through the pages") struct NavigatorTests {
    private static func source(_ number: Int) -> Page { .subject(.source(SourceID(.management, "http://\(number)"))) }

    private static func lines(_ links: [Int], of count: Int) -> [PageLine] {
        (0..<count).map { PageLine(StyledLine("line \($0)"), to: links.contains($0) ? .node("n\($0)") : nil) }
    }

    @Test("back leads one page back at a time, and never off the first page")
    func back() {
        var navigator = Navigator()
        navigator.show(.members)
        navigator.push(Self.source(1))
        navigator.push(Self.source(2))
        navigator.back()
        #expect(navigator.page == Self.source(1))
        navigator.back()
        navigator.back()
        #expect(navigator.pages == [.screen(.members)])
    }

    @Test("a page is not put on top of itself")
    func same() {
        var navigator = Navigator()
        navigator.push(Self.source(1))
        navigator.push(Self.source(1))
        #expect(navigator.pages == [.screen(.overview), Self.source(1)])
    }

    @Test("a screen shown by itself forgets the way")
    func show() {
        var navigator = Navigator()
        navigator.push(Self.source(1))
        navigator.show(.sources)
        #expect(navigator.pages == [.screen(.sources)] && !navigator.isNested)
    }

    @Test("the way back is 32 pages long at most, and always begins with its screen")
    func depth() {
        var navigator = Navigator()
        navigator.show(.timeline)
        for number in 0..<31 { navigator.push(Self.source(number)) }
        #expect(navigator.pages.count == 32 && navigator.pages[1] == Self.source(0))
        navigator.push(Self.source(31))
        #expect(navigator.pages.count == 32)
        #expect(navigator.pages[0] == .screen(.timeline) && navigator.pages[1] == Self.source(1))
        #expect(navigator.screen == .timeline)
    }

    @Test("the screen is the last one on the way")
    func screen() {
        var navigator = Navigator()
        navigator.push(.screen(.matrix))
        navigator.push(Self.source(1))
        #expect(navigator.screen == .matrix && navigator.pageBelow == .screen(.matrix))
    }

    @Test("the help goes as it comes, above any page")
    func help() {
        var navigator = Navigator()
        navigator.push(Self.source(1))
        navigator.toggleHelp()
        #expect(navigator.page == .help && navigator.pageBelow == Self.source(1))
        navigator.toggleHelp()
        #expect(navigator.page == Self.source(1))
    }

    @Test("text scrolls within its ends")
    func scrolling() {
        var navigator = Navigator()
        navigator.push(Self.source(1))
        let lines = Self.lines([], of: 30)
        navigator.move(by: -1, in: lines, height: 10)
        #expect(navigator.firstLine(of: 30, height: 10) == 0)
        navigator.move(by: 1, in: lines, height: 10)
        #expect(navigator.firstLine(of: 30, height: 10) == 1)
        navigator.move(by: 1_000_000, in: lines, height: 10)
        #expect(navigator.firstLine(of: 30, height: 10) == 20)
        #expect(navigator.firstLine(of: 12, height: 10) == 2, "a text that becomes shorter")
        #expect(navigator.firstLine(of: 5, height: 10) == 0)
    }

    @Test("a page that is left forgets how it was scrolled, one that is covered does not")
    func remembers() {
        var navigator = Navigator()
        navigator.push(Self.source(1))
        navigator.scroll(to: 7, of: 30, height: 10)
        navigator.push(Self.source(2))
        #expect(navigator.firstLine(of: 30, height: 10) == 0)
        navigator.back()
        #expect(navigator.firstLine(of: 30, height: 10) == 7)
        navigator.back()
        navigator.push(Self.source(1))
        #expect(navigator.firstLine(of: 30, height: 10) == 0)
    }

    @Test("steps go from link to link while they are in sight, then scroll")
    func links() {
        var navigator = Navigator()
        navigator.push(Self.source(1))
        let lines = Self.lines([2, 5, 20], of: 30)
        #expect(navigator.selectedLine(in: lines) == 2)
        navigator.move(by: 1, in: lines, height: 10)
        #expect(navigator.selectedLine(in: lines) == 5 && navigator.firstLine(of: 30, height: 10) == 0)
        navigator.move(by: 1, in: lines, height: 10)
        #expect(navigator.selectedLine(in: lines) == 5 && navigator.firstLine(of: 30, height: 10) == 1)
        for _ in 0..<10 { navigator.move(by: 1, in: lines, height: 10) }
        #expect(navigator.selectedLine(in: lines) == 20 && navigator.firstLine(of: 30, height: 10) == 11)
        #expect(navigator.followLink(in: lines) == .node("n20"))
        for _ in 0..<30 { navigator.move(by: -1, in: lines, height: 10) }
        #expect(navigator.selectedLine(in: lines) == 2 && navigator.firstLine(of: 30, height: 10) == 0)
    }

    @Test("a page without links leads nowhere")
    func noLinks() {
        var navigator = Navigator()
        #expect(navigator.followLink(in: Self.lines([], of: 3)) == nil)
        #expect(navigator.selectedLine(in: []) == nil)
    }
}
