// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// A prompt as the last line shows it.
struct PromptLine {
    let context: PromptContext
    let glyphs: GlyphSet
    /// Of the terminal.
    let columns: Int
    /// The columns that the screen can be sorted by.
    let sortColumns: [String]
    /// What is written on the graph's edges.
    let labels: [GraphLabel]
    /// How much of what is shown the expression finds.
    let found: Int

    func line(_ prompt: Prompt) -> StyledLine {
        switch prompt {
        case .find(let text):
            StyledLine("/", .key) + StyledLine(text) + StyledLine("_", .accent)
                + StyledLine("   Enter go  esc cancel", .muted)
        case .command(let text):
            StyledLine(":", .key) + StyledLine(text) + StyledLine("_", .accent)
                + StyledLine("   at TIME  live  speed N   Enter go  esc cancel", .muted)
        case .sortColumn: sortMenu()
        case .expression(let typed): expression(typed)
        case .filterMenu: filterMenu()
        case .labels(let refusal): labelMenu(refusal)
        case .eventKind: kindMenu()
        }
    }

    // MARK: - Menus

    private func sortMenu() -> StyledLine {
        var line = StyledLine("Sort by ", .heading)
        for (index, name) in sortColumns.enumerated() {
            line.append("\(index + 1) ", .key)
            line.append(name + "  ", .plain)
        }
        return line
    }

    private func filterMenu() -> StyledLine {
        var line = StyledLine("Only  ", .heading)
        let end = StyledLine("0", .key) + StyledLine(" all  ") + StyledLine("Enter", .key) + StyledLine(" type one")
        for (place, offer) in context.offers(.only).prefix(9).enumerated() {
            let choice = StyledLine("\(place + 1)", .key) + StyledLine(" \(offer)  ")
            if line.width + choice.width + end.width <= columns - 2 { line = line + choice }
        }
        return line + end
    }

    private func labelMenu(_ refusal: String?) -> StyledLine {
        if let refusal { return StyledLine(refusal, .degraded) }
        var line = StyledLine(columns >= 100 ? "Labels  " : "", .heading)
        for (place, label) in GraphLabel.allCases.enumerated() {
            let isChosen = labels.contains(label)
            line.append("\(place + 1)", .key)
            line.append(isChosen ? "[\(label.name)]" : " \(label.name) ", isChosen ? .title : .plain)
            line.append(" ")
        }
        return line + StyledLine("0", .key) + StyledLine(" none  ") + StyledLine("Enter", .key) + StyledLine(" ok")
    }

    /// The kinds of events to choose from, in full where there is room.
    private func kindMenu() -> StyledLine {
        let isWide = columns >= 118
        var line = isWide ? StyledLine("Show ", .heading) : .empty
        func add(_ key: String, _ full: String, _ brief: String) {
            line.append(key, .key)
            line.append(isWide ? " \(full)  " : " \(brief) ")
        }
        for (index, kind) in MeshEvent.Kind.allCases.prefix(9).enumerated() {
            add("\(index + 1)", kind.word, kind.brief)
        }
        add("w", "warnings", "warn")
        add("x", "failures", "bad")
        add("0", "all", "all")
        return line
    }

    // MARK: - Expressions

    /// What is typed, with its mistake or with what could follow.
    private func expression(_ typed: ExpressionPrompt) -> StyledLine {
        let room = max(10, columns - 2)
        let title = StyledLine(typed.purpose.title, .heading)
        let completion = context.completion(of: typed.text)
        let mistake = typed.mistake(completion)
        let text = written(typed.text, mistake?.offset, room: room - title.width - 1)
        let line = title + text + StyledLine("_  ", .accent)
        guard let mistake else { return line + aside(typed, completion, room: room - line.width) }
        let message = TextFitting.cutEnd(mistake.message, to: max(0, room - line.width), glyphs: glyphs)
        return line + StyledLine(message, .degraded)
    }

    /// The end of what is typed, as far as it has room; what cannot be parsed is marked from there on.
    private func written(_ text: String, _ mistake: Int?, room: Int) -> StyledLine {
        let scalars = Array(text.unicodeScalars)
        let shown = max(1, min(scalars.count, room * 2 / 3))
        let start = max(0, scalars.count - shown)
        var (good, bad) = (String.UnicodeScalarView(), String.UnicodeScalarView())
        for place in start..<scalars.count {
            if place < mistake ?? .max { good.append(scalars[place]) } else { bad.append(scalars[place]) }
        }
        let cut = StyledLine(start > 0 ? glyphs.cut : "", .muted)
        return cut + StyledLine(String(good)) + StyledLine(String(bad), .failure)
    }

    private func aside(_ typed: ExpressionPrompt, _ completion: FindCompletion?, room: Int) -> StyledLine {
        if typed.text.isEmpty {
            return StyledLine(hint(context.offers(typed.purpose).prefix(5), "up: ", room: room), .muted)
        }
        var line = StyledLine.empty
        if typed.error == nil, typed.purpose != .hide { line = StyledLine("\(foundText)  ", .accent) }
        guard let completion else { return line }
        if let hint = completion.hint { return line + StyledLine(hint, .muted) }
        let begun = completion.candidates.filter { $0 != completion.begun }
        let candidates = typed.cycle?.candidates ?? begun
        // Behind a whole expression nothing must follow.
        guard !candidates.isEmpty, typed.error != nil || !completion.begun.isEmpty || typed.cycle != nil else {
            return line + StyledLine("Enter apply  esc cancel", .muted)
        }
        return line + StyledLine(hint(candidates.prefix(40), "Tab: ", room: room - line.width), .muted)
    }

    private func hint(_ words: ArraySlice<String>, _ title: String, room: Int) -> String {
        var text = title
        for (place, word) in words.enumerated() {
            let next = (place == 0 ? "" : "  ") + word
            guard (text + next).cellWidth <= room else { return text + (place > 0 ? " \(glyphs.cut)" : "") }
            text += next
        }
        return words.isEmpty ? "" : text
    }

    private var foundText: String { found == 0 ? "nothing found" : "\(found) found" }
}

extension ExpressionPurpose {
    fileprivate var title: String {
        switch self {
        case .find: "Find "
        case .only: "Only "
        case .hide: "Hide "
        }
    }
}
