// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing
import Traffic

@testable import Model

@Suite("Completing expressions") struct FindCompletionTests {
    private static let graph: ServiceGraph = {
        var script = TelemetryScript()
        script.requests("shop/web-v1", "shop/cart-v1", 30)
        script.requests("shop/web-v2", "shop/cart-v1", 3)
        script.requests("shop/cart-v1", "pay/payment-v1", 9)
        return script.graph(.versionedApp)
    }()

    @Test(
        "what can follow is completed by the words, the signs, and the values there are",
        arguments: [
            ("", "", "age"), ("nam", "", "name"), ("name", "", "name"), ("name ", "name ", "="),
            ("name = w", "name = ", "web"), ("ns=sh", "ns=", "shop"), ("healthy ", "healthy ", "and"),
            ("(healthy a", "(healthy ", "and"), ("!hea", "!", "health"), ("from.na", "", "from.name"),
            ("healthy and prot", "healthy and ", "protocol"), ("name = 'we", "name = ", "'web'"),
            ("health = f", "health = ", "failure"), ("rt > ", "rt > ", nil), ("foo ba", "foo ", nil),
        ] as [(String, String, String?)])
    func completion(text: String, kept: String, first: String?) {
        let completion = ShownGraph(Self.graph).completion(of: text, clusters: [])
        #expect(completion.kept == kept)
        #expect(completion.candidates.first == first)
    }

    @Test("what was completed can be read, whatever was begun")
    func readable() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix(seed: seed)
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<6 {
                let completion = ShownGraph(Self.graph).completion(of: text, clusters: [])
                guard let next = completion.candidates.randomElement(using: &generator) else { break }
                text = completion.kept + next + (next.hasSuffix(".") ? "" : " ")
            }
            if text.hasSuffix(".") { continue }
            do throws(FindError) {
                _ = try FindExpression(text)
            } catch {
                // Only the end may be missing.
                #expect(error.offset >= text.unicodeScalars.count - 1, "seed \(seed): \(text): \(error.message)")
            }
        }
    }

    @Test("plain words are looked for everywhere, and anything of the language is an expression")
    func plainWords() throws {
        func found(_ text: String) throws -> [String] {
            let selection = ShownGraph(Self.graph).selection(
                of: try FindExpression(typed: text), clusters: [], now: Self.graph.observedAt)
            return selection.nodes.sorted().map { Self.graph.nodes[$0].name }
        }
        #expect(try found("cart") == ["cart"])
        #expect(try found("web v2") == ["web"])
        #expect(try found("pay") == ["payment"])
        #expect(try found("nothing") == [])
        #expect(throws: FindError.self) { try FindExpression(typed: "name") }
        #expect(throws: FindError.self) { try FindExpression(typed: "cart = ") }
        #expect(try FindExpression(typed: "not healthy") == FindExpression("not healthy"))
    }
}
