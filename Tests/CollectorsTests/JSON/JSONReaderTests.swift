// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Collectors

@Suite("JSON reader")
struct JSONReaderTests {
    /// Parses text and reads it, with the error's message as a value.
    private func read<Value>(
        _ text: String, limit: Int = 16 << 20,
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) -> Result<Value, JSONError> {
        let parser = JSONParser(maximumBytes: limit)
        do { return .success(try parser.parse(PaddedBytes(text.utf8), body)) } catch { return .failure(error) }
    }

    private func message<Value>(_ result: Result<Value, JSONError>) -> String? {
        if case .failure(let error) = result { error.message } else { nil }
    }

    @Test("fields are read in the document's order, and what nobody reads is skipped with all it holds")
    func skipsUnknown() {
        let text = #"{"a":{"deep":[1,{"b":2}]},"b":7,"c":1.5,"d":[[],[{}]],"e":"last","f":18446744073709551615}"#
        var names: [String] = []
        let result = read(text) { (reader) throws(JSONError) in
            var last = ""
            try reader.object { (value, name) throws(JSONError) in
                names.append(String(decoding: name, as: UTF8.self))
                if name.equals("e") { last = String(decoding: try value.string(), as: UTF8.self) }
            }
            return last
        }
        #expect(result == .success("last"))
        #expect(names == ["a", "b", "c", "d", "e", "f"])
    }

    @Test("an element that was read only in part leaves the reader at the next element")
    func partialReads() {
        let result = read(#"[{"n":1,"rest":[1,2]},{"n":2},[],{"n":4}]"#) { (reader) throws(JSONError) in
            var numbers: [Int64] = []
            try reader.array { (element, _) throws(JSONError) in
                guard element.isObject else { return }
                try element.object { (value, name) throws(JSONError) in
                    if name.equals("n") { numbers.append(try value.int64()) }
                }
            }
            return numbers
        }
        #expect(result == .success([1, 2, 4]))
    }

    @Test(
        "64-bit integers are exact, as numbers and as strings",
        arguments: [
            ("-169203556", -169_203_556), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
            ("\"9223372036854775807\"", Int64.max), ("\"-9223372036854775808\"", Int64.min),
            ("\"9007199254740993\"", 9_007_199_254_740_993), ("9007199254740993", 9_007_199_254_740_993), ("\"0\"", 0),
        ])
    func integers(text: String, expected: Int64) {
        #expect(read("[\(text)]") { (reader) throws(JSONError) in try firstInteger(&reader) } == .success(expected))
    }

    @Test(
        "what is no 64-bit integer is an error that shows it",
        arguments: [
            ("9223372036854775808", "the number 9223372036854775808"),
            ("\"9223372036854775808\"", "the string \"9223372036854775808\""),
            ("\"99999999999999999999\"", "the string \"99999999999999999999\""),
            ("\"\"", "the string \"\""), ("\"-\"", "the string \"-\""), ("\"1e3\"", "the string \"1e3\""),
            ("1.0", "the number 1.0"), ("true", "true"), ("null", "null"), ("{}", "an object"), ("[]", "an array"),
        ])
    func badIntegers(text: String, found: String) {
        let result = read("[\(text)]") { (reader) throws(JSONError) in try firstInteger(&reader) }
        #expect(message(result) == "[0]: expected a 64-bit integer, found \(found)")
    }

    private func firstInteger(_ reader: inout JSONReader) throws(JSONError) -> Int64 {
        var value: Int64 = 0
        try reader.array { (element, _) throws(JSONError) in value = try element.int64() }
        return value
    }

    @Test("an error carries the path to its place")
    func errorPath() {
        let text = #"{"members":[{"uid":1},{"uid":2,"roles":["web",3]}]}"#
        let result = read(text) { (reader) throws(JSONError) in
            try reader.object { (members, _) throws(JSONError) in
                try members.array { (member, _) throws(JSONError) in
                    try member.object { (value, name) throws(JSONError) in
                        guard name.equals("roles") else { return }
                        try value.array { (role, _) throws(JSONError) in _ = try role.string() }
                    }
                }
            }
        }
        #expect(message(result) == "members[1].roles[1]: expected a string, found the number 3")
    }

