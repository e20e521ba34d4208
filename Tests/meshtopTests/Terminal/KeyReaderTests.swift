// SPDX-License-Identifier: Apache-2.0
import CNcurses
import Testing
import Views

@testable import meshtop

@Suite struct KeyReaderTests {
    private func keys(_ text: String) -> [Key] {
        var reader = KeyReader()
        return reader.keys(from: text.unicodeScalars.map { .character($0.value) })
    }

    @Test("characters, controls and an escape alone are keys")
    func plain() {
        #expect(keys("aé日") == [.character("a"), .character("é"), .character("日")])
        #expect(keys("\r\n\t\u{7F}\u{8}") == [.enter, .enter, .tab, .backspace, .backspace])
        #expect(keys("\u{C}\u{15}") == [.control("l"), .control("u")])
        #expect(keys("\u{1B}") == [.escape])
        #expect(keys("\u{1B}\u{1B}") == [.escape, .escape])
    }

    @Test(
        "a sequence that ncurses does not know is swallowed as a unit",
        arguments: [
            "\u{1B}[24;5~", "\u{1B}[<0;10;10M", "\u{1B}[200~", "\u{1B}OZ", "\u{1B}x", "\u{1B}[?1;2c", "\u{1B}[I",
        ])
    func unknown(sequence: String) {
        #expect(keys(sequence + "q") == [.character("q")])
    }

    @Test("half a sequence at the end presses nothing, and the next keys are whole again")
    func half() {
        var reader = KeyReader()
        #expect(reader.keys(from: [.character(27), .character(91), .character(49)]) == [])
        #expect(reader.keys(from: [.character(113)]) == [.character("q")])
    }

    @Test("codes of ncurses are keys, unknown ones are not")
    func codes() {
        var reader = KeyReader()
        let raw: [RawKey] = [.code(KEY_UP), .code(KEY_NPAGE), .code(KEY_RESIZE), .code(Int32(KEY_F0) + 5)]
        #expect(reader.keys(from: raw) == [.up, .pageDown, .function(5)])
    }
}
