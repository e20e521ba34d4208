// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// Terminals of other kinds, poorer ones, and none at all.
@Suite struct TerminalKindTests {
    @Test(
        "the screen comes up on every kind of terminal, and q leaves it",
        arguments: [
            "xterm-256color", "tmux-256color", "screen-256color", "linux", "vt100", "xterm-kitty", "never-heard-of", "",
        ])
    func kinds(kind: String) throws {
        let screen = try RunningScreen(environment: ["TERM": kind, "LC_ALL": "C.UTF-8"], waitingFor: "members")
        screen.terminal.type("q")
        #expect(screen.program.waitForEnd() == 0)
        #expect(screen.terminal.modes == screen.modesBefore)
    }

    @Test("a dumb terminal gets plain text, or a message and status 3, never colours")
    func dumb() throws {
        let recording = Recording()
        defer { recording.remove() }
        let program = try TerminalProgram(
            Command.meshtop, ["replay", recording.path], environment: ["TERM": "dumb", "LC_ALL": "C.UTF-8"])
        _ = eventually(within: 2) { program.terminal.text.contains("members") }
        program.terminal.type("q")
        let status = program.waitForEnd()
        #expect(status == 0 || status == 3)
        #expect(!Self.hasColors(program.terminal.text))
    }

    @Test(
        "colours are used or left out as asked",
        arguments: [
            ([:], [], true), (["NO_COLOR": "1"], [], false), (["NO_COLOR": ""], [], true),
            (["NO_COLOR": "1", "FORCE_COLOR": "1"], [], true), (["NO_COLOR": "1"], ["--color", "always"], true),
            ([:], ["--color", "never"], false), (["MESHTOP_COLOR": "never", "FORCE_COLOR": "1"], [], false),
            (["TERM": "vt100"], [], false),
        ] as [([String: String], [String], Bool)])
    func colors(variables: [String: String], arguments: [String], colored: Bool) throws {
        let environment = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"].merging(variables) { $1 }
        let screen = try RunningScreen(environment: environment, arguments: arguments, waitingFor: "members")
        screen.terminal.type("q")
        #expect(screen.program.waitForEnd() == 0)
        #expect(Self.hasColors(screen.terminal.text) == colored)
    }

    @Test("in the C locale everything is ASCII, and nothing is blank")
    func plainLocale() throws {
        let screen = try RunningScreen(environment: ["TERM": "xterm-256color", "LC_ALL": "C"])
        screen.terminal.type("q")
        #expect(screen.program.waitForEnd() == 0)
        #expect(screen.terminal.text.unicodeScalars.allSatisfy { $0.isASCII })
        #expect(screen.terminal.text.contains("***"))
    }

    @Test("--glyphs ascii draws ASCII on a terminal that could do more")
    func asciiAsked() throws {
        let screen = try RunningScreen(arguments: ["--glyphs", "ascii"])
        screen.terminal.type("q")
        #expect(screen.program.waitForEnd() == 0)
        #expect(screen.terminal.text.unicodeScalars.allSatisfy { $0.isASCII })
    }

    @Test("a recording piped into stdin leaves the keyboard to the screen")
    func pipedInput() throws {
        let recording = Recording()
        defer { recording.remove() }
        let program = try TerminalProgram(
            Command.meshtop, ["replay", "-"], environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"],
            input: recording.path)
        let terminal = program.terminal
        #expect(eventually { terminal.text.contains("all 3 members Up") })
        terminal.type("2")
        #expect(eventually { terminal.text.contains("SEEN BY") })
        terminal.type("q")
        #expect(program.waitForEnd() == 0)
    }

    @Test("a storm of sizes is survived, and the last one is drawn")
    func resizing() throws {
        let screen = try RunningScreen()
        for step in 0..<60 {
            screen.terminal.resize(columns: UInt16(1 + step * 37 % 190), rows: UInt16(1 + step * 23 % 60))
            usleep(3000)
        }
        screen.terminal.resize(columns: 100, rows: 30)
        screen.terminal.forget()
        screen.terminal.type("\u{C}")
        #expect(eventually { screen.terminal.text.contains("\u{1B}[30;") })
        screen.terminal.type("q")
        #expect(screen.program.waitForEnd() == 0)
        #expect(screen.terminal.modes == screen.modesBefore)
    }

    @Test("keys come through in every spelling, and unknown sequences press nothing")
    func keys() throws {
        let screen = try RunningScreen()
        let terminal = screen.terminal
        terminal.type("\u{1B}[24;5~\u{1B}[<0;10;10M\u{1B}[200~\u{1B}[201~2")
        #expect(eventually { terminal.text.contains("SEEN BY") })
        terminal.type("\u{1B}[B\u{1B}OB\r")
        #expect(eventually { terminal.text.contains("akka://Shop@127.0.0.3:25520") })
        terminal.forget()
        terminal.type("\u{1B}")
        #expect(eventually { terminal.text.contains("SEEN BY") })
        terminal.type("q")
        #expect(screen.program.waitForEnd() == 0)
    }

    private static func hasColors(_ text: String) -> Bool {
        text.contains(/\u{1B}\[[0-9;]*3[1-6]m/)
    }
}
