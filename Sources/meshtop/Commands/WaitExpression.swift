// SPDX-License-Identifier: Apache-2.0
import Configuration
import Model
import Views

/// What `wait` waits for: comparisons joined by commas, all of which must hold, such as `members=3,up>=2,health=healthy`.
struct WaitExpression: Equatable {
    /// How two values are compared.
    enum Operator: String, CaseIterable {
        // Longer ones first: `<=` begins like `<`.
        case notEqual = "!="
        case atMost = "<="
        case atLeast = ">="
        case equal = "="
        case less = "<"
        case greater = ">"

        func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .notEqual: left != right
            case .atMost: left <= right
            case .atLeast: left >= right
            case .equal: left == right
            case .less: left < right
            case .greater: left > right
            }
        }
    }

    /// What is compared.
    enum Subject: Equatable {
        case number(MeshCounts.Name)
        case health
        case leader

        /// - Parameter name: As it was typed.
        init?(_ name: String) {
            switch name {
            case "health": self = .health
            case "leader": self = .leader
            default:
                guard let number = MeshCounts.Name(rawValue: name) else { return nil }
                self = .number(number)
            }
        }

        /// As it is typed.
        var name: String {
            switch self {
            case .number(let number): number.rawValue
            case .health: "health"
            case .leader: "leader"
            }
        }

        /// The names of all subjects, for messages.
        static let names = MeshCounts.Name.allCases.map(\.rawValue) + ["health", "leader"]
    }

    /// What a comparison asks for.
    enum Condition: Equatable {
        case number(MeshCounts.Name, Operator, Double)
        case health(Operator, Health.Level)
        /// An address or a part of it; nil stands for `none`.
        case leader(isEqual: Bool, String?)
    }

    /// One comparison.
    struct Term: Equatable {
        let condition: Condition
        /// As it was typed.
        let text: String

        var subject: Subject {
            switch condition {
            case .number(let name, _, _): .number(name)
            case .health: .health
            case .leader: .leader
            }
        }
    }

    /// Why a text is no expression.
    struct Problem: Error, Equatable {
        let reason: String
    }

    let terms: [Term]

    /// Reads an expression.
    ///
    /// - Parameter text: what was typed.
    /// - Throws: ``Problem`` that says what would have been right.
    init(_ text: String) throws(Problem) {
        var terms: [Term] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = part.trimmingBlanks
            guard !trimmed.isEmpty else { throw Problem(reason: "a comparison is empty in '\(text)'") }
            terms.append(try Self.term(trimmed))
        }
        self.terms = terms
    }

    private static func term(_ text: String) throws(Problem) -> Term {
        guard let start = text.firstIndex(where: { "!<>=".contains($0) }),
            let comparison = Operator.allCases.first(where: { text[start...].hasPrefix($0.rawValue) })
        else { throw Problem(reason: "'\(text)' has no operator: write NAME=VALUE, or with != < <= > >=") }
        let name = text[..<start].trimmingBlanks
        let value = text[start...].dropFirst(comparison.rawValue.count).trimmingBlanks
        guard !value.isEmpty else { throw Problem(reason: "'\(text)' has no value") }
        guard let subject = Subject(name) else { throw Problem(reason: unknownName(name)) }
        return Term(condition: try condition(on: subject, comparison, value), text: text)
    }

    private static func condition(
        on subject: Subject, _ comparison: Operator, _ value: String
    ) throws(Problem) -> Condition {
        let isEquality = comparison == .equal || comparison == .notEqual
        switch subject {
        case .health:
            guard let level = Health.Level(rawValue: value), level != .unknown || isEquality else {
                throw Problem(reason: "'\(value)' is no level of health: failure, degraded, notReady, healthy")
            }
            return .health(comparison, level)
        case .leader:
            guard isEquality else { throw Problem(reason: "a leader is compared with = or !=") }
            return .leader(isEqual: comparison == .equal, value == "none" ? nil : value)
        case .number(let name):
            guard let number = Double(value), number.isFinite else { throw Problem(reason: "'\(value)' is no number") }
            return .number(name, comparison, number)
        }
    }

    private static func unknownName(_ name: String) -> String {
        let hint = Suggestion.nearest(to: name, among: Subject.names).map { "; did you mean \($0)?" }
        return "nothing is called '\(name)'\(hint ?? "; known are \(Subject.names.joined(separator: ", "))")"
    }

    /// Whether all comparisons hold. What is not known makes none true.
    func holds(_ facts: WaitFacts) -> Bool { terms.allSatisfy { $0.holds(facts) } }

    /// The comparisons that do not hold, each with the value that stands in the way.
    func unmet(_ facts: WaitFacts) -> [String] {
        terms.filter { !$0.holds(facts) }.map { "\($0.text) (it is \(facts.text(of: $0.subject)))" }
    }
}

