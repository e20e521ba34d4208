// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Views

@Suite("Prompts") struct PromptTests {
    private static func context(_ expressions: TrafficExpressions = TrafficExpressions()) -> PromptContext {
        let snapshot = MeshTraffic.shop.snapshot
        var choices = TrafficChoices()
        (choices.find, choices.hide) = (expressions.find, expressions.hide)
        return PromptContext(
            picture: snapshot.map { Picture($0) }, expressions: expressions,
            traffic: choices.options(snapshot?.options.graph ?? GraphOptions()))
    }

    /// The last answer to some keys.
    private static func press(
        _ prompt: inout Prompt, _ keys: [Key], _ context: PromptContext = context()
    ) -> PromptAnswer? {
        keys.map { prompt.handle($0, context) }.last
    }

    private static func characters(_ text: String) -> [Key] { text.unicodeScalars.map { .character($0) } }

    // MARK: - A text to find

    @Test("each character searches, Enter goes to the match, escape ends the search")
    func find() {
        var prompt = Prompt.find("")
        #expect(Self.press(&prompt, Self.characters("ab")) == .keep(.search("ab")))
        #expect(prompt == .find("ab"))
        #expect(Self.press(&prompt, [.backspace]) == .keep(.search("a")))
        #expect(Self.press(&prompt, [.enter]) == .close(.goToMatch))
        #expect(Self.press(&prompt, [.escape]) == .close(.search("")))
        #expect(Self.press(&prompt, [.control("u")]) == .keep(.search("")))
        #expect(Self.press(&prompt, [.backspace]) == .close(.search("")), "backspace in an empty prompt ends it")
    }

    @Test("arrows step while the text stands, other keys do nothing")
    func steps() {
        var prompt = Prompt.find("a")
        #expect(Self.press(&prompt, [.down]) == .keep(.step(1)))
        #expect(Self.press(&prompt, [.up]) == .keep(.step(-1)))
        #expect(Self.press(&prompt, [.function(3)]) == .keep(nil))
        #expect(prompt == .find("a"))
    }

