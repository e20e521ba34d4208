// SPDX-License-Identifier: Apache-2.0
package import Model

/// What can be typed next in an expression.
package struct FindCompletion: Hashable, Sendable {
    /// What is complete and stays.
    package let kept: String
    /// The beginning of a word, which a candidate replaces.
    package let begun: String
    /// Whole words, signs or values that begin so.
    package let candidates: [String]
    /// What is expected, where nothing can be listed: how a number is written.
    package let hint: String?

    /// The longest text that all candidates begin with.
    package var common: String {
        guard let first = candidates.first else { return begun }
        return candidates.dropFirst().reduce(first) { common, other in
            String(zip(common, other).prefix { $0 == $1 }.map(\.0))
        }
    }
}

extension ShownGraph {
    /// What can follow what is typed of an expression: words of the language, signs, and values that the graph has.
    ///
    /// - Parameters:
    ///   - text: What is typed so far.
    ///   - clusters: Where the members on the nodes are.
    /// - Returns: At most 200 candidates, sorted, except those whose order has a meaning.
    package func completion(of text: String, clusters: [ClusterSnapshot]) -> FindCompletion {
        let (kept, begun) = FindCompletion.split(text)
        var parser = FindParser(kept)
        _ = try? parser.whole()
        var hint: String?
        var candidates: [String]
        switch parser.expected {
        case .term: candidates = FindCompletion.terms(begun)
        case .joint: candidates = ["and", "or"]
        case .sign(let word): candidates = FindCompletion.signs(of: word)
        case .value(.number(let number)): (candidates, hint) = ([], number.unitHint)
        case .value(.text(let word)):
            candidates = values(of: word, clusters).map { FindCompletion.quoted($0, as: begun) }
        case .value(.flag): candidates = []
        }
        let lower = begun.lowercased()
        candidates = Array(candidates.filter { $0.lowercased().hasPrefix(lower) }.prefix(200))
        return FindCompletion(kept: kept, begun: begun, candidates: candidates, hint: begun.isEmpty ? hint : nil)
    }

    /// Everything that a word could be compared with.
    private func values(of word: FindWord.Text, _ clusters: [ClusterSnapshot]) -> [String] {
        let finder = FindEvaluator(self, clusters: clusters, now: graph.observedAt)
        var values = Set(word.ownValues)
        for node in graph.nodes.indices { values.formUnion(finder.texts(word, ofNode: node) ?? []) }
        for edge in graph.edges { values.formUnion(finder.texts(word, of: edge) ?? []) }
        return values.filter { !$0.isEmpty && $0 != "-" }.sorted()
    }
}

extension FindCompletion {
    /// Splits what is typed into what is complete and what is only begun.
    fileprivate static func split(_ text: String) -> (kept: String, begun: String) {
        let scalars = Array(text.unicodeScalars)
        var start = 0
        var quote: Unicode.Scalar?
        for (place, scalar) in scalars.enumerated() {
            if let open = quote {
                if scalar == open { (quote, start) = (nil, place + 1) }
            } else if scalar == "\"" || scalar == "'" {
                (quote, start) = (scalar, place)
            } else if " \t=!<>*^$~()&|".unicodeScalars.contains(scalar) {
                start = place + 1
            }
        }
        func string(_ part: ArraySlice<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: part)
            return String(view)
        }
        return (string(scalars[..<start]), string(scalars[start...]))
    }

    /// Words, and words of nodes behind `from.` and `to.`.
    fileprivate static func terms(_ begun: String) -> [String] {
        for end in ["from.", "to."] where begun.lowercased().hasPrefix(end) {
            return FindWord.all.filter { FindWord($0)?.isOfNodes == true }.map { end + $0 }
        }
        // What begins with a letter is typed more often than what begins with a sign.
        let words = (FindWord.all + ["not", "from.", "to."]).sorted()
        return words.filter { !$0.hasPrefix("%") } + words.filter { $0.hasPrefix("%") }
    }

    fileprivate static func signs(of word: FindWord) -> [String] {
        switch word {
        case .number: ["=", "!=", "<", "<=", ">", ">="]
        case .text: ["=", "!=", "*=", "^=", "$=", "~"]
        case .flag: []
        }
    }

    /// A value as it must be typed, in the quotation marks that it is begun in.
    fileprivate static func quoted(_ value: String, as begun: String) -> String {
        if let mark = begun.first, mark == "'" || mark == "\"" { return "\(mark)\(value)\(mark)" }
        let isPlain = !value.unicodeScalars.contains { " \t()\"'".unicodeScalars.contains($0) }
        return isPlain ? value : value.contains("\"") ? "'\(value)'" : "\"\(value)\""
    }
}

extension FindWord.Text {
    /// Values that the language itself knows.
    fileprivate var ownValues: [String] {
        switch self {
        case .health: ["healthy", "degraded", "failure", "notReady", "unknown"]
        case .node: ["app", "workload", "service", "unknown", "cluster"]
        case .name: ["unknown"]
        case .assoc: ["idle", "active", "gated", "quarantined", "unknown"]
        default: []
        }
    }
}
