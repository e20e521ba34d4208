// SPDX-License-Identifier: Apache-2.0
import Model
import TestSupport
import Testing

@Suite("Search of texts") struct TextSearchTests {
    @Test(
        "A text is found where it first occurs",
        arguments: [
            ("abc", "abc", 0), ("xabc", "abc", 1), ("aabab", "ab", 1), ("aaab", "aab", 1), ("abc", "", 0), ("", "", 0),
            ("żółw", "łw", 4),
        ])
    func found(text: String, word: String, offset: Int) throws {
        let range = try #require(text.firstRange(of: word))
        #expect(text.utf8.distance(from: text.startIndex, to: range.lowerBound) == offset)
        #expect(text[range] == word)
        #expect(text.contains(word))
    }

    @Test(
        "A text that is not there is not found", arguments: [("", "a"), ("ab", "abc"), ("aab", "ba"), ("ababa", "abb")])
    func missing(text: String, word: String) {
        #expect(text.firstRange(of: word) == nil)
        #expect(!text.contains(word))
    }

    @Test("Random texts of two letters are searched as a plain comparison at each place does")
    func random() {
        var random = SplitMix(seed: 7)
        for _ in 0..<2_000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in "ab".randomElement(using: &random) ?? "a" })
            let word = String(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in "ab".randomElement(using: &random) ?? "a" })
            let bytes = Array(text.utf8)
            let expected = bytes.indices.first { bytes[$0...].starts(with: word.utf8) }
            let found = text.firstRange(of: word).map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) }
            #expect(found == expected, "\(word) in \(text), seed 7")
        }
    }

    @Test("Places do not overlap, and are replaced up to a number")
    func replaced() {
        #expect("aaaa".ranges(of: "aa").count == 2)
        #expect("a.b.c".replacing(".", with: "::") == "a::b::c")
        #expect("a.b.c".replacing(".", with: "", maxReplacements: 1) == "ab.c")
        #expect("abc".replacing("x", with: "y") == "abc")
        #expect("abc".replacing("", with: "y") == "abc")
    }

    @Test("Pieces between places, with and without empty ones, up to a number")
    func pieces() {
        #expect("a, b, , c".split(separator: ", ") == ["a", "b", "c"])
        #expect("::1".split(separator: "::", omittingEmptySubsequences: false) == ["", "1"])
        #expect("1::".split(separator: "::", omittingEmptySubsequences: false) == ["1", ""])
        #expect("a::b::c".split(separator: "::", maxSplits: 1) == ["a", "b::c"])
        #expect("".split(separator: "::").isEmpty)
    }

    @Test("Rows of elements are found")
    func rows() {
        #expect([1, 1, 2, 1, 2, 3].firstRange(of: [1, 2, 3]) == 3..<6)
        #expect([1, 2].firstRange(of: [2, 3]) == nil)
        #expect([1, 2].firstRange(of: [Int]()) == 0..<0)
    }
}
