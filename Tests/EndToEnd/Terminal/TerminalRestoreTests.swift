// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// However the screen ends, the terminal is as it was: modes, cursor, normal screen.
@Suite struct TerminalRestoreTests {
    /// One way out, and the exit status it must have: negative for death by a signal.
    struct Way: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var status: Int32
        var act: @Sendable (TerminalProgram) -> Void

        static func key(_ text: String, _ name: String, _ status: Int32) -> Way {
            Way(testDescription: name, status: status) { $0.terminal.type(text) }
        }

        static func signal(_ number: Int32, _ name: String, _ status: Int32) -> Way {
            Way(testDescription: name, status: status) { $0.send(number) }
        }
    }

    static let ways: [Way] = [
        .key("q", "q", 0), .key("Q", "Q", 0), .key("\u{3}", "ctrl-C", 130), .key("\u{1C}", "ctrl-backslash", 131),
        .signal(SIGINT, "INT", 130), .signal(SIGTERM, "TERM", 143), .signal(SIGHUP, "HUP", 129),
        .signal(SIGQUIT, "QUIT", 131), .signal(SIGSEGV, "SEGV", -SIGSEGV), .signal(SIGBUS, "BUS", -SIGBUS),
        .signal(SIGILL, "ILL, as a trap of Swift raises it", -SIGILL), .signal(SIGTRAP, "TRAP", -SIGTRAP),
        .signal(SIGABRT, "ABRT", -SIGABRT), .signal(SIGFPE, "FPE", -SIGFPE),
    ]

    @Test("the terminal is as it was", arguments: ways)
    func restored(way: Way) throws {
        let screen = try RunningScreen()
        let before = screen.modesBefore
        way.act(screen.program)
        #expect(screen.program.waitForEnd() == way.status)
        #expect(screen.terminal.modes == before)
        // The last bytes may still be on their way to the reader.
        #expect(eventually { screen.hasLeft })
    }

    @Test("after ctrl-Z the shell has its terminal back, and fg brings the screen back")
    func stopAndContinue() throws {
        let recording = Recording()
        defer { recording.remove() }
        let shell = try TerminalProgram(
            "/bin/bash", ["--norc", "--noprofile", "-i"], environment: ["TERM": "xterm-256color", "PS1": "$ "])
        let terminal = shell.terminal
        #expect(eventually { terminal.text.contains("$ ") })
        terminal.type("\(Command.meshtop) replay \(recording.path)\n")
        #expect(eventually { terminal.text.contains("all 3 members Up") })
        for _ in 0..<2 {
            #expect(eventually { terminal.isRaw })
            terminal.forget()
            terminal.type("\u{1A}")
            #expect(eventually { terminal.text.contains("Stopped") })
            #expect(terminal.text.contains("\u{1B}[?1049l"))
            terminal.forget()
            terminal.type("fg\n")
            #expect(eventually { terminal.text.contains("\u{1B}[?1049h") && terminal.text.contains("members Up") })
        }
        terminal.forget()
        terminal.type("q")
        #expect(eventually { terminal.text.contains("$ ") })
        terminal.type("echo it is $((6*7))\n")
        #expect(eventually { terminal.text.contains("it is 42") })
        terminal.type("exit\n")
        #expect(shell.waitForEnd() != nil)
    }

    @Test("after STOP and CONT, which nobody can catch, the screen is drawn anew in its own modes")
    func killStop() throws {
        let screen = try RunningScreen()
        screen.program.send(SIGSTOP)
        #expect(eventually { screen.program.isStopped })
        screen.terminal.makeCooked()
        screen.terminal.forget()
        screen.program.send(SIGCONT)
        #expect(eventually { screen.terminal.isRaw && screen.terminal.text.contains("all 3 members Up") })
        screen.terminal.type("q")
        #expect(screen.program.waitForEnd() == 0)
        #expect(screen.terminal.modes == screen.modesBefore)
    }

    @Test("when the terminal goes away the process ends, as after HUP")
    func lostTerminal() throws {
        let screen = try RunningScreen()
        screen.terminal.close()
        #expect(screen.program.waitForEnd() == 129)
    }

    @Test("Q leaves the last picture below what was there before")
    func leavingFrame() throws {
        let screen = try RunningScreen()
        screen.terminal.type("Q")
        #expect(screen.program.waitForEnd() == 0)
        let isLeft = eventually {
            let after = screen.terminal.text.components(separatedBy: "\u{1B}[?1049l").last ?? ""
            return after.contains("all 3 members Up")
        }
        #expect(isLeft)
    }
}

/// meshtop with its screen up, on a recording.
struct RunningScreen {
    let program: TerminalProgram
    let modesBefore: String

    var terminal: PseudoTerminal { program.terminal }

    init(
        environment: [String: String] = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"], removing: [String] = [],
        arguments: [String] = [], waitingFor text: String = "all 3 members Up"
    ) throws {
        let recording = Recording()
        defer { recording.remove() }
        let probe = try PseudoTerminal()
        modesBefore = probe.modes
        probe.close()
        let started = try TerminalProgram(
            Command.meshtop, ["replay", recording.path] + arguments, environment: environment,
            removing: removing + ["NO_COLOR", "FORCE_COLOR", "MESHTOP_COLOR", "COLUMNS", "LINES"])
        program = started
        let terminal = started.terminal
        guard eventually({ terminal.text.contains(text) }) else {
            throw TerminalTrouble("no picture: \(terminal.text.suffix(2000))")
        }
    }

    /// Whether the alternate screen was left, the cursor is shown and colours are off, after everything else.
    var hasLeft: Bool {
        let text = terminal.text
        guard let left = text.range(of: "\u{1B}[?1049l", options: .backwards) else { return false }
        let entered = text.range(of: "\u{1B}[?1049h", options: .backwards)
        let hidden = text.range(of: "\u{1B}[?25l", options: .backwards)
        let shown = text.range(of: "\u{1B}[?25h", options: .backwards)
        guard let shown else { return false }
        return (entered.map { $0.lowerBound < left.lowerBound } ?? true)
            && (hidden.map { $0.lowerBound < shown.lowerBound } ?? true)
    }
}
