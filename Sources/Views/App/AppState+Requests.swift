extension AppState {
    // MARK: - Prompts

    mutating func edit(_ text: String, _ key: Key) {
        switch key {
        case .character(let scalar) where text.unicodeScalars.count < 80:
            prompt = .find(text + String(scalar))
            seek(text + String(scalar))
        case .backspace where !text.isEmpty:
            let shorter = String(text.dropLast())
            prompt = .find(shorter)
            seek(shorter)
        case .control("u"):
            prompt = .find("")
            seek("")
        case .enter:
            prompt = nil
            if search != nil, !isOnTimeline { findNext(forward: true, includingPresent: true) }
        case .escape, .backspace:
            prompt = nil
            seek("")
        case .up where isOnTimeline: moveOnTimeline(by: -1)
        case .down where isOnTimeline: moveOnTimeline(by: 1)
        case .up: findNext(forward: false)
        case .down: findNext(forward: true)
        default: break
        }
    }

    /// What is searched for where we are: the timeline shows nothing else, all other places only mark it.
    var needle: String? { isOnTimeline ? timeline.filter.text : search }

    private mutating func seek(_ text: String) {
        let needle = text.isEmpty ? nil : text
        if isOnTimeline { changeFilter { $0.text = needle } } else { search = needle }
    }

    mutating func pickSort(_ key: Key) {
        prompt = nil
        guard case .character(let scalar) = key, let digit = Int(String(scalar)) else { return }
        let count = ScreenEntry.of(screen).sortColumns.count
        if (1...max(1, count)).contains(digit) { changeList { $0.sortColumn = digit - 1 } }
    }

    // MARK: - Searching

    mutating func findNext(forward: Bool, includingPresent: Bool = false) {
        guard let needle = search else { return }
        if case .screen(let id) = page {
            let rows = rows(of: id)
            let present = list(of: id).position(in: rows)
            let texts = context(for: id).map { ScreenEntry.of(id).searchTexts($0) } ?? []
            guard let hit = Search.next(needle, in: texts, from: present, forward, includingPresent) else { return }
            changeList { $0.select(hit, in: rows) }
        } else {
            let lines = textLines().map(\.text)
            let hit = Search.next(needle, in: lines, from: scrollPosition, forward, includingPresent)
            if let hit { scroll[page] = min(hit, max(0, lines.count - bodyHeight)) }
        }
    }
}
