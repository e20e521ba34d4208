import Testing

@testable import Collectors

@Suite("Plain text of what comes from outside")
struct PlainTextTests {
    private func line(_ text: String, limit: Int = 80) -> String {
        Array(text.utf8).withUnsafeBytes { PlainText.line(of: $0, limit: limit) }
    }

    private func page(_ text: String) -> String {
        Array(text.utf8).withUnsafeBytes { PlainText.page(of: $0, limit: 80) }
    }

    @Test(
        "control and reordering characters go, blanks fold, the first line with text stays",
        arguments: [
            ("plain", "plain"), ("\n\n  second \t line \nthird", "second line"), ("a\u{1B}[31mred", "a[31mred"),
            ("a\u{202E}b\u{200B}c\u{7F}", "abc"), ("\u{9B}31m", "31m"), ("", ""), ("\u{1B}\n\nx", "x"),
        ])
    func line(text: String, expected: String) { #expect(line(text) == expected) }

    @Test("a long line ends with an ellipsis")
    func bounded() { #expect(line(String(repeating: "x", count: 100), limit: 10) == "xxxxxxxxxx…") }

    @Test("wrong UTF-8 is replaced")
    func wrongUTF8() {
        #expect([UInt8(ascii: "a"), 0xFF].withUnsafeBytes { PlainText.line(of: $0, limit: 9) } == "a\u{FFFD}")
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
