// SPDX-License-Identifier: Apache-2.0
import Model

/// The last line: a prompt, or the keys that work here.
enum LastLine {
    static func line(_ state: AppState, _ context: ScreenContext?) -> StyledLine {
        if let prompt = state.prompt { return self.prompt(prompt, state, context) }
        if let notice = state.time?.notice { return StyledLine(notice, .degraded) }
        return keys(state, context)
    }

    private static func prompt(_ prompt: Prompt, _ state: AppState, _ context: ScreenContext?) -> StyledLine {
        let line = PromptLine(
            context: state.promptContext, glyphs: state.glyphs, columns: state.size.columns,
            sortColumns: ScreenEntry.of(state.navigator.screen).sortColumns,
            labels: state.screens.graph.settings.labels, found: found(state, context))
        return line.line(prompt)
    }

    /// How much of what is shown an expression finds.
    private static func found(_ state: AppState, _ context: ScreenContext?) -> Int {
        guard state.navigator.page != .screen(.graph) else { return state.screens.graph.scene?.found.order.count ?? 0 }
        return context?.snapshot.graph?.found.map { $0.nodes.count + $0.edges.count } ?? 0
    }

    /// The keys that work here, the most useful first; help and quit always have their place.
    private static func keys(_ state: AppState, _ context: ScreenContext?) -> StyledLine {
        let live = KeyMap.live(in: state.keyContexts(context)).filter { $0.label != nil }
        let isFixed = { (action: Action) in action == .app(.help) || action == .app(.quit) }
        let fixed = live.filter { isFixed($0.action) }.map { hint($0, state, context) }
        var room = state.size.columns - 2 - fixed.reduce(0) { $0 + $1.width + 2 }
        var line = StyledLine.empty
        for binding in live where !isFixed(binding.action) {
            let hint = hint(binding, state, context)
            guard hint.width + 2 <= room else { break }
            room -= hint.width + 2
            line = line + hint + StyledLine("  ")
        }
        return fixed.reduce(line) { $0 + $1 + StyledLine("  ") }
    }

    private static func hint(_ binding: KeyBinding, _ state: AppState, _ context: ScreenContext?) -> StyledLine {
        StyledLine(binding.keys[0].label, .key) + StyledLine(" " + label(binding, state, context), .muted)
    }

    /// What a key does here, where that differs from what it does elsewhere.
    private static func label(_ binding: KeyBinding, _ state: AppState, _ context: ScreenContext?) -> String {
        if binding.action == .app(.freeze), case .replay(_, _, let isPaused, _) = state.time?.mode {
            return isPaused ? "go on" : "pause"
        }
        if binding.action == .app(.freeze), state.display.frozen != nil { return "resume" }
        if binding.action == .app(.back) {
            let isFiltered = state.isOnTimeline && !state.screens.timeline.filter.isEmpty
            if isFiltered || state.hasExpression(context) { return "show all" }
        }
        return binding.label ?? ""
    }
}
