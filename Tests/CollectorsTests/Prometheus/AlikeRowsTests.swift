// SPDX-License-Identifier: Apache-2.0
import Fold
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("Rows that are compared with the one before")
struct AlikeRowsTests {
    // MARK: - Both ways

    /// What one decoder tells, with texts instead of numbers; and the numbers, for both ways must number alike.
    private struct Told: Equatable {
        var rows: [[String]] = []
        var cells: [LabelValue] = []
        var values: [UInt64] = []
        var at = 0.0
        var isAnswer = true
    }

    private func told(_ bytes: [UInt8], _ metric: TelemetryMetric) -> Told {
        let decoder = TelemetryDecoder()
        guard let answer = try? decoder.read(PaddedBytes(bytes), of: metric) else { return Told(isAnswer: false) }
        let (keys, texts) = (answer.vector.keys, decoder.currentTexts)
        return Told(
            rows: (0..<keys.count).map { row in (0..<keys.width).map { texts[keys.cells[row * keys.width + $0]] } },
            cells: keys.cells, values: answer.vector.values.map(\.bitPattern), at: answer.evaluatedAt)
    }

    /// Whether the answer was read without the parser.
    private func isQuick(_ bytes: [UInt8], _ metric: TelemetryMetric) -> Bool {
        var rows = TelemetryRows(
            metric, texts: TelemetryTexts(), numbers: ByteInterner(maximum: 1000), rows: 0, after: nil)
        return AlikeRows.read(PaddedBytes(bytes), into: &rows)
    }

    /// The same through the parser: a blank at the beginning changes nothing else.
    private func isSame(_ bytes: [UInt8], _ metric: TelemetryMetric = .requests) -> Bool {
        told(bytes, metric) == told([UInt8(ascii: " ")] + bytes, metric)
    }

    // MARK: - Real answers

    @Test(
        "a recorded answer is read without the parser, and tells the same", arguments: ["istio-requests", "istio-tcp"])
    func recorded(name: String) throws {
        let bytes = Array(try recordedMetrics(name).utf8)
        let metric = name == "istio-tcp" ? TelemetryMetric.tcpReceived : .requests
        #expect(isQuick(bytes, metric))
        #expect(isSame(bytes, metric))
        #expect(told(bytes, metric).values.count >= 8)
    }

