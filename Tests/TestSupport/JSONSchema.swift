// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Validates documents against the part of JSON Schema 2020-12 that our schema uses.
///
/// A keyword that is not known here is an error of the schema, so that nothing in it goes unchecked.
package struct JSONSchema: Sendable {
    /// One violation: where in the document, and what.
    package struct Violation: Equatable, Sendable, CustomStringConvertible {
        package let path: String
        package let problem: String
        package var description: String { "\(path.isEmpty ? "/" : path): \(problem)" }
    }

    private let root: JSONValue
    private static let annotations: Set<String> = ["$schema", "$defs", "title", "description"]

    /// - Parameter root: the schema.
    package init(_ root: JSONValue) { self.root = root }

    /// The published schema of meshtop's documents.
    ///
    /// - Throws: when the file cannot be read.
    package static func meshtop() throws -> JSONSchema {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/schema/meshtop-v1.schema.json").standardizedFileURL
        return JSONSchema(try JSONValue(parsing: try Data(contentsOf: file)))
    }

    /// What is wrong with a document; empty when it is valid.
    package func violations(of document: JSONValue) -> [Violation] {
        check(document, root, "")
    }

    /// What is wrong with a JSON text; a text that is no JSON has that as its violation.
    package func violations(ofText text: some Sequence<UInt8>) -> [Violation] {
        do {
            return violations(of: try JSONValue(parsing: text))
        } catch {
            return [Violation(path: "", problem: "no JSON: \(error)")]
        }
    }

    private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [Violation] {
        guard case .object(let keywords) = schema else {
            return [Violation(path: path, problem: "the schema is no object")]
        }
        return keywords.keys.sorted().flatMap { keyword -> [Violation] in
            Self.annotations.contains(keyword) ? [] : check(value, keyword, keywords[keyword] ?? .null, keywords, path)
        }
    }

    private func check(
        _ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ schema: [String: JSONValue], _ path: String
    ) -> [Violation] {
        switch keyword {
        case "$ref": return reference(value, rule, path)
        case "type": return type(value, rule, path)
        case "const": return value == rule ? [] : [Violation(path: path, problem: "is \(value), not \(rule)")]
        case "enum": return oneOfValues(value, rule, path)
        case "required": return required(value, rule, path)
        case "properties": return properties(value, rule, path)
        case "additionalProperties": return additional(value, rule, schema, path)
        case "items": return items(value, rule, path)
        case "anyOf", "oneOf": return alternatives(value, rule, path, exactlyOne: keyword == "oneOf")
        case "minimum", "maximum": return bound(value, rule, path, isMinimum: keyword == "minimum")
        case "pattern": return pattern(value, rule, path)
        default:
            return [Violation(path: path, problem: "the schema uses '\(keyword)', which this validator does not know")]
        }
    }

    private func reference(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [Violation] {
        guard let text = rule.text, text.hasPrefix("#/$defs/"), let target = root["$defs"]?[String(text.dropFirst(8))]
        else {
            return [Violation(path: path, problem: "the schema refers to \(rule), which is not there")]
        }
        return check(value, target, path)
    }

    private func type(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [Violation] {
        let names: [String] = if case .array(let list) = rule { list.compactMap(\.text) } else { [rule.text ?? ""] }
        return names.contains { value.isOfType($0) }
            ? [] : [Violation(path: path, problem: "is \(value), not of type \(names)")]
    }

    private func oneOfValues(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [Violation] {
        guard case .array(let values) = rule, !values.contains(value) else { return [] }
        return [Violation(path: path, problem: "is \(value), not one of \(values)")]
    }

    private func required(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [Violation] {
        guard case .object(let fields) = value, case .array(let names) = rule else { return [] }
        return names.compactMap(\.text).filter { fields[$0] == nil }.map {
            Violation(path: path, problem: "lacks '\($0)'")
        }
    }

    private func properties(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [Violation] {
        guard case .object(let fields) = value, case .object(let rules) = rule else { return [] }
        return fields.keys.sorted().flatMap { name in
            rules[name].map { check(fields[name] ?? .null, $0, "\(path)/\(name)") } ?? []
        }
    }

    private func additional(
        _ value: JSONValue, _ rule: JSONValue, _ schema: [String: JSONValue], _ path: String
    ) -> [Violation] {
        guard case .object(let fields) = value else { return [] }
        let known: [String: JSONValue] = if case .object(let rules) = schema["properties"] { rules } else { [:] }
        return fields.keys.sorted().filter { known[$0] == nil }
            .flatMap { check(fields[$0] ?? .null, rule, "\(path)/\($0)") }
    }

    private func items(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [Violation] {
        guard case .array(let elements) = value else { return [] }
        return elements.indices.flatMap { check(elements[$0], rule, "\(path)/\($0)") }
    }

    private func alternatives(_ value: JSONValue, _ rule: JSONValue, _ path: String, exactlyOne: Bool) -> [Violation] {
        guard case .array(let schemas) = rule else { return [] }
        let results = schemas.map { check(value, $0, path) }
        let matches = results.count { $0.isEmpty }
        if matches == 1 || (matches > 1 && !exactlyOne) { return [] }
        if matches > 1 { return [Violation(path: path, problem: "fits \(matches) alternatives, not one")] }
        // The alternative that got furthest tells best what is wrong: that of the same kind, or the one with fewest complaints.
        let likely = results.first { violations in
            !violations.contains { $0.path == "\(path)/kind" } && value["kind"] != nil
        }
        return likely ?? results.filter { !$0.isEmpty }.min { $0.count < $1.count } ?? []
    }

    private func bound(_ value: JSONValue, _ rule: JSONValue, _ path: String, isMinimum: Bool) -> [Violation] {
        guard case .number(let number) = value, case .number(let limit) = rule else { return [] }
        if isMinimum ? number >= limit : number <= limit { return [] }
        return [Violation(path: path, problem: "is \(number), beyond \(limit)")]
    }

    private static let expressions = Mutex<[String: NSRegularExpression]>([:])

    private func pattern(_ value: JSONValue, _ rule: JSONValue, _ path: String) -> [Violation] {
        guard case .string(let text) = value, let pattern = rule.text else { return [] }
        let matches = Self.expressions.withLock { expressions -> Bool in
            guard let expression = expressions[pattern] ?? (try? NSRegularExpression(pattern: pattern)) else {
                return false
            }
            expressions[pattern] = expression
            return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        }
        return matches ? [] : [Violation(path: path, problem: "'\(text)' does not match \(pattern)")]
    }
}

extension JSONValue {
    fileprivate func isOfType(_ name: String) -> Bool {
        switch (self, name) {
        case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
            (.object, "object"):
            true
        case (.number(let number), "integer"): number.rounded() == number
        default: false
        }
    }
}
