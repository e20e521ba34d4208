// SPDX-License-Identifier: Apache-2.0
import Model
import Testing

@testable import Collectors

@Suite("Answers that are written like the last one")
struct AnswerTemplateTests {
    private static let labels = [
        #""destination_workload":"cart","reporter":"source""#,
        #""destination_workload":"c\"a}\\],\"value\":[1","reporter":"source""#,
        "", #""destination_workload":"カート","reporter":"destination","source_workload":"a, b""#,
    ]

    private func body(_ values: [String], time: String = "1700000000.5", labels: [String] = labels, end: String = "]}}")
        -> PaddedBytes
    {
        let rows = zip(labels, values).map { #"{"metric":{\#($0)},"value":[\#(time),"\#($1)"]}"# }
        return PaddedBytes(
            (#"{"status":"success","data":{"resultType":"vector","result":["# + rows.joined(separator: ",") + end).utf8)
    }

    @Test("numbers are read from their places, and so is the moment")
    func same() throws {
        let template = try #require(AnswerTemplate(body(["1", "2", "3", "4"]), rows: 4))
        let (values, at) = try #require(
            template.numbers(body(["0.25", "NaN", "-1e-9", "123456789.125"], time: "1800000000")))
        #expect(values[0] == 0.25 && values[1].isNaN && values[2] == -1e-9 && values[3] == 123456789.125)
        #expect(at == 1_800_000_000)
    }

    @Test(
        "whatever else differs is left to the parser",
        arguments: [
            #"{"status":"error","errorType":"bad_data","error":"x"}"#, "", "{", "]}}",
        ])
    func other(text: String) throws {
        let template = try #require(AnswerTemplate(body(["1", "2", "3", "4"]), rows: 4))
        #expect(template.numbers(PaddedBytes(text.utf8)) == nil)
    }

    @Test("a row more or less, other labels, other ends, numbers that are none")
    func differences() throws {
        let values = ["1", "2", "3", "4"]
        let template = try #require(AnswerTemplate(body(values), rows: 4))
        func isTaken(_ body: PaddedBytes) -> Bool { template.numbers(body) != nil }
        #expect(isTaken(body(values)))
        #expect(!isTaken(body(values, labels: Array(Self.labels.dropLast()))))
        #expect(!isTaken(body(values + ["5"], labels: Self.labels + [""])))
        #expect(!isTaken(body(values, labels: Self.labels.reversed())))
        #expect(!isTaken(body(values, end: #"]},"warnings":["w"]}"#)))
        #expect(!isTaken(body(values, end: "]}} ")))
        for wrong in ["", "1x", "0x10", "--1", String(repeating: "1", count: 100)] {
            #expect(!isTaken(body([wrong, "2", "3", "4"])), "\(wrong)")
        }
        for wrong in ["NaN", "", "+1", String(repeating: "1", count: 100)] {
            #expect(!isTaken(body(values, time: wrong)), "\(wrong)")
        }
        let answer = body(values)
        let whole = withExtendedLifetime(answer) { Array(answer.bytes) }
        for length in 0..<whole.count { #expect(!isTaken(PaddedBytes(whole[..<length]))) }
    }

    @Test("an answer with warnings, or written with blanks, is none to go by")
    func none() {
        #expect(AnswerTemplate(body(["1", "2", "3", "4"], end: #"]},"warnings":["w"]}"#), rows: 4) == nil)
        #expect(AnswerTemplate(body(["1", "2", "3", "4"], end: "] }}"), rows: 4) == nil)
        #expect(AnswerTemplate(body(["1", "2", "3", "4"]), rows: 3) == nil)
        #expect(AnswerTemplate(body([], labels: []), rows: 0) == nil)
    }

    @Test(
        "a decoder that goes by templates tells the same as one that parses everything",
        arguments: [1, 2, 3] as [UInt64])
    func equal(seed: UInt64) throws {
        var random = Steps(state: seed)
        let known = TelemetryDecoder()
        for round in 0..<60 {
            var labels = Self.labels
            // Mostly the same rows; now and then one less, or another order.
            if random.below(5) == 0 { labels.remove(at: random.below(labels.count)) }
            if random.below(7) == 0 { labels.reverse() }
            let values = labels.map { _ in ["0", "1.5", "NaN", "+Inf", "0.000123", "7e+20"][random.below(6)] }
            let end = random.below(6) == 0 ? #"]},"warnings":["w"]}"# : "]}}"
            let answer = body(values, time: "17000000\(10 + random.below(90)).25", labels: labels, end: end)
            let fresh = TelemetryDecoder()
            let (quick, slow) = (try known.read(answer, of: .requests), try fresh.read(answer, of: .requests))
            #expect(
                quick.evaluatedAt == slow.evaluatedAt && quick.envelope == slow.envelope, "seed \(seed), round \(round)"
            )
            #expect(
                quick.vector.values.map(\.bitPattern) == slow.vector.values.map(\.bitPattern),
                "seed \(seed), round \(round)")
            let texts = (known.currentTexts, fresh.currentTexts)
            #expect(
                quick.vector.keys.cells.map { texts.0[$0] } == slow.vector.keys.cells.map { texts.1[$0] },
                "seed \(seed), round \(round)")
        }
    }

    private struct Steps {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }
}
