// SPDX-License-Identifier: Apache-2.0
package import Model

/// What scripts ask of the whole mesh: `members(status=Up) >= 3 and no finding(severity>=degraded)`.
///
/// `KIND(FILTER) OP NUMBER` counts rows; `no`, `any` and `all` stand before a kind in place of a comparison. Kinds are members, associations,
/// findings, incidents, sources and clusters. Names of single numbers (`up`, `phi_max`) and `health` stand alone. Three values: what is not known
/// makes nothing true, and `not` does not make it true either.
package struct MeshExpression: Hashable, Sendable {
    /// What is counted.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case members
        case associations
        case findings
        case incidents
        case sources
        case clusters

        init?(typed text: String) {
            let word = text.lowercased()
            guard let found = Self.allCases.first(where: { $0.rawValue == word || $0.rawValue.dropLast() == word })
            else {
                return nil
            }
            self = found
        }

        /// The fields that a filter may name.
        var fields: [String] {
            switch self {
            case .members: ["address", "status", "role", "dc", "health", "ready", "unreachable", "leader", "oldest"]
            case .associations: ["observer", "subject", "state", "phi", "harmless", "current", "expected", "monitored"]
            case .findings: ["rule", "severity", "confidence", "subject", "cluster", "title", "count", "open"]
            case .incidents: ["state", "title"]
            case .sources: ["kind", "state", "target", "freshness", "error", "cluster"]
            case .clusters: ["id", "system", "health", "partitions"]
            }
        }
    }

    /// How two values are compared.
    package enum Comparison: String, CaseIterable, Hashable, Sendable {
        case notEqual = "!="
        case atMost = "<="
        case atLeast = ">="
        case contains = "*="
        case equal = "="
        case less = "<"
        case greater = ">"
    }

    /// How a count without a comparison is judged.
    package enum Quantifier: String, Hashable, Sendable {
        case no
        case any
        case all
    }

    /// A test of one field of a row.
    package struct Test: Hashable, Sendable {
        package var field: String
        package var comparison: Comparison
        package var value: String
    }

    /// What rows are counted.
    package indirect enum Filter: Hashable, Sendable {
        case everything
        case test(Test)
        case not(Filter)
        case and(Filter, Filter)
        case or(Filter, Filter)
    }

    /// A part of an expression.
    package indirect enum Branch: Hashable, Sendable {
        case and(Branch, Branch)
        case or(Branch, Branch)
        case not(Branch)
        case count(Kind, Filter, Quantifier?, Comparison, Double)
        case number(MeshCounts.Name, Comparison, Double)
        case health(Comparison, Health.Level)
    }

    /// As typed.
    package let text: String
    package let root: Branch

    /// Reads an expression.
    ///
    /// - Parameter text: As typed.
    /// - Throws: ``ExpressionError`` with the place where it cannot be read on.
    package init(_ text: String) throws(ExpressionError) {
        var parser = MeshExpressionParser(text)
        root = try parser.whole()
        self.text = text
    }

    /// Whether it holds; `nil` if that depends on what is not known.
    package func holds(in snapshot: MeshSnapshot) -> Bool? { MeshExpressionEvaluator(snapshot).value(of: root) }

    /// Why it does not hold: the parts that do not, each with what it is.
    package func unmet(in snapshot: MeshSnapshot) -> [String] {
        let evaluator = MeshExpressionEvaluator(snapshot)
        return Self.parts(of: root).filter { evaluator.value(of: $0) != true }.map { evaluator.text(of: $0) }
    }

    private static func parts(of branch: Branch) -> [Branch] {
        if case .and(let left, let right) = branch { return parts(of: left) + parts(of: right) }
        return [branch]
    }
}

/// Why a text is no expression.
package struct ExpressionError: Error, Hashable, Sendable {
    /// As typed.
    package let text: String
    /// Where it cannot be read on, in characters from the beginning.
    package let offset: Int
    /// What is wrong, a clause without a full stop.
    package let reason: String

    /// The reason, the expression, and a caret under the place.
    package var lines: [String] {
        let shown = text.printable
        return ["\(reason)", "  \(shown)", "  \(String(repeating: " ", count: min(offset, shown.count)))^"]
    }
}
