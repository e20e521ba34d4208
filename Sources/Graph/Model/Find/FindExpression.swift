// SPDX-License-Identifier: Apache-2.0
/// Which nodes and edges of the service graph are meant: `ns = shop and (! healthy or rt > 500)`.
///
/// Kiali's language, in which `and` binds tighter than `or`, with parentheses, regular expressions (`~`) and words about members. On an edge a
/// word about nodes asks about its ends, of which one is enough, unless `from.` or `to.` says which. Expressions have three values: what is not
/// known is neither true nor false, and `not` does not find it.
package struct FindExpression: Hashable, Sendable {
    /// As typed.
    package let text: String
    /// The whole expression, as it was parsed.
    package let root: Branch

    /// A part of an expression.
    package indirect enum Branch: Hashable, Sendable {
        case and(Branch, Branch)
        case or(Branch, Branch)
        case not(Branch)
        case term(Term)
    }

    /// One test of one word.
    package struct Term: Hashable, Sendable {
        /// Which end of an edge is tested.
        package enum End: Hashable, Sendable {
            case either
            case source
            case target
        }

        /// What is tested.
        package enum Test: Hashable, Sendable {
            case flag(FindWord.Flag)
            case text(FindWord.Text, FindOperator, String)
            case pattern(FindWord.Text, TextPattern, isNegated: Bool)
            case number(FindWord.Number, FindOperator, Double)
            /// Whether there is any activity: Kiali's `= NaN` is none.
            case activity(FindWord.Number, isWanted: Bool)
        }

        /// Which end of an edge is tested.
        package var end: End
        /// What the test is about.
        package var word: FindWord
        /// The test.
        package var test: Test
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

    /// Reads what is typed into a search: an expression, or plain words. Words that are not of the language are looked for in names, versions,
    /// namespaces and members, each of them: `cart v1`.
    ///
    /// - Parameter text: As typed.
    /// - Throws: ``FindError`` with the place where it cannot be read on.
    package init(typed text: String) throws(FindError) {
        guard let words = Self.plainWords(text) else {
            try self.init(text)
            return
        }
        let branches = words.map(Self.anywhere)
        self.init(text, root: branches.dropFirst().reduce(branches[0]) { .and($0, $1) })
    }

    private init(_ text: String, root: Branch) {
        self.text = text
        self.root = root
    }

    /// The words of a text in which nothing is of the language; `nil` if anything is, or there are none.
    private static func plainWords(_ text: String) -> [String]? {
        let words = text.lowercased().split(separator: " ").map(String.init)
        guard !words.isEmpty, !text.unicodeScalars.contains(where: { "=<>!~()\"'".unicodeScalars.contains($0) }) else {
            return nil
        }
        let ends = ["from.", "to."]
        let known = words.contains { word in
            FindWord(word) != nil || FindWord.refusal(word) != nil || ["and", "or", "not", "is", "has"].contains(word)
                || ends.contains { word.hasPrefix($0) && FindWord(String(word.dropFirst($0.count))) != nil }
        }
        return known ? nil : words
    }

    private static func anywhere(_ word: String) -> Branch {
        let texts: [FindWord.Text] = [.name, .version, .namespace, .member]
        let branches = texts.map { Branch.term(Term(end: .either, word: .text($0), test: .text($0, .contains, word))) }
        return branches.dropFirst().reduce(branches[0]) { .or($0, $1) }
    }

    /// Whether it has words about edges; otherwise it finds nodes only.
    package var isAboutEdges: Bool { words.contains(where: \.isOfEdges) }

    /// Whether it has words about nodes; otherwise it finds edges only.
    package var isAboutNodes: Bool { words.contains(where: \.isOfNodes) }

    /// Words that can stand in an expression, for completion.
    package static let words = FindWord.all + ["and", "or", "not"]

    /// The values that must be asked of Prometheus for the expression to find anything; one of several is enough.
    package var neededValues: Set<EdgeValue> {
        words.reduce(into: []) { needed, word in
            switch word {
            case .number(.responsetime): needed.formUnion([.p95, .p99, .p50, .average])
            case .number(.p50): needed.insert(.p50)
            case .number(.p95): needed.insert(.p95)
            case .number(.p99): needed.insert(.p99)
            case .number(.avg): needed.insert(.average)
            case .number(.throughput): needed.insert(.throughput)
            case .number(.percentEncrypted), .flag(.mtls): needed.insert(.mtls)
            default: break
            }
        }
    }

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
