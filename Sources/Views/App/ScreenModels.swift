/// The state of all screens: one model per screen.
struct ScreenModels: Sendable {
    var overview = ListModel()
    var members = ListModel()
    var graph = GraphModel()
    var matrix = MatrixModel()
    var timeline = TimelineModel()
    var traffic = TrafficModel()
    var sources = ListModel()

    /// The list of a screen; nil on the timeline, whose events have a selection of their own.
    subscript(list id: ScreenID) -> ListModel? {
        get {
            switch id {
            case .overview: overview
            case .members: members
            case .graph: graph.list
            case .matrix: matrix.list
            case .timeline: nil
            case .traffic: traffic.list
            case .sources: sources
            }
        }
        set {
            guard let newValue else { return }
            switch id {
            case .overview: overview = newValue
            case .members: members = newValue
            case .graph: graph.list = newValue
            case .matrix: matrix.list = newValue
            case .timeline: break
            case .traffic: traffic.list = newValue
            case .sources: sources = newValue
            }
        }
    }

    /// Lets a screen handle what works on all lists.
    ///
    /// - Returns: What the application has to do.
    mutating func handle(_ action: ListAction, on id: ScreenID, in context: ScreenContext) -> [Request] {
        let page = context.pageHeight
        switch id {
        case .overview: return overview.handle(action, in: OverviewScreen.rows(context), page: page)
        case .members: return members.handle(action, in: MembersScreen.rows(members, context), page: page)
        case .graph: return graph.handle(action, in: context)
        case .matrix: return matrix.handle(action, in: context)
        case .timeline: return timeline.handle(action, in: context)
        case .traffic: return traffic.handle(action, in: context)
        case .sources: return sources.handle(action, in: SourcesScreen.rows(sources, context), page: page)
        }
    }
}
