// SPDX-License-Identifier: Apache-2.0
/// The second line: the screens there are, or the way to the page that is shown.
enum TabLine {
    static func line(_ navigator: Navigator, _ picture: Picture?, _ glyphs: GlyphSet, width: Int) -> StyledLine {
        if navigator.isNested { return way(navigator.pages, picture, glyphs) }
        let line = screens(navigator.screen, withNames: true)
        return line.width <= width ? line : screens(navigator.screen, withNames: false)
    }

    private static func way(_ pages: [Page], _ picture: Picture?, _ glyphs: GlyphSet) -> StyledLine {
        var line = StyledLine.empty
        for (index, page) in pages.enumerated() {
            if index > 0 { line.append(" \(glyphs.arrow) ", .muted) }
            line.append(title(of: page, picture, glyphs), index == pages.count - 1 ? .title : .muted)
        }
        return line
    }

    private static func title(of page: Page, _ picture: Picture?, _ glyphs: GlyphSet) -> String {
        switch page {
        case .screen(let id): id.name
        case .subject(let subject): SubjectPage.title(of: subject, picture, glyphs)
        case .help: "Help"
        }
    }

    /// In a narrow terminal only the screen that is shown has its name.
    private static func screens(_ shown: ScreenID, withNames: Bool) -> StyledLine {
        var line = StyledLine.empty
        for id in ScreenID.allCases {
            if !line.spans.isEmpty { line.append("  ") }
            line.append("\(id.digit)", .key)
            if withNames || id == shown { line.append(" \(id.name)", id == shown ? .title : .muted) }
        }
        return line
    }
}
