// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("What comes from servers, as a line of a message")
struct ErrorPageTests {
    private func page(_ text: String, maximum: Int = 80) -> String {
        Array(text.utf8).withUnsafeBytes { ErrorPage.text(of: $0, maximum: maximum) }
    }

    private func line(_ bytes: [UInt8], maximum: Int) -> String {
        bytes.withUnsafeBytes { SafeText.line(of: $0, maximum: maximum) }
    }

    @Test("bytes of the maximum stay whole, one more becomes an ellipsis, and wrong UTF-8 is replaced")
    func bytes() {
        #expect(line(Array("abcd".utf8), maximum: 4) == "abcd")
        #expect(line(Array("abcde".utf8), maximum: 4) == "abcd…")
        #expect(line([UInt8(ascii: "a"), 0xFF], maximum: 9) == "a\u{FFFD}")
        #expect(line(Array("\u{9B}31m\u{2028}\u{E000}x".utf8), maximum: 9) == "31mx")
    }

    @Test("of the maximum of bytes the last is read, the one behind it is not")
    func bounded() {
        let blanks = String(repeating: " ", count: ErrorPage.maximumBytes - 1)
        #expect(page(blanks + "x") == "x")
        #expect(page(blanks + " x") == "")
    }

    @Test(
        "an error page says its first visible words",
        arguments: [
            (
                "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<h1>502 Bad Gateway</h1></body>",
                "502 Bad Gateway"
            ),
            ("<!DOCTYPE html><style>p { a: b }</style><script>if (a<b) {}</script><p>Sorry</p>", "Sorry"),
            (
                "upstream connect error or disconnect/reset before headers",
                "upstream connect error or disconnect/reset before headers"
            ),
            ("<script>never closed", ""), ("a < b", "a < b"), ("<p", ""), ("", ""),
            ("The requested resource could not be found.", "The requested resource could not be found."),
        ])
    func pages(text: String, expected: String) { #expect(page(text) == expected) }
}
