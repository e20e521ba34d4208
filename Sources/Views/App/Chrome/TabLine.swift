// SPDX-License-Identifier: Apache-2.0
import Model

/// The second line: the screens there are, or the way to the page that is shown.
enum TabLine {
    static func line(_ navigator: Navigator, _ picture: Picture?, _ glyphs: GlyphSet, width: Int) -> StyledLine {
        if navigator.isNested { return way(navigator.pages, picture, glyphs) }
        // Without Kubernetes its screen is only shown when somebody asks for it.
        let hasKubernetes = picture?.snapshot.kubernetes != nil || navigator.screen == .kubernetes
        let hasIstio = picture?.snapshot.istio != nil || navigator.screen == .istio
        let shown = ScreenID.allCases.filter { ($0 != .kubernetes || hasKubernetes) && ($0 != .istio || hasIstio) }
        let line = screens(shown, navigator.screen) { $0.name }
        if line.width <= width { return line }
        let brief = screens(shown, navigator.screen, gap: " ") { $0.brief }
        if hasKubernetes || hasIstio, brief.width <= width { return brief }
        return screens(shown, navigator.screen) { $0 == navigator.screen ? $0.name : nil }
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
    private static func screens(
        _ ids: [ScreenID], _ shown: ScreenID, gap: String = "  ", name: (ScreenID) -> String?
    ) -> StyledLine {
        var line = StyledLine.empty
        for id in ids {
            if !line.spans.isEmpty { line.append(gap) }
            line.append("\(id.digit)", .key)
            if let name = name(id) { line.append(" \(name)", id == shown ? .title : .muted) }
        }
        return line
    }
}
