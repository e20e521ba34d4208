// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Model
@testable import Traffic

@Suite("Find and hide") struct FindTests {
    /// web 1 and 2 call cart, cart calls payment, which fails; somebody unknown calls web.
    private static let graph: ServiceGraph = {
        var script = TelemetryScript()
        script.requests(nil, "shop/web-v1", 40)
        script.requests("shop/web-v1", "shop/cart-v1", 30)
        script.requests("shop/web-v2", "shop/cart-v1", 3)
        script.requests("shop/cart-v1", "pay/payment-v1", 9)
        script.requests(
            "shop/cart-v1", "pay/payment-v1", 1, by: ["source"], [.responseCode: "503", .responseFlags: "UF"])
        return script.graph(.versionedApp)
    }()

    private func found(_ text: String, _ graph: ServiceGraph = Self.graph) throws -> [String] {
        let selection = ShownGraph(graph).selection(of: try FindExpression(text), clusters: [], now: graph.observedAt)
        let nodes = selection.nodes.sorted().map {
            graph.nodes[$0].name + (graph.nodes[$0].version.map { $0 == "unknown" ? "" : " \($0)" } ?? "")
        }
        let edges = selection.edges.sorted().map { place in
            let edge = graph.edges[place]
            return "\(graph.nodes[edge.source].name)>\(graph.nodes[edge.target].name)"
        }
        return nodes + edges
    }

    @Test(
        "each word and operator finds what it says",
        arguments: [
            ("name = cart", ["cart v1"]), ("name=CART", ["cart v1"]), ("name *= a", ["payment v1", "cart v1"]),
            ("name ^= we", ["web v1", "web v2"]), ("name $= b", ["web v1", "web v2"]),
            ("name !*= a", ["web v1", "web v2", "unknown"]), ("name contains ar", ["cart v1"]),
            ("name startswith pay", ["payment v1"]), ("name endswith eb and version = v2", ["web v2"]),
            ("name not contains e", ["cart v1", "unknown"]), ("name is unknown", ["unknown"]),
            ("name is not cart and ns = shop", ["web v1", "web v2"]),
            ("ns = pay", ["payment v1"]), ("namespace != shop", ["payment v1", "unknown"]), ("wl = web-v2", ["web v2"]),
            ("node = unknown", ["unknown"]), ("name ~ ^(web|cart)$ and httpin > 10", ["cart v1", "web v1"]),
            ("name !~ [a-e]", ["unknown"]), ("httpout >= 30", ["web v1", "unknown"]),
            ("httpin = NaN", ["web v2", "unknown"]),
            ("tcpin != NaN", []), ("trafficsource", ["web v2", "unknown"]), ("rank = 1", ["cart v1"]),
            ("http > 5 and from.name = cart", ["cart>payment"]), ("%httperr > 0", ["cart>payment"]),
            ("flag = UF", ["cart>payment"]), ("code = 503", ["cart>payment"]),
            ("protocol = http and rate < 4", ["web>cart"]),
            ("%httptraffic < 100", []), ("traffic and to.ns = pay", ["cart>payment"]), ("rt > 100", []),
        ])
    func words(text: String, wanted: [String]) throws {
        #expect(try found(text).sorted() == wanted.sorted())
    }

    @Test("health is asked of nodes and edges, and what has none is neither healthy nor not")
    func health() throws {
        #expect(try found("! healthy").sorted() == ["cart v1", "cart>payment", "payment v1"].sorted())
        #expect(try found("not healthy") == found("!healthy"))
        #expect(try !found("healthy").contains("unknown"))
        #expect(try !found("! healthy").contains("unknown"))
    }

    @Test("and binds tighter than or, and parentheses tighter than both")
    func precedence() throws {
        #expect(try found("name = cart or name = web and version = v2").sorted() == ["cart v1", "web v2"])
        #expect(try found("(name = cart or name = web) and version = v2") == ["web v2"])
        #expect(try found("!(name = cart || ns = pay) && ns = shop").sorted() == ["web v1", "web v2"])
        #expect(try found("NAME = cart OR not (node = app)").sorted() == ["cart v1", "unknown"])
    }

    @Test("on an edge a word about nodes asks of its ends")
    func ends() throws {
        let graph = Self.graph
        func edges(_ text: String) throws -> Int {
            let evaluator = FindEvaluator(ShownGraph(graph), clusters: [], now: graph.observedAt)
            let expression = try FindExpression(text)
            return graph.edges.indices.count { evaluator.holds(expression, edge: $0) }
        }
        #expect(try edges("ns = pay") == 1)
        #expect(try edges("ns != pay") == 3)
        #expect(try edges("name = cart") == 3)
        #expect(try edges("from.name = cart") == 1)
        #expect(try edges("to.name = cart") == 2)
        #expect(try edges("name = web and protocol = http") == 3)
    }

