// SPDX-License-Identifier: Apache-2.0
/// Reads ``FindExpression``s.
package struct FindParser {
    /// What can follow an expression that is not typed to its end.
    package enum Expectation: Equatable {
        /// A word of the language, `not`, or a parenthesis.
        case term
        case sign(FindWord)
        case value(FindWord)
        /// `and`, `or`, or nothing more.
        case joint
    }

    /// Maximum length in scalars.
    private static let longest = 1_000
    /// Maximum nesting depth, because the parser is recursive.
    private static let deepest = 50

    private struct Token {
        enum Kind: Equatable {
            case word(String)
            case quoted(String)
            case sign(FindOperator)
            case bang
            case open
            case close
            case and
            case or
        }

        var kind: Kind
        var offset: Int
    }

    private var tokens: [Token] = []
    private var place = 0
    private var depth = 0
    /// What the grammar expected where the text ended; for completion.
    package private(set) var expected = Expectation.term
    private let length: Int
    private let fault: FindError?

    /// - Parameter text: as typed.
    package init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        length = scalars.count
        guard scalars.count <= Self.longest else {
            fault = FindError(Self.longest, "an expression has at most \(Self.longest) characters")
            return
        }
        do throws(FindError) {
            tokens = try Self.tokens(scalars)
            fault = nil
        } catch {
            fault = error
        }
    }

    private var next: Token? { place < tokens.count ? tokens[place] : nil }
    private var offset: Int { next?.offset ?? length }

    private mutating func expect(_ expectation: Expectation) {
        if next == nil { expected = expectation }
    }

    /// Reads the whole text.
    ///
    /// - Returns: the expression.
    /// - Throws: ``FindError`` with the place where it cannot be read on.
    package mutating func whole() throws(FindError) -> FindExpression.Branch {
        if let fault { throw fault }
        guard next != nil else { throw FindError(0, "the expression is empty") }
        let branch = try either()
        guard next == nil else {
            throw FindError(
                offset, next?.kind == .close ? "')' without '('" : "'and', 'or' or the end is expected here")
        }
        return branch
    }

    // MARK: - Grammar

    private mutating func either() throws(FindError) -> FindExpression.Branch {
        var branch = try both()
        while take(.or) { branch = .or(branch, try both()) }
        return branch
    }

    private mutating func both() throws(FindError) -> FindExpression.Branch {
        var branch = try unary()
        while take(.and) { branch = .and(branch, try unary()) }
        expect(.joint)
        return branch
    }

    private mutating func unary() throws(FindError) -> FindExpression.Branch {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw FindError(offset, "more than \(Self.deepest) parts in each other") }
        expect(.term)
        if take(.bang) || take(.word("not")) { return .not(try unary()) }
        guard take(.open) else { return .term(try term()) }
        let branch = try either()
        guard take(.close) else { throw FindError(offset, "')' is missing") }
        return branch
    }

    private mutating func term() throws(FindError) -> FindExpression.Term {
        // Fillers of Kiali's: `is healthy`, `has mtls`.
        while take(.word("is")) || take(.word("has")) {}
        expect(.term)
        let start = offset
        guard case .word(let typed) = next?.kind else {
            throw FindError(start, "a word is expected here, such as name")
        }
        place += 1
        let (end, name) = Self.end(of: typed.lowercased())
        guard let word = FindWord(name) else {
            throw FindError(start, FindWord.refusal(name) ?? Self.unknown(typed))
        }
        return FindExpression.Term(end: end, word: word, test: try test(of: word, name))
    }

    private mutating func test(of word: FindWord, _ name: String) throws(FindError) -> FindExpression.Term.Test {
        if case .flag(let flag) = word { return .flag(flag) }
        let place = offset
        expect(.sign(word))
        guard let sign = takeOperator() else {
            throw FindError(place, "an operator is expected after '\(name)': = != < <= > >= *= ^= $= ~")
        }
        let valuePlace = offset
        expect(.value(word))
        guard let value = takeValue() else { throw FindError(valuePlace, "a value is missing") }
        switch word {
        case .number(let number): return try compare(number, sign, value, at: valuePlace, signAt: place)
        case .text(let text): return try compare(text, sign, value, at: valuePlace, signAt: place)
        case .flag(let flag): return .flag(flag)
        }
    }

    private func compare(
        _ number: FindWord.Number, _ sign: FindOperator, _ value: String, at place: Int, signAt: Int
    ) throws(FindError) -> FindExpression.Term.Test {
        guard sign.isOrder || sign == .equal || sign == .notEqual else {
            throw FindError(signAt, "\(number.rawValue) is a number: compare it with = != < <= > >=")
        }
        if value.lowercased() == "nan" {
            guard !sign.isOrder else { throw FindError(signAt, "NaN is compared with = and != only") }
            return .activity(number, isWanted: sign == .notEqual)
        }
        guard let quantity = number.quantity(value) else {
            throw FindError(place, "'\(value)' is no number; \(number.unitHint)")
        }
        return .number(number, sign, quantity)
    }

    private func compare(
        _ text: FindWord.Text, _ sign: FindOperator, _ value: String, at place: Int, signAt: Int
    ) throws(FindError) -> FindExpression.Term.Test {
        guard !sign.isOrder else {
            throw FindError(signAt, "\(text.rawValue) is text: compare it with = != *= ^= $= ~")
        }
        guard sign == .matches || sign == .notMatches else { return .text(text, sign, value.lowercased()) }
        do throws(TextPattern.Fault) {
            return .pattern(text, try TextPattern(value), isNegated: sign == .notMatches)
        } catch {
            throw FindError(place + error.offset, "no regular expression: \(error.reason)")
        }
    }

    // MARK: - Tokens

    private mutating func take(_ kind: Token.Kind) -> Bool {
        guard let token = next else { return false }
        if case .word(let wanted) = kind {
            guard case .word(let word) = token.kind, word.lowercased() == wanted else { return false }
        } else if token.kind != kind {
            return false
        }
        place += 1
        return true
    }

    /// Kiali's words for operators too: `not contains`, `startswith`.
    private mutating func takeOperator() -> FindOperator? {
        let start = place
        while take(.word("is")) {}
        let isNegated = take(.word("not")) || take(.bang)
        var found: FindOperator?
        switch next?.kind {
        case .sign(let sign): found = sign
        case .word(let word): found = Self.operators[word.lowercased()]
        default: found = nil
        }
        guard let found else {
            // `name is x` and `name is not x`.
            if place > start, next != nil { return isNegated ? .notEqual : .equal }
            place = start
            return nil
        }
        place += 1
        return isNegated ? found.opposite : found
    }

    private mutating func takeValue() -> String? {
        switch next?.kind {
        case .word(let text), .quoted(let text):
            place += 1
            return text
        default: return nil
        }
    }

    private static let operators: [String: FindOperator] = [
        "contains": .contains, "startswith": .startsWith, "endswith": .endsWith, "matches": .matches,
    ]

    private static func end(of word: String) -> (FindExpression.Term.End, String) {
        if word.hasPrefix("from.") { return (.source, String(word.dropFirst(5))) }
        if word.hasPrefix("to.") { return (.target, String(word.dropFirst(3))) }
        return (.either, word)
    }

    private static func unknown(_ typed: String) -> String {
        let near = FindWord.all.first { $0.hasPrefix(typed.lowercased().prefix(3)) && !typed.isEmpty }
        return "'\(typed)' is no word of the language" + (near.map { "; did you mean \($0)?" } ?? "")
    }

    /// Signs that end a word, the longer first.
    private static let signs = FindOperator.allCases.map(\.rawValue).sorted { ($0.count, $1) > ($1.count, $0) }

    private static func tokens(_ scalars: [Unicode.Scalar]) throws(FindError) -> [Token] {
        var tokens: [Token] = []
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            let start = place
            if scalar == " " || scalar == "\t" {
                place += 1
            } else if scalar == "\"" || scalar == "'" {
                guard let end = scalars[(place + 1)...].firstIndex(of: scalar) else {
                    throw FindError(place, "the quotation mark is not closed")
                }
                tokens.append(Token(kind: .quoted(text(scalars[(place + 1)..<end])), offset: start + 1))
                place = end + 1
            } else if let (kind, length) = mark(scalars, place, after: tokens.last?.kind) {
                tokens.append(Token(kind: kind, offset: start))
                place += length
            } else {
                let isValue = if case .sign = tokens.last?.kind { true } else { false }
                while place < scalars.count, !isEnd(scalars, place, valueFrom: isValue ? start : nil) { place += 1 }
                if place == start { throw FindError(place, "'\(scalar)' means nothing here") }
                tokens.append(Token(kind: kind(of: text(scalars[start..<place])), offset: start))
            }
        }
        return tokens
    }

    private static func mark(
        _ scalars: [Unicode.Scalar], _ place: Int, after last: Token.Kind?
    ) -> (Token.Kind, Int)? {
        // A value begins behind an operator, whatever it begins with: `code = -`, `name ~ ^a`.
        if case .sign = last, scalars[place] != "(" || isPattern(last) { return nil }
        let ahead = text(scalars[place..<min(scalars.count, place + 3)])
        if ahead.hasPrefix("&&") { return (.and, 2) }
        if ahead.hasPrefix("||") { return (.or, 2) }
        if let sign = signs.first(where: { ahead.hasPrefix($0) }) {
            return FindOperator(rawValue: sign).map { (.sign($0), sign.unicodeScalars.count) }
        }
        switch scalars[place] {
        case "!": return (.bang, 1)
        case "(": return (.open, 1)
        case ")": return (.close, 1)
        default: return nil
        }
    }

    private static func isPattern(_ last: Token.Kind?) -> Bool { last == .sign(.matches) || last == .sign(.notMatches) }

    /// Whether a word ends before a place. Values end at blanks and at a parenthesis that was not opened in them.
    private static func isEnd(_ scalars: [Unicode.Scalar], _ place: Int, valueFrom start: Int?) -> Bool {
        let scalar = scalars[place]
        if scalar == " " || scalar == "\t" { return true }
        guard let start else { return "=!<>*^$~()|&\"'".unicodeScalars.contains(scalar) }
        guard scalar == ")" else { return false }
        let open = scalars[start..<place].reduce(0) { $0 + ($1 == "(" ? 1 : $1 == ")" ? -1 : 0) }
        return open <= 0
    }

    private static func kind(of word: String) -> Token.Kind {
        switch word.lowercased() {
        case "and": .and
        case "or": .or
        default: .word(word)
        }
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

extension FindWord.Number {
    /// What a typed number means; times of answers are milliseconds as in Kiali, ages are seconds, unless a unit says otherwise.
    fileprivate func quantity(_ text: String) -> Double? {
        if self == .phi, ["inf", "infinite", "∞"].contains(text.lowercased()) { return .infinity }
        var digits = Substring(text.lowercased())
        var factor = 1.0
        for (suffix, seconds) in units where digits.hasSuffix(suffix) {
            digits = digits.dropLast(suffix.count)
            factor = seconds
            break
        }
        guard let value = Double(digits), value.isFinite else { return nil }
        return value * factor
    }

    private var units: [(String, Double)] {
        switch self {
        case .responsetime, .p50, .p95, .p99, .avg: [("ms", 1), ("s", 1_000)]
        case .age, .since: [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]
        case .grpc, .http, .tcp, .rate, .throughput, .members, .phi, .rank, .grpcin, .grpcout, .httpin, .httpout,
            .tcpin,
            .tcpout:
            [("k", 1_000)]
        default: [("%", 1)]
        }
    }

    /// How a number of this kind is written, for completion.
    package var unitHint: String {
        switch self {
        case .responsetime, .p50, .p95, .p99, .avg: "write milliseconds, or a number with ms or s"
        case .age, .since: "write seconds, or a number with ms, s, m, h or d"
        default: "write one such as 12 or 0.5"
        }
    }
}
