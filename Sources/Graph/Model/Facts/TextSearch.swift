// SPDX-License-Identifier: Apache-2.0

/// Search of a short text in a text, byte by byte.
///
/// The standard library's search comes with its regular expressions, which are a megabyte of a static binary, and compares by characters; what is
/// searched here are words of protocols and logs, which are the same bytes or are not the same. Where the library's own search is imported, it is preferred.
extension StringProtocol {
    /// Whether the text occurs; an empty one always does.
    @_disfavoredOverload package func contains(_ text: some StringProtocol) -> Bool { firstRange(of: text) != nil }

    /// Where the text first occurs; an empty one at the start.
    @_disfavoredOverload package func firstRange(of text: some StringProtocol) -> Range<Index>? {
        utf8.firstRange(of: text.utf8)
    }

    /// All places where the text occurs, without overlaps; none of an empty one.
    @_disfavoredOverload package func ranges(of text: some StringProtocol) -> [Range<Index>] {
        guard !text.isEmpty else { return [] }
        var found: [Range<Index>] = []
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            found.append(range)
            rest = rest[range.upperBound...]
        }
        return found
    }

    /// A copy with another text in each of its places, or in the first ones.
    @_disfavoredOverload package func replacing(
        _ text: some StringProtocol, with other: some StringProtocol, maxReplacements: Int = .max
    ) -> String {
        var result = ""
        var end = startIndex
        for range in ranges(of: text).prefix(maxReplacements) {
            result += self[end..<range.lowerBound]
            result += other
            end = range.upperBound
        }
        return result + self[end...]
    }

    /// The pieces between the places of a text.
    @_disfavoredOverload package func split(
        separator: some StringProtocol, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
    ) -> [SubSequence] {
        var pieces: [SubSequence] = []
        var end = startIndex
        for range in ranges(of: separator) where pieces.count < maxSplits {
            if !omittingEmptySubsequences || end < range.lowerBound { pieces.append(self[end..<range.lowerBound]) }
            end = range.upperBound
        }
        if !omittingEmptySubsequences || end < endIndex { pieces.append(self[end...]) }
        return pieces
    }
}

extension Collection where Element: Equatable {
    /// Where the elements first occur in a row; an empty row at the start.
    @_disfavoredOverload package func firstRange(of row: some Collection<Element>) -> Range<Index>? {
        guard let first = row.first else { return startIndex..<startIndex }
        var start = self[...]
        while let place = start.firstIndex(of: first) {
            var (own, other) = (place, row.startIndex)
            while other != row.endIndex, own != endIndex, self[own] == row[other] {
                formIndex(after: &own)
                row.formIndex(after: &other)
            }
            if other == row.endIndex { return place..<own }
            if own == endIndex { return nil }
            start = start[index(after: place)...]
        }
        return nil
    }
}
