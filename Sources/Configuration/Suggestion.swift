// SPDX-License-Identifier: Apache-2.0
/// Finds the known word that was probably meant.
package enum Suggestion {
    /// The known word nearest to the one typed.
    ///
    /// A word that begins with what was typed wins; otherwise the fewest edits count, a swap of two neighbours being one.
    ///
    /// - Parameters:
    ///   - word: what was typed.
    ///   - known: the words that would have been right.
    /// - Returns: the nearest, or nil when none is near enough to be worth naming.
    /// - Complexity: O(n · m) per known word, over at most 64 characters of each.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let typed = Array(word.lowercased().unicodeScalars.prefix(64))
        guard !typed.isEmpty else { return nil }
        let allowed = max(1, typed.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in known {
            let scalars = Array(candidate.lowercased().unicodeScalars.prefix(64))
            let isPrefix = typed.count >= 2 && scalars.starts(with: typed)
            let distance = isPrefix ? 0 : edits(typed, scalars)
            guard distance <= allowed, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    private static func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                let substitution = previous[j] + (a[i] == b[j] ? 0 : 1)
                var cost = min(substitution, previous[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            before = previous
            previous = row
        }
        return previous[b.count]
    }
}
