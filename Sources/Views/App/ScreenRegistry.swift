// SPDX-License-Identifier: Apache-2.0
import Model

/// A screen as the application uses it.
///
/// To add a screen: a case of ``ScreenID``; in this file an entry, and in ``ScreenModels`` its state, which is a ``ListModel`` if the screen is
/// one list; and the file that draws it. Keys of its own are one more enum in ``Action`` and rows in ``KeyMap``. The compiler names the rest.
struct ScreenEntry: Sendable {
    /// Columns that it can be sorted by; empty when it cannot.
    var sortColumns: [String] = []
    /// Whether it shows members or pairs, whose events can be shown.
    var isEventful = false
    /// What the help explains beside the keys.
    var legend = HelpLegend.members
    /// Whether there is anything to show; otherwise the screen says why not.
    let hasContent: @Sendable (Picture) -> Bool
    /// Whether anything can be selected, without making all rows.
    let hasRows: @Sendable (ScreenModels, Picture) -> Bool
    /// The rows that can be selected, in the order shown.
    let rows: @Sendable (ScreenModels, ScreenContext) -> [Subject]
    /// For each row the text in which a search finds it; used only while the reader searches.
    let searchTexts: @Sendable (ScreenModels, ScreenContext) -> [String]
    let draw: @Sendable (ScreenModels, ScreenContext, inout Frame, Area) -> Void

    /// The entry of a screen.
    static func of(_ id: ScreenID) -> ScreenEntry {
        switch id {
        case .overview: overview
        case .members: members
        case .graph: graph
        case .matrix: matrix
        case .timeline: timeline
        case .traffic: traffic
        case .sources: sources
        case .kubernetes: kubernetes
        case .istio: istio
        }
    }

    private static let overview = ScreenEntry(
        isEventful: true,
        hasContent: { !$0.snapshot.clusters.isEmpty || $0.snapshot.graph != nil },
        hasRows: { !$1.problems.isEmpty },
        rows: { OverviewScreen.rows($1) },
        searchTexts: { OverviewScreen.searchTexts($1) },
        draw: { OverviewScreen.draw($0.overview, $1, &$2, $3) })

    private static let members = ScreenEntry(
        sortColumns: MemberOrder.allCases.map(\.name), isEventful: true,
        hasContent: { !$0.snapshot.clusters.isEmpty },
        hasRows: { $1.rowCount > 0 },
        rows: { MembersScreen.rows($0.members, $1) },
        searchTexts: { MembersScreen.searchTexts($0.members, $1) },
        draw: { MembersScreen.draw($0.members, $1, &$2, $3) })

    private static let graph = ScreenEntry(
        hasContent: { $0.snapshot.graph != nil },
        hasRows: { models, _ in models.graph.scene.map { !$0.drawn.items.isEmpty } ?? false },
        rows: { models, _ in models.graph.scene?.subjects ?? [] },
        searchTexts: { models, _ in GraphScreen.searchTexts(models.graph) },
        draw: { GraphScreen.draw($0.graph, $1, &$2, $3) })

    private static let matrix = ScreenEntry(
        isEventful: true, legend: .matrix,
        hasContent: { $0.clusters.contains { !$0.present.isEmpty } },
        hasRows: { $1.clusters.contains { !$0.present.isEmpty } },
        rows: { $0.matrix.grid(in: $1)?.lines.map(\.id) ?? [] },
        searchTexts: { MatrixScreen.searchTexts($0.matrix, $1) },
        draw: { MatrixScreen.draw($0.matrix, $1, &$2, $3) })

    /// Its rows are events, which its own model selects.
    private static let timeline = ScreenEntry(
        legend: .timeline,
        hasContent: { !$0.snapshot.clusters.isEmpty },
        hasRows: { models, _ in models.timeline.index.count > 0 },
        rows: { _, _ in [] },
        searchTexts: { _, _ in [] },
        draw: { TimelineScreen.draw($0.timeline, $1, &$2, $3) })

    private static let traffic = ScreenEntry(
        sortColumns: TrafficOrder.allCases.map(\.name),
        hasContent: { $0.snapshot.graph != nil },
        hasRows: { $1.traffic.map { !$0.edges.isEmpty || !$0.nodes.isEmpty } ?? false },
        rows: { $0.traffic.subjects(in: $1) },
        searchTexts: { TrafficScreen.searchTexts($0.traffic, $1) },
        draw: { TrafficScreen.draw($0.traffic, $1, &$2, $3) })

    private static let sources = ScreenEntry(
        sortColumns: SourceOrder.allCases.map(\.name),
        hasContent: { !$0.snapshot.sources.isEmpty },
        hasRows: { !$1.snapshot.sources.isEmpty },
        rows: { SourcesScreen.rows($0.sources, $1) },
        searchTexts: { SourcesScreen.searchTexts($0.sources, $1) },
        draw: { SourcesScreen.draw($0.sources, $1, &$2, $3) })

    private static let kubernetes = ScreenEntry(
        hasContent: { $0.snapshot.kubernetes != nil },
        hasRows: { $1.snapshot.kubernetes.map { !$0.pods.isEmpty || !$0.workloads.isEmpty } ?? false },
        rows: { KubernetesScreen.rows($1) },
        searchTexts: { KubernetesScreen.searchTexts($1) },
        draw: { KubernetesScreen.draw($0.kubernetes, $1, &$2, $3) })

    private static let istio = ScreenEntry(
        hasContent: { $0.snapshot.istio != nil },
        hasRows: {
            $1.snapshot.istio.map { !$0.objects.isEmpty || !$0.policies.isEmpty || !$0.checks.isEmpty } ?? false
        },
        rows: { IstioScreen.rows($1) },
        searchTexts: { IstioScreen.searchTexts($1) },
        draw: { IstioScreen.draw($0.istio, $1, &$2, $3) })
}

/// The state of all screens: one model per screen.
struct ScreenModels {
    var overview = ListModel()
    var members = ListModel()
    var graph = GraphModel()
    var matrix = MatrixModel()
    var timeline = TimelineModel()
    var traffic = TrafficModel()
    var sources = ListModel()
    var kubernetes = ListModel()
    var istio = ListModel()

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
            case .kubernetes: kubernetes
            case .istio: istio
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
            case .kubernetes: kubernetes = newValue
            case .istio: istio = newValue
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
        case .kubernetes: return kubernetes.handle(action, in: KubernetesScreen.rows(context), page: page)
        case .istio: return istio.handle(action, in: IstioScreen.rows(context), page: page)
        case .sources: return sources.handle(action, in: SourcesScreen.rows(sources, context), page: page)
        }
    }
}
