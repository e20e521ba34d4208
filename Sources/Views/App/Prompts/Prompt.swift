// SPDX-License-Identifier: Apache-2.0
import Model

/// What the reader is asked for in the last line. A prompt takes keys itself and says what is to be done with them.
enum Prompt: Equatable, Sendable {
    /// A text to find.
    case find(String)
    /// A column to sort by, out of `count`.
    case sortColumn(count: Int)
    /// An expression about the traffic.
    case expression(ExpressionPrompt)
    /// Expressions to choose from.
    case filterMenu
    /// What is written on the graph's edges; with the reason why the last choice is not possible.
    case labels(refusal: String?)
    /// Which events the timeline shows.
    case eventKind
    /// A command in words, such as `at 14:03`.
    case command(String)

    /// The longest text to search for.
    private static let maximumTextLength = 80

    /// Takes a key.
    ///
    /// - Parameters:
    ///   - key: Any key.
    ///   - context: What expressions are completed from.
    /// - Returns: Whether the prompt goes on, and what is to be done.
    mutating func handle(_ key: Key, _ context: PromptContext) -> PromptAnswer {
        switch self {
        case .find(let text): return find(text, key)
        case .sortColumn(let count):
            return .close(key.digit.flatMap { (1...max(1, count)).contains($0) ? .sort(column: $0 - 1) : nil })
        case .expression(var typed):
            defer { self = .expression(typed) }
            return typed.handle(key, context)
        case .filterMenu: return chooseFilter(key, context)
        case .labels: return key.digit.map { .keep(.label($0)) } ?? .close(nil)
        case .eventKind: return .close(Self.events(key).map { .events($0) })
        case .command(let text): return command(text, key)
        }
    }

    // MARK: - A text to find

    private mutating func find(_ text: String, _ key: Key) -> PromptAnswer {
        switch key {
        case .character(let scalar) where text.unicodeScalars.count < Self.maximumTextLength:
            return search(text + String(scalar))
        case .backspace where !text.isEmpty: return search(String(text.dropLast()))
        case .control("u"): return search("")
        case .enter: return .close(.goToMatch)
        case .escape, .backspace: return .close(.search(""))
        case .up: return .keep(.step(-1))
        case .down: return .keep(.step(1))
        default: return .keep(nil)
        }
    }

    private mutating func search(_ text: String) -> PromptAnswer {
        self = .find(text)
        return .keep(.search(text))
    }

    // MARK: - A command

    private mutating func command(_ text: String, _ key: Key) -> PromptAnswer {
        switch key {
        case .character(let scalar) where text.unicodeScalars.count < Self.maximumTextLength:
            self = .command(text + String(scalar))
        case .backspace where !text.isEmpty: self = .command(String(text.dropLast()))
        case .control("u"): self = .command("")
        case .enter: return .close(TimeCommand(typed: text).map { .time($0) })
        case .escape, .backspace: return .close(nil)
        default: break
        }
        return .keep(nil)
    }

    // MARK: - Menus

    /// A digit chooses, anything else begins to type.
    private mutating func chooseFilter(_ key: Key, _ context: PromptContext) -> PromptAnswer {
        var typed = ExpressionPrompt(.only, text: "", context)
        switch key {
        case .escape, .backspace: return .close(nil)
        case .character("0"): return .close(.preview(.nothing))
        case .character, .up, .down: break
        default:
            guard let begun = ExpressionPrompt(.only, context) else { return .close(nil) }
            typed = begun
        }
        defer { self = .expression(typed) }
        if let digit = key.digit {
            let offers = context.offers(.only)
            guard digit <= offers.count else { return .close(nil) }
            typed.set(offers[digit - 1])
            return typed.handle(.enter, context)
        }
        return key == .enter ? .keep(nil) : typed.handle(key, context)
    }

    private static func events(_ key: Key) -> EventChoice? {
        switch key {
        case .character("w"): return .least(.warning)
        case .character("x"): return .least(.failure)
        case .character("0"): return .everything
        default:
            let kinds = MeshEvent.Kind.allCases.prefix(9)
            guard let digit = key.digit, (1...kinds.count).contains(digit) else { return nil }
            return .kind(kinds[digit - 1])
        }
    }
}

extension Key {
    /// The number of a key with a digit.
    fileprivate var digit: Int? {
        if case .character(let scalar) = self { Int(String(scalar)) } else { nil }
    }
}
