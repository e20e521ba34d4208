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

    /// The right side of a comparison.
    enum Value: Equatable {
        case number(Double)
        case level(Health.Level)
        /// An address or a part of it; nil stands for `none`.
        case address(String?)
    }

    /// One comparison.
    struct Term: Equatable {
        let name: String
        let comparison: Operator
        let value: Value
        /// As it was typed.
        let text: String
    }

    /// Why a text is no expression.
    struct Problem: Error, Equatable {
        let reason: String
    }

    let terms: [Term]

    /// The names that stand for numbers.
    static let numbers = [
        "members", "up", "unreachable", "gated", "quarantined", "phi_max", "sources_failing", "sources", "joining",
        "weaklyUp",
        "leaving", "exiting", "down", "removed", "clusters", "partitions", "views",
    ]

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
        return Term(name: name, comparison: comparison, value: try Self.value(value, of: name, comparison), text: text)
    }

    private static func value(_ text: String, of name: String, _ comparison: Operator) throws(Problem) -> Value {
        switch name {
        case "health":
            guard let level = Health.Level(rawValue: text),
                level != .unknown || comparison == .equal || comparison == .notEqual
            else { throw Problem(reason: "'\(text)' is no level of health: failure, degraded, notReady, healthy") }
            return .level(level)
        case "leader":
            guard comparison == .equal || comparison == .notEqual else {
                throw Problem(reason: "a leader is compared with = or !=")
            }
            return .address(text == "none" ? nil : text)
        case _ where numbers.contains(name):
            guard let number = Double(text), number.isFinite else { throw Problem(reason: "'\(text)' is no number") }
            return .number(number)
        default:
            throw Problem(reason: unknownName(name))
        }
    }

    /// Whether all comparisons hold. What is not known makes none true.
    func holds(_ facts: WaitFacts) -> Bool { terms.allSatisfy { $0.holds(facts) } }

    /// The comparisons that do not hold, each with the value that stands in the way.
    func unmet(_ facts: WaitFacts) -> [String] {
        terms.filter { !$0.holds(facts) }.map { "\($0.text) (it is \(facts.text(of: $0.name)))" }
    }
}

extension WaitExpression.Term {
    fileprivate func holds(_ facts: WaitFacts) -> Bool {
        switch value {
        case .number(let wanted): facts.numbers[name].map { comparison.holds($0, wanted) } ?? false
        case .level(let wanted): holds(facts.health, wanted)
        case .address(let wanted): (comparison == .equal) == facts.leaders.contains { Self.isSame($0, wanted) }
        }
    }

    /// The worse, the less: `health>=degraded` means degraded or better.
    private func holds(_ level: Health.Level, _ wanted: Health.Level) -> Bool {
        if level == .unknown || wanted == .unknown {
            return comparison.holds(level == wanted ? 0 : 1, 0) && level == wanted
        }
        return comparison.holds(Self.goodness(level), Self.goodness(wanted))
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

/// What an expression is compared with.
struct WaitFacts {
    let numbers: [String: Double]
    let health: Health.Level
    /// One per cluster, nil where none is agreed on.
    let leaders: [Address?]

    init(_ snapshot: MeshSnapshot) {
        let counts = CheckReport.Counts(snapshot)
        let members = snapshot.clusters.flatMap(\.members)
        func number(_ status: MemberStatus) -> Double { Double(members.count { $0.status == status }) }
        numbers = [
            "members": Double(counts.members), "up": Double(counts.up), "unreachable": Double(counts.unreachable),
            "sources_failing": Double(counts.failingSources), "sources": Double(snapshot.sources.count),
            "joining": number(.joining), "weaklyUp": number(.weaklyUp), "leaving": number(.leaving),
            "exiting": number(.exiting),
            "down": number(.down), "removed": number(.removed), "clusters": Double(snapshot.clusters.count),
            "partitions": Double(snapshot.clusters.map(\.partitions.count).max() ?? 0),
            "views": Double(snapshot.clusters.map(\.views.count).reduce(0, +)), "gated": 0, "quarantined": 0,
        ]
        health = snapshot.health.level
        leaders = snapshot.clusters.map(\.leader)
    }

    /// A value as it is shown to people.
    func text(of name: String) -> String {
        switch name {
        case "health": health.rawValue
        case "leader": leaders.map { $0?.hostPort ?? "none" }.joined(separator: ", ")
        default: numbers[name].map { $0.rounded() == $0 ? String(Int64($0)) : String($0) } ?? "not known"
        }
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
