// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Other moments than now") struct TimeTests {
    private let start = Timestamp(microseconds: 1_764_540_000_000_000)

    private func state(_ mode: TimeState.Mode = .live, moment: Int? = nil) -> TimeState {
        TimeState(
            mode: mode, from: start, until: start + .seconds(1_800), moment: moment.map { start + .seconds($0) },
            newEvents: 7,
            marks: [
                TimeState.Mark(from: start + .seconds(600), until: start + .seconds(900), severity: .failure),
                TimeState.Mark(from: start + .seconds(1_200), until: start + .seconds(1_200), severity: .info),
            ], holes: [(start + .seconds(300))...(start + .seconds(360))])
    }

    @Test(
        "the bar has the span, incidents as marks, where one is as a block, and holes as blanks", arguments: [80, 132])
    func bar(width: Int) {
        for glyphs in [GlyphSet.unicode, .ascii] {
            let line = TimeBar.line(state(moment: 1_500), zone: .zero, glyphs: glyphs, width: width).text
            #expect(line.count == width, "\(line)")
            #expect(line.hasPrefix("22:00 ") && line.hasSuffix(" 22:30"), "\(line)")
            let cells = Array(line.dropFirst(6).dropLast(6))
            let here = cells.firstIndex(of: glyphs == .unicode ? "█" : "#")
            #expect(here == cells.count * 1_500 / 1_800, "\(line)")
            #expect(cells.firstIndex(of: glyphs == .unicode ? "✕" : "x") == cells.count * 600 / 1_800, "\(line)")
            #expect(cells.firstIndex(of: " ") == cells.count * 300 / 1_800, "\(line)")
        }
    }

    @Test("a moment that is not now is marked in the header, which says how old it is and what has come since")
    func header() {
        let display = Display(clock: start + .seconds(1_800))
        func line(_ time: TimeState) -> String {
            HeaderLine.line(display, time, zone: .zero, glyphs: .unicode, width: 80).text
        }
        #expect(
            line(state(moment: 1_500)).hasSuffix("◀ 22:25:00.0 (5m ago)  live +7 events"),
            "\(line(state(moment: 1_500)))")
        #expect(!line(state()).contains("◀"))
        let playing = TimeState.Mode.replay(name: "night.mtr", speed: 4, isPaused: false, hasEnded: false)
        #expect(line(state(playing, moment: 60)).hasSuffix("REPLAY night.mtr 4x  22:01:00"))
        let paused = TimeState.Mode.replay(name: "night.mtr", speed: 0.5, isPaused: true, hasEnded: false)
        #expect(line(state(paused, moment: 60)).hasSuffix("REPLAY night.mtr paused  22:01:00"))
        let over = TimeState.Mode.replay(name: "night.mtr", speed: 1, isPaused: false, hasEnded: true)
        #expect(line(state(over)).hasSuffix("REPLAY night.mtr end  22:30:00"))
        var recording = state()
        recording.recording = TimeState.Recording(bytes: 3_400_000, rate: 280_000)
        #expect(line(recording).contains("REC 3.4 MB 280 KB/min"), "\(line(recording))")
    }

    @Test(
        "keys lead to other moments where there are any, and nowhere else",
        arguments: [
            ("[", TimeCommand.stepBack), ("]", .stepForth), ("{", .previousEvent), ("}", .nextEvent),
            ("(", .previousIncident), (")", .nextIncident), ("0", .live),
        ] as [(Unicode.Scalar, TimeCommand)])
    func keys(key: Unicode.Scalar, command: TimeCommand) {
        var app = AppState(
            size: Size(columns: 80, rows: 24), glyphs: .unicode, now: start, zone: .zero,
            introduction: Introduction(targets: [], areDefaults: false))
        #expect(app.handle(.key(.character(key))) == [])
        _ = app.handle(.time(state()))
        #expect(app.handle(.key(.character(key))) == [.time(command)])
    }

    @Test(
        "what is typed behind a colon is a command",
        arguments: [
            ("at 14:32", TimeCommand.at("14:32")), ("live", .live), ("-5m", .at("-5m")), ("speed 4", .speed("4")),
            ("pause", .pause), ("", nil),
        ] as [(String, TimeCommand?)])
    func commands(text: String, command: TimeCommand?) {
        #expect(TimeCommand(typed: text) == command)
        var app = AppState(
            size: Size(columns: 80, rows: 24), glyphs: .unicode, now: start, zone: .zero,
            introduction: Introduction(targets: [], areDefaults: false))
        _ = app.handle(.time(state()))
        _ = app.handle(.key(.character(":")))
        for scalar in text.unicodeScalars { #expect(app.handle(.key(.character(scalar))) == []) }
        #expect(app.handle(.key(.enter)) == (command.map { [.time($0)] } ?? []))
    }

    @Test("space lets a replay pause")
    func space() {
        var app = AppState(
            size: Size(columns: 80, rows: 24), glyphs: .unicode, now: start, zone: .zero,
            introduction: Introduction(targets: [], areDefaults: false))
        _ = app.handle(.time(state(.replay(name: "a", speed: 1, isPaused: false, hasEnded: false))))
        #expect(app.handle(.key(.character(" "))) == [.time(.pause)])
    }
}

@Suite("Reports of recordings") struct StoryTests {
    @Test(
        "text from outside is escaped in every form",
        arguments: ["<script>alert(1)</script>", "a|b", "[x](y)", "`z`", "\u{1B}[31m"])
    func escaping(hostile: String) {
        let html = HTMLForm.text(.table(head: ["A"], rows: [[hostile]]))
        #expect(!html.contains("<script") && !html.contains("\u{1B}"))
        let markdown = MarkdownForm.text(.table(head: ["A"], rows: [[hostile]]))
        #expect(!markdown.contains("<script") && !markdown.contains("a|b") && !markdown.contains("[x]("))
        #expect(markdown.split(separator: "\n").count == 3)
        #expect(!HTMLForm.page(title: hostile, body: "").contains("<script"))
    }

    @Test("the page needs no script and nothing from elsewhere")
    func selfContained() {
        let page = HTMLForm.page(title: "x", body: "")
        #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("href="))
        #expect(page.contains("default-src 'none'"))
    }

    @Test("a word for a shell is quoted where it must be")
    func quoting() {
        #expect(ShellWord.quoted("/tmp/a.mtr") == "/tmp/a.mtr")
        #expect(ShellWord.quoted("it's; rm") == "'it'\\''s; rm'")
        #expect(ShellWord.quoted("-x") == "'-x'" && ShellWord.quoted("") == "''")
    }
}
