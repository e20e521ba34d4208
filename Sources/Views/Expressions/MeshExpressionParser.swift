// SPDX-License-Identifier: Apache-2.0
import Model

/// Reads ``MeshExpression``s.
package struct MeshExpressionParser {
    private static let longest = 2_000
    private static let deepest = 40

    private enum Token: Equatable {
        case word(String)
        case comparison(MeshExpression.Comparison)
        case open
        case close
        case comma
        case bang
    }

    private let text: String
    private var tokens: [(token: Token, offset: Int)] = []
    private var place = 0
    private var depth = 0
    private var fault: ExpressionError?

    /// - Parameter text: As typed.
    package init(_ text: String) {
        self.text = text
        let characters = Array(text)
        guard characters.count <= Self.longest else {
            fault = ExpressionError(text: "", offset: 0, reason: "an expression has at most \(Self.longest) characters")
            return
        }
        var at = 0
        while at < characters.count { at = token(in: characters, at: at) }
    }

    private mutating func token(in characters: [Character], at start: Int) -> Int {
        let first = characters[start]
        if first.isWhitespace { return start + 1 }
        let rest = String(characters[start...].prefix(2))
        if let found = MeshExpression.Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
            tokens.append((.comparison(found), start))
            return start + found.rawValue.count
        }
        let marks: [Character: Token] = ["(": .open, ")": .close, ",": .comma, "!": .bang]
        if let mark = marks[first] {
            tokens.append((mark, start))
            return start + 1
        }
        if first == "\"" || first == "'" {
            let end = characters[(start + 1)...].firstIndex(of: first) ?? characters.count
            tokens.append((.word(String(characters[(start + 1)..<end])), start))
            return end + 1
        }
        let end = characters[start...].firstIndex { $0.isWhitespace || "(),!<>=*".contains($0) } ?? characters.count
        tokens.append((.word(String(characters[start..<max(end, start + 1)])), start))
        return max(end, start + 1)
    }

    private var next: Token? { place < tokens.count ? tokens[place].token : nil }
    private var offset: Int { place < tokens.count ? tokens[place].offset : text.count }

    private func error(_ reason: String, at offset: Int? = nil) -> ExpressionError {
        ExpressionError(text: text, offset: offset ?? self.offset, reason: reason)
    }

    private mutating func take(_ token: Token) -> Bool {
        guard next == token else { return false }
        place += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard case .word(let found) = next, found.lowercased() == word else { return false }
        place += 1
        return true
    }

    // MARK: - Grammar

    mutating func whole() throws(ExpressionError) -> MeshExpression.Branch {
        if let fault { throw fault }
        guard next != nil else { throw error("the expression is empty") }
        let branch = try either()
        guard next == nil else {
            throw error(next == .close ? "')' without '('" : "'and', 'or' or the end is expected here")
        }
        return branch
    }

    private mutating func either() throws(ExpressionError) -> MeshExpression.Branch {
        var branch = try both()
        while takeWord("or") { branch = .or(branch, try both()) }
        return branch
    }

    private mutating func both() throws(ExpressionError) -> MeshExpression.Branch {
        var branch = try unary()
        while takeWord("and") || take(.comma) { branch = .and(branch, try unary()) }
        return branch
    }

    private mutating func unary() throws(ExpressionError) -> MeshExpression.Branch {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw error("more than \(Self.deepest) parts in each other") }
        if take(.bang) || takeWord("not") { return .not(try unary()) }
        guard take(.open) else { return try term() }
        let branch = try either()
        guard take(.close) else { throw error("')' is missing") }
        return branch
    }

    private mutating func term() throws(ExpressionError) -> MeshExpression.Branch {
        var quantifier: MeshExpression.Quantifier?
        if case .word(let word) = next, let found = MeshExpression.Quantifier(rawValue: word.lowercased()) {
            quantifier = found
            place += 1
        }
        let start = offset
        guard case .word(let word) = next else { throw error("what is counted is expected here, such as members") }
        place += 1
        if let kind = MeshExpression.Kind(typed: word) {
            if quantifier != nil || next == .open || MeshCounts.Name(rawValue: word) == nil {
                return try count(kind, quantifier)
            }
        }
        guard quantifier == nil else { throw error("'\(word)' cannot be counted", at: start) }
        return try single(word, at: start)
    }

    private mutating func count(
        _ kind: MeshExpression.Kind, _ quantifier: MeshExpression.Quantifier?
    ) throws(ExpressionError) -> MeshExpression.Branch {
        var filter = MeshExpression.Filter.everything
        if take(.open) {
            if next != .close { filter = try eitherFilter(kind) }
            guard take(.close) else { throw error("')' is missing") }
        }
        guard case .comparison(let comparison) = next else {
            return .count(kind, filter, quantifier ?? .any, .atLeast, 1)
        }
        guard quantifier == nil else { throw error("a comparison cannot follow '\(quantifier?.rawValue ?? "")'") }
        place += 1
        return .count(kind, filter, nil, comparison, try number())
    }

    private mutating func single(_ word: String, at start: Int) throws(ExpressionError) -> MeshExpression.Branch {
        guard case .comparison(let comparison) = next else {
            let known = MeshExpression.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("'\(word)' is nothing that can be counted: known are \(known)", at: start)
        }
        if word == "health" {
            place += 1
            guard case .word(let value) = next, let level = Health.Level(rawValue: value) else {
                throw error("a level is expected here: failure, degraded, notReady, healthy")
            }
            place += 1
            return .health(comparison, level)
        }
        guard let name = MeshCounts.Name(rawValue: word) else {
            throw error(
                "nothing is called '\(word)': known are \(MeshCounts.Name.allCases.map(\.rawValue).joined(separator: ", ")), health",
                at: start)
        }
        place += 1
        return .number(name, comparison, try number())
    }

    private mutating func number() throws(ExpressionError) -> Double {
        guard case .word(let word) = next, let value = Double(word), value.isFinite else {
            throw error("a number is expected here")
        }
        place += 1
        return value
    }

    // MARK: - Filters

    private mutating func eitherFilter(_ kind: MeshExpression.Kind) throws(ExpressionError) -> MeshExpression.Filter {
        var filter = try bothFilter(kind)
        while takeWord("or") { filter = .or(filter, try bothFilter(kind)) }
        return filter
    }

    private mutating func bothFilter(_ kind: MeshExpression.Kind) throws(ExpressionError) -> MeshExpression.Filter {
        var filter = try unaryFilter(kind)
        while takeWord("and") || take(.comma) { filter = .and(filter, try unaryFilter(kind)) }
        return filter
    }

    private mutating func unaryFilter(_ kind: MeshExpression.Kind) throws(ExpressionError) -> MeshExpression.Filter {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw error("more than \(Self.deepest) parts in each other") }
        if take(.bang) || takeWord("not") { return .not(try unaryFilter(kind)) }
        if take(.open) {
            let filter = try eitherFilter(kind)
            guard take(.close) else { throw error("')' is missing") }
            return filter
        }
        let start = offset
        guard case .word(let typed) = next else {
            throw error("a field is expected here: \(kind.fields.joined(separator: ", "))")
        }
        let field = typed.lowercased()
        guard kind.fields.contains(field) else {
            throw error(
                "\(kind.rawValue) have no field '\(typed)': known are \(kind.fields.joined(separator: ", "))", at: start
            )
        }
        place += 1
        guard case .comparison(let comparison) = next else {
            return .test(MeshExpression.Test(field: field, comparison: .equal, value: "true"))
        }
        place += 1
        guard case .word(let value) = next else { throw error("a value is expected here") }
        place += 1
        return .test(MeshExpression.Test(field: field, comparison: comparison, value: value))
    }
}