extension WaitExpression.Term {
    fileprivate func holds(_ facts: WaitFacts) -> Bool {
        switch condition {
        case .number(let name, let comparison, let wanted):
            facts.counts[name].map { comparison.holds($0, wanted) } ?? false
        case .health(let comparison, let wanted): Self.holds(facts.health, comparison, wanted)
        case .leader(let isEqual, let wanted): facts.leaders.holds(isEqual: isEqual) { Self.isSame($0, wanted) }
        }
    }

    /// The worse, the less: `health>=degraded` means degraded or better.
    private static func holds(
        _ level: Health.Level, _ comparison: WaitExpression.Operator, _ wanted: Health.Level
    ) -> Bool {
        if level == .unknown || wanted == .unknown { return comparison == .equal && level == wanted }
        return comparison.holds(goodness(level), goodness(wanted))
    }

    private static func goodness(_ level: Health.Level) -> Int {
        switch level {
        case .unknown: 0
        case .failure: 1
        case .degraded: 2
        case .notReady: 3
        case .healthy: 4
        }
    }

    private static func isSame(_ leader: Address?, _ wanted: String?) -> Bool {
        guard let leader, let wanted else { return leader == nil && wanted == nil }
        return leader.text == wanted || leader.hostPort == wanted || leader.host == wanted
    }
}

/// Who leads, as the voting views of all clusters have it.
struct LeaderClaims: Equatable {
    /// By cluster: each leader that a voting view names, `nil` for a view that names none. Empty where no view votes.
    private let claims: [Set<Address?>]

    init(_ clusters: [ClusterSnapshot]) {
        claims = clusters.map { Set($0.views.filter(\.isVoting).map(\.leader)) }
    }

    /// Whether a cluster's views agree on a leader that is meant, or, for `!=`, whether it is certain that none does.
    ///
    /// - Parameters:
    ///   - isEqual: `=` or `!=`.
    ///   - isMeant: compares a leader with the one that was typed.
    /// - Returns: whether it is known to hold.
    func holds(isEqual: Bool, _ isMeant: (Address?) -> Bool) -> Bool {
        guard !claims.isEmpty, claims.allSatisfy({ !$0.isEmpty }) else { return false }
        if isEqual { return claims.contains { $0.count == 1 && $0.allSatisfy(isMeant) } }
        return claims.allSatisfy { !$0.contains(where: isMeant) }
    }

    /// For people: the leader of each cluster, all that are named where views differ.
    var text: String {
        if claims.isEmpty { return "not known" }
        return claims.map { names in
            names.isEmpty ? "not known" : names.map { $0?.hostPort ?? "none" }.sorted().joined(separator: " or ")
        }.joined(separator: ", ")
    }
}

/// What an expression is compared with.
struct WaitFacts {
    let counts: MeshCounts
    let health: Health.Level
    let leaders: LeaderClaims

    init(_ snapshot: MeshSnapshot) {
        counts = MeshCounts(snapshot)
        health = snapshot.health.level
        leaders = LeaderClaims(snapshot.clusters)
    }

    /// A value as it is shown to people.
    func text(of subject: WaitExpression.Subject) -> String {
        switch subject {
        case .health: health.rawValue
        case .leader: leaders.text
        case .number(let name): counts[name].map(Self.text) ?? "not known"
        }
    }

    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "infinite" }
        return Int64(exactly: value).map(String.init) ?? String(value)
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
