// SPDX-License-Identifier: Apache-2.0
/// Finding text without regard to case.
enum Search {
    /// The next text that contains a needle, around the end if need be.
    ///
    /// - Parameters:
    ///   - needle: What to find.
    ///   - texts: In the order shown.
    ///   - present: Where the search starts; -1 is before the first.
    ///   - forward: The direction.
    ///   - includingPresent: Whether that one counts too.
    /// - Returns: A position in `texts`, or nil if none contains it.
    static func next(
        _ needle: String, in texts: [String], from present: Int, _ forward: Bool, _ includingPresent: Bool
    ) -> Int? {
        let (count, wanted) = (texts.count, Array(needle.lowercased().unicodeScalars))
        guard count > 0 else { return nil }
        let start = max(0, present)
        for step in (includingPresent ? 0 : 1)...count {
            let index = ((forward ? start + step : start - step) % count + count) % count
            if !matches(of: wanted, in: Array(texts[index].lowercased().unicodeScalars)).isEmpty { return index }
        }
        return nil
    }

    /// In lower case. Nearly all of a screen is ASCII, for which the tables of Unicode are a long way round.
    static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard scalar.isASCII else { return scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar }
        return ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
    }

    /// Where a needle begins, without overlaps.
    static func matches<Element: Equatable>(of needle: [Element], in hay: [Element]) -> [Int] {
        guard !needle.isEmpty, hay.count >= needle.count else { return [] }
        var (result, index) = ([Int](), 0)
        while index <= hay.count - needle.count {
            if hay[index..<(index + needle.count)].elementsEqual(needle) {
                result.append(index)
                index += needle.count
            } else {
                index += 1
            }
        }
        return result
    }

    /// Where a text first occurs in another, byte by byte.
    static func range<Text: StringProtocol>(of wanted: String, in text: Text) -> Range<Text.Index>? {
        guard let start = matches(of: Array(wanted.utf8), in: Array(text.utf8)).first else { return nil }
        let low = text.utf8.index(text.startIndex, offsetBy: start)
        return low..<text.utf8.index(low, offsetBy: wanted.utf8.count)
    }
}
