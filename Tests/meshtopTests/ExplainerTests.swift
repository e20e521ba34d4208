// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import meshtop

@Suite("Explanations")
struct ExplainerTests {
    private func explainer(lost: Int? = nil) throws -> Explainer {
        Explainer(snapshot: try SmallMesh.snapshot(lost: lost), history: try SmallMesh.observations(lost: lost))
    }

    @Test(
        "a member is found by every name that it goes by",
        arguments: ["10.0.0.2", "10.0.0.2:25520", "akka://Shop@10.0.0.2:25520", "akka://Shop@10.0.0.2:25520#2", "2"])
    func names(name: String) throws {
        let found = try explainer().explanations(of: name)
        #expect(found.map(\.thing) == ["member akka://Shop@10.0.0.2:25520 uid 2 of Shop"])
    }

    @Test("a member is explained by what each observer says of it, and by the observations that said so")
    func member() throws {
        let found = try #require(try explainer(lost: 3).explanations(of: "10.0.0.3").first)
        #expect(found.facts.contains { $0.hasPrefix("unreachable by 10.0.0.1:25520, 10.0.0.2:25520") })
        #expect(found.facts.contains { $0.hasPrefix("10.0.0.1:25520 sees it as Up, unreachable since") })
        #expect(found.evidence.map(\.source) == ["management http://10.0.0.1:8558", "management http://10.0.0.2:8558"])
        #expect(found.evidence.allSatisfy { $0.text.hasSuffix("unreachable by 10.0.0.1:25520, 10.0.0.2:25520") })
    }

    @Test("a source is explained by its own observations")
    func source() throws {
        let found = try #require(try explainer(lost: 3).explanations(of: "management http://10.0.0.3:8558").first)
        #expect(found.facts.contains { $0.hasPrefix("timeout, 1 in a row: no answer within 2 s") })
        #expect(found.evidence.map(\.text).first == "was given by the user")
        #expect(try explainer().explanations(of: "http://10.0.0.3:8558").count == 1)
    }

    @Test("what is not there has no explanation, and the names that are there are known")
    func unknown() throws {
        #expect(try explainer().explanations(of: "10.0.0.9").isEmpty)
        #expect(try explainer().knownNames.contains("10.0.0.2:25520"))
    }
}
