import Model
import Traffic

/// Finding and hiding parts of the traffic by expressions, on the graph and in the tables.
extension AppState {
    /// The expressions that hold now.
    private var presentExpressions: (find: FindExpression?, hide: FindExpression?) {
        guard let start = shown?.snapshot.options.graph else { return (nil, nil) }
        let options = traffic.options(start)
        return (options.find, options.hide)
    }

    private var isAboutTraffic: Bool { page == .screen(.graph) || page == .screen(.traffic) }

    /// Whether escape has an expression to end.
    var hasExpression: Bool {
        isAboutTraffic && (presentExpressions.find != nil || presentExpressions.hide != nil)
    }

    /// Whether there is something to step through on the graph.
    var isFindingInGraph: Bool { page == .screen(.graph) && presentExpressions.find != nil }

    /// What is found ends first, then what is hidden.
    mutating func endExpression() {
        if presentExpressions.find != nil { traffic.find = .some(nil) } else { traffic.hide = .some(nil) }
        renewPictures()
    }

    // MARK: - Typing

    mutating func beginExpression(_ purpose: ExpressionPrompt.Purpose) {
        guard shown != nil else { return }
        let present = purpose == .hide ? presentExpressions.hide : presentExpressions.find
        prompt = .expression(ExpressionPrompt(purpose: purpose, text: present?.text ?? "", before: traffic.find))
    }

    mutating func edit(_ present: ExpressionPrompt, _ key: Key) {
        var typed = present
        switch key {
        case .character(let scalar): typed.type(scalar)
        case .backspace where !typed.text.isEmpty: typed.set(String(typed.text.dropLast()))
        case .control("u"): typed.set("")
        case .control("w"): typed.set(Self.withoutLastWord(typed.text))
        case .tab: if let completion = completion(of: typed) { typed.complete(completion, by: 1) }
        case .backTab: if let completion = completion(of: typed) { typed.complete(completion, by: -1) }
        case .up: typed.offer(-1, of: offers(typed.purpose).reversed())
        case .down: typed.offer(1, of: offers(typed.purpose).reversed())
        case .enter: return finish(typed)
        case .escape, .backspace:
            prompt = nil
            return show(found: typed.before)
        default: break
        }
        prompt = .expression(typed)
        if typed.text != present.text { preview(typed) }
    }

    private static func withoutLastWord(_ text: String) -> String {
        let trimmed = text.reversed().drop { $0 == " " }.drop { $0 != " " }
        return String(String.UnicodeScalarView(trimmed.reversed().flatMap { Array($0.unicodeScalars) }))
    }

    /// What the arrow up brings first: what was applied last, then ready-made expressions.
    func offers(_ purpose: ExpressionPrompt.Purpose) -> [String] {
        let presets = ExpressionPrompt.presets(purpose, shown?.snapshot.graph?.graph)
        return traffic.history + presets.filter { !traffic.history.contains($0) }
    }

    func completion(of typed: ExpressionPrompt) -> FindCompletion? {
        guard let snapshot = shown?.snapshot else { return nil }
        return snapshot.graph?.completion(of: typed.text, clusters: snapshot.clusters)
    }

    /// What is found is shown while it is typed; what is hidden only at the end, for the picture would jump.
    private mutating func preview(_ typed: ExpressionPrompt) {
        guard typed.purpose != .hide else { return }
        do throws(FindError) {
            show(found: .some(try typed.expression()))
        } catch {
            // What was found last stays until it can be read again.
        }
    }

    private mutating func show(found: FindExpression??) {
        guard traffic.find != found else { return }
        traffic.find = found
        renewPictures()
    }

    /// What cannot be read stays to be mended; its line says where.
    private mutating func finish(_ typed: ExpressionPrompt) {
        do throws(FindError) {
            let expression = try typed.expression()
            prompt = nil
            if let expression { traffic.remember(expression.text) }
            guard typed.purpose == .hide else {
                show(found: .some(expression))
                if page == .screen(.graph), expression != nil { goToFirstFound() }
                return
            }
            traffic.hide = .some(expression)
            renewPictures()
        } catch {
            var refused = typed
            refused.isRefused = true
            prompt = .expression(refused)
        }
    }

    // MARK: - The menu

    /// A digit chooses, anything else begins to type.
    mutating func pickFilter(_ key: Key) {
        prompt = nil
        switch key {
        case .escape, .backspace: return
        case .character("0"): show(found: .some(nil))
        case .character(let scalar):
            let offers = offers(.only)
            if let digit = Int(String(scalar)), digit > 0 {
                guard digit <= offers.count else { return }
                return finish(ExpressionPrompt(purpose: .only, text: offers[digit - 1], before: traffic.find))
            }
            edit(ExpressionPrompt(purpose: .only, before: traffic.find), key)
        case .up, .down: edit(ExpressionPrompt(purpose: .only, before: traffic.find), key)
        default:
            beginExpression(.only)
            if case .expression(let typed) = prompt, key != .enter { edit(typed, key) }
        }
    }

    func filterMenu() -> StyledLine {
        var line = StyledLine("Only  ", .heading)
        let end = StyledLine("0", .key) + StyledLine(" all  ") + StyledLine("Enter", .key) + StyledLine(" type one")
        for (place, offer) in offers(.only).prefix(9).enumerated() {
            let choice = StyledLine("\(place + 1)", .key) + StyledLine(" \(offer)  ")
            if line.width + choice.width + end.width <= size.columns - 2 { line = line + choice }
        }
        return line + end
    }

    // MARK: - The line

    /// What is typed, with its mistake or with what could follow.
    func expressionLine(_ typed: ExpressionPrompt) -> StyledLine {
        let room = max(10, size.columns - 2)
        let title = StyledLine(typed.purpose.title, .heading)
        let completion = completion(of: typed)
        let mistake = typed.mistake(completion)
        let text = written(typed.text, mistake?.offset, room: room - title.width - 1)
        let line = title + text + StyledLine("_  ", .accent)
        guard let mistake else { return line + aside(typed, completion, room: room - line.width) }
        let message = TextFitting.cutEnd(mistake.message, to: max(0, room - line.width), glyphs: glyphs)
        return line + StyledLine(message, .degraded)
    }

    /// The end of what is typed, as far as it has room; what cannot be read is marked from there on.
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
        if typed.text.isEmpty { return StyledLine(hint(offers(typed.purpose).prefix(5), "up: ", room: room), .muted) }
        var line = StyledLine.empty
        if typed.error == nil, typed.purpose != .hide { line = StyledLine("\(foundCount)  ", .accent) }
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

    /// `7 found`, of what is on the screen.
    private var foundCount: String {
        let count: Int
        if page == .screen(.graph) {
            count = graph.scene?.found.order.count ?? 0
        } else {
            count = shown?.snapshot.graph?.found.map { $0.nodes.count + $0.edges.count } ?? 0
        }
        return count == 0 ? "nothing found" : "\(count) found"
    }
}
