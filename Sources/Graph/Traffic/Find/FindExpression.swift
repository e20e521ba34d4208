/// Which nodes and edges of the service graph are meant: `ns = shop and (! healthy or rt > 500)`.
///
/// Kiali's language, in which `and` binds tighter than `or`, with parentheses, regular expressions (`~`) and words about members. On an edge a
/// word about nodes asks whether one of its ends is so, unless `from.` or `to.` says which. What is not known is neither so nor not so: `not`
/// does not find it.
package struct FindExpression: Hashable, Sendable {
    /// As typed.
    package let text: String
    let root: Branch

    indirect enum Branch: Hashable, Sendable {
        case and(Branch, Branch)
        case or(Branch, Branch)
        case not(Branch)
        case term(Term)
    }

    struct Term: Hashable, Sendable {
        /// Which end of an edge is asked.
        enum End: Hashable, Sendable {
            case either
            case source
            case target
        }

        enum Test: Hashable, Sendable {
            case flag(FindWord.Flag)
            case text(FindWord.Text, FindOperator, String)
            case pattern(FindWord.Text, TextPattern, isNegated: Bool)
            case number(FindWord.Number, FindOperator, Double)
            /// Whether there is any activity: Kiali's `= NaN` is none.
            case activity(FindWord.Number, isWanted: Bool)
        }

        var end: End
        var word: FindWord
        var test: Test
    }

    /// Reads an expression.
    ///
    /// - Parameter text: As typed.
    /// - Throws: ``FindError`` with the place where it cannot be read on.
    package init(_ text: String) throws(FindError) {
        var parser = FindParser(text)
        root = try parser.whole()
        self.text = text
    }

    /// Whether it asks of edges themselves; otherwise what it finds are nodes.
    package var isAboutEdges: Bool { words.contains(where: \.isOfEdges) }

    /// Whether it asks of nodes; otherwise what it finds are edges.
    package var isAboutNodes: Bool { words.contains(where: \.isOfNodes) }

    /// Words that can stand in an expression, for completion.
    package static let words = FindWord.all + ["and", "or", "not"]

    private var words: [FindWord] {
        var (words, waiting) = ([FindWord](), [root])
        while let branch = waiting.popLast() {
            switch branch {
            case .and(let left, let right), .or(let left, let right): waiting += [left, right]
            case .not(let inner): waiting.append(inner)
            case .term(let term): words.append(term.word)
            }
        }
        return words
    }
}

/// Why a text is no expression.
package struct FindError: Error, Hashable, Sendable {
    /// Where it cannot be read on, in scalars from the beginning.
    package let offset: Int
    /// What is wrong, a clause without a full stop.
    package let reason: String

    init(_ offset: Int, _ reason: String) {
        self.offset = offset
        self.reason = reason
    }

    /// In one line: `character 7: a value is missing`.
    package var message: String { "character \(offset + 1): \(reason)" }
}
