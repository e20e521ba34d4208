// SPDX-License-Identifier: Apache-2.0
import Collectors
import Configuration
import Testing

@Suite("Suggestions and secrets")
struct SuggestionTests {
    @Test(
        "the nearest known word is found through a typing error",
        arguments: [
            ("intervall", "interval"), ("inetrval", "interval"), ("snapshto", "snapshot"), ("manage", "management"),
            ("Watch", "watch"),
        ])
    func near(typed: String, meant: String) {
        let known = ["interval", "snapshot", "management", "management-port", "watch", "wait"]
        #expect(Suggestion.nearest(to: typed, among: known) == meant)
    }

    @Test("a word that is near to nothing gets no suggestion", arguments: ["", "x", "kubernetes", "zzzzzz"])
    func far(typed: String) {
        #expect(Suggestion.nearest(to: typed, among: ["interval", "snapshot", "watch"]) == nil)
    }

    @Test("user information is masked wherever a URL stands in a text")
    func masks() {
        #expect(Secrets.masked("http://u:p@h:1/x") == "http://***@h:1/x")
        #expect(
            Secrets.masked("get https://a:b@c failed, then http://d@e/f@g")
                == "get https://***@c failed, then http://***@e/f@g")
        #expect(Secrets.masked("http://h/x@y") == "http://h/x@y")
        #expect(Secrets.masked("http://u:p@ss@h") == "http://***@h")
        #expect(Secrets.masked("no url: a@b") == "no url: a@b")
        #expect(
            Secrets.masked("akka://Shop@10.0.0.7:1 and pekko.tcp://S@h:2")
                == "akka://Shop@10.0.0.7:1 and pekko.tcp://S@h:2")
        #expect(Secrets.masked("akka://u:p@h") == "akka://***@h")
    }
}
