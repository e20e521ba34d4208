// SPDX-License-Identifier: Apache-2.0
import Configuration
import Testing

@Suite("Completion scripts and the manual page")
struct ShellTextTests {
    @Test("every command and every long flag is completed in every shell", arguments: Completion.allCases)
    func complete(shell: Completion) {
        let script = shell.script
        for name in Command.names { #expect(script.contains(name), "\(name)") }
        for row in OptionTable.rows(for: .watch) {
            #expect(script.contains(row.shownFlag.dropFirst(2)), "\(row.name)")
        }
    }

    @Test("options that take one of some words have the words completed")
    func words() {
        #expect(Completion.bash.script.contains("compgen -W 'auto always never'"))
        #expect(Completion.fish.script.contains("-l glyphs -x -a 'auto unicode ascii'"))
    }

    @Test("quotes in help texts do not end a word of the fish script")
    func quotes() {
        for line in Completion.fish.script.split(separator: "\n") {
            let quotes = line.replacing("\\'", with: "").count { $0 == "'" }
            #expect(quotes.isMultiple(of: 2), "\(line)")
        }
    }

    @Test("the manual page names every option that works and keeps roff from reading text as macros")
    func manual() {
        let page = ManualPage.text(version: "1.0")
        for row in OptionTable.rows where !row.isSwitch && row.name != OptionKey.waitTimeout.name {
            let name = row.name.replacing("-", with: "\\-")
            #expect(page.contains("\\fB\\-\\-\(name)\\fR"), "\(row.name)")
        }
        let macros: Set<Substring> = [".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".I"]
        for line in page.split(separator: "\n") where line.hasPrefix(".") {
            #expect(macros.contains(line.prefix { $0 != " " }), "\(line)")
        }
    }
}
