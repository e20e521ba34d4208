// SPDX-License-Identifier: Apache-2.0
import Foundation
import Model
import Testing

@testable import Views

@Suite("JSONWriter")
struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("objects, arrays and commas nest")
    func nesting() {
        let text = text { writer in
            writer.object { writer in
                writer.name("a")
                writer.array([1, 2]) { $0.integer($1) }
                writer.name("b")
                writer.object { _ in }
                writer.name("c")
                writer.array([[Int](), [3]]) { writer, row in writer.array(row) { $0.integer($1) } }
                writer.name("d")
                writer.bool(nil)
            }
        }
        #expect(text == #"{"a":[1,2],"b":{},"c":[[],[3]],"d":null}"#)
    }

    @Test("what is not known is null")
    func null() {
        let text = text { writer in
            writer.array(0..<6) { writer, index in
                switch index {
                case 0: writer.string(nil)
                case 1: writer.integer(nil)
                case 2: writer.bool(nil)
                case 3: writer.seconds(nil)
                case 4: writer.time(nil)
                default: writer.null()
                }
            }
        }
        #expect(text == "[null,null,null,null,null,null]")
    }

    @Test(
        "control characters are escaped, of ASCII and beyond",
        arguments: [
            ("plain é 漢 😀", "plain é 漢 😀"), ("\"\\/", #"\"\\/"#), ("a\nb\tc\r", #"a\nb\u0009c\u000d"#),
            ("\0\u{1B}[2J\u{7F}", #"\u0000\u001b[2J\u007f"#), ("\u{9B}31m", #"\u009b31m"#),
            ("\u{202E}\u{2028}\u{FEFF}\u{200B}", #"\u202e\u2028\ufeff\u200b"#), ("\r\n", #"\u000d\n"#), ("", ""),
        ])
    func escapes(raw: String, expected: String) throws {
        let text = text { $0.string(raw) }
        #expect(text == "\"\(expected)\"")
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        #expect((parsed as? String).map { Array($0.unicodeScalars) } == Array(raw.unicodeScalars))
    }

    @Test("any text comes back from a parser as it was")
    func randomText() throws {
        var random = SplitMix(seed: 41)
        for _ in 0..<500 {
            let scalars = (0..<20).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<(Bool.random(using: &random) ? 0x100 : 0x11_0000), using: &random))
            }
            let raw = String(String.UnicodeScalarView(scalars))
            let text = text { $0.string(raw) }
            #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
            let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            #expect((parsed as? String).map { Array($0.unicodeScalars) } == scalars)
        }
    }

    @Test(
        "durations are seconds, exact to the microsecond",
        arguments: [
            (.zero, "0"), (.seconds(2), "2"), (.microseconds(3100), "0.0031"), (.microseconds(1), "0.000001"),
            (.milliseconds(-1500), "-1.5"), (.nanoseconds(10), "0"), (.seconds(86_400), "86400"),
        ] as [(Duration, String)])
    func seconds(duration: Duration, expected: String) {
        #expect(text { $0.seconds(duration) } == expected)
    }

    @Test(
        "ages are told in two units",
        arguments: [
            (0, "0s"), (-5, "0s"), (59.9, "59s"), (60, "1m 0s"), (182, "3m 2s"), (3600, "1h 0m"), (11_040, "3h 4m"),
            (86_400, "1d 0h"), (273_600, "3d 4h"),
        ])
    func ages(seconds: Double, expected: String) {
        #expect(Duration.milliseconds(Int64(seconds * 1000)).ageText == expected)
    }

    @Test("hostile characters of every plane are escaped, as halves of a pair beyond the first")
    func escapes() {
        var writer = JSONWriter()
        writer.string("\u{9B}\u{2028}\u{202E}\u{E000}\u{F0000}\u{E0041}é😀")
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #""\u009b\u2028\u202e\ue000\udb80\udc00\udb40\udc41é😀""#)
    }

    @Test("text for terminals keeps letters and loses commands")
    func printable() {
        #expect("plain".printable == "plain")
        #expect("é漢😀".printable == "é漢😀")
        let shown = ReportScript.hostileText.printable
        #expect(!shown.unicodeScalars.contains { $0.isControl })
        #expect(shown.hasSuffix("é漢") && shown.contains("\"\\|<b>"))
        #expect("\r\n".printable == "\u{FFFD}\u{FFFD}")
    }
}
