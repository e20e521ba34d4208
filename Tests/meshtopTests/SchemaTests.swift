// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite("The published schema")
struct SchemaTests {
    private let end =
        #"{"schema":"meshtop/v1","kind":"end","ts":"2026-11-21T14:03:22.000Z","seq":1,"reason":"count","exit":0}"#

    @Test("a line as the contract has it is valid, with unknown fields too: the schema only grows")
    func valid() throws {
        let schema = try JSONSchema.meshtop()
        #expect(schema.violations(ofText: end.utf8) == [])
        #expect(schema.violations(ofText: end.replacing("\"exit\"", with: "\"new\":[1],\"exit\"").utf8) == [])
    }

    @Test(
        "every departure from the contract is found, at its place",
        arguments: [
            ("\"exit\":0", "\"exit\":null", "/exit: is null"),
            ("\"exit\":0", "\"exit\":0.5", "/exit: is number(0.5)"),
            ("\"exit\":0", "\"exit\":256", "/exit: is 256.0, beyond 255.0"),
            ("\"exit\":0", "\"out\":0", "/: lacks 'exit'"),
            ("count", "counted", "/reason: is string(\"counted\"), not one of"),
            (".000Z", "Z", "/ts: '2026-11-21T14:03:22Z' does not match"),
            ("\"seq\":1", "\"seq\":0", "/seq: is 0.0, beyond 1.0"),
            ("meshtop/v1", "meshtop/v2", "/schema: is string(\"meshtop/v2\")"),
            ("\"seq\":1", "\"seq\":true", "/seq: is bool(true)"),
        ])
    func invalid(part: String, replacement: String, problem: String) throws {
        let text = end.replacing(part, with: replacement)
        let violations = try JSONSchema.meshtop().violations(ofText: text.utf8)
        #expect(violations.contains { $0.description.hasPrefix(problem) }, "\(violations)")
    }

    @Test("a schema that uses what the validator does not check is refused")
    func unknownKeyword() throws {
        let schema = JSONSchema(try JSONValue(parsing: #"{"maxItems": 3}"#.utf8))
        #expect(schema.violations(of: .array([])).count == 1)
    }

    @Test("no text that is not JSON passes")
    func noJSON() throws {
        #expect(try JSONSchema.meshtop().violations(ofText: "{".utf8).count == 1)
    }
}
