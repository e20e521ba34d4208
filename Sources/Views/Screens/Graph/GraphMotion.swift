// SPDX-License-Identifier: Apache-2.0
import Layout
import Model

/// Marks that travel along the edges of a picture: the closer they follow each other the more there is, the faster they go the sooner it is
/// answered. Where they are follows from the time alone, so that nothing has to be kept between two frames.
///
/// The numbers are Kiali's (`frontend/src/pages/Graph/TrafficAnimation`): from one mark to the next 40 to 5,000 ms, inverse to the rate, and a
/// tenth to twice a length per second, less the longer answers take up to 10 s. A length is ten cells here, whatever the edge's is.
struct GraphMotion: Sendable {
    struct Mark: Equatable {
        enum Kind: Equatable {
            case request
            case error
            case bytes
        }

        let cell: CellPoint
        let kind: Kind
    }

    /// The way of the marks of one edge.
    struct Track: Sendable {
        /// From the source on; nil where a label stands or an arrow.
        let cells: [CellPoint?]
        /// Cells per second.
        let speed: Double
        /// Cells from one mark to the next.
        let spacing: Double
        /// Which part of the marks are errors.
        let errors: Double
        let isBytes: Bool
        /// Where the first mark is when time begins, so that edges do not beat together.
        let phase: Double
    }

    /// Cells between two marks where there is most; closer they would be a line again.
    private static let closest = 3.0

    let tracks: [Track]

    init(tracks: [Track]) { self.tracks = tracks }

    init(_ scene: GraphScene) {
        let shown = scene.drawn.edges.indices.filter { scene.isShown(scene.drawn.edges[$0]) }
        let requests = Intervals(perMark: 1, most: shown.map { scene.totals[$0].requests.total }.max() ?? 0)
        let bytes = Intervals(perMark: 20, most: shown.map { scene.totals[$0].bytes }.max() ?? 0)
        let visible = Set(shown)
        var tracks: [Track] = []
        for route in scene.layout.routes where !route.isLoop {
            let hidden = [route.label, route.oppositeLabel].compactMap { $0 }
            for (edge, isBackward) in route.edges.map({ ($0, false) }) + route.opposite.map({ ($0, true) })
            where visible.contains(edge) {
                let totals = scene.totals[edge]
                let isBytes = totals.requests.total <= 0
                let interval =
                    isBytes ? bytes.seconds(for: totals.bytes) : requests.seconds(for: totals.requests.total)
                guard let interval else { continue }
                let speed = isBytes ? 10 : Self.speed(totals)
                tracks.append(
                    Track(
                        cells: Self.cells(route, hidden, isBackward), speed: speed,
                        spacing: max(Self.closest, speed * interval),
                        errors: isBytes ? 0 : totals.requests.percentErrors / 100, isBytes: isBytes,
                        phase: Double(edge % 7) * 1.7))
            }
        }
        self.tracks = tracks
    }

    /// Where the marks are at a moment.
    func marks(at now: Timestamp) -> [Mark] {
        let seconds = Double(now.microseconds) / 1_000_000
        var marks: [Mark] = []
        for track in tracks {
            let way = seconds * track.speed + track.phase
            // The mark nearest to the source has the greatest number.
            var number = (way / track.spacing).rounded(.down)
            var place = way - number * track.spacing
            while place < Double(track.cells.count) {
                if let cell = track.cells[Int(place)] {
                    let isError = ((number + 1) * track.errors).rounded(.down) > (number * track.errors).rounded(.down)
                    marks.append(Mark(cell: cell, kind: isError ? .error : track.isBytes ? .bytes : .request))
                }
                number -= 1
                place += track.spacing
            }
        }
        return marks
    }

    /// Draws the marks of a moment over the lines that they travel along.
    func draw(at now: Timestamp, into frame: inout Frame, _ viewport: Viewport, glyphs: GlyphSet) {
        for mark in marks(at: now) {
            frame.put(
                mark.kind.glyph(in: glyphs), x: viewport.x(mark.cell.x), y: viewport.y(mark.cell.y),
                style: Style(mark.kind.role), clip: viewport.area)
        }
    }

    private static func speed(_ totals: EdgeTotals) -> Double {
        let known: [EdgeValue] = [.p95, .p99, .p50, .average]
        let seconds = known.lazy.compactMap { totals.times[$0]?.seconds }.first ?? 0
        let slowness = seconds.isFinite ? min(max(seconds / 10, 0), 1) : 1
        return 10 * (0.1 + 1.9 * (1 - slowness))
    }

    private static func cells(_ route: LayoutRoute, _ hidden: [CellRect], _ isBackward: Bool) -> [CellPoint?] {
        var cells: [CellPoint?] = []
        route.forEachCell { cell in cells.append(hidden.contains { $0.contains(cell) } ? nil : cell) }
        if let last = cells.indices.last { cells[last] = nil }
        if !route.opposite.isEmpty, !cells.isEmpty { cells[0] = nil }
        return isBackward ? cells.reversed() : cells
    }
}

/// How long it takes from one mark to the next; a graph with much traffic needs more requests for a mark.
private struct Intervals {
    private let perMark: Double
    private let scale: Double

    init(perMark: Double, most: Double) {
        self.perMark = perMark
        // Up to 50 a second the scale is absolute; beyond it the busiest edge sets it.
        let growth = most > 50 && most.isFinite ? 2 * most / 50 : 1
        scale = growth
    }

    /// - Returns: Nil where nothing travels.
    func seconds(for rate: Double) -> Double? {
        guard rate.isFinite, rate > 0 else { return nil }
        return min(max(perMark * scale / rate, 0.04), 5)
    }
}

extension GraphMotion.Mark.Kind {
    func glyph(in glyphs: GlyphSet) -> String {
        switch self {
        case .request: glyphs.request
        case .error: glyphs.failure
        case .bytes: glyphs.bytes
        }
    }

    var role: Role {
        switch self {
        case .request, .bytes: .accent
        case .error: .failure
        }
    }
}
