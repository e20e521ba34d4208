// SPDX-License-Identifier: Apache-2.0
import Model

/// An expression that the reader may have chosen in place of the one that meshtop was started with.
enum ChosenExpression: Equatable, Sendable {
    /// Nothing was chosen: what the options say holds.
    case fromOptions
    /// None, whatever the options say.
    case nothing
    case expression(FindExpression)

    /// A choice; nil is the choice of none.
    init(_ expression: FindExpression?) {
        self = expression.map { .expression($0) } ?? .nothing
    }

    /// The expression that holds, where the options say `start`.
    func resolved(_ start: FindExpression?) -> FindExpression? {
        switch self {
        case .fromOptions: start
        case .nothing: nil
        case .expression(let expression): expression
        }
    }
}

/// What an expression is typed for.
enum ExpressionPurpose: Equatable, Sendable {
    /// Marks what is found, on the graph.
    case find
    /// Lists nothing else, in the tables.
    case only
    /// Leaves out what is found.
    case hide
}

/// The expressions that the reader chose; they hold on all screens about the traffic.
struct TrafficExpressions: Equatable, Sendable {
    /// Applied expressions that are offered again, at most.
    private static let maximumHistory = 20

    /// What is marked on the graph, and what alone is listed in tables.
    var find = ChosenExpression.fromOptions
    /// What is left out.
    var hide = ChosenExpression.fromOptions
    /// Expressions that were applied, the newest first: the arrow up offers them.
    private(set) var history: [String] = []

    /// Offers an expression again the next time.
    mutating func remember(_ text: String) {
        history.removeAll { $0 == text }
        history = [text] + history.prefix(Self.maximumHistory - 1)
    }
}

/// All that the reader chose to see of the traffic.
struct TrafficChoices: Equatable, Sendable {
    /// Nil is the type that was asked for at the start.
    var type: GraphType?
    /// Nil is the ranking that was asked for at the start.
    var rank: GraphRank?
    var find = ChosenExpression.fromOptions
    var hide = ChosenExpression.fromOptions

    /// What was asked for at the start, with the choices in place.
    func options(_ start: GraphOptions) -> GraphOptions {
        var options = start
        options.type = type ?? start.type
        options.rank = rank ?? start.rank
        options.find = find.resolved(start.find)
        options.hide = hide.resolved(start.hide)
        return options
    }
}