    @Test("a recorded answer that was damaged tells the same both ways, and errors are errors both ways")
    func damaged() throws {
        let rows = try recordedMetrics("istio-requests").split(separator: #","value""#).prefix(6)
            .joined(separator: #","value""#)
        let whole = Array((rows + #","value":[1,"2"]}]}}"#).utf8)
        #expect(isQuick(whole, .requests))
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "\"", "\\", ",", "}", "{", ":", "]", " ", "\u{1}", "\\u0041", "é", "0", "\"x\":\"y\",", "\\\"", ".", "-",
        ]
        for round in 0..<600 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<end)
                case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
                default:
                    bytes.insert(contentsOf: Array(pieces.randomElement(using: &random)?.utf8 ?? "".utf8), at: place)
                }
            }
            #expect(isSame(bytes), "seed \(seed), round \(round)")
        }
    }

    // MARK: - Invented answers

    @Test("labels that come, go, change their order or come twice, escapes, blanks and foreign letters tell the same")
    func invented() {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var random = SeededGenerator(seed: seed)
        var quick = 0
        for round in 0..<500 {
            let metric = [TelemetryMetric.requests, .tcpSent, .podInfo].randomElement(using: &random) ?? .requests
            let bytes = Array(answer(metric, &random).utf8)
            if isQuick(bytes, metric) { quick += 1 }
            #expect(isSame(bytes, metric), "seed \(seed), round \(round)")
        }
        #expect(quick > 150 && quick < 450, "both ways are tried; seed \(seed)")
    }

    private func answer(_ metric: TelemetryMetric, _ random: inout SeededGenerator) -> String {
        let isOdd = Bool.random(using: &random)
        func happens(_ share: Int) -> Bool { isOdd && Int.random(in: 0..<share, using: &random) == 0 }
        let names = metric.columns.map(\.rawValue).sorted() + ["zone"]
        var texts = names.map { _ in "a" }
        var rows: [String] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<texts.count, using: &random)
                texts[place] = Self.texts.randomElement(using: &random) ?? ""
                if happens(20) { texts[place] = Self.oddTexts.randomElement(using: &random) ?? "" }
            }
            var labels = zip(names, texts).filter { _ in Int.random(in: 0..<8, using: &random) > 0 }
                .map { #""\#($0)":"\#($1)""# }
            if happens(20) { labels.shuffle(using: &random) }
            if happens(40), let twice = labels.randomElement(using: &random) {
                labels.insert(twice.replacing("a", with: "b"), at: Int.random(in: 0...labels.count, using: &random))
            }
            let time = happens(30) ? Self.times.randomElement(using: &random) ?? "" : "1700000000.123"
            let value = Self.values.randomElement(using: &random) ?? ""
            let blank = happens(40) ? " " : ""
            rows.append(#"{"metric":{\#(labels.joined(separator: ","))},\#(blank)"value":[\#(time),"\#(value)"]}"#)
        }
        let warnings = happens(20) ? #","warnings":["w"]"# : ""
        return
            #"{"status":"success","data":{"resultType":"vector","result":[\#(rows.joined(separator: ","))]}\#(warnings)}"#
    }

    private static let texts = [
        "a", "", "b", "aa", "source", "destination", "reviews-v1.default.svc.cluster.local", "é", "カート", "x,y", "a:b",
        "}", "]}}",
        "value", "12345678", "1234567", "123456789", "a\u{7f}",
    ]
    private static let oddTexts = [#"a\"b"#, #"\\"#, #"\u0041"#, #"\n"#, "a\nb", "\u{0}", #"\q"#, #"\ud800"#]
    private static let times = [
        "1700000001", "1700000000", "0", "-1", "01", "1.", ".5", "1e9", "NaN", "", "\"1\"", "99999999999999999999",
        "1700000000.1234567",
        "0.5", "null", "1700000000.123000",
    ]
    private static let values = [
        "0", "1.5", "NaN", "+Inf", "-Inf", "1e-9", "0.016666666666666666", "123", "1.7976931348623157e+308",
    ]

    @Test("what the parser refuses is refused, and what only it can read is left to it")
    func left() {
        func answer(_ rows: String, end: String = "]}}") -> [UInt8] {
            Array((#"{"status":"success","data":{"resultType":"vector","result":["# + rows + end).utf8)
        }
        let good = #"{"metric":{"reporter":"source"},"value":[1,"1"]}"#
        #expect(isQuick(answer(good), .requests))
        #expect(isQuick(answer(#"{"metric":{},"value":[1,"1"]},{"metric":{},"value":[2,"1"]}"#), .requests))
        let others = [
            answer(""), answer("\(good),"), answer("\(good) "), answer(good, end: "]}}\n"), answer(good, end: "]}"),
            answer(good.replacing("source", with: #"so\u0075rce"#)), answer(good.replacing("\"1\"", with: "1")),
            answer(good.replacing("\"1\"", with: "\"\"")), answer(good.replacing("\"1\"", with: "\"1x\"")),
            answer(good.replacing(#""reporter""#, with: #""reporter":"x","reporter""#)),
            answer(good.replacing("]}", with: #"],"histogram":[]}"#)), answer("\(good)\(good)"),
            answer(good.replacing("source", with: String(repeating: "x", count: (1 << 20) + 1))),
        ]
        for bytes in others {
            #expect(!isQuick(bytes, .requests), "\(String(decoding: bytes.prefix(200), as: UTF8.self))")
            #expect(isSame(bytes), "\(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        let invalid = answer(good).map { $0 == UInt8(ascii: "u") ? UInt8(0xC3) : $0 }
        #expect(isSame(invalid))
        for length in 0..<answer(good).count { #expect(!isQuick(Array(answer(good)[..<length]), .requests)) }
    }

    @Test("rows that were asked in pieces follow one another, whichever way each was read")
    func pieces() throws {
        let decoder = TelemetryDecoder()
        let first = try decoder.decode(PaddedBytes(vector([(#""reporter":"source""#, "1")]).utf8), of: .requests)
        let second = try decoder.decode(
            PaddedBytes(vector([(#""reporter":"so\u0075rce""#, "2"), ("", "3")]).utf8), of: .requests, after: first)
        let third = try decoder.decode(
            PaddedBytes(vector([(#""reporter":"destination""#, "4")]).utf8), of: .requests, after: second)
        #expect(third.values == [1, 2, 3, 4])
        let reporters = (0..<4).map { third.keys.cells[$0 * third.keys.width] }
        #expect(reporters == [.source, .source, .empty, .destination].map { LabelValue($0) })
    }
}
