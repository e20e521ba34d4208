// SPDX-License-Identifier: Apache-2.0
import Model
import Traffic

/// The line in which an expression is typed.
struct ExpressionPrompt: Equatable, Sendable {
    /// Going through candidates with Tab.
    struct Cycle: Equatable, Sendable {
        /// What stands before the candidate.
        var kept: String
        var candidates: [String]
        var place: Int
    }

    /// The longest expression.
    private static let maximumLength = 400

    let purpose: ExpressionPurpose
    private(set) var text: String
    /// Which of the offers is shown.
    private var offer: Int?
    private(set) var cycle: Cycle?
    /// Whether Enter was pressed and the text cannot be read.
    private(set) var isRefused = false
    /// What was found before the first key; escape brings it back.
    private let before: ChosenExpression

    /// A prompt with a text to be edited.
    init(_ purpose: ExpressionPurpose, text: String, _ context: PromptContext) {
        self.purpose = purpose
        self.text = text
        before = context.expressions.find
    }

    /// A prompt with the present expression to be edited; nil as long as there is nothing to find.
    init?(_ purpose: ExpressionPurpose, _ context: PromptContext) {
        guard context.picture != nil else { return nil }
        let present = purpose == .hide ? context.traffic.hide : context.traffic.find
        self.init(purpose, text: present?.text ?? "", context)
    }

    /// What is typed, parsed; nil for nothing.
    private func expression() throws(FindError) -> FindExpression? {
        text.allSatisfy { $0 == " " } ? nil : try FindExpression(typed: text)
    }

    /// Where the text cannot be parsed; nil if it can, or if nothing is typed.
    var error: FindError? {
        do throws(FindError) {
            _ = try expression()
            return nil
        } catch {
            return error
        }
    }

    /// The mistake to show. While one types, an unfinished expression, or an unfinished word at its end, is none.
    func mistake(_ completion: FindCompletion?) -> FindError? {
        guard let error, !isRefused else { return error }
        let begun = completion.map { $0.candidates.isEmpty ? .max : $0.kept.unicodeScalars.count } ?? .max
        return error.offset >= min(begun, text.unicodeScalars.count) ? nil : error
    }

    // MARK: - Keys

    /// - Returns: Whether the prompt goes on, and what is to be done.
    mutating func handle(_ key: Key, _ context: PromptContext) -> PromptAnswer {
        let former = text
        switch key {
        case .character(let scalar): type(scalar)
        case .backspace where !text.isEmpty: set(String(text.dropLast()))
        case .control("u"): set("")
        case .control("w"): set(Self.withoutLastWord(text))
        case .tab: if let completion = context.completion(of: text) { complete(completion, by: 1) }
        case .backTab: if let completion = context.completion(of: text) { complete(completion, by: -1) }
        case .up: showOffer(-1, of: context.offers(purpose).reversed())
        case .down: showOffer(1, of: context.offers(purpose).reversed())
        case .enter: return finish()
        case .escape, .backspace: return .close(.preview(before))
        default: break
        }
        return .keep(text == former ? nil : preview)
    }

    /// What is found is shown while it is typed; what is hidden only at the end, for the picture would jump.
    private var preview: PromptChoice? {
        guard purpose != .hide else { return nil }
        do throws(FindError) {
            return .preview(ChosenExpression(try expression()))
        } catch {
            // What was found last stays until the text can be parsed again.
            return nil
        }
    }

    /// What cannot be parsed stays to be corrected; its line says where.
    private mutating func finish() -> PromptAnswer {
        do throws(FindError) {
            let expression = try expression()
            return .close(purpose == .hide ? .hide(expression) : .find(expression))
        } catch {
            isRefused = true
            return .keep(nil)
        }
    }

    private mutating func type(_ scalar: Unicode.Scalar) {
        guard text.unicodeScalars.count < Self.maximumLength else { return }
        set(text + String(scalar))
    }

    private static func withoutLastWord(_ text: String) -> String {
        let trimmed = text.reversed().drop { $0 == " " }.drop { $0 != " " }
        return String(String.UnicodeScalarView(trimmed.reversed().flatMap { Array($0.unicodeScalars) }))
    }

    mutating func set(_ text: String) {
        self.text = text
        (offer, cycle, isRefused) = (nil, nil, false)
    }

    private mutating func showOffer(_ offset: Int, of offers: [String]) {
        guard !offers.isEmpty else { return }
        let next = offer.map { ($0 + offset + offers.count) % offers.count } ?? (offset > 0 ? 0 : offers.count - 1)
        set(offers[next])
        offer = next
    }

    /// Completes what is begun as far as it is certain; then, from one press to the next, offers one candidate after the other.
    private mutating func complete(_ completion: FindCompletion, by offset: Int) {
        if var cycle {
            cycle.place = (cycle.place + offset + cycle.candidates.count) % cycle.candidates.count
            text = cycle.kept + cycle.candidates[cycle.place]
            self.cycle = cycle
            return
        }
        let candidates = completion.candidates
        guard let first = candidates.first else { return }
        if candidates.count == 1 {
            // Behind `from.` a word follows at once.
            set(completion.kept + first + (first.hasSuffix(".") ? "" : " "))
        } else if completion.common.count > completion.begun.count {
            set(completion.kept + completion.common)
        } else {
            let place = offset > 0 ? 0 : candidates.count - 1
            set(completion.kept + candidates[place])
            cycle = Cycle(kept: completion.kept, candidates: candidates, place: place)
        }
    }
}
