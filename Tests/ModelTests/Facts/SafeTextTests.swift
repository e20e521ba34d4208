// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@Suite("Text from outside")
struct SafeTextTests {
    @Test(
        "what a terminal obeys, what reorders or hides text, and what nothing says the look of is hostile",
        arguments: [
            ("\u{0}", "null"), ("\u{1B}", "escape"), ("\t", "tab"), ("\n", "line feed"), ("\u{7F}", "delete"),
            ("\u{85}", "next line, C1"), ("\u{9B}", "control sequence introducer, C1"), ("\u{AD}", "soft hyphen"),
            ("\u{61C}", "Arabic letter mark"), ("\u{180E}", "Mongolian vowel separator"),
            ("\u{200B}", "zero width space"),
            ("\u{200D}", "zero width joiner"), ("\u{200E}", "left-to-right mark"), ("\u{2028}", "line separator"),
            ("\u{2029}", "paragraph separator"), ("\u{202E}", "right-to-left override"), ("\u{2066}", "isolate"),
            ("\u{FEFF}", "byte order mark"), ("\u{FFF9}", "interlinear annotation"), ("\u{E000}", "private use"),
            ("\u{F0000}", "private use, plane 15"), ("\u{E0041}", "tag"), ("\u{378}", "unassigned"),
            ("\u{FFFF}", "noncharacter"),
        ])
    func hostile(text: String, name: String) throws {
        let scalar = try #require(text.unicodeScalars.first)
        #expect(SafeText.isHostile(scalar), "\(name)")
        #expect(SafeText.replacing("a\(text)b") == "a\u{FFFD}b", "\(name)")
        #expect(SafeText.replacing("a\(text)b", maximum: 9) == "a\u{FFFD}b", "\(name)")
        let isBreak = text == "\n" || text == "\t"
        #expect(SafeText.line(of: "a\(text)b", maximum: 9) == (isBreak ? text == "\n" ? "a" : "a b" : "ab"), "\(name)")
    }

    @Test("letters, marks, digits, signs, blanks and wide characters stay as they are")
    func kept() {
        for text in ["plain ~ text", "é e\u{301} 漢字 カート", "متجر חנות", "€ ½ ² → ✓ 😀", "\u{A0}\u{3000}", "\u{FFFD}"] {
            #expect(SafeText.replacing(text) == text)
            #expect(text.unicodeScalars.allSatisfy { !SafeText.isHostile($0) })
        }
    }

    @Test("a text of the maximum stays whole, one scalar more becomes an ellipsis")
    func bounded() {
        #expect(SafeText.replacing("abcd", maximum: 4) == "abcd")
        #expect(SafeText.replacing("abcde", maximum: 4) == "abcd…")
        #expect(SafeText.line(of: "abcd", maximum: 4) == "abcd")
        #expect(SafeText.line(of: "a cd  ", maximum: 4) == "a cd")
        #expect(SafeText.line(of: "abcde", maximum: 4) == "abcd…")
        #expect(SafeText.line(of: "abcd e", maximum: 4) == "abcd…")
    }

    @Test(
        "a line is the first one that has anything to show, with its blanks folded",
        arguments: [
            ("plain", "plain"), ("\n\n  second \t line \nthird", "second line"), ("a\u{1B}[31mred", "a[31mred"),
            ("a\u{202E}b\u{200B}c\u{7F}", "abc"), ("\u{9B}31m", "31m"), ("", ""), ("\u{1B}\n\nx", "x"),
            ("\r\nx\r\ny", "x"),
        ])
    func line(text: String, expected: String) { #expect(SafeText.line(of: text, maximum: 80) == expected) }
}
