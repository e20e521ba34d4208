import Graph

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

    /// What was asked for at the start with what was chosen since.
    func options(_ start: GraphOptions) -> GraphOptions {
        var options = start
        if let find { options.find = find }
        if let hide { options.hide = hide }
        return options
    }
}

/// The line in which an expression is typed.
struct ExpressionPrompt: Equatable, Sendable {
    enum Purpose: Equatable, Sendable {
        case find
        case hide

        var title: String {
            switch self {
            case .find: "Only "
            case .hide: "Hide "
            }
        }
    }

    var purpose: Purpose
    var text = ""
    /// Which of the ready-made expressions stands there.
    var preset: Int?

    /// What is typed, read; `nil` for nothing.
    func expression() throws(FindError) -> FindExpression? {
        text.allSatisfy { $0 == " " } ? nil : try FindExpression(text)
    }

    /// Where it cannot be read on; `nil` if it can, or nothing is typed.
    var error: FindError? {
        do throws(FindError) {
            _ = try expression()
            return nil
        } catch {
            return error
        }
    }

    /// Expressions worth having, made of what is there.
    static func presets(_ purpose: Purpose, _ graph: ServiceGraph?) -> [String] {
        let namespaces = Set(graph?.nodes.compactMap(\.namespace) ?? []).sorted().prefix(20)
        let protocols = Set(graph?.edges.map(\.protocol.name) ?? []).sorted()
        let members = graph?.nodes.contains { !$0.members.isEmpty } ?? false
        let general =
            purpose == .find ? ["!healthy", "name = unknown", "rank <= 2"] : ["healthy", "name = unknown", "rank > 2"]
        return general + (members ? ["members > 0"] : [])
            + namespaces.map { "ns = \($0)" } + protocols.map { "protocol = \($0)" }
    }
}