    @Test("an error's text holds nothing that a terminal would obey, and is bounded")
    func hostileText() {
        let result = read("{\"\\u001b[31m\":\"\\u001b]0;x\\u0007\\n\(String(repeating: "y", count: 500))\"}") {
            (reader) throws(JSONError) in
            try reader.object { (value, _) throws(JSONError) in _ = try value.int64() }
        }
        let text = message(result) ?? ""
        #expect(text.hasPrefix("[31m: expected a 64-bit integer, found the string \"]0;x"))
        #expect(!text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 })
        #expect(text.count < 200)
    }

    @Test("escapes are resolved before anyone sees the bytes")
    func escapes() {
        let result = read(#"["a\u0041\n\"é\u0000z"]"#) { (reader) throws(JSONError) in
            var text = ""
            try reader.array { (value, _) throws(JSONError) in
                text = String(decoding: try value.string(), as: UTF8.self)
            }
            return text
        }
        #expect(result == .success("aA\n\"é\0z"))
    }

    @Test("a string longer than its limit is an error")
    func longString() {
        let result = read("[\"\(String(repeating: "x", count: 1025))\"]") { (reader) throws(JSONError) in
            try reader.array { (value, _) throws(JSONError) in _ = try value.string() }
        }
        #expect(message(result) == "[0]: expected a string of at most 1024 bytes, found 1025 bytes")
    }

    @Test(
        "what is no JSON is an error that shows its beginning and simdjson's reason",
        arguments: [
            ("", "nothing"), ("{\"selfNode\":\"akka://", "20 bytes that start with {\"selfNode\":\"akka://"),
            ("<html><body>Bad Gateway", "23 bytes that start with <html><body>Bad Gateway"),
            ("{\"a\":1}x", "8 bytes that start with {\"a\":1}x"), ("[1,]", "4 bytes that start with [1,]"),
        ])
    func noJSON(text: String, found: String) {
        let shown = message(read(text) { (reader) throws(JSONError) in reader.isNull }) ?? ""
        #expect(shown.hasPrefix("document: expected JSON, found \(found) ("))
    }

    @Test("wrong UTF-8 is an error")
    func wrongUTF8() {
        let parser = JSONParser()
        let bytes = PaddedBytes(Array("[\"".utf8) + [0xFF, 0xFE] + Array("\"]".utf8))
        #expect(throws: JSONError.self) { try parser.parse(bytes) { (reader) throws(JSONError) in reader.isNull } }
    }

    @Test("nesting without end is an error, not a crash")
    func deep() {
        let text = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let shown = message(read(text) { (reader) throws(JSONError) in reader.isNull }) ?? ""
        #expect(shown.hasPrefix("document: expected JSON"))
    }

    @Test("a document longer than the limit is not parsed")
    func tooLong() {
        let result = read("[1,2,3,4,5]", limit: 10) { (reader) throws(JSONError) in reader.isNull }
        #expect(message(result) == "document: expected at most 10 bytes of JSON, found 11 bytes")
    }

    @Test("a parser works on after an error and after a large document")
    func goesOn() throws {
        let parser = JSONParser()
        let large = "[" + String(repeating: "1,", count: 1 << 20) + "2]"
        for text in ["[7]", "[", large, "[7]"] {
            let value = try? parser.parse(PaddedBytes(text.utf8)) { (reader) throws(JSONError) in
                try firstInteger(&reader)
            }
            #expect(value == (text == "[" ? nil : text == large ? 2 : 7))
        }
    }

    @Test("truth values and numbers")
    func scalars() {
        let result = read("[true,false,1.5,-3,18446744073709551615]") { (reader) throws(JSONError) in
            var seen: [String] = []
            try reader.array { (value, position) throws(JSONError) in
                seen.append(position < 2 ? "\(try value.bool())" : "\(try value.double())")
            }
            return seen
        }
        #expect(result == .success(["true", "false", "1.5", "-3.0", "1.8446744073709552e+19"]))
    }

    @Test("bytes grow, keep their contents and start again")
    func paddedBytes() {
        let bytes = PaddedBytes(capacity: 3)
        for chunk in ["ab", "cde", String(repeating: "f", count: 2000)] {
            Array(chunk.utf8).withUnsafeBytes { bytes.append($0) }
        }
        #expect(String(decoding: bytes.bytes, as: UTF8.self) == "abcde" + String(repeating: "f", count: 2000))
        bytes.removeAll()
        #expect(bytes.count == 0)
    }
}
