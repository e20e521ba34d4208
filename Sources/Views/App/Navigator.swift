// SPDX-License-Identifier: Apache-2.0
/// Where the reader is and the way back: a screen, the pages opened from it, and how each page of text is scrolled.
struct Navigator: Sendable {
    /// The maximum length of the way back: going round in circles must not grow without bound.
    private static let maximumDepth = 32

    /// The way to where we are; never empty, and its first page is a screen.
    private(set) var pages: [Page] = [.screen(.overview)]
    /// The first line shown of each page of text.
    private var scroll: [Page: Int] = [:]
    /// The selected link of each page of text.
    private var links: [Page: Subject] = [:]

    /// The page that is shown.
    var page: Page { pages[pages.count - 1] }

    /// The page below the one that is shown.
    var pageBelow: Page { pages[max(0, pages.count - 2)] }

    /// The screen that is shown, or was before the pages above it.
    var screen: ScreenID {
        for case .screen(let id) in pages.reversed() { return id }
        return .overview
    }

    var isNested: Bool { pages.count > 1 }

    // MARK: - Going

    /// Goes to a page; ``back()`` leads to where we are now.
    mutating func push(_ page: Page) {
        guard page != self.page else { return }
        pages.append(page)
        if pages.count > Self.maximumDepth { pages.remove(at: 1) }
    }

    /// Goes to a screen itself; there is no way back from it.
    mutating func show(_ screen: ScreenID) { pages = [.screen(screen)] }

    /// Shows another page instead of this one.
    mutating func replacePage(_ page: Page) { pages[pages.count - 1] = page }

    /// Shows the help, or leaves it.
    mutating func toggleHelp() {
        if page == .help { pages.removeLast() } else { pages.append(.help) }
    }

    /// Goes one page back, and forgets how the page that is left was scrolled; stays on the first page.
    mutating func back() {
        guard isNested else { return }
        let left = pages.removeLast()
        scroll[left] = nil
        links[left] = nil
    }

    // MARK: - Pages of text

    /// Which line of a page of text is the first that is shown.
    ///
    /// - Parameters:
    ///   - count: The number of the page's lines.
    ///   - height: How many of them are seen at once.
    /// - Returns: Its number, from 0.
    func firstLine(of count: Int, height: Int) -> Int { min(max(0, scroll[page] ?? 0), max(0, count - height)) }

    /// Shows a page of text from a line on.
    mutating func scroll(to line: Int, of count: Int, height: Int) { scroll[page] = min(line, max(0, count - height)) }

    /// The line of the selected link; the first link until one is selected, nil without links.
    func selectedLine(in lines: [PageLine]) -> Int? {
        if let link = links[page], let line = lines.firstIndex(where: { $0.link == link }) { return line }
        return lines.firstIndex { $0.link != nil }
    }

    /// Selects the link that Enter follows.
    ///
    /// - Returns: What it is about; nil if the page has no links.
    mutating func followLink(in lines: [PageLine]) -> Subject? {
        guard let line = selectedLine(in: lines), let link = lines[line].link else { return nil }
        links[page] = link
        return link
    }

    /// Scrolls by lines; a single step goes from link to link as far as they are in sight.
    mutating func move(by offset: Int, in lines: [PageLine], height: Int) {
        let first = firstLine(of: lines.count, height: height)
        let moved = min(max(0, first + offset), max(0, lines.count - height))
        guard abs(offset) == 1, let present = selectedLine(in: lines) else {
            scroll[page] = moved
            return
        }
        let sight = first..<(first + height)
        let ahead =
            offset > 0 ? Array(lines.indices.dropFirst(present + 1)) : Array(lines.indices.prefix(present).reversed())
        let next = ahead.first { lines[$0].link != nil }
        if let next, sight.contains(present), sight.contains(next) {
            links[page] = lines[next].link
            scroll[page] = first
            return
        }
        scroll[page] = moved
        let seen = moved..<(moved + height)
        guard !seen.contains(present) || offset > 0 else { return }
        if let entering = ahead.first(where: { lines[$0].link != nil && seen.contains($0) }) {
            links[page] = lines[entering].link
        }
    }
}