    @Test(
        "what cannot be read is refused with its place",
        arguments: [
            ("", 0, "the expression is empty"), ("   ", 0, "the expression is empty"),
            ("name", 4, "an operator is expected after 'name': = != < <= > >= *= ^= $= ~"),
            ("name =", 6, "a value is missing"), ("name = a b", 9, "'and', 'or' or the end is expected here"),
            ("nam = a", 0, "'nam' is no word of the language; did you mean name?"),
            ("(name = a", 9, "')' is missing"), ("name = a)", 8, "')' without '('"),
            ("rt *= 5", 3, "responsetime is a number: compare it with = != < <= > >="),
            ("rt > fast", 5, "'fast' is no number; write milliseconds, or a number with ms or s"),
            ("age > 5 m", 8, "'and', 'or' or the end is expected here"),
            ("name > 5", 5, "name is text: compare it with = != *= ^= $= ~"),
            ("name ~ a(b", 10, "no regular expression: ')' is missing"),
            ("name ~ *a", 7, "no regular expression: '*' has nothing to repeat"),
            ("name = \"a", 7, "the quotation mark is not closed"), ("and", 0, "a word is expected here, such as name"),
            ("healthy and", 11, "a word is expected here, such as name"),
            (
                "vs", 0,
                "'vs' is known to the Kubernetes API only, which is not asked: it asks whether a VirtualService routes to the service"
            ),
            (
                "!cb", 1,
                "'cb' is known to the Kubernetes API only, which is not asked: it asks whether a DestinationRule limits connections; 'sign = circuit-open' comes near"
            ),
            ("label:app = a", 0, "labels of workloads are known to the Kubernetes API only, which is not asked"),
            ("http < NaN", 5, "NaN is compared with = and != only"),
        ])
    func mistakes(text: String, offset: Int, reason: String) {
        #expect(throws: FindError(offset, reason)) { try FindExpression(text) }
    }

    @Test("quoted values keep their blanks, and values may hold parentheses that they close")
    func values() throws {
        #expect(try found("name = 'cart'") == ["cart v1"])
        #expect(try found("name = \"a b\"") == [])
        #expect(try found("(name ~ (c)ar(t|d))") == ["cart v1"])
        #expect(try found("flag = '-' and from.name = web and rate > 20").count == 1)
        #expect(try found("code = - or name = cart") == ["cart v1", "cart>payment", "web>cart", "web>cart"])
    }

    @Test("what is hidden takes its edges along, and nodes that have none left")
    func hiding() throws {
        func shown(hiding text: String) throws -> ShownGraph {
            var options = GraphOptions()
            options.hide = try FindExpression(text)
            return ShownGraph(Self.graph, options, clusters: [], now: Self.graph.observedAt)
        }
        let busy = try shown(hiding: "name = cart")
        #expect(busy.graph.lines == ["unknown_unknown_source|vapp_east_shop_web-v1|http 40.0"])
        #expect(busy.hidden.nodes == 3 && busy.hidden.edges == 3)
        let quiet = try shown(hiding: "healthy")
        #expect(quiet.graph.lines == ["vapp_east_shop_cart-v1|vapp_east_pay_payment-v1|http 10.0"])
    }

    @Test("100,000 random texts are read or refused, and none takes long")
    func random() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix(seed: seed)
        let pieces =
            FindExpression.words + [
                "=", "!=", "~", "!~", "(", ")", "and", "or", "not", "!", "'", "\"", "a", "(a|b)*", "5", "NaN", "[", "]",
                "{", "\\", "é",
                "from.", "to.", "<", ">=", "is", "has", "||", "&&",
            ]
        for _ in 0..<100_000 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined(separator: Bool.random(using: &generator) ? " " : "")
            do throws(FindError) {
                let graph = Self.graph
                _ = ShownGraph(graph).selection(of: try FindExpression(text), clusters: [], now: graph.observedAt)
            } catch {
                #expect((0...text.unicodeScalars.count).contains(error.offset), "seed \(seed): \(text)")
            }
        }
    }
}

@Suite("Patterns of text") struct TextPatternTests {
    @Test(
        "a pattern is found where it stands",
        arguments: [
            ("cart", "my-cart-v1", true), ("^cart", "my-cart", false), ("cart$", "my-cart", true), ("^$", "", true),
            ("a.c", "abc", true), ("a.c", "ac", false), ("ab*c", "ac", true), ("ab+c", "ac", false),
            ("ab?c", "abc", true),
            ("(ab)+$", "xabab", true), ("a|b|c", "xxb", true), ("^(a|b)c$", "bc", true), ("[a-c]+\\d", "cab7", true),
            ("[^a-c]", "abc", false), ("\\w+\\s\\S", "one two", true), ("\\.", "a.b", true), ("\\.", "ab", false),
            ("CART", "cart", true), ("cart", "CART", true), ("[]]", "]", true), ("[a\\-z]", "-", true),
            ("", "anything", true),
            ("(a*)*b", String(repeating: "a", count: 200), false), ("é", "CAFÉ", true),
        ])
    func found(pattern: String, text: String, isFound: Bool) throws {
        #expect(try TextPattern(pattern).isFound(in: text) == isFound)
    }

    @Test("what is no pattern is refused", arguments: ["(", ")", "a**", "+", "[a", "[b-a]", "\\", "a(b|c"])
    func wrong(pattern: String) {
        #expect(throws: TextPattern.Fault.self) { try TextPattern(pattern) }
    }
}
