// SPDX-License-Identifier: Apache-2.0
import Model

/// Puts everything on a frame: two lines above, the body, one line below.
enum ScreenFrame {
    /// Below this size no screen is possible, and the worst is said in single lines.
    private static let smallest = Size(columns: 40, rows: 8)

    static func draw(_ state: AppState) -> Frame {
        let (size, glyphs) = (state.size, state.glyphs)
        var frame = Frame(size: size, asciiOnly: glyphs.asciiOnly)
        guard size.columns > 0, size.rows > 0 else { return frame }
        if size.columns < smallest.columns || size.rows < smallest.rows {
            TinyScreen.draw(state.display, state.time, glyphs, into: &frame)
            return frame
        }
        let (whole, context) = (Area(size), state.context)
        let header = HeaderLine.line(state.display, state.time, zone: state.zone, glyphs: glyphs, width: size.columns)
        frame.put(header, in: whole, glyphs: glyphs)
        let past = state.time.flatMap { $0.isPast ? $0 : nil }
        let tabs =
            past.map { TimeBar.line($0, zone: state.zone, glyphs: glyphs, width: size.columns - 2) }
            ?? TabLine.line(state.navigator, state.display.picture, glyphs, width: size.columns - 2)
        frame.put(tabs, in: whole, row: 1, indent: 1, glyphs: glyphs)
        let body = whole.droppingTop(2).droppingBottom(1)
        drawBody(state, context, &frame, body)
        if let needle = state.needle { frame.highlight(needle, in: body) }
        frame.put(LastLine.line(state, context), in: whole, row: size.rows - 1, indent: 1, glyphs: glyphs)
        return frame
    }

    private static func drawBody(
        _ state: AppState, _ context: ScreenContext?, _ frame: inout Frame, _ body: Area
    ) {
        let text = Area(x: body.x + 1, y: body.y, width: body.width - 2, height: body.height)
        guard case .screen(let id) = state.navigator.page else {
            return drawPage(state, state.pageLines(context), &frame, body, text)
        }
        let entry = ScreenEntry.of(id)
        guard let context, entry.hasContent(context.picture) else {
            let reasons = reasons(state, id, width: text.width)
            return frame.put(reasons, from: 0, in: text.droppingTop(1), glyphs: state.glyphs)
        }
        entry.draw(state.screens, context, &frame, body)
    }

    /// A page of text, with the line selected from which Enter leads on.
    private static func drawPage(
        _ state: AppState, _ lines: [PageLine], _ frame: inout Frame, _ body: Area, _ text: Area
    ) {
        let first = state.navigator.firstLine(of: lines.count, height: body.height)
        frame.put(lines.map(\.line), from: first, in: text, glyphs: state.glyphs)
        guard let line = state.navigator.selectedLine(in: lines), (0..<body.height).contains(line - first) else {
            return
        }
        let row = Area(x: body.x, y: body.y + line - first, width: body.width, height: 1)
        frame.select(row, glyphs: state.glyphs)
    }

    /// Why a screen is empty, and what to type.
    private static func reasons(_ state: AppState, _ id: ScreenID, width: Int) -> [StyledLine] {
        let (snapshot, glyphs) = (state.display.picture?.snapshot, state.glyphs)
        let known = snapshot?.sources ?? []
        if id == .kubernetes { return EmptyScreen.kubernetesLines }
        if id == .istio { return EmptyScreen.istioLines }
        let isAboutTraffic = id == .graph || id == .traffic
        let asked = isAboutTraffic ? known.filter { $0.id.kind == .prometheus } : known
        let complaints = SourcesScreen.complaints(snapshot?.probes ?? [])
        let sources = asked.flatMap {
            SourcesScreen.brief($0, complaints[$0.id], now: state.display.now, width: width, glyphs: glyphs)
        }
        return isAboutTraffic && !known.isEmpty
            ? EmptyScreen.trafficLines(sources: sources)
            : EmptyScreen.lines(state.introduction, sources: sources, glyphs: glyphs)
    }
}

extension AppState {
    /// Draws everything. Any size will do.
    package func frame() -> Frame { ScreenFrame.draw(self) }
}
