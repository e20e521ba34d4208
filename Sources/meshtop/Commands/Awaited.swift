// SPDX-License-Identifier: Apache-2.0
import Model
import Views

/// What `wait` waits for: comparisons joined by commas, or an expression over members, associations, findings and sources.
enum Awaited: Equatable {
    case comparisons(WaitExpression)
    case expression(MeshExpression)

    /// Why a text is neither.
    struct Problem: Error, Equatable {
        var reason: String
        /// The place, for people.
        var lines: [String] = []
    }

    /// - Parameter text: As typed.
    /// - Throws: ``Problem`` that says what would have been right.
    init(_ text: String) throws(Problem) {
        let simple: WaitExpression.Problem
        do {
            self = .comparisons(try WaitExpression(text))
            return
        } catch { simple = error }
        let isOld = !text.contains("(") && !text.contains(" and ") && !text.contains(" or ") && !text.hasPrefix("no ")
        do {
            self = .expression(try MeshExpression(text))
        } catch {
            if isOld { throw Problem(reason: simple.reason) }
            throw Problem(reason: "character \(error.offset + 1): \(error.reason)", lines: error.lines)
        }
    }

    func holds(_ snapshot: MeshSnapshot) -> Bool {
        switch self {
        case .comparisons(let expression): expression.holds(WaitFacts(snapshot))
        case .expression(let expression): expression.holds(in: snapshot) == true
        }
    }

    func unmet(_ snapshot: MeshSnapshot) -> [String] {
        switch self {
        case .comparisons(let expression): expression.unmet(WaitFacts(snapshot))
        case .expression(let expression): expression.unmet(in: snapshot)
        }
    }

    /// The values that it is about, for people.
    func values(_ snapshot: MeshSnapshot) -> String {
        switch self {
        case .comparisons(let expression):
            let facts = WaitFacts(snapshot)
            let subjects = Dictionary(expression.terms.map { ($0.subject.name, $0.subject) }) { first, _ in first }
            return subjects.sorted { $0.key < $1.key }.map { "\($0.key)=\(facts.text(of: $0.value))" }.joined(
                separator: " ")
        case .expression(let expression): return expression.text
        }
    }
}
