import Model

/// What the reader chose to see of the traffic; only keys change it.
struct TrafficViewState: Equatable, Sendable {
    enum Rows: Equatable, Sendable {
        case edges
        case nodes
    }

    var rows = Rows.edges
    /// What alone is listed, and marked elsewhere; `nil` is what was asked for at the start.
    var find: FindExpression??
    /// What is left out; `nil` is what was asked for at the start.
    var hide: FindExpression??
    /// Expressions that were applied, the newest first: the arrow up offers them.
    var history: [String] = []

    /// Remembers an expression for the next time.
    mutating func remember(_ text: String) {
        history.removeAll { $0 == text }
        history = [text] + history.prefix(19)
    }

    /// What was asked for at the start with what was chosen since.
    func options(_ start: GraphOptions) -> GraphOptions {
        var options = start
        if let find { options.find = find }
        if let hide { options.hide = hide }
        return options
    }
}
