// SPDX-License-Identifier: Apache-2.0
import Model

/// Which keys work where the reader is.
extension AppState {
    /// The contexts whose keys work now.
    func keyContexts(_ context: ScreenContext?) -> Set<KeyContext> {
        var result = contexts(of: navigator.page, context)
        let isFiltered = (isOnTimeline && !screens.timeline.filter.isEmpty) || hasExpression(context)
        if time != nil { result.insert(.timed) }
        if case .replay = time?.mode { result.insert(.replayed) }
        if navigator.isNested || needle != nil || isFiltered { result.insert(.nested) }
        if isFinding(on: navigator.page, context) || (search != nil && !isOnTimeline) { result.insert(.found) }
        return result
    }

    /// The help is about the page from which it was called.
    func helpContexts(_ context: ScreenContext?) -> Set<KeyContext> {
        let below = navigator.pageBelow
        return contexts(of: below, context).union(isFinding(on: below, context) ? [.nested, .found] : [.nested])
    }

    /// What a page or a screen offers by itself.
    private func contexts(of page: Page, _ context: ScreenContext?) -> Set<KeyContext> {
        switch page {
        case .screen(let id): return contexts(of: id, context)
        case .subject(let subject): return contexts(of: subject, context)
        case .help: return [.text]
        }
    }

    private func contexts(of id: ScreenID, _ context: ScreenContext?) -> Set<KeyContext> {
        let entry = ScreenEntry.of(id)
        guard let picture = context?.picture, entry.hasContent(picture) else { return [] }
        if id == .timeline, screens.timeline.index.log.count == 0 { return [] }
        var result: Set<KeyContext> = [.list, .on(id)]
        if entry.hasRows(screens, picture) {
            result.insert(.openable)
            if entry.isEventful { result.insert(.eventful) }
        }
        if !entry.sortColumns.isEmpty { result.insert(.sortable) }
        if id == .overview || id == .members, picture.snapshot.incidents.contains(where: { $0.state != .acknowledged })
        {
            result.insert(.explainable)
        }
        return result
    }

    private func contexts(of subject: Subject, _ context: ScreenContext?) -> Set<KeyContext> {
        switch subject {
        case .member, .pair:
            context?.snapshot.incidents.isEmpty == false ? [.text, .eventful, .explainable] : [.text, .eventful]
        case .event: [.text, .event]
        case .incident: [.text, .explainable]
        case .node, .edge: lines(of: subject, context).contains { $0.link != nil } ? [.text, .openable] : [.text]
        case .cluster, .group, .source, .pod, .workload, .object: [.text]
        }
    }
}

/// Pages of text.
extension AppState {
    /// Rows between the first two lines and the last one.
    var bodyHeight: Int { max(0, size.rows - 3) }

    /// The lines of the page that is shown; none on a screen.
    func pageLines(_ context: ScreenContext?) -> [PageLine] {
        switch navigator.page {
        case .screen: return []
        case .subject(let subject): return lines(of: subject, context)
        case .help:
            let screen = navigator.screen
            let lines = HelpPage.lines(
                on: screen, ScreenEntry.of(screen).legend, contexts: helpContexts(context), glyphs: glyphs,
                width: pageWidth)
            return lines.map { PageLine($0) }
        }
    }

    private var pageWidth: Int { max(1, size.columns - 2) }

    private func lines(of subject: Subject, _ context: ScreenContext?) -> [PageLine] {
        context.map { SubjectPage.lines(of: subject, screens, $0, width: pageWidth) } ?? []
    }
}
