// SPDX-License-Identifier: Apache-2.0
import Configuration
import Testing
import Views

@testable import meshtop

@Suite struct TerminalChoicesTests {
    @Test(
        "colour: the flag, FORCE_COLOR, NO_COLOR, the kind of terminal, terminfo, in this order",
        arguments: [
            (ColorChoice.auto, [:], 256, true), (.auto, [:], 2, false), (.never, ["FORCE_COLOR": "1"], 256, false),
            (.always, ["NO_COLOR": "1"], 256, true), (.always, [:], 0, false), (.auto, ["NO_COLOR": "1"], 256, false),
            (.auto, ["NO_COLOR": ""], 256, true), (.auto, ["NO_COLOR": "1", "FORCE_COLOR": "1"], 256, true),
            (.auto, ["FORCE_COLOR": "0"], 256, false), (.auto, ["TERM": "dumb"], 8, false),
        ] as [(ColorChoice, [String: String], Int, Bool)])
    func color(choice: ColorChoice, variables: [String: String], colors: Int, expected: Bool) {
        let choices = TerminalChoices { variables[$0] }
        #expect(choices.usesColor(choice, terminfoColors: colors) == expected)
    }

    @Test(
        "signs: what was asked if the locale can do it, else what locale and terminal can show",
        arguments: [
            (GlyphChoice.auto, ["TERM": "xterm-256color", "LANG": "en_US.UTF-8"], true, false),
            (.auto, ["TERM": "xterm-256color", "LANG": "C"], false, true),
            (.auto, ["TERM": "xterm-256color", "LANG": "ja_JP.UTF-8"], true, true),
            (.auto, ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "LANG": "ja_JP.UTF-8"], true, false),
            (.auto, ["TERM": "linux", "LANG": "C.UTF-8"], true, true), (.auto, ["TERM": "vt220"], true, true),
            (.unicode, ["TERM": "linux"], true, false), (.unicode, [:], false, true), (.ascii, [:], true, true),
        ] as [(GlyphChoice, [String: String], Bool, Bool)])
    func glyphs(choice: GlyphChoice, variables: [String: String], isUTF8: Bool, expectsASCII: Bool) {
        let choices = TerminalChoices { variables[$0] }
        #expect(choices.glyphs(choice, localeIsUTF8: isUTF8).asciiOnly == expectsASCII)
    }

    @Test("a terminal that can only print has no screens", arguments: [("dumb", false), ("xterm", true), ("", true)])
    func screens(kind: String, isGood: Bool) {
        let choices = TerminalChoices(environment: { $0 == "TERM" && !kind.isEmpty ? kind : nil })
        var code: TerminalError.Code?
        do throws(TerminalError) { try choices.requireScreen() } catch { code = error.code }
        #expect(code == (isGood ? nil : .dumbTerminal))
    }
}
