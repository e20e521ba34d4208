// SPDX-License-Identifier: Apache-2.0
import Model

@testable import Views

/// A reader at the keyboard: keys in, frames out.
struct Session {
    /// Pages that goldens show, and the keys that lead there.
    static let pages: [(String, [Key])] = [
        ("Overview", []), ("Members", [.character("2")]), ("Member", [.character("2"), .enter]),
        ("Matrix", [.character("4")]), ("Pair", [.character("4"), .enter]), ("Timeline", [.character("5")]),
        ("Sources", [.character("7")]), ("Help", [.character("2"), .character("?")]),
    ]

    var app: AppState
    var effects: [AppEffect] = []

    init(_ scene: Scene, size: Size = Size(columns: 80, rows: 24), glyphs: GlyphSet = .unicode) {
        let introduction = Introduction(
            targets: ["http://localhost:8558", "http://localhost:7626"], areDefaults: true)
        app = AppState(size: size, glyphs: glyphs, now: Scene.now, zone: .zero, introduction: introduction)
        if let snapshot = scene.snapshot { _ = app.handle(.data(snapshot, newEvents: 0)) }
    }

    mutating func press(_ keys: Key...) {
        for key in keys { effects += app.handle(.key(key)) }
    }

    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars { effects += app.handle(.key(.character(scalar))) }
    }

    func pressing(_ keys: [Key]) -> Session {
        var result = self
        for key in keys { result.press(key) }
        return result
    }

    /// The list of a screen.
    func list(of id: ScreenID) -> ListModel { app.screens[list: id] ?? ListModel() }

    /// The rows of a screen, in the order shown.
    func rows(of id: ScreenID) -> [Subject] {
        app.context.map { ScreenEntry.of(id).rows(app.screens, $0) } ?? []
    }

    var text: String { app.frame().lines.joined(separator: "\n") }

    func picture(named name: String) -> String { framed(name, app.frame().lines) }

    func roles(named name: String) -> String { framed(name, app.frame().roleLines) }

    private func framed(_ name: String, _ lines: [String]) -> String {
        "== \(name) \(String(repeating: "=", count: max(0, app.size.columns - name.count - 4)))\n"
            + lines.joined(separator: "\n") + "\n"
    }
}
