import Model

/// Everything a screen may look at.
struct ScreenContext {
    let picture: Picture
    let now: Timestamp
    /// Local time minus UTC.
    let zone: Duration
    let glyphs: GlyphSet
    var list: ListState
    /// Of the whole screen.
    let size: Size
    let matrix: MatrixState
    var traffic: TrafficViewState
    let timeline: TimelineState
    let graph: GraphState

    var snapshot: MeshSnapshot { picture.snapshot }

    func age(of moment: Timestamp) -> Duration { now - moment }

    func freshness(_ observedAt: Timestamp?) -> Freshness { picture.freshness(observedAt, now: now) }

    /// A value with its freshness: late is dim, stale is bracketed too, lost is a dash.
    func aged(_ text: String, _ role: Role = .plain, _ freshness: Freshness) -> StyledLine {
        switch freshness {
        case .fresh: StyledLine(text, role)
        case .late: StyledLine(text, .stale)
        case .stale: StyledLine("[\(text)]", .stale)
        case .lost: StyledLine(glyphs.none, .unknown)
        }
    }

    /// The age of a value: itself never replaced by a dash while there is one.
    func ageCell(_ observedAt: Timestamp?) -> StyledLine {
        guard let observedAt else { return StyledLine(glyphs.none, .unknown) }
        let text = Format.age(age(of: observedAt))
        switch freshness(observedAt) {
        case .fresh: return StyledLine(text)
        case .late: return StyledLine(text, .stale)
        case .stale, .lost: return StyledLine("[\(text)]", .stale)
        }
    }
}

/// A screen of the table: what it is called, what can be selected on it, how it is drawn. Adding a screen is adding an entry.
struct ScreenEntry: Sendable {
    let id: ScreenID
    /// Columns that it can be sorted by; empty when it cannot.
    let sortColumns: [String]
    /// The rows that can be selected, in the order shown.
    let rows: @Sendable (ScreenContext) -> [RowID]
    /// For each row the text in which a search finds it; asked for only while somebody searches.
    let searchTexts: @Sendable (ScreenContext) -> [String]
    let draw: @Sendable (ScreenContext, inout Frame, Area) -> Void

    static func of(_ id: ScreenID) -> ScreenEntry {
        switch id {
        case .overview: OverviewScreen.entry
        case .members: MembersScreen.entry
        case .graph: GraphScreen.entry
        case .matrix: MatrixScreen.entry
        case .timeline: TimelineScreen.entry
        case .traffic: TrafficScreen.entry
        case .sources: SourcesScreen.entry
        }
    }
}