    @Test("a text to find is 80 characters long at most")
    func longText() {
        var prompt = Prompt.find("")
        #expect(
            Self.press(&prompt, Self.characters(String(repeating: "x", count: 80)))
                == .keep(.search(String(repeating: "x", count: 80))))
        #expect(Self.press(&prompt, Self.characters("x")) == .keep(nil))
        #expect(prompt == .find(String(repeating: "x", count: 80)))
    }

    // MARK: - Menus

    @Test("a digit sorts by a column there is, anything else leaves the order")
    func sorting() {
        for (key, answer) in [
            (Key.character("1"), PromptAnswer.close(.sort(column: 0))), (.character("3"), .close(.sort(column: 2))),
            (.character("4"), .close(nil)), (.character("0"), .close(nil)), (.character("x"), .close(nil)),
            (.escape, .close(nil)),
        ] {
            var prompt = Prompt.sortColumn(count: 3)
            #expect(prompt.handle(key, Self.context()) == answer, "\(key)")
        }
    }

    @Test("digits write values on edges one after the other, anything else ends it")
    func labels() {
        var prompt = Prompt.labels(refusal: "no")
        #expect(Self.press(&prompt, [.character("2")]) == .keep(.label(2)))
        #expect(Self.press(&prompt, [.character("0")]) == .keep(.label(0)))
        #expect(Self.press(&prompt, [.enter]) == .close(nil))
    }

    @Test("a key chooses a kind of event or how bad it is")
    func events() {
        for (key, answer) in [
            (Key.character("w"), PromptAnswer.close(.events(.least(.warning)))),
            (.character("x"), .close(.events(.least(.failure)))), (.character("0"), .close(.events(.everything))),
            (.character("2"), .close(.events(.kind(.reachability)))), (.character("9"), .close(.events(.kind(.pod)))),
            (.escape, .close(nil)),
        ] {
            var prompt = Prompt.eventKind
            #expect(prompt.handle(key, Self.context()) == answer, "\(key)")
        }
    }

    // MARK: - Expressions

    @Test("what is found is previewed while it can be parsed, and Enter applies it")
    func expression() throws {
        var prompt = Prompt.expression(ExpressionPrompt(.find, text: "", Self.context()))
        let web = FindExpression.known("name = web")
        #expect(Self.press(&prompt, Self.characters("name = ")) == .keep(nil), "not whole yet")
        #expect(Self.press(&prompt, Self.characters("web")) == .keep(.preview(.expression(web))))
        #expect(Self.press(&prompt, [.enter]) == .close(.find(web)))
    }

    @Test("nothing typed is a choice of none")
    func nothing() {
        var prompt = Prompt.expression(ExpressionPrompt(.only, text: "a", Self.context()))
        #expect(Self.press(&prompt, [.control("u")]) == .keep(.preview(.nothing)))
        #expect(Self.press(&prompt, [.enter]) == .close(.find(nil)))
    }

    @Test("what hides is applied only as a whole")
    func hide() {
        var prompt = Prompt.expression(ExpressionPrompt(.hide, text: "", Self.context()))
        #expect(Self.press(&prompt, Self.characters("healthy")) == .keep(nil))
        #expect(Self.press(&prompt, [.enter]) == .close(.hide(.known("healthy"))))
    }

    @Test("escape brings back what was found before the first key")
    func escape() {
        var before = TrafficExpressions()
        before.find = .expression(.known("name = cart"))
        let context = Self.context(before)
        guard let typed = ExpressionPrompt(.find, context) else { return #expect(Bool(false)) }
        #expect(typed.text == "name = cart")
        var prompt = Prompt.expression(typed)
        #expect(
            Self.press(&prompt, Self.characters(" or name = web") + [.escape], context) == .close(.preview(before.find))
        )
    }

    @Test("a mistake keeps the prompt open until it is corrected")
    func mistake() {
        var prompt = Prompt.expression(ExpressionPrompt(.find, text: "name = (", Self.context()))
        #expect(Self.press(&prompt, [.enter]) == .keep(nil))
        guard case .expression(let refused) = prompt else { return #expect(Bool(false)) }
        #expect(refused.isRefused && refused.mistake(nil) != nil)
        #expect(
            Self.press(&prompt, [.backspace] + Self.characters("web"))
                == .keep(.preview(.expression(.known("name = web")))))
        guard case .expression(let corrected) = prompt else { return #expect(Bool(false)) }
        #expect(!corrected.isRefused)
    }

    @Test("an expression is 400 characters long at most")
    func longExpression() {
        var prompt = Prompt.expression(
            ExpressionPrompt(.find, text: String(repeating: "x", count: 399), Self.context()))
        _ = Self.press(&prompt, Self.characters("yz"))
        guard case .expression(let typed) = prompt else { return #expect(Bool(false)) }
        #expect(typed.text == String(repeating: "x", count: 399) + "y")
    }

    @Test("without data there is no expression to type")
    func noData() {
        let context = PromptContext(picture: nil, expressions: TrafficExpressions(), traffic: GraphOptions())
        #expect(ExpressionPrompt(.find, context) == nil)
        var menu = Prompt.filterMenu
        #expect(menu.handle(.enter, context) == .close(nil))
    }

    // MARK: - The menu of expressions

    @Test("in the menu a digit applies an offer, 0 none, a letter begins to type, Enter edits what holds")
    func filterMenu() {
        var expressions = TrafficExpressions()
        expressions.remember("name = web")
        expressions.find = .expression(.known("name = cart"))
        let context = Self.context(expressions)
        var prompt = Prompt.filterMenu
        #expect(prompt.handle(.character("1"), context) == .close(.find(.known("name = web"))))
        prompt = .filterMenu
        #expect(prompt.handle(.character("0"), context) == .close(.preview(.nothing)))
        prompt = .filterMenu
        #expect(prompt.handle(.escape, context) == .close(nil))
        prompt = .filterMenu
        #expect(prompt.handle(.character("n"), context) == .keep(.preview(.expression(.known("n")))))
        guard case .expression(let typed) = prompt else { return #expect(Bool(false)) }
        #expect(typed.text == "n" && typed.purpose == .only)
        prompt = .filterMenu
        #expect(prompt.handle(.enter, context) == .keep(nil))
        guard case .expression(let edited) = prompt else { return #expect(Bool(false)) }
        #expect(edited.text == "name = cart")
    }

    @Test("20 namespaces are offered at most")
    func offers() {
        var scene = TrafficScene()
        for number in 10..<40 { _ = scene.app("a", in: "ns\(number)") }
        let picture = scene.scene("many").snapshot.map { Picture($0) }
        let context = PromptContext(picture: picture, expressions: TrafficExpressions(), traffic: GraphOptions())
        let namespaces = context.offers(.find).filter { $0.hasPrefix("ns = ") }
        #expect(namespaces.count == 20 && namespaces.first == "ns = ns10" && namespaces.last == "ns = ns29")
    }
}
