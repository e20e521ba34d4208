// SPDX-License-Identifier: Apache-2.0
import Model

/// What all screens and pages are drawn from, and what their models look at when they handle a key: data, and how they are shown.
///
/// The state of a single screen is in that screen's own model. A class, because pages and tables keep a reference while they are drawn.
final class ScreenContext {
    let picture: Picture
    /// The moment that ages are counted to.
    let now: Timestamp
    /// Local time minus UTC.
    let zone: Duration
    let glyphs: GlyphSet
    /// Of the whole terminal.
    let size: Size
    /// What the body shows.
    let page: Page
    /// What is shown of the traffic: what was asked for at the start with what the reader has chosen since.
    let traffic: GraphOptions
    /// How much memory the last minutes take, in words.
    let memory: String?

    init(
        picture: Picture, now: Timestamp, zone: Duration, glyphs: GlyphSet, size: Size, page: Page,
        traffic: GraphOptions, memory: String? = nil
    ) {
        self.memory = memory
        self.picture = picture
        self.now = now
        self.zone = zone
        self.glyphs = glyphs
        self.size = size
        self.page = page
        self.traffic = traffic
    }

    var snapshot: MeshSnapshot { picture.snapshot }

    /// Between the first two lines of the terminal and the last one.
    var body: Area { Area(size).droppingTop(2).droppingBottom(1) }

    /// How many rows the keys for a page move by: a little less than the body has, so that some lines stay in sight.
    var pageHeight: Int { max(1, size.rows - 6) }

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

    /// The age of a value, which is never replaced by a dash while there is one.
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
